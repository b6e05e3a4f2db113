"""GIMP judges: TIFF, BMP, CMYK and Adobe RGB by Exif have the colors that GIMP shows.

Files of the web are judged by Chromium (tests/web/browser/test_picture_colors.py).
See docs/decisions.md#gimp-as-judge for what GIMP reads otherwise, and who is right.
"""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine.recoloring.raster import Picture
from tests import icc
from tests.bmp_files import (
    SRGB_NAME,
    bmp,
    calibrated,
    indexed_bmp,
    os_2_bmp,
    run_lengths,
    with_profile,
)
from tests.gimp.gimps import Gimp, Worker
from tests.pictures import color_files as files
from tests.sample_pictures import encoded, tiff, u8
from tests.tiff_files import Value, compressed, fields, packed, picture, tiff_file
from tools.provisioning.debian import REPOSITORY

pytestmark = [
    pytest.mark.gimp,
    pytest.mark.newest_gimp,
    pytest.mark.filterwarnings("ignore::palette_engine.errors.PaletteWarning"),
]

TOLERANCE = 2
"""Levels of 255."""

NEGATIVE, GRAY, RGB, INDEXED, CMYK, YCBCR, CIELAB, ICCLAB = 0, 1, 2, 3, 5, 6, 8, 9

UNCOMPRESSED, DEFLATE = 1, 8

DECISIONS = REPOSITORY / "docs" / "decisions.md"

SAMPLES = Path(__file__).parents[1] / "pictures" / "samples"


def random(*shape: int, bits: int = 8, seed: int = 0) -> NDArray[np.int64]:
    """Return random samples that have black and white among them."""
    samples = np.random.default_rng(seed).integers(0, 2**bits, shape)
    samples[0, 0], samples[0, 1] = 0, 2**bits - 1
    return samples


ALPHA = {"associated": 1, "straight": 2}
"""The kinds of alpha in a TIFF, and their numbers."""


def with_alpha(bits: int, channels: int, kind: str) -> NDArray[np.int64]:
    """Return random samples whose last one is an alpha of at least a half."""
    samples = random(5, 7, channels, bits=bits)
    full = 2**bits - 1
    samples[..., -1] = full // 2 + samples[..., -1] // 2
    if kind == "associated":
        samples[..., :-1] = samples[..., :-1] * samples[..., -1:] // full
    return samples


def planar(samples: NDArray[np.int64], bits: int, photometric: int, **more: Value) -> bytes:
    """Return an uncompressed TIFF with each channel in a strip of its own."""
    count = samples.shape[2]
    strips = [packed(samples[..., index : index + 1], [bits]) for index in range(count)]
    return tiff_file(fields(samples, [bits] * count, photometric, t284=2, **more), *strips)


def floats(kind: str, channels: int, **options: Any) -> bytes:
    values = np.random.default_rng(1).random((5, 7, channels)).astype(kind)
    photometric = "minisblack" if channels == 1 else "rgb"
    return tiff(values, photometric=photometric, **options)


def print_inks(cyan: int, magenta: int, yellow: int, black: int) -> icc.Lab:
    """Return roughly the CIELAB color of printed inks, each 0 or 1, relative to the paper."""
    light = 100 * (1 - 0.38 * cyan) * (1 - 0.5 * magenta) * (1 - 0.07 * yellow) * (1 - 0.8 * black)
    faded = 1 - 0.8 * black
    red_green = (-35 * cyan + 72 * magenta - 5 * yellow) * faded
    return light, red_green, (-48 * cyan - 3 * magenta + 90 * yellow) * faded


PRINTER = icc.cmyk_profile(print_inks)

LAB = np.stack(np.meshgrid(range(10, 250, 30), range(104, 154, 12), range(104, 154, 12)), -1)
"""Colors of CIELAB in 8 bits with an offset; most are in sRGB."""


def lab(photometric: int, bits: int) -> bytes:
    samples = LAB.reshape(5, -1, 3)
    if photometric == CIELAB:
        samples = samples.copy()
        samples[..., 1:] = (samples[..., 1:] - 128) % 256
    if bits == 16:
        samples = samples * 256
        if photometric == CIELAB:
            samples[..., 0] = LAB.reshape(5, -1, 3)[..., 0] * 257
    return picture(samples, bits, photometric)


def indexed_tiff(bits: int) -> bytes:
    colors = random(3, 2**bits, bits=8, seed=bits) * 257
    return picture(random(5, 7, 1, bits=bits), bits, INDEXED, t320=colors.ravel().tolist())


def turned(orientation: int) -> bytes:
    return picture(random(5, 7, 3), 8, RGB, t274=orientation)


def deflated(bits: int) -> bytes:
    samples = random(5, 7, 3, bits=bits)
    data = compressed(packed(samples, [bits] * 3), 5, "deflate")
    return tiff_file(fields(samples, [bits] * 3, RGB, t259=8), data)


def photo(mode: str, kind: str, **options: Any) -> bytes:
    """Return smooth colors in a lossy file."""
    across, down = np.meshgrid(np.arange(0, 256, 8), np.arange(0, 256, 8))
    colors = np.dstack([across, down, 255 - across, (across + down) // 4]).astype(np.uint8)
    image = Image.fromarray(colors[..., :3]) if mode == "RGB" else Image.fromarray(colors, "CMYK")
    return encoded(image, kind, **options)


def luma_and_chroma() -> NDArray[np.int64]:
    """Return smooth colors in YCbCr, `(32, 32, 3)`."""
    with Image.open(io.BytesIO(photo("RGB", "PNG"))) as image:
        return np.asarray(image.convert("YCbCr")).astype(np.int64)


def subsampled(colors: NDArray[np.int64], method: int) -> bytes:
    """Return a TIFF of YCbCr with one chroma for 2 x 2 pixels (TIFF 6.0, section 21)."""
    height, width, _ = colors.shape
    blocks = colors.reshape(height // 2, 2, width // 2, 2, 3)
    luma = blocks[..., 0].swapaxes(1, 2).reshape(height // 2, width // 2, 4)
    data = np.concatenate([luma, blocks[:, 0, :, 0, 1:]], axis=2).astype(np.uint8).tobytes()
    tags = fields(colors, [8] * 3, YCBCR, t530=(2, 2), t259=method)
    return tiff_file(tags, zlib.compress(data) if method == DEFLATE else data)


COLORMAP: list[int] = (random(3, 256, seed=4) * 257).ravel().tolist()

FLOATS = {"float of 16 bits": "f2", "float of 32 bits": "f4", "float of 64 bits": "f8"}

PROFILES = {
    "Display P3": icc.DISPLAY_P3,
    "Adobe RGB": icc.ADOBE_RGB,
    "linear": icc.LINEAR_SRGB,
}

TIFFS: dict[str, bytes] = {
    **{
        f"gray, {bits} bits": picture(random(5, 7, 1, bits=bits), bits, GRAY)
        for bits in (1, 2, 4, 8, 16, 32)
    },
    **{
        f"negative, {bits} bits": picture(random(5, 7, 1, bits=bits), bits, NEGATIVE)
        for bits in (1, 2, 4, 8)
    },
    **{f"gray, {name}": floats(kind, 1) for name, kind in FLOATS.items()},
    **{f"RGB, {name}": floats(kind, 3) for name, kind in FLOATS.items()},
    **{
        f"RGB, {bits} bits, {name}": picture(random(5, 7, 3, bits=bits), bits, RGB, order)
        for bits in (8, 16, 32)
        for name, order in (("little-endian", "<"), ("big-endian", ">"))
    },
    **{f"RGB, {bits} bits, Deflate": deflated(bits) for bits in (8, 16)},
    **{
        f"RGB, {bits} bits, planar": planar(random(5, 7, 3, bits=bits), bits, RGB)
        for bits in (8, 16)
    },
    "RGB, LZW": encoded(Image.fromarray(u8(random(5, 7, 3))), "TIFF", compression="tiff_lzw"),
    "RGB, BigTIFF": tiff(u8(random(5, 7, 3)), photometric="rgb", bigtiff=True),
    "RGB, tiles": tiff(u8(random(40, 50, 3)), photometric="rgb", tile=(16, 16)),
    "fax": encoded(Image.fromarray(random(8, 8) % 2 == 0), "TIFF", compression="group4"),
    "YCbCr": picture(luma_and_chroma(), 8, YCBCR, t530=(1, 1)),
    "YCbCr, subsampled": subsampled(luma_and_chroma(), UNCOMPRESSED),
    "YCbCr, subsampled, Deflate": subsampled(luma_and_chroma(), DEFLATE),
    "JPEG in it": photo("RGB", "TIFF", compression="jpeg", quality=95),
    **{
        f"{name}, {kind} alpha, {bits} bits": picture(
            with_alpha(bits, channels, kind), bits, color, t338=ALPHA[kind]
        )
        for name, color, channels in (("gray", GRAY, 2), ("RGB", RGB, 4))
        for kind in ALPHA
        for bits in (8, 16)
    },
    "RGB, alpha that is not told": picture(with_alpha(8, 4, "straight"), 8, RGB),
    **{
        f"gray, alpha, planar, {bits} bits": planar(
            with_alpha(bits, 2, "straight"), bits, GRAY, t338=2
        )
        for bits in (8, 16)
    },
    **{
        f"CMYK, profile, {bits} bits": picture(
            random(5, 7, 4, bits=bits), bits, CMYK, t34675=PRINTER
        )
        for bits in (8, 16)
    },
    **{f"indexed, {bits} bits": indexed_tiff(bits) for bits in (1, 2, 4, 8)},
    **{f"orientation {number}": turned(number) for number in range(1, 9)},
    **{
        f"profile, {name}, {bits} bits": picture(
            random(5, 7, 3, bits=bits), bits, RGB, t34675=profile
        )
        for name, profile in PROFILES.items()
        for bits in (8, 16)
    },
    "profile, linear, float": floats(
        "f4", 3, extratags=[(34675, 7, len(icc.LINEAR_SRGB), icc.LINEAR_SRGB, True)]
    ),
    "profile, Adobe RGB, associated alpha": picture(
        with_alpha(8, 4, "associated"), 8, RGB, t338=1, t34675=icc.ADOBE_RGB
    ),
    "profile of RGB, gray": picture(random(5, 7, 1), 8, GRAY, t34675=icc.DISPLAY_P3),
    "profile of gray, RGB": picture(random(5, 7, 3), 8, RGB, t34675=icc.gray_profile(1.8)),
    "profile of CMYK, RGB": picture(random(5, 7, 3), 8, RGB, t34675=PRINTER),
    "profile, CMYK and alpha": picture(
        with_alpha(8, 5, "straight"), 8, CMYK, t338=2, t34675=PRINTER
    ),
    "profile, indexed": picture(random(5, 7, 1), 8, INDEXED, t320=COLORMAP, t34675=icc.DISPLAY_P3),
    "indexed, alpha": picture(with_alpha(8, 2, "straight"), 8, INDEXED, t320=COLORMAP, t338=2),
    "profile, gray": picture(random(5, 7, 1), 8, GRAY, t34675=icc.gray_profile(1.8)),
    "Exif of Adobe RGB": files.tiff_with_exif(0xFFFF, b"R03\0"),
}

PALETTE = [
    *((200, 60, 40), (30, 90, 160), (255, 255, 255), (0, 0, 0)),
    *((level, level, 255 - level) for level in range(252)),
]


def indexed(bits: int, **more: Any) -> bytes:
    return indexed_bmp(random(5, 7, bits=bits), PALETTE[: 2**bits], bits, **more)


def run_length_bmp(bits: int) -> bytes:
    pixels = random(5, 9, bits=bits).repeat(3, axis=1)
    return indexed_bmp(pixels, PALETTE[: 2**bits], bits, packed=run_lengths(pixels, bits))


def words(bits: int) -> list[list[int]]:
    """Return the pixels of a BMP with bit fields."""
    found: list[list[int]] = random(5, 7, bits=bits).tolist()
    return found


BITS_555, BITS_565, BITS_444 = (0x7C00, 0x3E0, 0x1F), (0xF800, 0x7E0, 0x1F), (0xF00, 0xF0, 0xF)
BGRA = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)

SKIPPING = bytes((4, 2, 0, 2, 3, 1, 3, 5, 0, 0, 9, 7, 0, 0, 2, 3, 0, 1))
SHORT_ROWS = bytes((4, 2, 0, 0, 3, 1, 0, 0, 9, 7, 0, 0, 2, 3, 0, 1))

BMPS: dict[str, bytes] = {
    **{f"{bits} bits": indexed(bits) for bits in (1, 2, 4, 8)},
    **{f"{bits} bits, top-down": indexed(bits, top_down=True) for bits in (1, 4, 8)},
    "24 bits": encoded(Image.fromarray(u8(random(5, 7, 3))), "BMP"),
    "32 bits": encoded(Image.fromarray(u8(random(5, 7, 4))), "BMP"),
    "5-5-5": bmp(words(15), BITS_555, bits=16),
    "5-6-5": bmp(words(16), BITS_565, bits=16),
    "4-4-4": bmp(words(12), BITS_444, bits=16),
    "8-8-8": bmp(words(32), BGRA[:3]),
    "8-8-8, top-down": bmp(words(32), BGRA[:3], upside_down=False),
    "8-8-8, red at the top": bmp(words(32), (0xFF000000, 0xFF0000, 0xFF00)),
    "10-10-10": bmp(words(30), (0x3FF00000, 0xFFC00, 0x3FF)),
    "11-11-10": bmp(words(32), (0xFFE00000, 0x1FFC00, 0x3FF)),
    "8-8-8-8, V3": bmp(words(32), BGRA, size=56),
    "8-8-8-8, V4": bmp(words(32), BGRA, size=108, color=SRGB_NAME),
    "8-8-8-8, V5": bmp(words(32), BGRA, size=124, color=SRGB_NAME),
    "4-4-4-4": bmp(words(16), (*BITS_444, 0xF000), bits=16, size=56),
    "5-5-5-1": bmp(words(16), (*BITS_555, 0x8000), bits=16, size=56),
    **{f"OS/2, {size} bytes": os_2_bmp(random(5, 7, 3), size=size) for size in (12, 16, 64)},
    **{
        f"OS/2, {bits} bits": os_2_bmp(
            random(5, 7, bits=bits), size=12, bits=bits, colors=PALETTE[: 2**bits]
        )
        for bits in (1, 4, 8)
    },
    "16 bits": bmp(words(15), BITS_555, bits=16, compression=0),
    "32 bits, V5": bmp(words(32), BGRA, size=124, color=SRGB_NAME, compression=0),
    "8 bits, few colors": indexed_bmp(random(5, 7, bits=2), PALETTE[:5], 8),
    "RLE8, skipped pixels": indexed_bmp(random(5, 9), PALETTE, 8, packed=SKIPPING),
    "RLE8, short rows": indexed_bmp(random(5, 9), PALETTE, 8, packed=SHORT_ROWS),
    "RLE4": run_length_bmp(4),
    "RLE8": run_length_bmp(8),
    "bit fields of a user": (SAMPLES / "bmp-bitfields-rgbx.bmp").read_bytes(),
}

INKS_JPEG = photo("CMYK", "JPEG", quality=100)

ADOBE = INKS_JPEG.index(b"Adobe")
"""Where the text of the segment is that says how the inks are stored."""

ADOBE_BY_EXIF = files.exif(0xFFFF, "R03")

Row = tuple[str, bytes]
"""The suffix of a file, and its bytes."""

FILES: dict[str, Row] = {
    **{f"TIFF, {name}": ("tif", data) for name, data in TIFFS.items()},
    **{f"BMP, {name}": ("bmp", data) for name, data in BMPS.items()},
    "JPEG, gray": ("jpg", encoded(Image.fromarray(u8(random(16, 16))), "JPEG")),
    "JPEG, CMYK, profile": ("jpg", photo("CMYK", "JPEG", quality=100, icc_profile=PRINTER)),
    "JPEG, Exif of Adobe RGB": ("jpg", files.jpeg(exif=ADOBE_BY_EXIF)),
    "JPEG, Exif with color space 2": ("jpg", files.jpeg(exif=files.exif(2))),
    "JPEG, Exif of a user": ("jpg", (SAMPLES / "jpeg-adobe-rgb-by-exif-only.jpg").read_bytes()),
    "PNG, Exif of Adobe RGB": (
        "png",
        encoded(Image.fromarray(files.flat()), "PNG", exif=ADOBE_BY_EXIF),
    ),
    "WebP, Exif of Adobe RGB": ("webp", files.webp(exif=ADOBE_BY_EXIF)),
}

OTHER_ALPHA: dict[str, Row] = {
    **{
        f"TIFF, RGB and infrared, {bits} bits": (
            "tif",
            picture(random(5, 7, 4, bits=bits), bits, RGB, t338=0),
        )
        for bits in (8, 16)
    },
    "TIFF, RGB and two more": ("tif", picture(random(5, 7, 5), 8, RGB, t338=(0, 0))),
    "TIFF, RGB, one more and alpha": ("tif", picture(random(5, 7, 5), 8, RGB, t338=(0, 2))),
}
"""Files of which GIMP, if it may not ask, takes the first channel of no known meaning for alpha."""

PLAIN_INKS: dict[str, Row] = {
    **{
        f"TIFF, CMYK, {bits} bits": ("tif", picture(random(5, 7, 4, bits=bits), bits, CMYK))
        for bits in (8, 16)
    },
    **{
        f"TIFF, CMYK and alpha, {bits} bits": (
            "tif",
            picture(with_alpha(bits, 5, "straight"), bits, CMYK, t338=2),
        )
        for bits in (8, 16)
    },
    "JPEG, CMYK": ("jpg", INKS_JPEG),
    "JPEG, YCCK": ("jpg", INKS_JPEG[: ADOBE + 11] + b"\2" + INKS_JPEG[ADOBE + 12 :]),
    "JPEG, CMYK not by Adobe": ("jpg", INKS_JPEG[: ADOBE - 4] + INKS_JPEG[ADOBE + 12 :]),
}
"""Files of inks without a profile: GIMP takes 1 minus an ink for linear light, and we for sRGB."""

NOT_JUDGED: dict[str, tuple[str, Row]] = {
    **{
        f"TIFF, {name}, 12 bits": (
            "12 bits",
            ("tif", picture(random(5, 7, channels, bits=12), 12, color)),
        )
        for name, channels, color in (("gray", 1, GRAY), ("RGB", 3, RGB))
    },
    "TIFF, RGB, 4 bits": ("RGB of 4 bits", ("tif", picture(random(5, 7, 3, bits=4), 4, RGB))),
    "TIFF, negative, 16 bits": (
        "negatives of 16 bits",
        ("tif", picture(random(5, 7, 1, bits=16), 16, NEGATIVE)),
    ),
    **{
        f"TIFF, {name}, {bits} bits": ("CIELAB and ICCLab", ("tif", lab(photometric, bits)))
        for name, photometric in (("CIELAB", CIELAB), ("ICCLab", ICCLAB))
        for bits in (8, 16)
    },
    "TIFF, gray and associated alpha, planar": (
        "gray with alpha in planes, associated",
        ("tif", planar(with_alpha(8, 2, "associated"), 8, GRAY, t338=1)),
    ),
    "TIFF, negative, alpha": (
        "negatives with alpha",
        ("tif", picture(with_alpha(8, 2, "straight"), 8, NEGATIVE, t338=2)),
    ),
    "TIFF, 5-6-5": (
        "channels of different size",
        ("tif", picture(random(5, 7, 3, bits=5), (5, 6, 5), RGB)),
    ),
    "TIFF, indexed, 16 bits": (
        "indexes of 16 bits",
        ("tif", picture(random(5, 7, 1, bits=16), 16, INDEXED, t320=[*range(65536)] * 3)),
    ),
    "TIFF, colormap of 8 bits": (
        "colormaps of 8 bits",
        ("tif", picture(random(5, 7, 1), 8, INDEXED, t320=[*range(256)] * 3)),
    ),
    "TIFF, negative, tiles": (
        "negatives in tiles",
        ("tif", tiff(u8(random(40, 50)), photometric="miniswhite", tile=(16, 16))),
    ),
    "TIFF, CMYK, planar": ("planar CMYK", ("tif", planar(random(5, 7, 4), 8, CMYK))),
    "BMP, V5, profile": (
        "color of the BMP header",
        ("bmp", with_profile(icc.DISPLAY_P3)),
    ),
    "BMP, V4, calibrated": (
        "color of the BMP header",
        ("bmp", calibrated(icc.PRIMARIES_P3, 2.2)),
    ),
}
"""Files that GIMP does not read, or not as its specification says, and their row in the docs."""

SHOW = """
def show(path, out):
    image = load(path)
    if image is None:
        return None
    image.policy_rotate(False)
    if image.get_base_type() != Gimp.ImageBaseType.RGB:
        image.convert_rgb()
    target = Gimp.ColorProfile.new_rgb_srgb()
    image.convert_color_profile(target, Gimp.ColorRenderingIntent.RELATIVE_COLORIMETRIC, True)
    _, _, width, height = save_pixels(image.get_layers()[0], out)
    image.delete()
    return [height, width, 4]
"""
"""Writes the pixels of a file as GIMP shows them on a screen of sRGB, by its default settings."""


def judged(gimp: Gimp, inside: Worker, row: Row) -> NDArray[np.uint8] | None:
    """Return the pixels of a file in GIMP, RGBA in sRGB `(h, w, 4)`; None if it refuses it."""
    suffix, data = row
    path, out = gimp.folder / f"judged.{suffix}", gimp.folder / "judged"
    path.write_bytes(data)
    shape = inside.run(f"{SHOW}\nresult = show({str(path)!r}, {str(out)!r})")
    return shape and np.frombuffer(out.read_bytes(), np.uint8).reshape(shape)


def read(row: Row) -> NDArray[np.uint8]:
    """Return the pixels of a file as we read them, RGBA in sRGB `(h, w, 4)`."""
    found = Picture.read(row[1], 10**6)
    return np.dstack([found.rgb, found.alpha])


def distance(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Return the largest difference of two pictures; of invisible pixels alpha alone counts."""
    assert one.shape == other.shape
    differences = np.abs(one.astype(np.float64) - other)
    if one.shape[2] == 4:
        differences[..., :3][(one[..., 3] == 0) & (other[..., 3] == 0)] = 0
    return float(differences.max())


@pytest.mark.parametrize("row", FILES.values(), ids=FILES)
def test_gimp_and_our_reader_agree(gimp: Gimp, inside: Worker, row: Row) -> None:
    theirs = judged(gimp, inside, row)
    assert theirs is not None
    assert distance(theirs, read(row)) <= TOLERANCE


@pytest.mark.parametrize("row", OTHER_ALPHA.values(), ids=OTHER_ALPHA)
def test_gimp_has_the_same_colors_below_another_alpha(gimp: Gimp, inside: Worker, row: Row) -> None:
    theirs, ours = judged(gimp, inside, row), read(row)
    assert theirs is not None
    assert distance(theirs[..., :3], ours[..., :3]) <= TOLERANCE
    assert distance(theirs[..., 3:], ours[..., 3:]) > TOLERANCE


@pytest.mark.parametrize("row", PLAIN_INKS.values(), ids=PLAIN_INKS)
def test_inks_without_a_profile_are_those_of_gimp_but_for_the_curve(
    gimp: Gimp, inside: Worker, row: Row
) -> None:
    theirs, ours = judged(gimp, inside, row), read(row)
    assert theirs is not None
    light = np.vectorize(icc.srgb_curve)(theirs[..., :3] / 255) * 255
    assert distance(light, ours[..., :3]) <= TOLERANCE
    assert distance(theirs[..., 3:], ours[..., 3:]) <= TOLERANCE


@pytest.mark.parametrize("row", [row for _, row in NOT_JUDGED.values()], ids=NOT_JUDGED)
def test_gimp_still_does_not_judge_these(gimp: Gimp, inside: Worker, row: Row) -> None:
    """If GIMP learns one of these, its row moves into a table above."""
    theirs, ours = judged(gimp, inside, row), read(row)
    assert theirs is None or distance(theirs, ours) > TOLERANCE


def test_the_docs_list_what_gimp_does_not_judge() -> None:
    text = DECISIONS.read_text()
    section = text.split("### GIMP as judge")[1].split("\n### ")[0]
    rows = {line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")}
    assert {reason for reason, _ in NOT_JUDGED.values()} <= rows
