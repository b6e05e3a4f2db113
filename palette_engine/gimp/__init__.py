"""GIMP profiles: where they are, and putting the plug-in into them."""
