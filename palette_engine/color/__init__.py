"""Color as numbers: sRGB, CIELAB, contrast and color vision."""
