"""The session protocol's version, kept apart so that installing need not load the engine."""

from __future__ import annotations

__all__ = ["PROTOCOL"]

PROTOCOL = 2
"""Grows when a client of an older version would not understand."""
