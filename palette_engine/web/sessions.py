"""Sessions: the pictures that the page works on, in memory until nobody uses them any more."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from palette_engine.errors import PaletteError, Reason
from palette_engine.options import Region

__all__ = ["Forgotten", "Session", "Sessions"]

ROOM = 2**10
"""How many bytes a picture counts for beside its data: its name and its place."""

EXPIRED = "expired"
CROWDED_OUT = "crowded out"

MOST_REMEMBERED = 1000
"""Of how many pictures that are gone it is remembered why."""


class Forgotten(PaletteError):
    """A picture that is not here any more, or never was."""


@dataclass(frozen=True)
class Session:
    """A picture: the bytes of its file, its size as it is shown, and what was made of it.

    `sampled` is what palettes of it, or of its `region`, are made from, and `reduced` a smaller
    picture. `notes` are sentences about the file. `picture` is the name under which `Sessions`
    has it.
    """

    name: str
    data: bytes | bytearray
    width: int
    height: int
    sampled: bytes
    notes: tuple[str, ...] = ()
    region: Region | None = None
    reduced: bytes | None = None
    picture: str = ""

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return ROOM + len(self.data) + len(self.sampled) + len(self.reduced or b"")


class Sessions:
    """The pictures that are at hand.

    One is forgotten when it was not used for `seconds`, and those not used longest when all
    together hold more than `most_bytes`; but the latest stays, whatever its size.
    """

    def __init__(
        self, most_bytes: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._clock = clock
        # Those not used longest come first, with the time of their last use.
        self._held: dict[str, tuple[Session, float]] = {}
        self._gone: dict[str, str] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._held)

    @property
    def size(self) -> int:
        """How many bytes all pictures hold."""
        return self._size

    def add(self, session: Session) -> str:
        """Keep a picture, and return a new name for it that nobody can guess."""
        picture = secrets.token_urlsafe(16)
        self._put(replace(session, picture=picture))
        return picture

    def get(self, picture: str) -> Session:
        """Return a picture, which counts as using it, or raise `Forgotten`."""
        self.sweep()
        if picture not in self._held:
            raise self._forgotten(picture)
        session, _ = self._held[picture]
        self._put(session)
        return session

    def replace(self, session: Session) -> None:
        """Keep a picture in place of the one of its name, or raise `Forgotten`."""
        self.get(session.picture)
        self._put(session)

    def forget(self, picture: str) -> None:
        """Forget a picture, if it is here."""
        if picture in self._held:
            session, _ = self._held.pop(picture)
            self._size -= session.size

    def sweep(self) -> None:
        """Forget what was not used for too long."""
        for picture, (_, used) in list(self._held.items()):
            if self._clock() - used < self._seconds:
                return
            self._drop(picture, EXPIRED)

    def _put(self, session: Session) -> None:
        """Keep a picture as the one used last, and make room for it."""
        self.forget(session.picture)
        self._held[session.picture] = session, self._clock()
        self._size += session.size
        while len(self._held) > 1 and self._size > self._most_bytes:
            self._drop(next(iter(self._held)), CROWDED_OUT)

    def _drop(self, picture: str, why: str) -> None:
        self.forget(picture)
        self._gone[picture] = why
        if len(self._gone) > MOST_REMEMBERED:
            del self._gone[next(iter(self._gone))]

    def _forgotten(self, picture: str) -> Forgotten:
        why = {
            EXPIRED: f"This picture was not used for {_duration(self._seconds)}, and is forgotten",
            CROWDED_OUT: "This picture had to make room for newer ones",
        }.get(self._gone.get(picture, ""), "This picture is not here any more")
        return Forgotten(f"{why}; drop it again.", Reason.FORGOTTEN)


def _duration(seconds: float) -> str:
    """Return a duration in words, in the largest unit that it has one of."""
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return _counted(seconds / length, unit)
    return _counted(seconds, "second")


def _counted(count: float, unit: str) -> str:
    return f"{count:.3g} {unit}" if count == 1 else f"{count:.3g} {unit}s"
