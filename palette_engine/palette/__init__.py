"""Palettes: the value, the order of its swatches, their names, and the check of its colors.

See docs/decisions.md#palette-below-pictures.
"""
