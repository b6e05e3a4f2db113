"""Viewport: the part of a picture that is seen in a widget, and how large.

Standard library only. All positions in a widget are in pixels of the screen, from its top left
corner. See docs/decisions.md#zoom-in-previews.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

Size: TypeAlias = tuple[int, int]
"""A width and a height, in pixels."""

LARGEST = (720, 540)
"""The greatest size of a whole picture that is larger, however much room there is.

The engine colors all pixels for each preview.
"""

CLOSER = (1080, 810)
"""As LARGEST, of a part of a picture that is seen smaller than it is."""

CLOSEST = (1920, 1440)
"""As LARGEST, of a part whose every pixel is seen: it need not be averaged."""

SCALES = (
    *(1 / parts for parts in (64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2)),
    2 / 3,
    *map(float, (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)),
)
"""The steps of zooming, in pixels of the screen for one of the picture."""

ALIKE = 1.02
"""Two scales within this factor are one step."""


class Box(NamedTuple):
    """A rectangle in a picture, in its pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Viewport:
    """A picture of a `size` in a widget with `room`.

    `zoom` is the pixels of the screen for one of the picture, or 0 if all of it is seen; `center`
    is the point of the picture in the middle of the widget.
    """

    size: Size = (1, 1)
    room: Size = (1, 1)
    zoom: float = 0.0
    center: tuple[float, float] = (0.5, 0.5)

    @property
    def scale(self) -> float:
        """The pixels of the screen for one of the picture."""
        return self.zoom or self.fit

    @property
    def fit(self) -> float:
        """The scale in which all is seen; of a small picture, pixels stay squares."""
        scale = _least(self.room, self.size)
        if scale >= 1 and _least(LARGEST, self.size) >= 1:
            return float(math.floor(scale))
        return min(1.0, scale, _least(LARGEST, self.size))

    @property
    def origin(self) -> tuple[int, int]:
        """The position of the picture's top left corner in the widget."""
        x, y = (
            round(room / 2 - center * self.scale)
            for room, center in zip(self.room, self._middle, strict=True)
        )
        return x, y

    @property
    def box(self) -> Box:
        """The part of the picture that is seen."""
        spans = []
        for origin, room, size in zip(self.origin, self.room, self.size, strict=True):
            start = max(0, math.floor(-origin / self.scale))
            end = min(size, math.ceil((room - origin) / self.scale))
            spans.append((start, max(1, end - start)))
        (left, width), (top, height) = spans
        return Box(left, top, width, height)

    @property
    def pixels(self) -> Size:
        """The size in which the part that is seen is to be read."""
        box, scale = self.box, min(1.0, self.scale)
        most = LARGEST if not self.zoom else CLOSER if scale < 1 else CLOSEST
        across, down = (
            max(1, min(round(length * scale), limit))
            for length, limit in zip(box[2:], most, strict=True)
        )
        return across, down

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the picture at a position, in its pixels; it may be outside."""
        left, top = self.origin
        return (x - left) / self.scale, (y - top) / self.scale

    def of(self, size: Size) -> Viewport:
        """Return the same view of a picture of a size; all of it if the size is another one."""
        return self if size == self.size else Viewport(size, self.room)

    def within(self, room: Size) -> Viewport:
        """Return the view in a widget of another size."""
        return replace(self, room=room)

    def whole(self) -> Viewport:
        """Return the view of the whole picture."""
        return replace(self, zoom=0.0)

    def nearer(self, at: tuple[float, float] | None = None) -> Viewport:
        """Return the view one step larger, in which a position shows the same point."""
        larger = (scale for scale in SCALES if scale > ALIKE * self.scale)
        return self.scaled(next(larger, self.scale), at)

    def farther(self, at: tuple[float, float] | None = None) -> Viewport:
        """Return the view one step smaller, in which a position shows the same point."""
        smaller = (scale for scale in reversed(SCALES) if ALIKE * scale < self.scale)
        return self.scaled(next(smaller, 0.0), at)

    def scaled(self, scale: float, at: tuple[float, float] | None = None) -> Viewport:
        """Return the view in a scale; all of the picture if that is larger."""
        if scale <= ALIKE * self.fit:
            return self.whole()
        scale = min(scale, SCALES[-1])
        x, y = at or (self.room[0] / 2, self.room[1] / 2)
        found = self.at(x, y)
        center = (
            found[0] + (self.room[0] / 2 - x) / scale,
            found[1] + (self.room[1] / 2 - y) / scale,
        )
        return replace(self, zoom=scale, center=center)._clamped()

    def moved(self, across: float, down: float) -> Viewport:
        """Return the view after the picture was moved by some pixels of the screen."""
        x, y = self._middle
        center = x - across / self.scale, y - down / self.scale
        return replace(self, center=center)._clamped()

    def _clamped(self) -> Viewport:
        return replace(self, center=self._middle)

    @property
    def _middle(self) -> tuple[float, float]:
        """The center, such that there is no empty room beside a picture that goes on."""
        if not self.zoom:
            return self.size[0] / 2, self.size[1] / 2
        x, y = (
            min(
                max(center, room / 2 / self.zoom),
                max(room / 2 / self.zoom, size - room / 2 / self.zoom),
            )
            if size * self.zoom > room
            else size / 2
            for center, room, size in zip(self.center, self.room, self.size, strict=True)
        )
        return x, y


def _least(limits: Size, size: Size) -> float:
    return min(limit / length for limit, length in zip(limits, size, strict=True))
