"""Pixels become a palette."""
