"""Recoloring: pictures in the colors of a palette."""
