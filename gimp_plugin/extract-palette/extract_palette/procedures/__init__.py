"""Procedures: what GIMP runs, with a dialog or from a script."""
