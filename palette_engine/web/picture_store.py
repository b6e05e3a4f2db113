"""Picture store: the pictures that the page works on, in memory until they are forgotten.

See docs/decisions.md#the-pages-own-server-code.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sized
from dataclasses import dataclass, replace

from palette_engine.errors import PaletteError, Reason
from palette_engine.option_kinds import Region

__all__ = ["PictureForgotten", "PictureStore", "StoredPicture"]

OVERHEAD = 2**10
"""Bytes that a picture counts for beside its data, such as for its name."""

EXPIRED = "expired"
CROWDED_OUT = "crowded out"

MAX_CAUSES = 1000
"""The store remembers for at most this many forgotten pictures why it forgot them."""


class PictureForgotten(PaletteError):
    """A picture that is not stored any more, or never was."""


@dataclass(frozen=True)
class StoredPicture:
    """A picture: the bytes of its file, its size as it is shown, and what was made of it.

    Palettes of the picture, or of its `region`, are made from `summary`. `preview` is a smaller
    picture. `notes` are sentences about the file. If it `is_foreign`, browsers may show it in
    other colors. If it `is_transparent`, some of it is not opaque. `key` is set by `PictureStore`.
    """

    name: str
    data: bytes | bytearray
    width: int
    height: int
    summary: Sized
    notes: tuple[str, ...] = ()
    is_foreign: bool = False
    is_transparent: bool = False
    region: Region | None = None
    preview: bytes | None = None
    key: str = ""

    @property
    def size(self) -> int:
        """The number of bytes that it holds."""
        return OVERHEAD + len(self.data) + len(self.summary) + len(self.preview or b"")


class PictureStore:
    """Pictures by key.

    A picture is forgotten after `seconds` without use. While all pictures together hold more than
    `most_bytes`, the least recently used one is forgotten; the latest stays, whatever its size.
    """

    def __init__(
        self, most_bytes: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._clock = clock
        # The least recently used picture comes first; each has the time of its last use.
        self._pictures: dict[str, tuple[StoredPicture, float]] = {}
        self._causes: dict[str, str] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._pictures)

    @property
    def size(self) -> int:
        """The number of bytes that all pictures hold."""
        return self._size

    def add(self, picture: StoredPicture) -> str:
        """Store a picture, and return a new key that cannot be guessed."""
        key = secrets.token_urlsafe(16)
        self._put(replace(picture, key=key))
        return key

    def get(self, key: str) -> StoredPicture:
        """Return a picture, which counts as a use, or raise `PictureForgotten`."""
        self.expire()
        if key not in self._pictures:
            raise self._forgotten(key)
        picture, _ = self._pictures[key]
        self._put(picture)
        return picture

    def replace(self, picture: StoredPicture) -> None:
        """Store a picture in place of the one with its key, or raise `PictureForgotten`."""
        self.get(picture.key)
        self._put(picture)

    def forget(self, key: str) -> None:
        """Forget a picture if it is stored."""
        if key in self._pictures:
            picture, _ = self._pictures.pop(key)
            self._size -= picture.size

    def expire(self) -> None:
        """Forget the pictures that were not used for too long."""
        for key, (_, used) in list(self._pictures.items()):
            if self._clock() - used < self._seconds:
                return
            self._drop(key, EXPIRED)

    def _put(self, picture: StoredPicture) -> None:
        """Store a picture as the most recently used one, and forget others if need be."""
        self.forget(picture.key)
        self._pictures[picture.key] = picture, self._clock()
        self._size += picture.size
        while len(self._pictures) > 1 and self._size > self._most_bytes:
            self._drop(next(iter(self._pictures)), CROWDED_OUT)

    def _drop(self, key: str, cause: str) -> None:
        self.forget(key)
        self._causes[key] = cause
        if len(self._causes) > MAX_CAUSES:
            del self._causes[next(iter(self._causes))]

    def _forgotten(self, key: str) -> PictureForgotten:
        cause = {
            EXPIRED: f"This picture was not used for {_duration(self._seconds)}, and is forgotten",
            CROWDED_OUT: "This picture had to make room for newer ones",
        }.get(self._causes.get(key, ""), "This picture is not here any more")
        return PictureForgotten(f"{cause}; drop it again.", Reason.FORGOTTEN)


def _duration(seconds: float) -> str:
    """Return a duration in words, in the largest unit that fits into it."""
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return _counted(seconds / length, unit)
    return _counted(seconds, "second")


def _counted(count: float, unit: str) -> str:
    return f"{count:.3g} {unit}" if count == 1 else f"{count:.3g} {unit}s"
