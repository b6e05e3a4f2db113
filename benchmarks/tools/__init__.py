"""Other tools: the same measures for everything else that turns pictures into palettes."""
