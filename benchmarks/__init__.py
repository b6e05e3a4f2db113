"""Benchmarks: how good the palettes are, and how long they take."""
