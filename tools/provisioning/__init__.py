"""Real programs for the tests, in Debian roots of their own."""
