"""Palettes as drawings: shapes, the swatch sheet and the swatch strip."""
