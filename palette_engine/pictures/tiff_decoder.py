"""TIFF decoder: gray, RGB, indexed, CMYK and CIELAB, with samples of 1 to 32 bits or floats.

TIFFs of other kinds, such as those with JPEG or fax compression, are decoded by pillow_decoder.py.
See docs/decisions.md#own-tiff-reader.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import IO

from PIL import Image

from palette_engine.errors import DAMAGE, InputError, Reason, cause_of
from palette_engine.pictures import pillow_decoder
from palette_engine.pictures.color_tags import color_of, tiff_tags
from palette_engine.pictures.decoded import Animation, Decoded, Header
from palette_engine.pictures.foreign_files import RAW
from palette_engine.pictures.limits import MAX_FRAMES
from palette_engine.pictures.orientation import ORIENTATION, UPRIGHT, orientation_of
from palette_engine.pictures.tiff_jpeg import check_jpegs
from palette_engine.pictures.tiff_layout import CIELAB, ICCLAB, Layout, layout_of
from palette_engine.pictures.tiff_samples import channels_of
from palette_engine.pictures.tiff_segments import SampleReader
from palette_engine.pictures.tiff_tags import Tags, damage, read_tags

__all__ = ["header_of", "with_pages"]

SUBFILE_TYPE = 254
"""The tag that says what a directory is to the others (TIFF 6.0, section 8)."""

NO_PAGE = 1 | 4
"""Its bits of a smaller version of another picture, and of a mask."""

PHOTOMETRIC, SUB_DIRECTORIES, DNG_VERSION = 262, 330, 50706

RAW_DATA = (32803, 34892)
"""The photometric interpretations of a color filter array, and of linear raw data (DNG 1.7)."""

MAX_SUB_DIRECTORIES = 20
"""So many directories are looked at; cameras write five or fewer."""

COMPRESSION, JPEG = 259, 7
"""The tag of compression, and its number for JPEG."""


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a TIFF file, or None if it is no TIFF or only Pillow can decode it.

    `data` must stay open until the picture is read. Raises `InputError` if it is a TIFF that is
    damaged or of a kind that is not read.
    """
    try:
        tags = read_tags(data, name)
        if tags is None:
            return None
        _check_not_raw(tags)
        return _header_of(tags)
    except InputError:
        raise
    except DAMAGE as error:
        raise damage(name, cause_of(error)) from error


def with_pages(header: Header, data: IO[bytes], name: str, damaged: str) -> Header:
    """Return the header of a TIFF with its pages: the pictures that are no smaller versions."""
    pages = Animation(
        count=partial(_count, data, name),
        headers=lambda: _page_headers(data, name, damaged),
        memory=header.memory,
        is_timed=False,
    )
    return replace(header, animation=pages)


def _header_of(tags: Tags) -> Header | None:
    """Return the header of the picture in a directory; None if only Pillow can decode it."""
    layout = layout_of(tags)
    if layout is None:
        if tags.number(COMPRESSION, 1) == JPEG:
            check_jpegs(tags)
        return None
    orientation = orientation_of(tags.number(ORIENTATION, UPRIGHT))
    decode = partial(_decode, tags, layout, orientation)
    return Header(layout.width, layout.height, decode, layout.memory)


def _pages(data: IO[bytes], name: str) -> Iterator[tuple[int, Tags]]:
    """Yield the number of each directory that is a page, and its tags.

    Raises `InputError` at the first directory that cannot be read.
    """
    tags = read_tags(data, name)
    seen: set[int] = set()
    while tags is not None and len(seen) <= MAX_FRAMES:
        if not seen or not _is_version(tags):
            yield len(seen), tags
        seen.add(tags.end)
        offset = tags.next_offset()
        tags = tags.directory_at(offset) if offset else None
        if tags is not None and tags.end in seen:
            return


def _count(data: IO[bytes], name: str) -> int:
    """Return how many pages there are, one that cannot be read among them."""
    found = 0
    try:
        for _ in _pages(data, name):
            found += 1
    except InputError:
        found += 1
    return found


def _is_version(tags: Tags) -> bool:
    """Return whether a directory has a smaller version or the mask of another picture."""
    try:
        return bool(tags.number(SUBFILE_TYPE, 0) & NO_PAGE)
    except InputError:
        return False


def _page_headers(data: IO[bytes], name: str, damaged: str) -> Iterator[Header]:
    """Yield the header of each page; raises `InputError` for one that cannot be read."""
    image: Image.Image | None = None
    for number, tags in _pages(data, name):
        try:
            header = _header_of(tags)
            if header is None:
                image = image or pillow_decoder.opened(data, name, "TIFF")
                if image is None:
                    raise damage(name, "a page cannot be read")
                header = pillow_decoder.page_header(image, number, name, damaged)
        except InputError:
            raise
        except DAMAGE as error:
            raise damage(name, cause_of(error)) from error
        yield header


def _check_not_raw(tags: Tags) -> None:
    """Raise `InputError` for raw data of a camera, whose first picture is only a thumbnail."""
    if DNG_VERSION in tags or _is_any_raw(tags):
        raise InputError(f"{tags.name} is {RAW.title}; {RAW.advice}.", Reason.NOT_A_PICTURE)


def _is_any_raw(tags: Tags) -> bool:
    """Return whether a directory inside of the first one has raw data; damaged ones do not."""
    with contextlib.suppress(InputError):
        places = tags.numbers(SUB_DIRECTORIES)[:MAX_SUB_DIRECTORIES]
        for place in places.tolist():
            with contextlib.suppress(InputError):
                if tags.directory_at(place).number(PHOTOMETRIC, 0) in RAW_DATA:
                    return True
    return False


def _decode(tags: Tags, layout: Layout, orientation: int) -> Decoded:
    is_lab = layout.photometric in (CIELAB, ICCLAB)  # which needs no profile
    return Decoded(
        rows=SampleReader(tags.file, layout, tags.name).rows,
        channels=partial(channels_of, layout),
        is_deep=max(layout.bits) > 8,
        profile=None if is_lab else color_of(tiff_tags(tags), tags.name),
        orientation=orientation,
    )
