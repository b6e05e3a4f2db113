"""Color conversion: stored colors become sRGB, through an ICC profile if there is one."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from palette_engine.color.srgb import encode_srgb
from palette_engine.errors import cause_of
from palette_engine.libraries import warn
from palette_engine.pictures.channels import ByteChannels, Channels
from palette_engine.pictures.decoded import Decoded
from palette_engine.pictures.icc import MODES
from palette_engine.pictures.pixels import STRIP, Frame, Pixels
from palette_engine.pictures.rgb_space import RgbSpace

__all__ = ["exact_conversion", "is_linear_srgb", "to_pixels"]


def exact_conversion(decoded: Decoded) -> Callable[[Channels], Channels] | None:
    """Return the conversion to sRGB that is done before pixels are rounded to 8 bits, if there is.

    An ICC profile has none, except one that is linear sRGB.
    """
    if isinstance(decoded.profile, RgbSpace):
        return decoded.profile.to_srgb
    if decoded.is_deep and is_linear_srgb(decoded.profile):
        return Channels.encoded
    return None


def to_pixels(channels: ByteChannels, embedded: object, name: str, frame: Frame) -> Pixels:
    """Return the sRGB pixels of a picture, converted through its ICC profile if it has one.

    Warns with `PaletteWarning` if the profile cannot be used, or if pixels are not numbers or
    beyond the range.
    """
    if channels.lost:
        warn(f"{name}: {channels.lost:,} pixels are not numbers and do not count.")
    if channels.clipped:
        warn(f"{name}: {channels.clipped:,} pixels are darker than black or brighter than white.")
    rgb: NDArray[np.uint8] | None = None
    if isinstance(embedded, bytes) and embedded:
        rgb = _through_profile(channels, embedded, name)
    if rgb is None:
        rgb = _as_srgb(channels)
    return Pixels(np.ascontiguousarray(rgb), channels.alpha, frame)


def _as_srgb(channels: ByteChannels) -> NDArray[np.uint8]:
    """Return colors without a profile as sRGB."""
    if channels.mode == "RGB":
        return channels.color
    if channels.mode == "L":
        return np.repeat(channels.color, 3, axis=1)
    # CMYK, YCbCr and HSV, by the plain formulas.
    return _converted(channels, lambda image: image.convert("RGB"))


def _through_profile(
    channels: ByteChannels, embedded: bytes, name: str
) -> NDArray[np.uint8] | None:
    """Return colors converted through their ICC profile, or None if it cannot be used."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
        mode = MODES.get(profile.profile.xcolor_space.strip(), "")
        if (channels.mode, mode) == ("L", "RGB"):
            channels = ByteChannels("RGB", np.repeat(channels.color, 3, axis=1), channels.alpha)
        if (channels.mode, mode) == ("RGB", "L") and not np.ptp(channels.color, axis=1).any():
            channels = ByteChannels("L", channels.color[:, :1], channels.alpha)
        if channels.mode != mode:
            raise ValueError(f"it describes {profile.profile.xcolor_space.strip()} colors")
        transform = _transform(profile, mode)
        if mode == "RGB" and _changes_nothing(transform):
            return channels.color
        return _converted(channels, lambda image: ImageCms.applyTransform(image, transform))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        warn(f"{name}: the color profile cannot be used ({cause_of(error)}); sRGB is assumed.")
        return None


def _transform(profile: ImageCms.ImageCmsProfile, mode: str) -> ImageCms.ImageCmsTransform:
    """Return the conversion to sRGB that GIMP applies on import.

    See docs/decisions.md#profiles-with-tables.
    """
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    if not profile.profile.is_matrix_shaper:
        flags |= ImageCms.Flags.NOOPTIMIZE
    return ImageCms.buildTransform(
        profile,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags,
    )


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Return whether a conversion is that of an sRGB profile, which differs by rounding only.

    Applying it would move flat colors by one level. See docs/decisions.md#profiles-equal-to-srgb.
    """
    probes = _probes("RGB")
    return bool(np.abs(_through(transform, "RGB", probes) - probes).max() <= 1)


def is_linear_srgb(embedded: object) -> bool:
    """Return whether a profile is sRGB, or gray, in linear light.

    GIMP embeds such a profile in files that it exports from images of high precision.
    See docs/decisions.md#linear-srgb.
    """
    if not isinstance(embedded, bytes) or not embedded:
        return False
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
        mode = MODES.get(profile.profile.xcolor_space.strip(), "")
        if mode not in ("L", "RGB"):
            return False
        probes = _probes(mode)
        converted = _through(_transform(profile, mode), mode, probes)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return False
    return bool(np.abs(converted - encode_srgb(probes / 255) * 255).max() <= 2)


def _probes(mode: str) -> NDArray[np.uint8]:
    """Return colors spread over an RGB or gray color space, uint8 `(n, 3)` or `(n, 1)`."""
    levels = np.linspace(0, 255, 9).astype(np.uint8)
    if mode == "L":
        return levels[:, np.newaxis]
    return np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)


def _through(
    transform: ImageCms.ImageCmsTransform, mode: str, colors: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """Return colors after a transform, as integers that can be subtracted."""
    converted = ImageCms.applyTransform(_as_image(mode, colors), transform)
    return _pixels_of(converted).astype(np.int64)


def _converted(
    channels: ByteChannels, convert: Callable[[Image.Image], Image.Image | None]
) -> NDArray[np.uint8]:
    """Return colors after a conversion of images to RGB, a strip at a time."""
    rgb = np.empty((len(channels.color), 3), np.uint8)
    for start in range(0, len(rgb), STRIP):
        strip = slice(start, start + STRIP)
        rgb[strip] = _pixels_of(convert(_as_image(channels.mode, channels.color[strip])))
    return rgb


def _as_image(mode: str, colors: NDArray[np.uint8]) -> Image.Image:
    """Return colors as a Pillow image one row high."""
    return Image.frombytes(mode, (len(colors), 1), colors.tobytes())


def _pixels_of(image: Image.Image | None) -> NDArray[np.uint8]:
    """Return the colors of an RGB image, `(n, 3)`."""
    assert image is not None
    return np.asarray(image).reshape(-1, 3)
