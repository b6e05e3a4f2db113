"""Composition: the frames of an animation as they are shown, one drawn over the other.

GIF89a (CompuServe 1990), section 23, and PNG (third edition), section 11.3.6.2. See
docs/decisions.md#animations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.pictures.array_decoder import rows_of
from palette_engine.pictures.channels import channels_of
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.region import Box

__all__ = ["BYTES_PER_PIXEL", "Patch", "composed", "headers_of"]

BYTES_PER_PIXEL = 48
"""The memory that composing takes for each pixel of 16 bits: canvas, frame and their blend."""


@dataclass(frozen=True, eq=False)
class Patch:
    """What a file stores of a frame: pixels for a box of the canvas, and what to do with them.

    `blend` is ``over`` or ``replace``. `disposal` is what happens to the box before the next frame:
    ``keep``, ``clear`` or ``restore``. `duration` is in milliseconds.
    """

    box: Box
    decode: Callable[[], Decoded]
    blend: str
    disposal: str
    duration: Fraction


def composed(width: int, height: int, patches: Iterable[Patch]) -> Iterator[Decoded]:
    """Yield each frame of an animation as it is shown, on a canvas that is transparent at first.

    A frame is valid until the next one is asked for. Raises what decoding the patches does.
    """
    canvas: NDArray[Any] | None = None
    whole = Box(0, 0, width, height)
    for patch in patches:
        decoded = patch.decode()
        if canvas is None and patch.box == whole:
            yield replace(decoded, duration=patch.duration)
        drawn = _pixels_of(decoded, patch.box)
        before = canvas
        if canvas is None:
            canvas = np.zeros((height, width, drawn.shape[2]), drawn.dtype)
        canvas, drawn = _alike(canvas, drawn)
        part = rows_of(canvas, patch.box)
        saved = part.copy() if patch.disposal == "restore" else None
        _BLENDS[patch.blend](part, drawn)
        if before is not None or patch.box != whole:
            yield Decoded(
                rows=partial(rows_of, canvas),
                channels=channels_of,
                is_deep=canvas.dtype != np.uint8,
                profile=decoded.profile,
                orientation=decoded.orientation,
                duration=patch.duration,
            )
        if patch.disposal == "clear":
            part[:] = 0
        if saved is not None:
            part[:] = saved


def headers_of(header: Header, frames: Iterable[Decoded]) -> Iterator[Header]:
    """Yield a header for each frame of an animation, which is decoded when it is asked for."""
    return (replace(header, decode=partial(_same, each)) for each in frames)


def _same(decoded: Decoded) -> Decoded:
    return decoded


def _pixels_of(decoded: Decoded, box: Box) -> NDArray[Any]:
    """Return all pixels of a patch with alpha as their last channel, uint8 or uint16."""
    width, height = box.size
    native = decoded.rows(Box(0, 0, width, height))
    found = decoded.channels(native.reshape(-1, *native.shape[2:]))
    color = found.color if found.color.dtype == np.uint16 else found.color.astype(np.uint8)
    opaque = np.iinfo(color.dtype).max
    alpha = np.full(len(color), opaque, color.dtype)
    if found.alpha is not None:
        alpha = found.alpha.astype(color.dtype)
        if found.alpha.dtype == np.uint8 and color.dtype == np.uint16:
            alpha *= np.uint16(257)
    pixels = np.concatenate([color, alpha[:, np.newaxis]], axis=1)
    return pixels.reshape(height, width, pixels.shape[1])


def _alike(one: NDArray[Any], other: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return two pictures, both in color if one is, and both with 16 bits if one is."""
    is_color = max(one.shape[2], other.shape[2]) > 2
    is_deep = np.uint16 in (one.dtype, other.dtype)
    pair = []
    for pixels in (one, other):
        if is_color and pixels.shape[2] == 2:
            pixels = pixels[:, :, [0, 0, 0, 1]]
        if is_deep and pixels.dtype == np.uint8:
            pixels = pixels * np.uint16(257)
        pair.append(pixels)
    return pair[0], pair[1]


def _replace(part: NDArray[Any], drawn: NDArray[Any]) -> None:
    part[:] = drawn


def _over(part: NDArray[Any], drawn: NDArray[Any]) -> None:
    """Draw pixels over others, in the numbers of the file (PNG, section 13.16)."""
    opaque = np.iinfo(drawn.dtype).max
    alpha = drawn[:, :, -1]
    solid = alpha == opaque
    part[solid] = drawn[solid]
    mixed = (alpha > 0) & ~solid
    if not mixed.any():
        return
    above, below = (each[mixed].astype(np.float64) / opaque for each in (drawn, part))
    left = below[:, -1:] * (1 - above[:, -1:])
    total = above[:, -1:] + left
    color = (above[:, :-1] * above[:, -1:] + below[:, :-1] * left) / total
    blended = np.concatenate([color, total], axis=1)
    part[mixed] = np.round(blended * opaque).astype(drawn.dtype)


_BLENDS: Mapping[str, Callable[[NDArray[Any], NDArray[Any]], None]] = {
    "over": _over,
    "replace": _replace,
}
