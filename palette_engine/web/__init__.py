"""Web: the page that turns pictures into palettes, served to this machine alone."""
