"""ICC: colors become sRGB, through the embedded ICC profile where there is one."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from palette_engine.color.srgb import encode_srgb
from palette_engine.errors import cause_of
from palette_engine.libraries import warn
from palette_engine.pictures.pixels import STRIP, Pixels
from palette_engine.pictures.samples import Planes

__all__ = ["is_linear_srgb", "to_pixels"]


def to_pixels(planes: Planes, embedded: object, name: str) -> Pixels:
    """Return sRGB pixels of color and alpha, through the embedded ICC profile if there is one.

    Warns with `PaletteWarning` if it is broken, or if pixels were lost.
    """
    if planes.lost:
        warn(f"{name}: {planes.lost:,} pixels are not numbers and do not count.")
    rgb: NDArray[np.uint8] | None = None
    if isinstance(embedded, bytes) and embedded:
        rgb = _through_profile(planes, embedded, name)
    if rgb is None:
        rgb = _as_srgb(planes)
    return Pixels(np.ascontiguousarray(rgb), planes.alpha)


def _as_srgb(planes: Planes) -> NDArray[np.uint8]:
    """Return colors without a profile as sRGB."""
    if planes.mode == "RGB":
        return planes.color
    if planes.mode == "L":
        return np.repeat(planes.color, 3, axis=1)
    if planes.mode == "LAB":
        transform = _transform(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), "LAB")
        return _converted(planes, lambda image: ImageCms.applyTransform(image, transform))
    return _converted(planes, lambda image: image.convert("RGB"))


_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
"""Pillow's mode for each color space that an ICC profile can describe."""


def _through_profile(planes: Planes, embedded: bytes, name: str) -> NDArray[np.uint8] | None:
    """Return colors converted from their ICC profile, or None if sRGB is to be assumed."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
        mode = _SPACES.get(profile.profile.xcolor_space.strip(), "")
        if (planes.mode, mode) == ("L", "RGB"):
            planes = Planes("RGB", np.repeat(planes.color, 3, axis=1), planes.alpha)
        if (planes.mode, mode) == ("RGB", "L") and not np.ptp(planes.color, axis=1).any():
            planes = Planes("L", planes.color[:, :1], planes.alpha)
        if planes.mode != mode:
            raise ValueError(f"it describes {profile.profile.xcolor_space.strip()} colors")
        transform = _transform(profile, mode)
        if mode == "RGB" and _changes_nothing(transform):
            return planes.color
        return _converted(planes, lambda image: ImageCms.applyTransform(image, transform))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        warn(f"{name}: the color profile cannot be used ({cause_of(error)}); sRGB is assumed.")
        return None


def _transform(profile: ImageCms.ImageCmsProfile, mode: str) -> ImageCms.ImageCmsTransform:
    """Return the conversion to sRGB that GIMP makes on import."""
    return ImageCms.buildTransform(
        profile,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Tell whether a profile is sRGB by another name.

    Such profiles differ by rounding only; to convert would take flat colors one level off.
    """
    probes = _probes("RGB")
    return bool(np.abs(_through(transform, "RGB", probes) - probes).max() <= 1)


def is_linear_srgb(embedded: object) -> bool:
    """Tell whether a profile is that of sRGB, or of gray, in linear light.

    GIMP embeds one in what it exports from images of high precision. In 8 bits its dark colors
    would fall together, and Pillow's conversion knows no other depth.
    """
    if not isinstance(embedded, bytes) or not embedded:
        return False
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
        mode = _SPACES.get(profile.profile.xcolor_space.strip(), "")
        if mode not in ("L", "RGB"):
            return False
        probes = _probes(mode)
        converted = _through(_transform(profile, mode), mode, probes)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return False
    return bool(np.abs(converted - encode_srgb(probes / 255) * 255).max() <= 2)


def _probes(mode: str) -> NDArray[np.uint8]:
    """Return colors all over an RGB or gray color space, `(n, 3)` or `(n, 1)`."""
    levels = np.linspace(0, 255, 9).astype(np.uint8)
    if mode == "L":
        return levels[:, np.newaxis]
    return np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)


def _through(
    transform: ImageCms.ImageCmsTransform, mode: str, colors: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """Return colors as a transform has them, in levels that can be subtracted."""
    converted = ImageCms.applyTransform(_as_image(mode, colors), transform)
    return _pixels_of(converted).astype(np.int64)


def _converted(
    planes: Planes, convert: Callable[[Image.Image], Image.Image | None]
) -> NDArray[np.uint8]:
    """Return colors as a conversion of images to RGB has them, a strip at a time."""
    rgb = np.empty((len(planes.color), 3), np.uint8)
    for start in range(0, len(rgb), STRIP):
        strip = slice(start, start + STRIP)
        rgb[strip] = _pixels_of(convert(_as_image(planes.mode, planes.color[strip])))
    return rgb


def _as_image(mode: str, colors: NDArray[np.uint8]) -> Image.Image:
    """Return colors as a Pillow image one row high."""
    return Image.frombytes(mode, (len(colors), 1), colors.tobytes())


def _pixels_of(image: Image.Image | None) -> NDArray[np.uint8]:
    """Return the colors of an RGB image, `(n, 3)`."""
    assert image is not None
    return np.asarray(image).reshape(-1, 3)
