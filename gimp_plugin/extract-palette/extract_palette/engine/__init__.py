"""Engine: the child process that finds palettes, and what it is asked."""
