"""Deep TIFF decoder: the TIFFs that Pillow does not know, or cuts to 8 bits.

All other TIFFs, such as those in CMYK, are decoded by pillow_decoder.py.

tifffile, which scikit-image depends on, reads them. See docs/decisions.md#deep-tiffs.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import IO, Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from tifffile import PHOTOMETRIC

from palette_engine.errors import DAMAGE, InputError, cause_of
from palette_engine.pictures.array_decoder import rows_of
from palette_engine.pictures.channels import Channels, channels_of, has_known_range, unmultiplied
from palette_engine.pictures.color_tags import color_of, tiff_tags
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.orientation import ORIENTATION, orientation_of

__all__ = ["header_of"]

ICC_PROFILE = 34675
"""The tag that holds an ICC profile."""


def header_of(data: IO[bytes], name: str) -> Header | None:
    """Return the header of a TIFF file, or None if it is no TIFF.

    `data` must stay open until the picture is decoded. Raises `InputError` if it is a TIFF that
    is damaged or of a kind that is not read.
    """
    data.seek(0)
    try:
        tiff = tifffile.TiffFile(data)
        page = tiff.pages[0]
        assert isinstance(page, tifffile.TiffPage)
        # In a damaged file, a tag that is one number may be several.
        width, height = operator.index(page.imagewidth), operator.index(page.imagelength)
        return Header(width, height, partial(_decode, page, data, name))
    except tifffile.TiffFileError:
        return None
    except DAMAGE as error:
        raise _damage(error, name) from error


def _decode(page: tifffile.TiffPage, data: IO[bytes], name: str) -> Decoded:
    try:
        _check_kind(page, name)
        array = page.asarray()
        profile = page.tags.valueof(ICC_PROFILE)
        embedded = profile if isinstance(profile, bytes) else b""
        told = color_of(tiff_tags(data, embedded), name)
        orientation = orientation_of(page.tags.valueof(ORIENTATION))
    except InputError:
        raise
    except (*DAMAGE, tifffile.TiffFileError) as error:
        raise _damage(error, name) from error
    if array.ndim == 3 and page.planarconfig == tifffile.PLANARCONFIG.SEPARATE:
        array = np.moveaxis(array, 0, -1)
    array = array.reshape(page.imagelength, page.imagewidth, -1)
    is_multiplied = tifffile.EXTRASAMPLE.ASSOCALPHA in page.extrasamples[:1]
    channels: Callable[[NDArray[Any]], Channels] = _unmultiplied if is_multiplied else channels_of
    return Decoded(partial(rows_of, array), channels, array.dtype != np.uint8, told, orientation)


def _unmultiplied(native: NDArray[Any]) -> Channels:
    """Return pixels of which the colors are multiplied by alpha."""
    return channels_of(unmultiplied(native))


def _damage(error: BaseException, name: str) -> InputError:
    return InputError(f"{name} is a TIFF that cannot be read: {cause_of(error)}.")


def _check_kind(page: tifffile.TiffPage, name: str) -> None:
    """Raise `InputError` unless a page holds gray or RGB, in numbers that fill their type."""
    if (
        page.photometric not in (PHOTOMETRIC.MINISBLACK, PHOTOMETRIC.RGB)
        or page.samplesperpixel > 4
        or page.imagedepth > 1
        or page.dtype is None
        or not has_known_range(page.dtype)
        or page.bitspersample != page.dtype.itemsize * 8
    ):
        raise InputError(
            f"{name} is a TIFF of a kind this cannot read; save it as RGB with 8 or 16 bits."
        )
