"""Protocol: the version of the session's protocol, apart so that installing loads no engine."""

from __future__ import annotations

__all__ = ["PROTOCOL"]

PROTOCOL = 5
"""Increases with changes that clients of an older version cannot handle."""
