"""Deep TIFF: the TIFFs that Pillow does not know, or only cut to 8 bits.

Pillow opens float TIFFs only in gray, and cuts the colors of 16-bit ones. tifffile, which
scikit-image brings, reads both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import IO

import numpy as np
import tifffile
from tifffile import PHOTOMETRIC

from palette_engine.color.srgb import encode_srgb
from palette_engine.errors import DAMAGE, InputError, cause_of
from palette_engine.options import Region
from palette_engine.pictures.icc import is_linear_srgb, to_pixels
from palette_engine.pictures.pixels import SAMPLES, Frame, Pixels, check_size, sampled_strips
from palette_engine.pictures.region import Box
from palette_engine.pictures.samples import Planes, holds_samples, planes_of, unmultiplied

__all__ = ["tiff_pixels"]


def tiff_pixels(
    data: IO[bytes],
    name: str,
    max_pixels: int,
    region: Region | None = None,
    samples: int = SAMPLES,
) -> Pixels | None:
    """Return the pixels of a TIFF that Pillow does not know or would cut, or None if it is none.

    Raises `InputError` if it is a TIFF that cannot be used.
    """
    data.seek(0)
    try:
        with tifffile.TiffFile(data) as tiff:
            page = tiff.pages[0]
            assert isinstance(page, tifffile.TiffPage)
            check_size(page.imagewidth, page.imagelength, name, max_pixels)
            _check_kind(page, name)
            array = page.asarray()
            profile = page.tags.valueof(34675)
            turn = page.tags.valueof(274)
    except InputError:
        raise
    except tifffile.TiffFileError:
        return None
    except DAMAGE as error:
        raise InputError(f"{name} is a TIFF that cannot be read: {cause_of(error)}.") from error
    if array.ndim == 3 and page.planarconfig == tifffile.PLANARCONFIG.SEPARATE:
        array = np.moveaxis(array, 0, -1)
    array = array.reshape(page.imagelength, page.imagewidth, -1)
    box = Box.of(region, (page.imagewidth, page.imagelength), name, turn or 1)
    array = array[box.top : box.bottom, box.left : box.right]
    multiplied = tifffile.EXTRASAMPLE.ASSOCALPHA in page.extrasamples[:1]
    linear = is_linear_srgb(profile)
    parts: list[Planes] = []
    for native in sampled_strips(array, samples):
        if multiplied:
            native = unmultiplied(native)
        parts.append(planes_of(encode_srgb(native) if linear else native, name))
    pixels = to_pixels(Planes.joined(parts), None if linear else profile, name)
    return replace(pixels, frame=Frame(*box.size, turn or 1))


def _check_kind(page: tifffile.TiffPage, name: str) -> None:
    """Raise `InputError` unless a page holds gray or RGB, in numbers that fill their type."""
    if (
        page.photometric not in (PHOTOMETRIC.MINISBLACK, PHOTOMETRIC.RGB)
        or page.samplesperpixel > 4
        or page.imagedepth > 1
        or page.dtype is None
        or not holds_samples(page.dtype)
        or page.bitspersample != page.dtype.itemsize * 8
    ):
        raise InputError(
            f"{name} is a TIFF of a kind this cannot read; save it as RGB with 8 or 16 bits."
        )
