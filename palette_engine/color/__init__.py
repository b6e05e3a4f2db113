"""Color as numbers: sRGB, CIELAB, contrast, and how color-blind viewers see it."""
