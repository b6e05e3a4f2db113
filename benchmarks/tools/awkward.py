"""Awkward inputs: unusual picture files, each with a rule that finds faults in a palette."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from benchmarks.cache import cache_path
from benchmarks.colors import ciede2000, lab_of
from benchmarks.pictures import checkerboard, photograph
from benchmarks.tools.drivers.protocol import Color
from benchmarks.tools.process import Answer
from tests.icc import DISPLAY_P3, SRGB

__all__ = ["AWKWARD", "Awkward", "Verdict"]

Verdict: TypeAlias = Literal["ok", "wrong", "failed"]

Rule: TypeAlias = Callable[[Sequence[Color]], str]
"""Returns the fault of a palette, or an empty text."""

RED, BLUE, BROWN, GRAY = (205, 45, 40), (40, 80, 190), (120, 85, 50), (150, 150, 150)
GREEN = (0, 255, 0)
"""The color of transparent pixels."""

PATCHES = (RED, BLUE, BROWN, GRAY)
"""The colors of most files: stripes that get narrower, so the first has the largest area."""

VIVID = (20, 200, 60)
"""A color whose numbers in Display P3, if taken as sRGB, give a color at ΔE2000 6."""

SIDE = 256
MIXED = 30.0
"""A swatch within this ΔE2000 of `GREEN` contains some of it; no other color is so near."""

NEAR = 10.0
"""The ΔE2000 that is allowed to a right answer; many tools keep only five bits."""

TRUE = 3.0
"""The ΔE2000 that is allowed where the file defines the color exactly."""


@dataclass(frozen=True)
class Awkward:
    """A file, the number of colors that is asked for, and the rule for its palette.

    Transparency may take up a color, so one more is asked for in files that have some. Without a
    `rule` the file shows nothing, and only an error is right.
    """

    what: str
    suffix: str
    content: Callable[[], bytes]
    asked: int
    rule: Rule | None

    def file(self, name: str) -> Path:
        """Return the path of the file; the first call makes it."""
        path = cache_path(f"tools/awkward/{name}{self.suffix}")
        content = self.content()
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
        return path

    def judge(self, answer: Answer) -> tuple[Verdict, str]:
        """Return the verdict on an answer, and its error or fault."""
        if answer.error:
            return "ok" if answer.clear and not self.rule else "failed", answer.error
        if not answer.colors:
            return "failed" if self.rule else "ok", "no colors"
        fault = self.rule(answer.colors) if self.rule else "a palette of nothing"
        return "wrong" if fault else "ok", fault


def hits(*truths: Color, tolerance: float = NEAR) -> Rule:
    """Return the rule that each given color has a swatch near it."""

    def rule(colors: Sequence[Color]) -> str:
        missed = [truth for truth in truths if _distance([truth], colors).min() > tolerance]
        return f"no {_names(missed)}" if missed else ""

    return rule


def only(*truths: Color, tolerance: float = NEAR) -> Rule:
    """Return the rule that each swatch is near one of the given colors."""

    def rule(colors: Sequence[Color]) -> str:
        distance = _distance(colors, truths).min(axis=1)
        invented = [color for color, far in zip(colors, distance > tolerance, strict=True) if far]
        return f"invented {_names(invented)}" if invented else ""

    return rule


def never(hidden: Color, tolerance: float = NEAR) -> Rule:
    """Return the rule that no swatch is near an invisible color."""

    def rule(colors: Sequence[Color]) -> str:
        shown = _distance([hidden], colors).min() < tolerance
        return f"shows hidden {_names([hidden])}" if shown else ""

    return rule


def distinct(colors: Sequence[Color]) -> str:
    """Return a fault if a color occurs twice."""
    return "has duplicates" if len(set(map(tuple, colors))) < len(colors) else ""


def every(*rules: Rule) -> Rule:
    """Return the rule that all given rules hold."""

    def rule(colors: Sequence[Color]) -> str:
        return "; ".join(fault for rule in rules if (fault := rule(colors)))

    return rule


def _distance(left: Sequence[Color], right: Sequence[Color]) -> NDArray[np.float64]:
    """Return ΔE2000 of every pair, `(len(left), len(right))`."""
    rows, columns = (lab_of(np.array(colors, np.float64)) for colors in (left, right))
    return ciede2000(rows[:, np.newaxis], columns[np.newaxis])


def _names(colors: Sequence[Color]) -> str:
    return ", ".join("#{:02x}{:02x}{:02x}".format(*map(round, color)) for color in colors)


def _stripes(colors: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """Return a square of stripes, the first the widest, `(SIDE, SIDE, channels)`."""
    widths = np.arange(len(colors), 0, -1, dtype=np.float64)
    middles = (np.arange(SIDE, dtype=np.float64) + 0.5) / SIDE
    index = np.searchsorted(np.cumsum(widths / widths.sum())[:-1], middles)
    row = np.array(colors, dtype=np.float64)[index]
    return np.broadcast_to(row, (SIDE, *row.shape))


def _save(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def _half_transparent() -> bytes:
    pixels = np.dstack([_stripes(PATCHES), np.full((SIDE, SIDE), 255, np.uint8)]).astype(np.uint8)
    pixels[: SIDE // 2] = (*GREEN, 0)
    return _save(Image.fromarray(pixels), "PNG")


def _fully_transparent() -> bytes:
    pixels = np.dstack([_stripes(PATCHES), np.zeros((SIDE, SIDE))]).astype(np.uint8)
    return _save(Image.fromarray(pixels), "PNG")


def _indexed(form: str) -> bytes:
    """Return an indexed file with one transparent entry."""
    pixels = _stripes([(0,), (1,), (2,), (3,)])[:, :, 0].astype(np.uint8)
    pixels[: SIDE // 2] = 4
    image = Image.fromarray(pixels).convert("P")
    image.putpalette([channel for color in (*PATCHES, GREEN) for channel in color])
    return _save(image, form, transparency=4)


def _display_p3(form: str) -> bytes:
    """Return the patches in Display P3: the same colors, other numbers."""
    image = Image.fromarray(_stripes((VIVID, *PATCHES)).astype(np.uint8))
    image = ImageCms.profileToProfile(image, io.BytesIO(SRGB), io.BytesIO(DISPLAY_P3)) or image
    options = {"quality": 95, "subsampling": 0} if form == "JPEG" else {}
    return _save(image, form, icc_profile=DISPLAY_P3, **options)


def _cmyk() -> bytes:
    """Return solid red, blue, green and black as inks, without a profile."""
    inks = [(0, 255, 255, 0), (255, 255, 0, 0), (255, 0, 255, 0), (0, 0, 0, 255)]
    image = Image.fromarray(_stripes(inks).astype(np.uint8), "CMYK")
    return _save(image, "JPEG", quality=95)


def _deep(colors: Sequence[Sequence[float]]) -> bytes:
    """Return a PNG file with 16 bits per channel, gray or RGB, which Pillow cannot write."""
    samples = (_stripes(colors) * 257).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in samples)
    kind = 0 if samples.shape[2] == 1 else 2
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 16, kind, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def _one_bit() -> bytes:
    pixels = _stripes([(255,), (0,)])[:, :, 0].astype(np.uint8)
    return _save(Image.fromarray(pixels).convert("1"), "PNG")


def _one_pixel() -> bytes:
    return _save(Image.new("RGB", (1, 1), RED), "PNG")


def _two_colors() -> bytes:
    return _save(Image.fromarray(_stripes([RED, BLUE]).astype(np.uint8)), "PNG")


def _gray_alpha() -> bytes:
    pixels = np.dstack([_stripes([(60,), (200,)]), np.full((SIDE, SIDE), 255, np.uint8)]).astype(
        np.uint8
    )
    pixels[: SIDE // 2] = (130, 0)
    return _save(Image.fromarray(pixels, "LA"), "PNG")


def _checkerboard() -> bytes:
    return _save(Image.fromarray(checkerboard()), "PNG")


def _truncated() -> bytes:
    """Return the first 60 % of a photograph's file."""
    whole = _save(Image.fromarray(photograph(640, 427)), "JPEG", quality=95)
    return whole[: len(whole) * 6 // 10]


def _gray(level: int) -> Color:
    return (level, level, level)


VISIBLE = every(hits(RED), never(GREEN, tolerance=MIXED))
EXACT = hits(RED, tolerance=TRUE)
IN_P3 = hits(VIVID, tolerance=TRUE)

AWKWARD: Mapping[str, Awkward] = {
    "transparent": Awkward(
        "RGBA; pure green in fully transparent pixels must not show",
        ".png",
        _half_transparent,
        5,
        VISIBLE,
    ),
    "invisible": Awkward(
        "RGBA, fully transparent: an error is right, a palette is wrong",
        ".png",
        _fully_transparent,
        4,
        None,
    ),
    "indexed": Awkward(
        "color table with a transparent green, PNG: it must not show",
        ".png",
        partial(_indexed, "PNG"),
        5,
        VISIBLE,
    ),
    "gif": Awkward("the same as GIF", ".gif", partial(_indexed, "GIF"), 5, VISIBLE),
    "p3-png": Awkward(
        "profile of Display P3, PNG: the largest color within ΔE2000 3",
        ".png",
        partial(_display_p3, "PNG"),
        5,
        IN_P3,
    ),
    "p3-jpeg": Awkward("the same as JPEG", ".jpg", partial(_display_p3, "JPEG"), 5, IN_P3),
    "cmyk": Awkward(
        "CMYK without a profile, JPEG: the largest color, red ink, must be red",
        ".jpg",
        _cmyk,
        4,
        hits((237, 28, 36), tolerance=15),
    ),
    "deep": Awkward(
        "RGB, 16 bits: the largest color must be there",
        ".png",
        partial(_deep, PATCHES),
        4,
        hits(RED),
    ),
    "deep-gray": Awkward(
        "gray, 16 bits: a quarter and half must be there",
        ".png",
        partial(_deep, [(64,), (128,), (192,)]),
        3,
        hits(_gray(64), _gray(128)),
    ),
    "one-bit": Awkward(
        "black and white, 1 bit: both must be there",
        ".png",
        _one_bit,
        2,
        hits(_gray(255), _gray(0)),
    ),
    "one-pixel": Awkward(
        "one pixel, asked for 10: its color alone, once",
        ".png",
        _one_pixel,
        10,
        every(EXACT, only(RED), distinct),
    ),
    "two-colors": Awkward(
        "two colors, asked for 10: no others, none twice",
        ".png",
        _two_colors,
        10,
        every(only(RED, BLUE), distinct),
    ),
    "gray-alpha": Awkward(
        "gray with alpha: the hidden gray must not show",
        ".png",
        _gray_alpha,
        3,
        every(hits(_gray(60)), never(_gray(130))),
    ),
    "checkerboard": Awkward(
        "single pixels of two colors, 3 MP, asked for 10: no others",
        ".png",
        _checkerboard,
        10,
        only((30, 60, 120), (250, 200, 40)),
    ),
    "truncated": Awkward(
        "JPEG that ends early: an error is right, a palette without one is wrong",
        ".jpg",
        _truncated,
        10,
        None,
    ),
}
"""All awkward files by name."""
