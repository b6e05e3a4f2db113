"""Reading: a picture file, bytes, a Pillow image or an array becomes sRGB pixels."""

from __future__ import annotations

import contextlib
import io
import os
import stat
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import DAMAGE, InputError, cause_of
from palette_engine.libraries import warn
from palette_engine.option_kinds import Region, frame_bounds
from palette_engine.options import OPTIONS
from palette_engine.pictures import (
    apng_decoder,
    array_decoder,
    gif_decoder,
    image_decoder,
    pillow_decoder,
    webp_file,
)
from palette_engine.pictures.channels import ByteChannels
from palette_engine.pictures.color_conversion import exact_conversion, to_pixels
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.file_parts import check_exif, check_parts, count_passes
from palette_engine.pictures.file_types import (
    FILE_TYPES,
    START,
    check_installed,
    may_be_picture,
    not_a_picture,
    type_of,
)
from palette_engine.pictures.limits import (
    MEGABYTE,
    Limits,
    check_decoded,
    check_frames,
    check_header,
    check_rows,
)
from palette_engine.pictures.pillow_decoder import FRAME_BYTES, READ
from palette_engine.pictures.pixels import (
    LEAST_ALPHA,
    SAMPLES,
    Draft,
    Frame,
    Pixels,
    sampled,
    seen,
    strip_rows,
)
from palette_engine.pictures.refusals import refusal_of
from palette_engine.pictures.region import Box
from palette_engine.pictures.rgb_space import RgbSpace
from palette_engine.pictures.weights import Weight, stored_weight, weighed

__all__ = [
    "ArrayLike",
    "FrameCount",
    "Source",
    "count_frames",
    "open_source",
    "read_frames",
    "read_pixels",
    "source_name",
]


@runtime_checkable
class ArrayLike(Protocol):
    """An array of another library, such as xarray or PyTorch, as numpy takes it."""

    def __array__(self) -> NDArray[Any]: ...


Source: TypeAlias = (
    str
    | os.PathLike[str]
    | bytes
    | bytearray
    | memoryview
    | IO[bytes]
    | Image.Image
    | NDArray[np.generic]
    | ArrayLike
)
"""What a picture can be given as; a string is a path."""

_LIMITS = Limits()

_PACKAGE = "palette_engine.pictures"

CHUNK = 2**23
"""The number of bytes that are read at a time of a file that cannot seek.

It is more than a palette file may have, as the command line tells those by their bytes, too.
"""

SCALES = (8, 4, 2)
"""The parts of their size at which pictures can be decoded."""

FRAME_SAMPLES = 500
"""At least this many pixels of each frame are sampled, however many frames there are."""


@dataclass(frozen=True)
class FrameCount:
    """How many frames a file has, whether it says how long each is shown, and how often they play.

    `plays` is 0 for ever.
    """

    frames: int
    is_timed: bool = False
    plays: int = 0


def read_pixels(
    source: Source,
    *,
    max_pixels: int = _LIMITS.pixels,
    max_memory: int = _LIMITS.megabytes,
    region: Region | None = None,
    samples: int = SAMPLES,
    weight: Weight | None = None,
    damaged: str = OPTIONS["damaged"].default,
    least_alpha: int = LEAST_ALPHA,
) -> Pixels:
    """Return a picture's pixels, or an even sample of them if it has more than `samples`.

    Reads the first frame, or a `region` of it as it is shown. Converts colors by what the file
    tells about them, 16-bit, float, gray, indexed and CMYK to 8-bit sRGB. Alpha becomes weight,
    which is 0 if alpha is below `least_alpha`, of 255, and others are not. Arrays are `(h, w)`
    gray, or `(h, w, c)` with gray and alpha, RGB or RGBA, in bool, uint8, uint16 or float from 0 to
    1, taken as sRGB. Pixels that a masked array masks get weight 0.

    `weight` says how much each pixel counts: `(h, w)` of the picture as it is shown, bool, uint8,
    uint16 or float from 0 to 1; only the ratios of weights matter. It is multiplied by alpha.

    What a damaged JPEG or PNG does not have is transparent, unless `damaged` is ``"refuse"``.

    Warns with `PaletteWarning` if a profile is broken, other tags about color cannot be used,
    pixels are not numbers or beyond the range, or something is missing. Raises `InputError` if the
    source cannot be read, is not a picture in one of `FILE_TYPES` that what is installed can read,
    is damaged beyond that, ends inside the region, or has more than `max_pixels` pixels or takes
    more than `max_memory` megabytes to decode, which is checked before decoding; and if the
    weight does not fit. See docs/decisions.md#one-reader-for-all-decoders.
    """
    frames = read_frames(
        source,
        max_pixels=max_pixels,
        max_memory=max_memory,
        region=region,
        samples=samples,
        weight=weight,
        damaged=damaged,
        least_alpha=least_alpha,
    )
    with contextlib.closing(frames):
        return next(frames)


def read_frames(
    source: Source,
    frames: int | str = "first",
    *,
    max_pixels: int = _LIMITS.pixels,
    max_memory: int = _LIMITS.megabytes,
    region: Region | None = None,
    samples: int = SAMPLES,
    weight: Weight | None = None,
    damaged: str = OPTIONS["damaged"].default,
    least_alpha: int = LEAST_ALPHA,
    draft: Draft | None = None,
) -> Generator[Pixels]:
    """Yield the pixels of the chosen frames of an animation, in order and as they are shown.

    `frames` is the option of that name. `samples` are at most all pixels together, but at least
    `FRAME_SAMPLES` of each frame. The other arguments, warnings and errors are those of
    `read_pixels`; each frame has its `duration`.

    If a `draft` suits a single picture, only its number of pixels is sampled. Without a `weight`,
    they may be means of up to 8 x 8 pixels of a JPEG.

    If a later frame is damaged, the frames before it count, with a warning, unless `damaged` is
    ``"refuse"``. Raises `InputError` also for a frame that does not exist, and for more than
    `limits.MAX_FRAMES` frames or `limits.MAX_WORK` pixels, which is checked before decoding.

    If the first frame is chosen as such, and has not more than one color, frames are counted.

    See docs/decisions.md#animations.
    """
    named = source_name(source)
    name = named or _stand_in(source)
    limits = Limits(max_pixels, max_memory)
    with _header(source, name, limits, damaged) as header:
        check_header(header, name, limits)
        first, last = frame_bounds(frames)
        end = 1 if frames == "first" else check_frames(header, first, last, name, limits)
        share = max(samples // (end - first + 1), min(samples, FRAME_SAMPLES))
        # Frames need the same number of samples each, as they count by their durations.
        animation = header.animation if frames != "first" else None
        fewer = draft if animation is None and draft and draft.samples < share else None

        def pixels_of(frame: Header) -> Pixels:
            check_header(frame, name, limits)
            size = (frame.width, frame.height)
            decoded = frame.decode()
            check_decoded(decoded, name)
            box = Box.of(region, size, named or name.lower(), decoded.orientation)
            weights = stored_weight(source, weight, size, decoded.orientation)
            least = share if fewer is None else fewer.samples
            found = _Samples.of(decoded, box, name, least, weights)
            if fewer is not None and not found.suit(fewer):
                found = _Samples.of(decoded, box, name, share, weights)
            return replace(found.pixels(name, least_alpha), size=size)

        if animation is None:
            reduced = None
            if fewer is not None and weight is None:
                reduced = _reduced(header, region, named or name.lower(), fewer)
            pixels = reduced.pixels(name, least_alpha) if reduced else pixels_of(header)
            if header.animation and not _has_colors(pixels):
                with contextlib.suppress(InputError):  # what is damaged there does not matter here
                    pixels = replace(pixels, frame_count=header.animation.count())
            yield replace(pixels, size=(header.width, header.height))
        else:
            # Behind the last frame that there is, a file may miss those that it says it has.
            stop = None if last is None else end
            found = map(pixels_of, islice(animation.headers(), first - 1, stop))
            yield from _up_to_damage(found, end - first + 1, name, damaged)


def count_frames(
    source: Source,
    *,
    max_pixels: int = _LIMITS.pixels,
    max_memory: int = _LIMITS.megabytes,
    damaged: str = OPTIONS["damaged"].default,
) -> FrameCount:
    """Return how many frames a source has, and how they are shown; decodes none of them.

    Raises `InputError` as `read_pixels` does before it decodes.
    """
    name = source_name(source) or _stand_in(source)
    limits = Limits(max_pixels, max_memory)
    with _header(source, name, limits, damaged) as header:
        check_header(header, name, limits)
        if header.animation is None:
            return FrameCount(1)
        animation = header.animation
        return FrameCount(animation.count(), animation.is_timed, animation.plays)


def _up_to_damage(
    frames: Iterator[Pixels], expected: int, name: str, damaged: str
) -> Iterator[Pixels]:
    """Yield frames up to the first that is damaged, and warn if that is not all of them.

    Raises `InputError` if the first one is damaged, or if `damaged` says so.
    """
    found = 0
    try:
        for frame in frames:
            found += 1
            yield frame
        if found < expected:
            raise InputError(f"{name} is damaged or cut short: a frame is missing.")
    except InputError as error:
        if error.reason or not found or damaged != READ:
            raise
        before = "the frame before that counts" if found == 1 else f"the {found:,} before it count"
        warn(f"{str(error).rstrip('.')}; {before}.")


def _has_colors(pixels: Pixels) -> bool:
    """Return whether pixels that count have more than one color."""
    for step in (1009, 1):  # a few are enough, most often
        colors = pixels.rgb[::step][pixels.weight[::step] > 0]
        if (colors != colors[:1]).any():
            return True
    return False


@dataclass(frozen=True, eq=False)
class _Samples:
    """The sampled pixels in a box of a decoded picture, in whatever the file has.

    `weight` is how much each counts beside its alpha, `(n,)`, or None.
    """

    decoded: Decoded
    channels: ByteChannels
    frame: Frame
    weight: NDArray[Any] | None

    @classmethod
    def of(
        cls, decoded: Decoded, box: Box, name: str, samples: int, weight: NDArray[Any] | None
    ) -> _Samples:
        """Return at most `samples` pixels, read a strip at a time.

        `weight` is `(h, w)` of the whole picture as it is stored, or None.
        """
        width, height = box.size
        convert = exact_conversion(decoded)
        total = width * height
        weights = []

        def strips() -> Iterator[ByteChannels]:
            for first, end in strip_rows(width, height):
                strip = box.rows(first, end)
                rows = decoded.rows(strip)
                check_rows(rows.shape, strip, name)
                start = first * width
                native = decoded.channels(sampled(rows, start, total, samples))
                yield (convert(native) if convert else native).in_bytes()
                if weight is not None:
                    cut = array_decoder.rows_of(weight, strip)
                    weights.append(sampled(cut, start, total, samples))

        channels = ByteChannels.joined(strips(), min(total, samples))
        frame = Frame(width, height, decoded.orientation)
        found = np.concatenate(weights) if weight is not None else None
        return cls(decoded, channels, frame, found)

    def suit(self, draft: Draft) -> bool:
        """Return whether no other pixels of the picture are needed."""
        counts = self.channels.alpha > 0
        if self.weight is not None:
            counts &= self.weight > 0
        return draft.suits(self.channels.color[counts])

    def pixels(self, name: str, least_alpha: int) -> Pixels:
        """Return the samples in sRGB."""
        decoded = self.decoded
        profile = None if exact_conversion(decoded) else decoded.profile
        pixels = to_pixels(self.channels, profile, name, self.frame)
        space = decoded.profile if isinstance(decoded.profile, RgbSpace) else None
        alpha = pixels.weight
        counted = alpha if self.weight is None else weighed(alpha, self.weight)
        return replace(
            pixels,
            weight=seen(counted, alpha, least_alpha),
            space=space,
            duration=decoded.duration,
        )


def _reduced(header: Header, region: Region | None, name: str, draft: Draft) -> _Samples | None:
    """Return samples of a picture that is decoded at a part of its size; None if they do not suit.

    At least as many pixels remain as a draft has samples.
    """
    size = (header.width, header.height)
    area = Box.area_of(region, size)
    scale = next((each for each in SCALES if area >= draft.samples * each**2), 1)
    decoded = header.reduce(scale) if header.reduce and scale > 1 else None
    if decoded is None:
        return None
    box = Box.of(region, size, name, decoded.orientation)
    inside = box.reduced(scale, size)
    if inside.area < draft.samples:
        return None
    found = _Samples.of(decoded, inside, name, draft.samples, None)
    return replace(found, frame=replace(found.frame, full=box.area)) if found.suit(draft) else None


@contextlib.contextmanager
def _header(source: Source, name: str, limits: Limits, damaged: str) -> Iterator[Header]:
    """Open a source, and yield its header; it can be decoded while the source is open."""
    if isinstance(source, Image.Image):
        with pillow_decoder.preserved(source):
            yield image_decoder.header_of(source, name, damaged)
    elif array_decoder.is_array(source):
        yield array_decoder.header_of(source)
    else:
        with contextlib.closing(open_source(source, name, limits.stream)) as data:
            yield _file_header(data, name, limits, damaged)


def _undecoded() -> Decoded:
    """Stand for a picture that is only checked."""
    raise NotImplementedError


def _file_header(data: IO[bytes], name: str, limits: Limits, damaged: str) -> Header:
    """Return the header of a picture file by the decoder that knows it, or raise `InputError`."""
    try:
        kind = type_of(data, name)
        if not kind:
            raise not_a_picture(data, name)
        check_installed(kind, name)
        check_parts(data, name)
        check_exif(data, name)
        if kind == "GIF":
            # Never by Pillow, which takes gigabytes for some GIFs without a frame.
            if header := gif_decoder.header_of(data, name, damaged):
                return header
            raise InputError(f"{name} {refusal_of(data, kind)}.")
        if kind == "WEBP" and (canvas := webp_file.canvas_of(data)):
            memory = FRAME_BYTES * canvas[0] * canvas[1]
            check_header(Header(*canvas, _undecoded, memory), name, limits)
        header = _own_header(kind, data, name) or _pillow_header(kind, data, name, damaged)
    except OSError as error:
        raise _not_readable(name, error) from error
    if kind == "PNG":
        return apng_decoder.animated(header, data, name, damaged)
    if kind == "TIFF":
        from palette_engine.pictures import tiff_decoder

        return tiff_decoder.with_pages(header, data, name, damaged)
    return header


def _own_header(kind: str, data: IO[bytes], name: str) -> Header | None:
    """Return the header by the decoder of a file type, which is loaded only if it is needed.

    None if the type has no own decoder, or that leaves the file to Pillow.
    """
    decoder = FILE_TYPES[kind].decoder
    if not decoder:
        return None
    module = import_module(f"{_PACKAGE}.{decoder}")
    try:
        header: Header | None = module.header_of(data, name)
    except (InputError, OSError):
        raise
    except DAMAGE as error:
        raise InputError(f"{name} is damaged and cannot be opened: {cause_of(error)}.") from error
    return header


def _pillow_header(kind: str, data: IO[bytes], name: str, damaged: str) -> Header:
    """Return the header by Pillow."""
    passes = count_passes(data)
    image = pillow_decoder.opened(data, name, kind)
    if image is None:
        raise not_a_picture(data, name)
    return pillow_decoder.header_of(image, name, damaged, passes)


def _stand_in(source: Source) -> str:
    """Return what messages call a source without a name."""
    if array_decoder.is_array(source):
        return "The array"
    return "The image" if isinstance(source, Image.Image) else "The picture"


def source_name(source: Source) -> str:
    """Return the file name of a source, or an empty string if it has none."""
    if isinstance(source, str | os.PathLike):
        return Path(source).name
    name = getattr(source, "filename", "") or getattr(source, "name", "")
    return Path(name).name if isinstance(name, str) else ""


def open_source(source: object, name: str, most: int) -> IO[bytes]:
    """Return a seekable binary file of a source, or raise `InputError`.

    Of a pipe or another file that cannot seek, at most `most` bytes are read.
    """
    try:
        if isinstance(source, str | os.PathLike):
            return _opened_path(Path(source), name, most)
        if isinstance(source, bytes | bytearray | memoryview):
            return io.BytesIO(bytes(source))
        return _read_stream(source, name, most)  # anything else must be a file
    except FileNotFoundError as error:
        raise InputError(f"There is no file {source}.") from error
    except IsADirectoryError as error:
        raise InputError(
            f"{source or 'The empty name'} is a folder; name a picture in it, or make a table of "
            "all with “palette-engine collect”."
        ) from error
    except PermissionError as error:
        raise InputError(f"{source} cannot be read: permission denied.") from error
    except InputError:
        raise
    except (OSError, ValueError) as error:
        raise _not_readable(name, error) from error


def _not_readable(name: str, error: Exception) -> InputError:
    return InputError(f"{name} cannot be read: {cause_of(error)}.")


def _opened_path(path: Path, name: str, most: int) -> IO[bytes]:
    """Return the file of a path; raises `OSError` and `ValueError` as opening it does."""
    mode = path.stat().st_mode
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        raise InputError(f"{path} is a device and no picture; name a file.")
    file = path.open("rb")
    if stat.S_ISREG(mode):
        return file
    with file:  # Pillow seeks, which a pipe cannot
        return _read_stream(file, name, most)


def _read_stream(source: Any, name: str, most: int) -> io.BytesIO:
    """Return what is left of a binary file; if that begins as no picture, at most `CHUNK` bytes.

    Raises `InputError` if it has more than `most` bytes, and `TypeError` if it is no binary file.
    """
    if not hasattr(source, "read"):
        raise TypeError(f"a picture cannot be read from {type(source).__name__}")
    data = io.BytesIO()
    while chunk := source.read(CHUNK):
        if not isinstance(chunk, bytes):
            raise TypeError("a picture is read from a file opened in binary mode")
        data.write(chunk)
        if data.tell() > most:
            raise InputError(
                f"{name} does not end after {most // MEGABYTE:,} MB; save it as a file and name "
                "that."
            )
        if len(chunk) == data.tell() >= START and not may_be_picture(chunk[:START]):
            break
    data.seek(0)
    return data
