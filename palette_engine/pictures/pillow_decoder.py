"""Pillow decoder: the picture files that Pillow reads, and its images in memory."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from importlib import import_module
from typing import IO, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from palette_engine.errors import DAMAGE, InputError, cause_of
from palette_engine.libraries import warn
from palette_engine.pictures import damaged_png
from palette_engine.pictures.channels import Channels, channels_of, check_floats
from palette_engine.pictures.color_tags import ColorTags, Told, color_of, exif_tags, file_tags
from palette_engine.pictures.decoded import Animation, Decoded, Header
from palette_engine.pictures.deep_png import DeepPng, raw_mode_of
from palette_engine.pictures.file_types import FILE_TYPES
from palette_engine.pictures.lab_encoding import srgb_of_cielab
from palette_engine.pictures.orientation import ORIENTATION, UPRIGHT, orientation_of
from palette_engine.pictures.pillow_image import load_image, open_image, seek_image
from palette_engine.pictures.refusals import refusal_of
from palette_engine.pictures.region import Box
from palette_engine.pictures.remains import (
    Remains,
    is_doubtful,
    is_mendable,
    may_end_in_filler,
    remains_of,
)

__all__ = [
    "FRAME_BYTES",
    "READ",
    "Remember",
    "header_of",
    "opened",
    "page_header",
    "preserved",
    "remembered",
]

PILLOW_DAMAGE = (*DAMAGE, Image.DecompressionBombError)
"""What Pillow raises on damaged files; a bomb it finds is a size that the header hides."""

BITS_PER_SAMPLE, PHOTOMETRIC, SAMPLE_FORMAT = 258, 262, 339
"""Tags of TIFF."""

WHITE_IS_ZERO = 0
"""The photometric interpretation of a negative."""

PALETTE_SIZE = 256

WHITE = 65535
"""The white of images in whole numbers of 16 and 32 bits."""

READ = "read"
"""The choice of the option `damaged` with which a damaged picture is read as far as it is there."""

SEVERAL = ("AVIF", "GIF", "PNG", "TIFF", "WEBP")
"""Pillow's names of the file types that may have several frames.

The other pictures of an MPO are smaller versions of the first, or for the other eye.
"""

FRAME_BYTES = 16
"""The memory that a frame takes for each pixel: that of libwebp and libavif, and Pillow's image."""

MAX_DURATION = 2**32
"""Milliseconds that a frame is shown, if that is no nonsense."""

Remember: TypeAlias = Callable[[Callable[[], Told | None]], Told | None]
"""Returns what a function that reads color tags returns, or did so for the first frame."""


def _each(read: Callable[[], Told | None]) -> Told | None:
    return read()


def remembered() -> Remember:
    """Return a function that returns what the first function that it is called with does.

    So color tags, which all frames share, are read once, and their warnings come once.
    """
    known: list[Told | None] = []

    def told(read: Callable[[], Told | None]) -> Told | None:
        if not known:
            known.append(read())
        return known[0]

    return told


def opened(data: IO[bytes], name: str, kind: str) -> Image.Image | None:
    """Return a file with its header read and nothing decoded, or None if it is no picture.

    `kind` is its file type, a key of `FILE_TYPES`. Raises `InputError` if the header is damaged.
    """
    row = FILE_TYPES[kind]
    # If Pillow has not loaded a plug-in yet, it loads all of them, which takes much longer.
    import_module(row.modules[0])
    try:
        if kind == "PNG" and is_mendable(data) and (mended := damaged_png.in_order(data)):
            data, names = mended
            warn(f"{name}: repeated or misplaced chunks do not count: {names}.")
        return open_image(data, [row.pillow])
    except (*PILLOW_DAMAGE, UnidentifiedImageError) as error:
        if image := _opened_without_damage(data, name):
            return image
        if told := refusal_of(data, kind):
            raise InputError(f"{name} {told}.") from error
        if isinstance(error, UnidentifiedImageError):
            return None
        raise InputError(f"{name} is damaged and cannot be opened: {cause_of(error)}.") from error


def _opened_without_damage(data: IO[bytes], name: str) -> Image.Image | None:
    """Return a PNG without its damaged chunks, if these do not matter; else None."""
    with contextlib.suppress(*PILLOW_DAMAGE):
        for file, sentence in damaged_png.attempts(data) if is_mendable(data) else ():
            with contextlib.suppress(*PILLOW_DAMAGE, UnidentifiedImageError):
                image = open_image(file, ["PNG"])
                warn(f"{name}: {sentence}.")
                return image
    return None


@contextlib.contextmanager
def preserved(image: Image.Image) -> Iterator[None]:
    """Leave an image of the caller as it is, but for being decoded, behind the body of ``with``."""
    info, file = dict(image.info), getattr(image, "fp", None)
    pixels: Any = getattr(image, "_im", None)
    place = file.tell() if file is not None and not file.closed else 0
    try:
        yield
    finally:
        image.info.update({key: info[key] for key in info.keys() - image.info.keys()})
        with contextlib.suppress(*PILLOW_DAMAGE):  # it is closed
            if getattr(image, "_im", None) is not None and image.im.size != image.size:
                image.im = pixels
                if file is not None and not file.closed:
                    file.seek(place)


def header_of(
    image: Image.Image, name: str, damaged: str, passes: int = 1, told: Remember = _each
) -> Header:
    """Return the header of an image, decoded or not; its file must stay open until it is.

    `damaged` is the option of that name, and `passes` how often decoding goes over all pixels.
    `told` returns what the function returns that reads the color tags, or did so before.
    """
    memory = _bytes_per_pixel(image) * image.width * image.height
    decode = partial(_decode, image, name, damaged, told)
    animation, reduce = _animation(image, name, damaged), _reduction(image, name, told)
    return Header(image.width, image.height, decode, memory, passes, animation, reduce)


def _reduction(
    image: Image.Image, name: str, told: Remember
) -> Callable[[int], Decoded | None] | None:
    """Return the function that decodes a JPEG in color at a part of its size; None for others."""
    file = getattr(image, "fp", None)
    if image.format not in ("JPEG", "MPO") or image.mode == "L" or file is None:
        return None
    return partial(_reduced, file, name, told)


def _reduced(file: IO[bytes], name: str, told: Remember, scale: int) -> Decoded | None:
    """Return a JPEG as its cosine transform gives it at 1/2, 1/4 or 1/8 of its size.

    None if it is damaged, or looks so.
    """
    try:
        image = open_image(file, ["JPEG"])
        width, height = image.size
        image.draft("", (width // scale, height // scale))
        if image.size != (-(-width // scale), -(-height // scale)) or is_doubtful(file, image):
            return None
        tags = file_tags(image)
        load_image(image)
        return None if may_end_in_filler(image) else _decoded(image, tags, None, None, told, name)
    except PILLOW_DAMAGE:
        return None


def _animation(image: Image.Image, name: str, damaged: str) -> Animation | None:
    """Return the frames of a file as Pillow knows them; None if it can have only one.

    Asking Pillow whether there are several would read a GIF or TIFF again.
    """
    if image.format not in SEVERAL or not isinstance(image, ImageFile.ImageFile):
        return None
    return Animation(
        count=partial(_count, image, name),
        headers=partial(_frame_headers, image, name, damaged),
        memory=FRAME_BYTES * image.width * image.height,
        is_timed=image.format != "TIFF",
        plays=_plays(image),
    )


def _count(image: Image.Image, name: str) -> int:
    try:
        return int(getattr(image, "n_frames", 1))
    except PILLOW_DAMAGE as error:
        raise InputError(f"{name} is damaged or cut short: {cause_of(error)}.") from error


def _plays(image: Image.Image) -> int:
    """Return how often an animation is shown, 0 for ever; a GIF says how often more than once."""
    loops = image.info.get("loop", 1 if image.format == "GIF" else 0)
    if not isinstance(loops, int):
        return 0
    return loops + 1 if image.format == "GIF" and "loop" in image.info and loops else loops


def _frame_headers(image: Image.Image, name: str, damaged: str) -> Iterator[Header]:
    """Yield the header of each frame; in the end, the image is at the frame where it was."""
    place, told = image.tell(), remembered()
    try:
        for number in range(_count(image, name)):
            _seek(image, number, name)
            memory = FRAME_BYTES * image.width * image.height
            decode = partial(_decode_frame, image, name, damaged, told)
            yield Header(image.width, image.height, decode, memory)
    finally:
        with contextlib.suppress(*PILLOW_DAMAGE):
            seek_image(image, place)


def _seek(image: Image.Image, number: int, name: str) -> None:
    """Go to a frame, by its number from 0, or raise `InputError`."""
    try:
        seek_image(image, number)
    except PILLOW_DAMAGE as error:
        raise InputError(f"{name} is damaged or cut short: {cause_of(error)}.") from error


def page_header(image: Image.Image, number: int, name: str, damaged: str) -> Header:
    """Return the header of a directory of a TIFF, by its number from 0."""
    _seek(image, number, name)
    decode = partial(_decode_frame, image, name, damaged, _each)
    return Header(
        image.width, image.height, decode, _bytes_per_pixel(image) * image.width * image.height
    )


def _decode_frame(image: Image.Image, name: str, damaged: str, told: Remember) -> Decoded:
    decoded = _decode(image, name, damaged, told)
    duration = image.info.get("duration")
    if not isinstance(duration, int | float) or not 0 <= duration < MAX_DURATION:
        return decoded
    return replace(decoded, duration=Fraction(round(duration * 1000), 1000))


def _bytes_per_pixel(image: Image.Image) -> int:
    """Return how many bytes a pixel takes while its picture is decoded.

    That is what Pillow's image takes, and what is kept beside it: by libjpeg the coefficients of a
    progressive picture, by libwebp and libavif three more pictures, and of a PNG of 16 bits, which
    may be decoded twice, the lower bytes.
    """
    narrow = {"1": 1, "L": 1, "P": 1}
    plain = narrow.get(image.mode, 2 if image.mode.startswith("I;16") else 4)
    if image.format in ("JPEG", "MPO") and image.info.get("progressive"):
        return plain + 2 * len(image.getbands())
    if DeepPng.of(image):
        return 2 * plain
    return 4 * plain if image.format in ("WEBP", "AVIF") else plain


def _decode(image: Image.Image, name: str, damaged: str, told: Remember) -> Decoded:
    file = getattr(image, "fp", None)
    tags, key, deep = file_tags(image), _transparent_color(image), DeepPng.of(image)
    if image.tell():  # reading the file again would give its first frame
        file = deep = None
    cause = "some of its data are missing"
    try:
        if file is None or not is_doubtful(file, image):
            load_image(image)
            if file is None or not may_end_in_filler(image):
                return _decoded(image, tags, key, deep, told, name)
    except InputError:
        raise
    except PILLOW_DAMAGE as error:
        cause = cause_of(error)  # not the error, whose frames hold the image
        image.im = Image.new(image.mode, (1, 1)).im  # so that there are not two of its size
    found = remains_of(file, image) if file else None
    if found is None or (found.missing and damaged != READ):
        raise InputError(f"{name} is damaged or cut short: {_told(found) or cause}.")
    if found.missing:
        warn(f"{name} is damaged or cut short: {found.missing}; what is there counts.")
    return found.marked(_decoded(found.image, tags, key, found.deep, told, name))


def _told(found: Remains | None) -> str:
    """Return what is missing of a picture that is refused, and what to do; empty if nothing is."""
    if found is None:
        return ""
    return f'{found.missing}; --damaged read reads what is there (in Python: damaged="read")'


def _decoded(
    image: Image.Image,
    tags: ColorTags,
    key: object,
    deep: DeepPng | None,
    told: Remember,
    name: str,
) -> Decoded:
    """Return what a decoded image holds; `key` is its transparent color."""
    if key is None:
        image.info.pop("transparency", None)  # a PNG's behind its pixels, where it has no meaning
    _check_range(image)
    if image.format == "PNG" and image.mode == "P" and image.palette is None:
        raise InputError(f"{name} is damaged: its colors are indexed, and it has no palette.")
    # CIELAB needs no profile.
    profile = None
    if image.mode != "LAB":
        profile = told(lambda: color_of(exif_tags(image, tags), name))
    orientation = _orientation(image)
    # Eight bits are enough for what is neither converted nor compared with a transparent color.
    if deep is not None and (profile is not None or deep.key) and (rows := deep.rows(image)):
        return Decoded(rows, deep.channels, True, profile, orientation)
    is_negative = _tags_of(image).get(PHOTOMETRIC) == WHITE_IS_ZERO
    return Decoded(
        rows=partial(_rows, image, key),
        channels=partial(_channels, _mode_of(image), key, is_negative, image.format, name),
        is_deep=image.mode[0] in "IF",
        profile=profile,
        orientation=orientation,
    )


def _tags_of(image: Image.Image) -> Mapping[int, Any]:
    """Return the tags of an image from a TIFF; none if it is from another file."""
    tags: Mapping[int, Any] = getattr(image, "tag_v2", {})
    return tags


def _check_range(image: Image.Image) -> None:
    """Raise `InputError` for a decoded image whose numbers have a range that nothing tells.

    The message says which call makes a picture of it.
    """
    tags = _tags_of(image)
    if tags and image.mode[0] in "IF":
        known = ((32,), (3,)) if image.mode == "F" else ((16,), (1,))
        if (tags.get(BITS_PER_SAMPLE, (1,)), tags.get(SAMPLE_FORMAT, (1,))) != known:
            raise InputError(
                "Pillow does not tell the range of this TIFF; pass its path or its bytes instead "
                "of the image."
            )
    if image.mode != "I":
        return
    least, most = np.ravel(image.getextrema()).astype(np.int64).tolist()
    if least < 0 or most > WHITE:
        raise InputError(
            f"The image has whole numbers from {least:,} to {most:,} (Pillow's mode I), and none "
            'of them is known as white; scale them to 0 to 255 and pass image.convert("L").'
        )
    if 0 < most <= 255 and image.format is None:
        raise InputError(
            f"The image has whole numbers up to {most} (Pillow's mode I), in which white is "
            f'{WHITE:,}; if it is 255, pass image.convert("L"), and else image.convert("I;16").'
        )


def _orientation(image: Image.Image) -> int:
    """Return the orientation of a decoded picture; Pillow has turned some by itself."""
    with contextlib.suppress(*PILLOW_DAMAGE):
        return orientation_of(image.getexif().get(ORIENTATION))
    return UPRIGHT


def _transparent_color(image: Image.Image) -> object:
    """Return the gray, color or index that is transparent, in the depth of decoded pixels.

    Of indexed colors, it may be an alpha for each. Pillow leaves a PNG's key in the depth of the
    file, of which fewer bits count than it has (PNG, section 11.3.1.1). None if there is none, or
    nonsense. Must be called before decoding.
    """
    key: object = image.info.get("transparency")
    raw_mode = raw_mode_of(image)
    if image.mode == "P":
        is_index = isinstance(key, int) and 0 <= key < PALETTE_SIZE
        return key[:PALETTE_SIZE] if isinstance(key, bytes) else key if is_index else None
    if isinstance(key, int) and image.mode in ("1", "L"):
        bits = {"L;2": 2, "L;4": 4}.get(raw_mode, 8)
        return (key & (1 << bits) - 1) * 255 // ((1 << bits) - 1)
    if isinstance(key, int) and image.mode[0] == "I":
        return key
    if isinstance(key, tuple) and image.mode == "RGB" and len(key) == 3:
        shift = 8 if raw_mode == "RGB;16B" else 0
        return tuple(int(value) >> shift & 255 for value in key)
    return None


def _mode_of(image: Image.Image) -> str:
    """Return the mode in which rows are taken out of an image.

    Pillow has to look up a palette's index, compare a transparent color, and divide by alpha.
    """
    if image.mode == "La":
        return "LA"
    if image.mode in ("1", "P", "PA", "RGBa"):
        return "RGBA"
    return "RGBA" if "transparency" in image.info and image.mode in ("L", "RGB") else image.mode


def _rows(image: Image.Image, key: object, box: Box) -> NDArray[Any]:
    """Return the part of an image in a box, in the mode of `_mode_of`."""
    strip = image.crop((box.left, box.top, box.right, box.bottom))
    if "transparency" in strip.info:
        strip.info["transparency"] = key
    mode = _mode_of(strip)
    return np.asarray(strip if strip.mode == mode else strip.convert(mode))


def _channels(
    mode: str,
    key: object,
    is_negative: bool,
    file_type: str | None,
    name: str,
    native: NDArray[Any],
) -> Channels:
    """Return what numbers in one of Pillow's modes mean; `key` is the transparent gray."""
    # There may be no pixel, in a strip that is smaller than the distance between two samples.
    numbers = native if native.ndim == 2 else native[:, np.newaxis]
    if mode == "F":
        if file_type is None:  # an image in memory, such as one that was converted from 8 bits
            check_floats(numbers, 'image.convert("L")')
        return channels_of(1 - numbers if is_negative else numbers)
    if mode.startswith("I"):
        gray = WHITE - numbers if is_negative else numbers
        alpha = (gray[:, 0] != key) * np.uint8(255) if isinstance(key, int) else None
        return Channels("L", gray.astype(np.uint16), alpha)
    color = numbers.astype(np.uint8, copy=False)
    if mode == "LAB":
        return Channels("RGB", srgb_of_cielab(color))
    if mode in ("CMYK", "YCbCr", "HSV"):
        return Channels(mode, color)
    if mode in ("L", "LA", "RGB", "RGBA"):
        return channels_of(color)
    if mode == "RGBX":
        return channels_of(color[:, :3])
    raise InputError(f"{name} has pixels of a kind this cannot read (Pillow calls it {mode}).")
