"""Limits: how large pictures may be, how long work may take, and how much is kept.

`palette-engine serve` has flags for `bytes`, `pixels`, `memory` and `forget`, with these defaults.
Other limits are where requests are read: of heads and connections in server.py, of fields in
multipart_form.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from palette_engine.options import OPTIONS

__all__ = ["Limits"]

MAX_UPLOADS = 8


@dataclass(frozen=True)
class Limits:
    """The limits of the page's server: of a picture, and times in seconds.

    A picture's file has at most `bytes`, and itself `pixels`; decoding it may take `memory`
    megabytes.

    A body may take `receiving` seconds in all and `idle` seconds from piece to piece; a job may
    take `working` seconds. A picture is forgotten after `forget` seconds without use, or when all
    pictures together hold more than `held` bytes. There are `workers` processes, and at most
    `waiting` requests wait for one. See docs/decisions.md#limits-of-the-page.
    """

    bytes: int = 64 * 10**6
    pixels: int = OPTIONS["max_pixels"].default
    memory: int = OPTIONS["max_memory"].default
    receiving: float = 60
    idle: float = 10
    working: float = 60
    forget: float = 30 * 60
    held: int = 512 * 10**6
    workers: int = 2
    waiting: int = 16

    @property
    def uploads(self) -> int:
        """At most this many pictures are received at once; together they hold at most `held`."""
        return max(1, min(MAX_UPLOADS, self.held // self.bytes))
