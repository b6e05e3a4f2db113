"""Limits: how large a palette file may be.

See docs/decisions.md#recognition-by-content.
"""

from __future__ import annotations

from palette_engine.errors import InputError

__all__ = ["MAX_BYTES", "MAX_COLORS", "check_count"]

MAX_BYTES = 4 * 2**20
"""The size of the largest palette file that is read. The largest known has 100 kB."""

MAX_COLORS = 2**16
"""The largest number of colors in a palette file. The largest known has 5,000."""


def check_count(count: int) -> None:
    """Raise `InputError` if there are more than `MAX_COLORS` colors.

    Readers of text call it while they read, so that a long text does not take long.
    """
    if count > MAX_COLORS:
        raise InputError(f"A palette file has at most {MAX_COLORS:,} colors; this one has more.")
