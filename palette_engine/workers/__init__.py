"""Workers: processes that run jobs and are replaced when they end, for the page and collections."""
