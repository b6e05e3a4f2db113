"""File types: the kinds of picture file that are read, and how they are told apart.

See docs/decisions.md#kinds-of-picture-files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import IO

from palette_engine.errors import InputError, Reason
from palette_engine.pictures import foreign_files, tga_file

__all__ = [
    "FILE_TYPES",
    "GET_PILLOW",
    "START",
    "FileType",
    "check_exposed",
    "check_installed",
    "exposed_formats",
    "may_be_picture",
    "missing_in_pillow",
    "not_a_picture",
    "readable_formats",
    "type_of",
]


@dataclass(frozen=True)
class FileType:
    """One row of the table.

    `modules` are what reading needs, and `extra` is the extra of this package that brings them; if
    it is empty, they belong to Pillow, the plug-in first. `beginnings` are how such files begin; a
    type without one is told by `type_of`. `decoder` is the module of `palette_engine.pictures` that
    reads the file, or else leaves it to Pillow, which calls it `pillow`. `is_exposed` is whether
    the page reads it, too.
    """

    modules: tuple[str, ...]
    beginnings: tuple[bytes, ...] = ()
    suffixes: tuple[str, ...] = ()
    decoder: str = ""
    pillow: str = ""
    extra: str = ""
    is_exposed: bool = True


FILE_TYPES: Mapping[str, FileType] = {
    "AVIF": FileType(("PIL.AvifImagePlugin", "PIL._avif"), suffixes=(".avif",), pillow="AVIF"),
    "BMP": FileType(
        ("PIL.BmpImagePlugin",), (b"BM",), (".bmp",), decoder="bmp_decoder", pillow="BMP"
    ),
    "DDS": FileType((), (b"DDS ",), (".dds",), decoder="dds_decoder"),
    "GIF": FileType(("PIL.GifImagePlugin",), (b"GIF8",), (".gif",), pillow="GIF"),
    "HEIC": FileType(
        ("pi_heif",),
        suffixes=(".heic", ".heif", ".hif"),
        decoder="heic_decoder",
        extra="heic",
        is_exposed=False,
    ),
    "ICO": FileType((), (), (".ico", ".cur"), decoder="ico_decoder"),
    "JPEG": FileType(
        ("PIL.JpegImagePlugin",), (b"\xff\xd8",), (".jpg", ".jpeg", ".jpe"), pillow="JPEG"
    ),
    "JPEG 2000": FileType(
        ("PIL.Jpeg2KImagePlugin",),
        (b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  \r\n\x87\n"),
        (".jp2", ".j2k", ".jpf", ".jpx", ".j2c", ".jpc"),
        decoder="jpeg2000_decoder",
        pillow="JPEG2000",
        is_exposed=False,
    ),
    "PDF": FileType(
        ("pypdfium2",), (b"%PDF-",), (".pdf",), "drawing", extra="pdf", is_exposed=False
    ),
    "PNG": FileType(("PIL.PngImagePlugin",), (b"\x89PNG",), (".png",), pillow="PNG"),
    "PPM": FileType(
        ("PIL.PpmImagePlugin",),
        (b"P1", b"P2", b"P3", b"P4", b"P5", b"P6", b"P0CMYK", b"PyP", b"PyRGBA", b"PyCMYK", b"Pf"),
        (".ppm", ".pgm", ".pbm", ".pnm", ".pfm"),
        decoder="pnm_decoder",
        pillow="PPM",
    ),
    "PSD": FileType((), (b"8BPS\0\1", b"8BPS\0\2"), (".psd", ".psb"), decoder="psd_decoder"),
    "QOI": FileType((), (b"qoif",), (".qoi",), decoder="qoi_decoder"),
    "SVG": FileType(("resvg_py",), (), (".svg",), "drawing", extra="svg", is_exposed=False),
    "TGA": FileType((), (), (".tga", ".icb", ".vda", ".vst"), decoder="tga_decoder"),
    "TIFF": FileType(
        ("PIL.TiffImagePlugin",),
        (b"II\x2a\0", b"MM\0\x2a", b"II\x2b\0", b"MM\0\x2b", b"II\0\x2a", b"MM\x2a\0"),
        (".tif", ".tiff"),
        decoder="tiff_decoder",
        pillow="TIFF",
    ),
    "WEBP": FileType(("PIL.WebPImagePlugin", "PIL._webp"), suffixes=(".webp",), pillow="WEBP"),
}
"""The only formats that are opened, by the names that messages list.

Pillow knows more formats, some of which run other programs. Some Linux distributions build it
without AVIF or WebP. See docs/decisions.md#kinds-of-picture-files.
"""

GET_PILLOW = "install Pillow 13 or newer from PyPI (pip install --upgrade --force-reinstall pillow)"
"""Advice if the installed Pillow lacks a format: Pillow's own builds have them all."""

START = 4096
"""So many bytes at the beginning of a file tell its type."""

MAY_BEGIN = (b"II", b"MM", b"RIFF")
"""How pictures of which nothing else is known may begin, beside what the rows say."""

ICONS = (b"\0\0\1\0", b"\0\0\2\0")
"""How icons and cursors begin; the number of their pictures follows."""

AVIF_BRANDS = frozenset((b"avif", b"avis"))
HEVC_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
)
"""Brands of HEIF files; the last two tell nothing of how pictures are compressed."""

SVG = re.compile(rb"(?:<[?!].*?)?<(?:\w+:)?svg[\s>]", re.DOTALL)
"""How an SVG begins; the element may follow comments and declarations."""


@cache
def readable_formats() -> tuple[str, ...]:
    """Return the file types that can be read with what is installed, without loading it."""
    return tuple(name for name, row in FILE_TYPES.items() if all(map(_is_installed, row.modules)))


def exposed_formats() -> tuple[str, ...]:
    """Return the file types that the page reads, where files of strangers may come from."""
    return tuple(name for name in readable_formats() if FILE_TYPES[name].is_exposed)


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # its package is missing
        return False


def may_be_picture(start: bytes) -> bool:
    """Return whether a file may be a picture, by its first `START` bytes."""
    return (
        start.startswith(MAY_BEGIN)
        or bool(_type_by_start(start))
        or foreign_files.kind_of(start) is not None
        or tga_file.header_of(start) is not None
    )


def type_of(file: IO[bytes], name: str = "") -> str:
    """Return the file type of a file by its content, a key of `FILE_TYPES`; empty if it is none.

    `name` is the name of the file. It counts only for TGA, whose beginning tells little.
    """
    file.seek(0)
    start = file.read(START)
    if found := _type_by_start(start):
        return found
    return "TGA" if "TGA" in FILE_TYPES and tga_file.is_tga(file, name) else ""


def _type_by_start(start: bytes) -> str:
    if foreign_files.kind_of(start) is not None:
        return ""
    if start.startswith(b"RIFF"):
        return "WEBP" if start[8:12] == b"WEBP" else ""
    if start[4:8] == b"ftyp":
        return _type_by_brands(start)
    if start.startswith(ICONS) and start[4:6] != b"\0\0":
        return "ICO"
    for name, row in FILE_TYPES.items():
        if row.beginnings and start.startswith(row.beginnings):
            return name
    return "SVG" if _is_svg(start) else ""


def _is_svg(start: bytes) -> bool:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start[: len(start) // 2 * 2].decode("utf-16", "replace").encode()
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return SVG.match(text) is not None


def _type_by_brands(start: bytes) -> str:
    """Return the type of a file of boxes (ISO/IEC 14496-12, 4.3; 23008-12, annex B)."""
    # The main brand, and behind four bytes of a version those that the file also complies with.
    end = min(len(start), int.from_bytes(start[:4], "big"))
    brands = {start[8:12], *(start[at : at + 4] for at in range(16, end, 4))}
    if brands & AVIF_BRANDS or (brands & HEVC_BRANDS and b"av01" in start):
        return "AVIF"
    return "HEIC" if brands & HEVC_BRANDS else ""


def check_installed(kind: str, name: str) -> None:
    """Raise `InputError`, which says what to install, if a file type cannot be read here."""
    if kind in readable_formats():
        return
    row = FILE_TYPES[kind]
    if row.extra:
        raise InputError(
            f"{name} is {kind}, which needs the extra “{row.extra}” (pip install "
            f"'palette-engine[{row.extra}]'); or save the picture as PNG.",
            Reason.FORMAT_MISSING,
        )
    raise missing_in_pillow(kind, name)


def missing_in_pillow(kind: str, name: str) -> InputError:
    """Return the error to raise for a file type that the installed Pillow was built without."""
    return InputError(
        f"{name} is {kind}, which the installed Pillow cannot read; {GET_PILLOW}, or save the "
        "picture as PNG.",
        Reason.FORMAT_MISSING,
    )


def check_exposed(file: IO[bytes], name: str) -> None:
    """Raise `InputError` if a file is of a type that the page does not read.

    See docs/decisions.md#kinds-of-picture-files.
    """
    kind = type_of(file, name)
    file.seek(0)
    if kind and not FILE_TYPES[kind].is_exposed:
        raise InputError(
            f"{name or 'The picture'} is {kind}, which only the command line reads "
            "(palette-engine extract); save it as PNG for the page.",
            Reason.FORMAT_MISSING,
        )


def not_a_picture(file: IO[bytes], name: str) -> InputError:
    """Return the error to raise for a file that no decoder knows; it says what the file is."""
    file.seek(0)
    start = file.read(START)
    if not start:
        return InputError(f"{name} is empty: it has no bytes.")
    if kind := foreign_files.kind_of(start):
        return InputError(f"{name} is {kind.title}; {kind.advice}.", Reason.NOT_A_PICTURE)
    return InputError(
        f"{name} is not a picture this can read. It reads {', '.join(readable_formats())}.",
        Reason.NOT_A_PICTURE,
    )
