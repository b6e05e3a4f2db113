"""Other tools: the same measures for other programs that make palettes of pictures."""
