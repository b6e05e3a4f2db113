"""Patience: how long tests wait."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["PATIENCE", "wait_for"]

PATIENCE = 240
"""Seconds after which a process counts as hanging; on a busy machine it may take minutes.

See docs/decisions.md#patience.
"""


def wait_for(is_done: Callable[[], object]) -> None:
    """Wait until something is so, at most PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while not is_done():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
