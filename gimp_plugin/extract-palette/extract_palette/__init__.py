"""The plug-in's modules; GIMP starts extract-palette.py, which is beside this package."""
