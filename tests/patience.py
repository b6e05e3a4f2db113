"""Patience: how long tests wait."""

from __future__ import annotations

__all__ = ["PATIENCE"]

PATIENCE = 240
"""Seconds after which a process counts as hanging; on a busy machine it may take minutes.

See docs/decisions.md#patience.
"""
