"""Color tags: how a file tells what its colors mean, and which of several ways counts.

The ranks are those of PNG (third edition, section 4.3), HEIF and Exif (DCF 2.0). See
docs/decisions.md#color-without-an-icc-profile.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import IO, Any, TypeAlias

import numpy as np
from PIL import ExifTags, Image

from palette_engine.errors import DAMAGE, InputError
from palette_engine.libraries import warn
from palette_engine.pictures import avif_file, bmp_file, icc
from palette_engine.pictures.bmp_file import BmpHeader
from palette_engine.pictures.png_file import chunks_of
from palette_engine.pictures.rgb_space import (
    ADOBE_RGB,
    CURVES,
    PRIMARIES,
    SRGB,
    SRGB_CURVE,
    Curve,
    Primaries,
    RgbSpace,
    power,
)
from palette_engine.pictures.tiff_tags import Tags

__all__ = ["ColorTags", "Told", "bmp_tags", "color_of", "exif_tags", "file_tags", "tiff_tags"]

Told: TypeAlias = bytes | RgbSpace
"""What colors mean: an ICC profile, or a space by its numbers."""

ICC_PROFILE = 34675
"""The tag of TIFF that holds an ICC profile."""

MAX_PROFILE = 2**20
"""The bytes of a profile in a PNG, at most, as for Pillow."""

UNSPECIFIED = 2
"""The CICP code that tells nothing."""

RGB_MATRIX = 0
"""The CICP code of matrix coefficients of pixels that are RGB."""

VIDEO_CURVES = (1, 6, 14, 15)
"""The codes of the cameras' curves of BT.709, BT.601 and BT.2020."""

NOT_CONVERTED = (9, 10, 12)
"""The codes of transfer characteristics that are defined, but convert nothing here."""

SCALE = 100_000
"""PNG's gAMA and cHRM are in this part of one."""

GAMMA_OF_SRGB = 45_455
"""1 / 2.2, which PNG recommends for sRGB (section 11.3.2.5)."""

EXACT, ALIKE = 0.001, 0.05
"""How far, of 1, a gamma may be from 1/2.2 that is written in place of sRGB.

Without primaries as far as in libpng, which all browsers use, or used.
"""

EXPONENTS = (0.1, 10.0)
"""What a gamma is, at least and at most, if it is no nonsense."""

EXIF_SRGB, EXIF_ADOBE, DCF_OPTION = 1, 2, "R03"
"""Exif's color space 1, the 2 of some cameras, and the index of files in Adobe RGB (DCF 2.0)."""


@dataclass(frozen=True)
class ColorTags:
    """All that a file tells about its colors, as it stands there.

    `mode` is L, RGB or CMYK, if it is known. `cicp` is primaries, transfer, matrix and full range
    in CICP's codes, and `nclx` the first two of them. `is_damaged` is whether the profile is, and
    so may be missing. `gamma` and `chromaticities` are those of PNG, the latter x and y of white,
    red, green and blue. `space` is that of a BMP, and `is_linked` whether its profile is in another
    file. `exif` is the color space, and `interoperability` the index, of Exif.
    """

    kind: str = ""
    mode: str = ""
    cicp: bytes = b""
    nclx: tuple[int, int] | None = None
    profile: bytes = b""
    is_damaged: bool = False
    is_srgb: bool = False
    gamma: int | None = None
    chromaticities: tuple[int, ...] = ()
    space: RgbSpace | None = None
    is_linked: bool = False
    exif: object = None
    interoperability: object = None


class _Nonsense(Exception):
    """A tag that cannot be used; the message says why."""


def color_of(tags: ColorTags, name: str) -> Told | None:
    """Return what the colors of a file mean, or None if they are sRGB.

    The first tag that tells it counts. Warns with `PaletteWarning` of each tag before it that
    cannot be used, or is not converted.
    """
    ranks = _RANKS.get(tags.kind, _RANK)
    for number, claim in enumerate(ranks, start=1):
        try:
            told = claim(tags)
            if isinstance(told, bytes) and _is_useless(told, tags, ranks[number:]):
                raise _Nonsense(
                    "the color profile cannot be used; what else the file tells counts."
                )
        except _Nonsense as nonsense:
            warn(f"{name}: {nonsense}")
            continue
        if isinstance(told, RgbSpace) and told.is_narrow:
            warn(f"{name}: its colors have a narrow range, which other programs may not know.")
        if told is not None:
            return None if told == SRGB else told
    return None


def _is_useless(profile: bytes, tags: ColorTags, others: Sequence[Claim]) -> bool:
    """Return whether a profile cannot be used, and other tags can; only then it matters here."""
    for claim in others:
        with contextlib.suppress(_Nonsense):
            if claim(tags) not in (None, SRGB):
                return not icc.is_usable(profile, tags.mode)
    return False


def file_tags(image: Image.Image) -> ColorTags:
    """Return the color tags of an image that is not decoded yet, except those of Exif.

    An image whose file is closed has what Pillow keeps of it, which is all but CICP and BMP's.
    """
    profile, file = image.info.get("icc_profile"), getattr(image, "fp", None)
    tags = ColorTags(
        image.format or "",
        "L" if image.mode[0] in "1LIF" and image.mode != "LAB" else image.mode,
        profile=profile if isinstance(profile, bytes) else b"",
    )
    if tags.kind == "PNG":
        tags = _with_numbers(tags, image.info)
    with contextlib.suppress(*DAMAGE):
        if file is not None and tags.kind in _FROM_FILE:
            place = file.tell()
            tags = _FROM_FILE[tags.kind](tags, file)
            file.seek(place)
    return tags


def _with_numbers(tags: ColorTags, info: Mapping[str | tuple[int, int], Any]) -> ColorTags:
    """Return tags with what Pillow has read of a PNG."""
    gamma, points = info.get("gamma"), info.get("chromaticity", ())
    return replace(
        tags,
        is_damaged="icc_profile" in info and not tags.profile,
        is_srgb="srgb" in info,
        gamma=None if gamma is None else round(gamma * SCALE),
        chromaticities=tuple(round(value * SCALE) for value in points),
    )


def _with_chunks(tags: ColorTags, file: IO[bytes]) -> ColorTags:
    """Return tags with what Pillow does not give of a PNG's chunks before the pixels.

    That is cICP, and a profile whose data are all there, though their checksum is wrong.
    """
    for chunk in takewhile(lambda chunk: chunk.name != b"IDAT", chunks_of(file)):
        if chunk.name == b"cICP" and not tags.cicp:
            tags = replace(tags, cicp=chunk.data(file))
        elif chunk.name == b"iCCP" and tags.is_damaged and not tags.profile:
            tags = replace(tags, profile=_decompressed(chunk.data(file)))
    return tags


def _decompressed(data: bytes) -> bytes:
    """Return the profile in an iCCP chunk; nothing if some of it cannot be decompressed."""
    packed = data[data.find(b"\0") + 2 :]
    inflater = zlib.decompressobj()
    profile = b""
    with contextlib.suppress(zlib.error):
        for byte in packed:  # each alone, as zlib keeps back what precedes damage
            profile += inflater.decompress(bytes((byte,)), MAX_PROFILE)
            if len(profile) > MAX_PROFILE:
                return b""
    return profile if len(profile) >= int.from_bytes(profile[:4] or b"\1", "big") else b""


def _with_nclx(tags: ColorTags, file: IO[bytes]) -> ColorTags:
    return replace(tags, nclx=avif_file.nclx_of(file))


def _with_bmp_header(tags: ColorTags, file: IO[bytes]) -> ColorTags:
    header = bmp_file.header_of(file)
    return bmp_tags(header) if header else tags


def bmp_tags(header: BmpHeader) -> ColorTags:
    """Return the color tags of a BMP."""
    return ColorTags("BMP", profile=header.profile, space=header.space, is_linked=header.is_linked)


_FROM_FILE: Mapping[str, Callable[[ColorTags, IO[bytes]], ColorTags]] = {
    "PNG": _with_chunks,
    "AVIF": _with_nclx,
    "BMP": _with_bmp_header,
}
"""Adds the tags that Pillow does not read, by the kind of file."""


def exif_tags(image: Image.Image, tags: ColorTags) -> ColorTags:
    """Return tags together with those that the Exif data of a decoded image have."""
    with contextlib.suppress(*DAMAGE):
        return _with_exif(tags, image.getexif())
    return tags


def tiff_tags(tags: Tags) -> ColorTags:
    """Return the color tags of a TIFF; Exif data that are damaged do not count."""
    found = ColorTags("TIFF", profile=tags.data(ICC_PROFILE))
    with contextlib.suppress(InputError):
        if camera := tags.directory(ExifTags.IFD.Exif):
            found = replace(found, exif=camera.number(ExifTags.Base.ColorSpace, 0))
            if index := camera.directory(ExifTags.IFD.Interop):
                text = index.data(ExifTags.Interop.InteropIndex).decode("latin-1")
                found = replace(found, interoperability=text)
    return found


def _with_exif(tags: ColorTags, exif: Image.Exif) -> ColorTags:
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    index = exif.get_ifd(ExifTags.IFD.Interop).get(ExifTags.Interop.InteropIndex)
    return replace(tags, exif=camera.get(ExifTags.Base.ColorSpace), interoperability=index)


def _png_cicp(tags: ColorTags) -> Told | None:
    """Return the space of cICP (PNG, section 11.3.2.6)."""
    if not tags.cicp:
        return None
    if len(tags.cicp) != 4 or tags.cicp[3] > 1:
        raise _Nonsense("the cICP chunk is damaged and does not count.")
    primaries, transfer, matrix, full = tags.cicp
    if matrix != RGB_MATRIX:
        raise _Nonsense(
            f"the cICP chunk says that pixels are not RGB (matrix coefficients {matrix}), which "
            "they are in a PNG; the chunk does not count."
        )
    space = _space(primaries, transfer, "cICP chunk")
    return space if space is None or full else replace(space, is_narrow=True)


def _nclx(tags: ColorTags) -> Told | None:
    """Return the space of an AVIF's or HEIC's nclx; decoding has applied matrix and range.

    The cameras' curves are taken for that of sRGB, as browsers do for AVIF, but not for PNG.
    """
    if tags.nclx is None:
        return None
    primaries, transfer = tags.nclx
    return _space(primaries, 13 if transfer in VIDEO_CURVES else transfer, "nclx color")


def _space(primaries: int, transfer: int, where: str) -> RgbSpace | None:
    """Return the space of two codes of CICP; None if both are unspecified."""
    if primaries == transfer == UNSPECIFIED:
        return None
    if transfer in NOT_CONVERTED:
        raise _Nonsense(
            f"the {where} names transfer characteristics that are not converted ({transfer}); "
            "it does not count."
        )
    points = SRGB.primaries if primaries == UNSPECIFIED else PRIMARIES.get(primaries)
    curve = SRGB_CURVE if transfer == UNSPECIFIED else CURVES.get(transfer)
    if points is None or curve is None:
        raise _Nonsense(
            f"the {where} has codes without a meaning (primaries {primaries}, transfer "
            f"{transfer}); it does not count."
        )
    return RgbSpace(points, curve)


def _icc(tags: ColorTags) -> Told | None:
    """Return the ICC profile, or the space of the CICP codes in it."""
    if not tags.profile:
        if tags.is_damaged:
            raise _Nonsense("the color profile is damaged and does not count.")
        return None
    if codes := icc.cicp_of(tags.profile):
        primaries, transfer, is_full = codes
        space = _space(primaries, transfer, "ICC profile")
        if space and space.curve.is_hdr:
            return space if is_full else replace(space, is_narrow=True)
    return tags.profile


def _srgb_chunk(tags: ColorTags) -> Told | None:
    return SRGB if tags.is_srgb else None


def _gamma(tags: ColorTags) -> Told | None:
    """Return the space of gAMA and cHRM (PNG, sections 11.3.2.1 and 11.3.2.2).

    A gamma of 1/2.2 with the primaries of sRGB, or none, is sRGB.
    """
    if tags.gamma is None:
        if _primaries_of(tags) == SRGB.primaries:
            return None
        raise _Nonsense("the cHRM chunk tells primaries without a gAMA chunk; it does not count.")
    curve = _curve_of(tags.gamma)
    primaries = _primaries_of(tags)
    if primaries == SRGB.primaries:
        tolerance = EXACT if tags.chromaticities else ALIKE
        if abs(tags.gamma / GAMMA_OF_SRGB - 1) <= tolerance:
            return SRGB
    return RgbSpace(primaries, curve)


def _curve_of(gamma: int) -> Curve:
    exponent = SCALE / gamma if gamma else 0.0
    if not EXPONENTS[0] <= exponent <= EXPONENTS[1]:
        raise _Nonsense(f"the gAMA chunk has a gamma of {gamma / SCALE:g}; it does not count.")
    return power(exponent)


def _primaries_of(tags: ColorTags) -> Primaries:
    """Return the primaries of cHRM, those of sRGB if there are none or the same ones, rounded."""
    if not tags.chromaticities:
        return SRGB.primaries
    parts = [value / SCALE for value in tags.chromaticities]
    white, red, green, blue = zip(parts[::2], parts[1::2], strict=True)
    primaries = Primaries(white, red, green, blue)
    if primaries.is_near(SRGB.primaries):
        return SRGB.primaries
    if not primaries.is_possible:
        raise _Nonsense("the cHRM chunk has impossible primaries; it and gAMA do not count.")
    return primaries


def _bmp_space(tags: ColorTags) -> Told | None:
    if tags.is_linked:
        raise _Nonsense("the color profile is in another file, which is not read; it is ignored.")
    if tags.space is not None and not tags.space.primaries.is_possible:
        raise _Nonsense("the BMP header has impossible primaries; sRGB is assumed.")
    if tags.space is not None:
        exponent = -np.log2(tags.space.curve.light(np.array(0.5, np.float64)).clip(1e-9))
        if not EXPONENTS[0] <= exponent <= EXPONENTS[1]:
            raise _Nonsense("the BMP header has an impossible gamma; sRGB is assumed.")
    return tags.space


def _exif(tags: ColorTags) -> Told | None:
    """Return Adobe RGB, or sRGB, as cameras write it in Exif.

    They write Adobe RGB as an uncalibrated color space with the index R03 (DCF 2.0).
    """
    if tags.exif == EXIF_SRGB:
        return SRGB
    index = tags.interoperability
    if isinstance(index, bytes | tuple):  # of another type than text, as some programs write it
        with contextlib.suppress(ValueError, TypeError):
            index = bytes(index).decode("latin-1")
    if tags.exif == EXIF_ADOBE or (isinstance(index, str) and index.rstrip("\0 ") == DCF_OPTION):
        return ADOBE_RGB
    return None


Claim: TypeAlias = Callable[[ColorTags], Told | None]
"""Returns what one way to tell color says, None if it says nothing; raises `_Nonsense`."""

_RANK: tuple[Claim, ...] = (_icc, _exif)

_RANKS: Mapping[str, tuple[Claim, ...]] = {
    "PNG": (_png_cicp, _icc, _srgb_chunk, _gamma, _exif),
    "AVIF": (_icc, _nclx, _exif),
    "HEIC": (_icc, _nclx),
    "BMP": (_icc, _bmp_space),
}
"""The ways to tell color, the one that counts first, by the kind of file; else `_RANK`."""
