"""Image: a picture file, bytes, a Pillow image or an array becomes sRGB pixels."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, UnidentifiedImageError

from palette_engine.errors import InputError, PaletteWarning
from palette_engine.options import OPTIONS
from palette_engine.pixels import Pixels, sample_positions

if TYPE_CHECKING:
    import tifffile

__all__ = ["FORMATS", "Source", "read_pixels", "source_name"]

Source: TypeAlias = (
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | memoryview
    | IO[bytes]
    | Image.Image
    | NDArray[np.generic]
)
"""What a picture can be given as; a string is a path."""

FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""The only formats that are opened. Pillow knows more, some of which run other programs."""

STRIP = 2**21
"""How many pixels are taken out of a decoded picture at a time."""

DECODING_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    RuntimeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow's decoders raise on damaged files."""

_DEFAULT_LIMIT = OPTIONS["max_pixels"].default
assert isinstance(_DEFAULT_LIMIT, int)

_pillow_limit = threading.Lock()


def read_pixels(source: Source, *, max_pixels: int = _DEFAULT_LIMIT) -> Pixels:
    """Return a picture's pixels, or an even sample of them if it has more than two million.

    Reads the first frame. Converts embedded ICC profiles, 16-bit, float, gray, indexed and
    CMYK to 8-bit sRGB; alpha becomes weight. Arrays are `(h, w)` gray, or `(h, w, c)` with
    gray and alpha, RGB or RGBA, in bool, uint8, uint16 or float from 0 to 1, taken as sRGB.

    Warns with `PaletteWarning` if a profile is broken or pixels are not numbers. Raises
    `InputError` if the source cannot be read, is not a picture in one of `FORMATS`, is
    damaged, or has more than `max_pixels` pixels, which is checked before decoding.
    """
    if isinstance(source, np.ndarray):
        return _array_pixels(source, max_pixels)
    if isinstance(source, Image.Image):
        return _image_pixels(source, "The image", max_pixels)
    name = source_name(source) or "The picture"
    data = _opened(source, name)
    with contextlib.closing(data):
        try:
            image = _identified(data)
        except UnidentifiedImageError as error:
            pixels = _float_tiff_pixels(data, name, max_pixels)
            if pixels is None:
                raise InputError(_not_a_picture(data, name)) from error
            return pixels
        except DECODING_ERRORS as error:
            raise InputError(
                f"{name} is damaged and cannot be opened: {_reason(error)}."
            ) from error
        with image:
            return _image_pixels(image, name, max_pixels)


def source_name(source: Source) -> str:
    """Return what to call a source: its file name, or an empty string if it has none."""
    if isinstance(source, str | os.PathLike):
        return Path(source).name
    name = getattr(source, "filename", "") or getattr(source, "name", "")
    return Path(name).name if isinstance(name, str) else ""


def _opened(source: object, name: str) -> IO[bytes]:
    """Return a seekable binary file of a source, or raise `InputError`."""
    try:
        if isinstance(source, str | os.PathLike):
            path = Path(source)
            # Pillow and tifffile seek, which a pipe cannot.
            return path.open("rb") if path.is_file() else io.BytesIO(path.read_bytes())
        if isinstance(source, bytes | bytearray | memoryview):
            return io.BytesIO(bytes(source))
        data = source.read()  # type: ignore[attr-defined]  # anything else must be a file
    except FileNotFoundError as error:
        raise InputError(f"There is no file {source}.") from error
    except IsADirectoryError as error:
        raise InputError(f"{source} is a folder; name a picture in it.") from error
    except PermissionError as error:
        raise InputError(f"{source} cannot be read: permission denied.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{name} cannot be read: {_reason(error)}.") from error
    except AttributeError as error:
        raise TypeError(f"a picture cannot be read from {type(source).__name__}") from error
    if not isinstance(data, bytes):
        raise TypeError("a picture is read from a file opened in binary mode")
    return io.BytesIO(data)


def _identified(data: IO[bytes]) -> Image.Image:
    """Return the picture with its header read and its pixels not yet decoded."""
    with _without_pillow_limit():
        return Image.open(data, formats=FORMATS)


def _decode(image: Image.Image) -> None:
    """Have Pillow decode a picture whose size has been checked."""
    with _pillow_limit:
        limit = Image.MAX_IMAGE_PIXELS
    if limit is None or image.width * image.height <= limit:
        image.load()
    else:
        with _without_pillow_limit():
            image.load()


@contextlib.contextmanager
def _without_pillow_limit() -> Iterator[None]:
    """Lift Pillow's own limit on pixels, a global; ours is checked before decoding."""
    with _pillow_limit:
        before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before


def _not_a_picture(data: IO[bytes], name: str) -> str:
    data.seek(0, io.SEEK_END)
    if not data.tell():
        return f"{name} is empty: it has no bytes."
    return f"{name} is not a picture this can read. It reads {', '.join(FORMATS)}."


def _reason(error: BaseException) -> str:
    text = str(error.strerror if isinstance(error, OSError) and error.strerror else error)
    return text.strip().rstrip(".").splitlines()[0] if text.strip() else type(error).__name__


def _check_size(width: int, height: int, name: str, max_pixels: int) -> None:
    if width * height == 0:
        raise InputError(f"{name} has no pixels: it is {width:,} x {height:,}.")
    if width * height > max_pixels:
        raise InputError(
            f"{name} has {width:,} x {height:,} = {width * height:,} pixels, more than the limit "
            f"of {max_pixels:,}; raise it with --max-pixels (in Python: max_pixels)."
        )


def _image_pixels(image: Image.Image, name: str, max_pixels: int) -> Pixels:
    """Return the pixels of a Pillow image, decoding it if that is still to be done."""
    _check_size(*image.size, name, max_pixels)
    key = _transparent_color(image)
    try:
        _decode(image)
    except DECODING_ERRORS as error:
        raise InputError(f"{name} is damaged or cut short: {_reason(error)}.") from error
    width, height = image.size
    rows = max(1, STRIP // max(1, width))
    samples: list[NDArray[np.generic]] = []
    mode = image.mode
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(height, top + rows)))
        if "transparency" in strip.info:
            strip.info["transparency"] = key
        if strip.mode == "La":
            strip = strip.convert("LA")
        elif _needs_expanding(strip):
            strip = strip.convert("RGBA")
        mode = strip.mode
        samples.append(_sampled(np.asarray(strip), top * width, width * height))
    native = np.concatenate(samples)
    if mode[0] in "IF" and getattr(image, "tag_v2", {}).get(262) == 0:  # TIFF, white is zero
        native = (1 if mode == "F" else 65535) - native
    layers = _layers(native, mode, key, name)
    return _to_pixels(layers, image.info.get("icc_profile"), name)


def _array_pixels(array: NDArray[np.generic], max_pixels: int) -> Pixels:
    """Return the pixels of an array in memory."""
    bands = array.shape[2] if array.ndim == 3 else 1
    if array.ndim not in (2, 3) or bands not in (1, 2, 3, 4):
        raise InputError(
            f"An array of shape {array.shape} is not a picture; it takes (h, w) or (h, w, 1 to 4)."
        )
    if not _holds_samples(array.dtype):
        raise InputError(
            f"An array of {array.dtype} is not a picture; it takes uint8, uint16 or float."
        )
    height, width = array.shape[:2]
    _check_size(width, height, "The array", max_pixels)
    rows = max(1, STRIP // max(1, width))
    samples = [
        _sampled(array[top : top + rows], top * width, width * height)
        for top in range(0, height, rows)
    ]
    native = (
        np.concatenate(samples).reshape(-1, bands) if samples else np.empty((0, bands), np.uint8)
    )
    return _to_pixels(_split(_to_bytes(native, "The array"), "The array"), None, "The array")


def _float_tiff_pixels(data: IO[bytes], name: str, max_pixels: int) -> Pixels | None:
    """Return the pixels of a TIFF that Pillow does not know, or None if it is not a TIFF.

    Pillow opens float TIFFs only in gray. tifffile, which scikit-image brings, opens the rest.
    """
    import tifffile

    data.seek(0)
    try:
        with tifffile.TiffFile(data) as tiff:
            page = tiff.pages[0]
            assert isinstance(page, tifffile.TiffPage)
            _check_size(page.imagewidth, page.imagelength, name, max_pixels)
            _check_tiff_kind(page, name)
            array = page.asarray()
            profile = page.tags.valueof(34675)
    except InputError:
        raise
    except tifffile.TiffFileError:
        return None
    except DECODING_ERRORS as error:
        raise InputError(f"{name} is a TIFF that cannot be read: {_reason(error)}.") from error
    if array.ndim == 3 and page.planarconfig == tifffile.PLANARCONFIG.SEPARATE:
        array = np.moveaxis(array, 0, -1)
    array = array.reshape(page.imagelength, page.imagewidth, -1)
    native = _sampled(array, 0, page.imagelength * page.imagewidth)
    if tifffile.EXTRASAMPLE.ASSOCALPHA in page.extrasamples[:1]:
        native = _unmultiplied(native)
    return _to_pixels(_split(_to_bytes(native, name), name), profile, name)


def _check_tiff_kind(page: tifffile.TiffPage, name: str) -> None:
    """Raise `InputError` unless a page holds gray or RGB, in numbers that fill their type."""
    from tifffile import PHOTOMETRIC

    if (
        page.photometric not in (PHOTOMETRIC.MINISBLACK, PHOTOMETRIC.RGB)
        or page.samplesperpixel > 4
        or page.imagedepth > 1
        or page.dtype is None
        or not _holds_samples(page.dtype)
        or page.bitspersample != page.dtype.itemsize * 8
    ):
        raise InputError(
            f"{name} is a TIFF of a kind this cannot read; save it as RGB with 8 or 16 bits."
        )


def _holds_samples(dtype: np.dtype[Any]) -> bool:
    """Tell whether numbers of a type are samples of a known range."""
    return dtype.kind in "bf" or (dtype.kind == "u" and dtype.itemsize <= 2)


def _unmultiplied(native: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return pixels `(n, bands)` with the alpha taken out of their colors, from 0 to 1."""
    full = 1 if native.dtype.kind == "f" else 256**native.dtype.itemsize - 1
    values = native.astype(np.float64) / full
    alpha = values[:, -1:]
    with np.errstate(invalid="ignore"):
        values[:, :-1] /= np.where(alpha > 0, alpha, 1)
    return values


def _sampled(strip: NDArray[np.generic], start: int, total: int) -> NDArray[np.generic]:
    """Return the sampled pixels of a strip that begins at pixel `start` of `total`."""
    flat = strip.reshape(-1, *strip.shape[2:])
    positions = sample_positions(start, start + len(flat), total)
    return flat if len(positions) == len(flat) else flat[positions - start]


def _transparent_color(image: Image.Image) -> object:
    """Return the gray, color or index that is transparent, in the depth of decoded pixels.

    Pillow leaves a PNG's in the depth of the file. Must be called before decoding.
    """
    key: object = image.info.get("transparency")
    tiles = getattr(image, "tile", [])
    raw_mode = tiles[0][3] if tiles and image.format == "PNG" else ""
    if isinstance(key, int) and raw_mode in ("L;2", "L;4"):
        return key * {"L;2": 85, "L;4": 17}[raw_mode]
    if isinstance(key, tuple) and raw_mode == "RGB;16B":
        return tuple(value >> 8 for value in key)
    return key


def _needs_expanding(image: Image.Image) -> bool:
    """Tell whether Pillow must spell a pixel out: a palette index, a color that is transparent."""
    if image.mode in ("1", "P", "PA", "RGBa"):
        return True
    return "transparency" in image.info and image.mode in ("L", "RGB")


@dataclass(frozen=True, eq=False)
class _Layers:
    """Color in Pillow's `mode` and alpha, uint8 `(n, bands)` and `(n,)`."""

    mode: str
    color: NDArray[np.uint8]
    alpha: NDArray[np.uint8]


def _layers(native: NDArray[np.generic], mode: str, transparent: object, name: str) -> _Layers:
    """Return 8-bit color and alpha of pixels in one of Pillow's modes."""
    if mode.startswith("I"):
        if native.min(initial=0) < 0 or native.max(initial=0) > 65535:
            raise InputError(
                f"{name} has 32-bit whole numbers as pixels; save it with 16 or 8 bits."
            )
        layers = _split(_to_bytes(native.astype(np.uint16).reshape(-1, 1), name), name)
        opaque = native != transparent if isinstance(transparent, int) else None
        return layers if opaque is None else replace(layers, alpha=(opaque * np.uint8(255)))
    if mode == "F":
        return _split(_to_bytes(native.reshape(-1, 1), name), name)
    color = native.reshape(len(native), -1).astype(np.uint8, copy=False)
    if mode in ("CMYK", "YCbCr", "LAB", "HSV"):
        return _Layers(mode, color, np.full(len(color), 255, np.uint8))
    if mode in ("L", "LA", "RGB", "RGBA"):
        return _split((color, np.ones(len(color), bool)), name)
    raise InputError(f"{name} has pixels of a kind this cannot read (Pillow calls it {mode}).")


def _to_bytes(
    native: NDArray[np.generic], name: str
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return pixels `(n, bands)` in 8 bits, and which of them are numbers."""
    real = np.ones(len(native), bool)
    if native.dtype.kind == "b":
        return native.astype(np.uint8) * np.uint8(255), real
    if native.dtype == np.uint16:
        return ((native.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8), real
    if native.dtype.kind == "f":
        real = np.isfinite(native).all(axis=1)
        if not real.all():
            lost = int(np.count_nonzero(~real))
            warnings.warn(
                f"{name}: {lost:,} pixels are not numbers and do not count.",
                PaletteWarning,
                stacklevel=2,
            )
        numbers = np.nan_to_num(native, nan=0.0).clip(0, 1)
        return np.floor(numbers * 255 + 0.5).astype(np.uint8), real
    return native.astype(np.uint8, copy=False), real


def _split(pixels: tuple[NDArray[np.uint8], NDArray[np.bool_]], name: str) -> _Layers:
    """Return color and alpha of gray or RGB pixels, each with or without alpha."""
    values, real = pixels
    bands = values.shape[1]
    if bands > 4:
        raise InputError(f"{name} has {bands} channels; a picture has 1 to 4.")
    alpha = values[:, -1] * real if bands in (2, 4) else real * np.uint8(255)
    if bands in (1, 2):
        return _Layers("L", values[:, :1], alpha)
    return _Layers("RGB", values[:, :3], alpha)


def _to_pixels(layers: _Layers, embedded: object, name: str) -> Pixels:
    """Return sRGB pixels of color and alpha, through the embedded ICC profile if there is one."""
    rgb: NDArray[np.uint8] | None = None
    if isinstance(embedded, bytes) and embedded:
        rgb = _through_profile(layers, embedded, name)
    if rgb is None:
        rgb = _as_srgb(layers)
    return Pixels(np.ascontiguousarray(rgb), layers.alpha)


def _as_srgb(layers: _Layers) -> NDArray[np.uint8]:
    """Return colors without a profile as sRGB."""
    if layers.mode == "RGB":
        return layers.color
    if layers.mode == "L":
        return np.repeat(layers.color, 3, axis=1)
    image = _as_image(layers)
    if layers.mode == "LAB":
        transform = _transform(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), "LAB")
        return _pixels_of(ImageCms.applyTransform(image, transform))
    return _pixels_of(image.convert("RGB"))


_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
"""Pillow's mode for each color space that an ICC profile can describe."""


def _through_profile(layers: _Layers, embedded: bytes, name: str) -> NDArray[np.uint8] | None:
    """Return colors converted from their ICC profile, or None if sRGB is to be assumed."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
        mode = _SPACES.get(profile.profile.xcolor_space.strip(), "")
        if (layers.mode, mode) == ("L", "RGB"):
            layers = _Layers("RGB", np.repeat(layers.color, 3, axis=1), layers.alpha)
        if (layers.mode, mode) == ("RGB", "L") and not np.ptp(layers.color, axis=1).any():
            layers = _Layers("L", layers.color[:, :1], layers.alpha)
        if layers.mode != mode:
            raise ValueError(f"it describes {profile.profile.xcolor_space.strip()} colors")
        transform = _transform(profile, mode)
        if mode == "RGB" and _changes_nothing(transform):
            return layers.color
        return _pixels_of(ImageCms.applyTransform(_as_image(layers), transform))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        warnings.warn(
            f"{name}: the color profile cannot be used ({_reason(error)}); sRGB is assumed.",
            PaletteWarning,
            stacklevel=2,
        )
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
    levels = np.linspace(0, 255, 9).astype(np.uint8)
    probes = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
    image = _as_image(_Layers("RGB", probes, np.full(len(probes), 255, np.uint8)))
    converted = _pixels_of(ImageCms.applyTransform(image, transform))
    return bool(np.abs(converted.astype(int) - probes).max() <= 1)


def _as_image(layers: _Layers) -> Image.Image:
    """Return colors as a Pillow image one row high."""
    return Image.frombytes(layers.mode, (len(layers.color), 1), layers.color.tobytes())


def _pixels_of(image: Image.Image | None) -> NDArray[np.uint8]:
    """Return the colors of an RGB image, `(n, 3)`."""
    assert image is not None
    return np.asarray(image).reshape(-1, 3)
