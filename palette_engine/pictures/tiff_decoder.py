"""TIFF decoder: gray, RGB, indexed, CMYK and CIELAB, with samples of 1 to 32 bits or floats.

TIFFs of other kinds, such as those with JPEG or fax compression, are decoded by pillow_decoder.py.
See docs/decisions.md#own-tiff-reader.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import IO

from palette_engine.errors import DAMAGE, InputError, Reason, cause_of
from palette_engine.pictures.color_tags import color_of, tiff_tags
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.foreign_files import RAW
from palette_engine.pictures.orientation import ORIENTATION, UPRIGHT, orientation_of
from palette_engine.pictures.tiff_layout import CIELAB, ICCLAB, Layout, layout_of
from palette_engine.pictures.tiff_samples import channels_of
from palette_engine.pictures.tiff_segments import SampleReader
from palette_engine.pictures.tiff_tags import Tags, damage, read_tags

__all__ = ["header_of"]

PHOTOMETRIC, SUB_DIRECTORIES, DNG_VERSION = 262, 330, 50706

RAW_DATA = (32803, 34892)
"""The photometric interpretations of a color filter array, and of linear raw data (DNG 1.7)."""

MAX_SUB_DIRECTORIES = 20
"""So many directories are looked at; cameras write five or fewer."""


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a TIFF file, or None if it is no TIFF or only Pillow can decode it.

    `data` must stay open until the picture is read. Raises `InputError` if it is a TIFF that is
    damaged or of a kind that is not read.
    """
    try:
        tags = read_tags(data, name)
        if tags:
            _check_not_raw(tags)
        layout = layout_of(tags) if tags else None
        if tags is None or layout is None:
            return None
        orientation = orientation_of(tags.number(ORIENTATION, UPRIGHT))
    except InputError:
        raise
    except DAMAGE as error:
        raise damage(name, cause_of(error)) from error
    return Header(
        layout.width,
        layout.height,
        partial(_decode, tags, layout, orientation),
        layout.memory,
    )


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
