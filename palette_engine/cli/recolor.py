"""``palette-engine recolor``: writes a picture in the colors of a palette."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from palette_engine.cli.messages import say
from palette_engine.cli.output_files import check_output, write_file
from palette_engine.cli.parameters import (
    FILE,
    check_nothing_to_extract,
    extraction_options,
    force_option,
    is_chosen,
    palette_file_option,
)
from palette_engine.cli.progress import progress_bar
from palette_engine.cli.sources import extract_frame, memory_errors_of, picture_source, read_palette
from palette_engine.errors import OptionError, PaletteWarning
from palette_engine.option_kinds import frame_bounds
from palette_engine.options import DITHER, READING
from palette_engine.palette.value import Palette
from palette_engine.recoloring.swaps import EditedPalette, Swap, parse_swap, with_swaps

if TYPE_CHECKING:
    from palette_engine.pictures.reading import FrameCount
    from palette_engine.recoloring.recolor import RecoloredFrame

__all__ = ["recolor"]

CUBE = ".cube"
"""The suffix of a table of how colors change."""

EXAMPLES = """\b
Examples:
  palette-engine recolor photo.jpg -n 8 -o poster.png
  palette-engine recolor photo.jpg --palette brand.ase -o brand.webp
  palette-engine recolor photo.jpg --palette games.hex --dither ordered -o retro.gif
  palette-engine recolor photo.jpg --swap d5633e=2050d0 -o blue.png
  palette-engine recolor photo.jpg --swap d5633e=2050d0 -o blue.cube
"""


class _SwapValue(click.ParamType):  # type: ignore[type-arg]  # click before 8.2 has none
    """Two colors with an equals sign between them."""

    name = "swap"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the two colors."""
        try:
            return parse_swap(value)
        except OptionError as error:
            self.fail(str(error), param, ctx)


@click.command(short_help="Recolor a picture with the colors of a palette.", epilog=EXAMPLES)
@click.argument("picture", metavar="PICTURE", type=FILE)
@palette_file_option
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=FILE,
    required=True,
    help="Write this picture: .png, .webp, .tif, .tiff, .gif or .bmp; with --swap also .cube, a "
    "table for other programs.",
)
@click.option(
    "--swap",
    "swaps",
    metavar="OLD=NEW",
    type=_SwapValue(),
    multiple=True,
    help="Change this color of the palette, and smoothly all that are like it; can be repeated.",
)
@click.option(
    "--dither",
    type=click.Choice(DITHER.keys),
    default=DITHER.default,
    show_default=True,
    help=DITHER.help,
)
@force_option
@extraction_options
def recolor(
    picture: str,
    palette_file: str | None,
    output: str,
    swaps: tuple[Swap, ...],
    dither: str,
    force: bool,
    **options: Any,
) -> None:
    """Write PICTURE with every pixel in the nearest color of a palette; - is standard input.

    Size and transparency do not change. Without --palette, the palette is the one that extract
    finds in the picture. An animation stays one in .gif, .png and .webp files, unless --frames
    says otherwise, and all of its frames have the same palette.

    With --swap, the picture keeps its colors, except those that are like an OLD one: they change
    as OLD becomes NEW. OLD is a color of the palette, or else of the picture.
    """
    path = Path(output)
    suffix = _suffix_of(path, swaps)
    if swaps and is_chosen("dither"):
        raise OptionError("--dither is for the colors of a palette; leave it out, or --swap.")
    check_output(path, force, [name for name in (picture, palette_file) if name])
    if palette_file is not None:
        check_nothing_to_extract((*READING, "frames"))
        if palette_file == picture == "-":
            raise OptionError("Standard input is the picture or the palette; name a file for one.")
    source = picture_source(picture, options["max_memory"])
    with memory_errors_of(picture), progress_bar("Recoloring") as report:
        reading = {name: options[name] for name in READING}
        counted = _count_frames(source, reading)
        frames = options["frames"] = _frames_to_write(options["frames"], suffix, counted)
        with warnings.catch_warnings():
            if palette_file is None:
                palette = _extract_palette(source, options, suffix, counted)
                # Reading the picture again would repeat the warnings.
                warnings.simplefilter("ignore", PaletteWarning)
            else:
                palette = read_palette(palette_file)
            if swaps:
                edited = with_swaps(palette, swaps)
                change = _swapping(edited, len(swaps))
            else:
                change = _recoloring(palette, dither)
            if suffix == CUBE:
                data, written = _dumps_table(edited, path.stem)
            else:
                recolored = _Recolored(source, change, frames, reading)
                data, written = recolored.dumps(suffix, counted, report)
    write_file(path, data, force)
    say(f"wrote {written} {change.words} to {path}")
    for note in change.notes:
        say(note)
    if frames == "first" and counted.frames > 1 and not is_chosen("frames"):
        say(f"took the first of {counted.frames:,} frames; --frames chooses others")
    if palette.note:
        say(palette.note)


@dataclass(frozen=True)
class _Change:
    """How a picture is recolored.

    `recolor` takes a source and how to read it. `palette` has the colors that come first in an
    animation. `words` say what was done.
    """

    recolor: Callable[..., Generator[RecoloredFrame]]
    palette: Palette | None
    words: str
    notes: tuple[str, ...] = ()


def _recoloring(palette: Palette, dither: str) -> _Change:
    """Return the change to the nearest color of a palette."""
    from palette_engine.recoloring.recolor import recolor_frames

    count = len(palette.swatches)
    words = f"in {count} {'color' if count == 1 else 'colors'}"
    return _Change(partial(recolor_frames, palette=palette, dither=dither), palette, words)


def _swapping(edited: EditedPalette, count: int) -> _Change:
    """Return the change that follows an edited palette, of which so many colors were swapped."""
    from palette_engine.recoloring.swap import swap_colors_of_frames

    words = f"with {count} {'color' if count == 1 else 'colors'} swapped"
    swap = partial(swap_colors_of_frames, palette=edited.before, edited=edited.after)
    return _Change(swap, None, words, edited.notes)


@dataclass(frozen=True)
class _Recolored:
    """A picture, and how it is to be read and recolored."""

    source: str | bytes
    change: _Change
    frames: int | str
    reading: Mapping[str, Any]

    def dumps(
        self, suffix: str, counted: FrameCount, report: Callable[[float], None]
    ) -> tuple[bytes, str]:
        """Return a file of the type that a suffix names, and what it holds."""
        from palette_engine.recoloring.animation_files import dumps_frames
        from palette_engine.recoloring.image_files import dumps

        settings = {**self.reading, "frames": self.frames}
        first, last = frame_bounds(self.frames)
        if first == last:
            (frame,) = self.change.recolor(self.source, progress=report, **settings)
            return dumps(frame.image, suffix), f"{frame.image.width} x {frame.image.height} pixels"
        total = (last or counted.frames) - first + 1
        seen: list[tuple[int, int]] = []

        def frames() -> Iterator[RecoloredFrame]:
            for frame in self.change.recolor(self.source, **settings):
                seen.append(frame.image.size)
                report(len(seen) / total)
                yield frame

        data = dumps_frames(frames(), suffix, self.change.palette, counted.plays)
        width, height = seen[0]
        count = "1 frame" if len(seen) == 1 else f"{len(seen):,} frames"
        return data, f"{count} of {width} x {height} pixels"


def _count_frames(source: str | bytes, reading: Mapping[str, Any]) -> FrameCount:
    from palette_engine.pictures.reading import count_frames

    return count_frames(source, **reading)


def _frames_to_write(chosen: int | str, suffix: str, counted: FrameCount) -> int | str:
    """Return the frames to recolor; unless they are chosen, those of an animation that can be kept.

    Raises `OptionError` if several are chosen for a file that holds one picture.
    """
    from palette_engine.recoloring.animation_files import ANIMATION_WRITERS

    is_animation = suffix in ANIMATION_WRITERS
    if suffix == CUBE:
        return chosen
    if not is_chosen("frames"):
        return "all" if is_animation and counted.is_timed and counted.frames > 1 else "first"
    first, last = frame_bounds(chosen)
    if first != last and counted.frames > 1 and not is_animation:
        raise OptionError(
            f"A {suffix} file holds one picture; write a {', '.join(ANIMATION_WRITERS)}, or choose "
            "one frame, such as --frames 1."
        )
    return "first" if first == 1 and counted.frames == 1 and last is None else chosen


def _suffix_of(path: Path, swaps: tuple[Swap, ...]) -> str:
    """Return the suffix that chooses the type of the file, or raise `OptionError`."""
    from palette_engine.recoloring.image_files import WRITERS

    suffix = path.suffix.lower()
    if suffix == CUBE and swaps:
        return suffix
    if suffix == CUBE:
        raise OptionError(
            "A .cube table says how colors change smoothly; name them with --swap OLD=NEW."
        )
    if suffix not in WRITERS:
        raise OptionError(
            f"{path.name} has none of the suffixes {', '.join(WRITERS)} of files that keep colors "
            "exactly; use one of them."
        )
    return suffix


def _dumps_table(edited: EditedPalette, title: str) -> tuple[bytes, str]:
    """Return a .cube file that changes colors as a palette is edited, and what it holds."""
    from palette_engine.recoloring.color_mapping import NODES, ColorMapping
    from palette_engine.recoloring.cube_file import dumps_cube

    mapping = ColorMapping.of(edited.before, edited.after)
    return dumps_cube(mapping, title), f"a table of {NODES} x {NODES} x {NODES} colors"


def _extract_palette(
    source: str | bytes, options: dict[str, Any], suffix: str, counted: FrameCount
) -> Palette:
    """Return the palette of the picture itself."""
    from palette_engine.extraction.pipeline import extract
    from palette_engine.recoloring.animation_files import ANIMATION_WRITERS

    if suffix not in (*ANIMATION_WRITERS, CUBE):
        return extract_frame(source, options, counted.frames)
    return extract(source, **options)
