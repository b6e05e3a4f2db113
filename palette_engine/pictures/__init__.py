"""Files, bytes, Pillow images and arrays become sRGB pixels."""
