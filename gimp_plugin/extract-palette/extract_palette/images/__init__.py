"""Images: what GIMP's images, layers and palettes are read from and given."""
