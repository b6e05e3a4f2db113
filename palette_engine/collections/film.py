"""Film: the shots of a video or an animation, the palette of each, and that of all.

Videos are decoded by FFmpeg (PyAV), which is imported where it is used, as it is an extra;
animations as pictures are. See docs/decisions.md#shots-of-a-film.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from palette_engine.collections.film_strip import Column
from palette_engine.collections.limits import FILM_SECONDS, STRIP_WIDTH
from palette_engine.collections.picture import begin
from palette_engine.collections.sketch import distances, sketch_of
from palette_engine.errors import InputError, OptionError, Reason, SetupError, cause_of
from palette_engine.extraction.pipeline import counted_points, measured, palette_of
from palette_engine.extraction.summary import Summary, shown_duration
from palette_engine.option_kinds import ColorList, Region
from palette_engine.options import Options
from palette_engine.palette.value import Palette
from palette_engine.pictures.file_types import type_of
from palette_engine.pictures.reading import read_frames
from palette_engine.workers.worker import JobTimeout, Worker, WorkerEnded

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

__all__ = ["CUT", "Film", "Shot", "film", "read_film"]

CUT = 0.4
"""Two frames with at least this distance of Hellinger (1909), from 0 to 1, are of two shots."""

HIGH_DEFINITION = 720
"""From this many lines on, a video that does not tell its color matrix has that of BT.709."""

UNSPECIFIED = 2
"""FFmpeg's AVCOL_SPC_UNSPECIFIED."""

CLOSE = 1e-6
"""Times of frames are fractions, so a frame is in time if it is early by this many seconds."""

MOST_FRAMES = STRIP_WIDTH
"""The most frames, as a strip has a column for each."""


@dataclass(frozen=True)
class Shot:
    """Frames between two cuts: the times of the first and the last in seconds, and their palette.

    `frames` is the number of frames that were read.
    """

    start: float
    end: float
    frames: int
    palette: Palette


@dataclass(frozen=True, eq=False)
class Film:
    """The shots of a film in order, the palette of all frames, and a column for each frame.

    `film_strip` draws the columns.
    """

    shots: tuple[Shot, ...]
    palette: Palette
    columns: Sequence[Column]


@dataclass(frozen=True, eq=False)
class _Frame:
    """A frame: its time in seconds, its summary, weighed as all are, and its sketch."""

    time: float
    summary: Summary
    sketch: NDArray[np.uint8]


def film(
    path: str | os.PathLike[str],
    options: Options | None = None,
    *,
    every: float | None = None,
    seconds: float = FILM_SECONDS,
    colors: int | str = 10,
    emphasis: float = 0.25,
    mood: str = "none",
    order: str = "share",
    names: str = "none",
    swatch: str = "auto",
    tolerance: float = 12.0,
    min_distance: float = 0.0,
    keep: ColorList = (),
    ignore: ColorList = (),
    ignore_distance: float = 5.0,
    effort: str = "full",
    region: str | Region | None = None,
    max_pixels: int = 100_000_000,
    max_memory: int = 1000,
    damaged: str = "read",
) -> Film:
    """Return the shots of a video or an animation, their palettes, and the palette of all frames.

    A shot begins where the colors of two frames differ much. Each frame that is read counts the
    same: of a video, its key frames, or one in `every` seconds; of an animation, all. The other
    arguments are those of `extract`; `frames` of `options` is not looked at. The file is read in a
    child process, for at most `seconds`.

    Raises `OptionError` for an option that does not fit, `InputError` if the file cannot be read,
    shows nothing or takes too long, and `SetupError` if a video needs what is not installed.
    """
    chosen = Options.of_call(options, locals())
    if every is not None and not 0 < every < math.inf:
        raise OptionError(f"every must be a number of seconds above 0, not {every!r}.")
    name = os.fspath(path)
    with Worker(partial(begin, chosen.max_memory)) as worker:
        try:
            found: Film = worker.run((read_film, (name, every, chosen)), seconds)
        except JobTimeout as error:
            raise InputError(
                f"{name} takes longer than {seconds:g} seconds; allow more with --seconds, or read "
                "fewer frames with --every.",
                Reason.TOO_SLOW,
                seconds=seconds,
            ) from error
        except WorkerEnded as error:
            raise InputError(
                f"{name} needs more memory than there is, or is damaged; save it anew.",
                Reason.MEMORY,
            ) from error
    return found


def read_film(path: str, every: float | None, options: Options) -> Film:
    """Return what is in a film; each frame that is read counts the same.

    Of a video, the key frames are read, or one in `every` seconds; of an animation, all frames.
    Raises `InputError` if it cannot be read or shows nothing, and `SetupError` if a video needs
    what is not installed.
    """
    name = os.path.basename(path)  # noqa: PTH119  it may be no text
    stem = Path(name).stem
    shots: list[Shot] = []
    columns: list[Column] = []
    total: Summary | None = None
    for frames in _cut(_frames(path, every, options)):
        summary: Summary | None = None
        for frame in frames:
            summary = frame.summary if summary is None else summary + frame.summary
            columns.append(_column(palette_of(frame.summary, options)))
        assert summary is not None
        palette = palette_of(summary, options, name=f"{stem} {len(shots) + 1}", source=name)
        shots.append(Shot(frames[0].time, frames[-1].time, len(frames), palette))
        total = summary if total is None else total + summary
    if total is None:
        raise InputError(f"{name} has no frame that shows something; choose another file.")
    return Film(tuple(shots), palette_of(total, options, name=stem, source=name), columns)


def _frames(path: str, every: float | None, options: Options) -> Iterator[_Frame]:
    """Yield the frames of a film that show something."""
    found = _summaries_of_animation(path, options)
    if found is None:
        found = _summaries_of_video(path, every, options)
    for count, (time, summary) in enumerate(found):
        if count >= MOST_FRAMES:
            raise InputError(
                f"{path} has more than {MOST_FRAMES:,} frames to read; read fewer with --every."
            )
        if not summary.is_empty:
            summary = summary.equalized()
            points = counted_points(summary, options)
            yield _Frame(round(time, 3), summary, sketch_of(points.lab, points.weight))


def _cut(frames: Iterable[_Frame]) -> Iterator[list[_Frame]]:
    """Yield the frames of each shot."""
    shot: list[_Frame] = []
    for frame in frames:
        if shot and _distance(shot[-1], frame) >= CUT:
            yield shot
            shot = []
        shot.append(frame)
    if shot:
        yield shot


def _distance(one: _Frame, other: _Frame) -> float:
    """Return the distance of Hellinger of two frames, from 0 to 1."""
    squared = int(distances(one.sketch[np.newaxis], other.sketch)[0])
    return float(np.sqrt(squared / 2) / 255)


def _column(palette: Palette) -> Column:
    colors = np.array([swatch.color for swatch in palette.swatches], np.uint8)
    return colors, np.array([swatch.share for swatch in palette.swatches], np.float64)


def _summaries_of_animation(path: str, options: Options) -> Iterator[tuple[float, Summary]] | None:
    """Return the times and summaries of the frames of a picture file; None if it is none."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123  its name may be no text
            if not type_of(file, path):
                return None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {cause_of(error)}.") from error
    return _animated(path, options)


def _animated(path: str, options: Options) -> Iterator[tuple[float, Summary]]:
    time = 0.0
    frames = read_frames(
        path,
        "all",
        max_pixels=options.max_pixels,
        max_memory=options.max_memory,
        region=options.region,
        damaged=options.damaged,
    )
    for pixels in frames:
        yield time, Summary.of(pixels, options.order)
        time += float(shown_duration(pixels)) / 1000


def _summaries_of_video(
    path: str, every: float | None, options: Options
) -> Iterator[tuple[float, Summary]]:
    """Yield the times and summaries of the frames of a video."""
    if find_spec("av") is None:
        raise SetupError(
            "Videos need what the extra “video” brings; install it with pip install "
            "'palette-engine[video]'."
        )
    import av

    try:
        with av.open(path) as container:
            if not container.streams.video:
                raise InputError(f"{path} has no video; choose another file.")
            stream = container.streams.video[0]
            if every is None:
                stream.codec_context.skip_frame = "NONKEY"
            due = 0.0
            for frame in container.decode(stream):
                time = frame.time or 0.0
                if every is not None:
                    if time + CLOSE < due:
                        continue
                    due = ((time + CLOSE) // every + 1) * every
                yield time, measured(_pixels(frame, options), options).summary
    except av.FFmpegError as error:
        raise InputError(
            f"{path} is no video that can be read, or is damaged: {cause_of(error)}."
        ) from error


def _pixels(frame: VideoFrame, options: Options) -> NDArray[Any]:
    """Return a frame as sRGB, uint8 `(h, w, 3)`; raises `InputError` if it is too large."""
    if frame.width * frame.height > options.max_pixels:
        raise InputError(
            f"The video has {frame.width} x {frame.height} pixels; the limit is "
            f"{options.max_pixels:,}, see --max-pixels."
        )
    matrix = {}
    if frame.colorspace == UNSPECIFIED:
        matrix = {"src_colorspace": "ITU709" if frame.height >= HIGH_DEFINITION else "ITU601"}
    pixels: NDArray[Any] = frame.reformat(format="rgb24", **matrix).to_ndarray()  # type: ignore[arg-type]
    return pixels
