"""Pixels become a palette.

See docs/decisions.md#the-name-extraction and docs/decisions.md#one-noun-a-module.
"""
