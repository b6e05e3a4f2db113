"""How long the tests wait for what must happen."""

from __future__ import annotations

__all__ = ["PATIENCE"]

PATIENCE = 600
"""Seconds after which something hangs: a machine with much else to do may take minutes."""
