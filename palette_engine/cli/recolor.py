"""``palette-engine recolor``: writes a picture in the colors of a palette."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from palette_engine.cli.messages import say
from palette_engine.cli.output_files import check_output, write_file
from palette_engine.cli.parameters import FILE, extraction_options, force_option
from palette_engine.cli.progress import progress_bar
from palette_engine.cli.sources import memory_errors_of, picture_source, read_palette
from palette_engine.errors import OptionError, PaletteWarning
from palette_engine.option_kinds import frame_bounds
from palette_engine.options import DITHER, OPTIONS, READING
from palette_engine.palette.value import Palette

if TYPE_CHECKING:
    from palette_engine.pictures.reading import FrameCount
    from palette_engine.recoloring.recolor import RecoloredFrame

__all__ = ["recolor"]

EXAMPLES = """\b
Examples:
  palette-engine recolor photo.jpg -n 8 -o poster.png
  palette-engine recolor photo.jpg --palette brand.ase -o brand.webp
  palette-engine recolor photo.jpg --palette games.hex --dither ordered -o retro.gif
"""


@click.command(short_help="Recolor a picture with the colors of a palette.", epilog=EXAMPLES)
@click.argument("picture", metavar="PICTURE", type=FILE)
@click.option(
    "--palette",
    "palette_file",
    metavar="FILE",
    type=FILE,
    help="Take the colors of this palette file.  [default: of the picture, by the options below]",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=FILE,
    required=True,
    help="Write this picture: .png, .webp, .tif, .tiff, .gif or .bmp.",
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
    dither: str,
    force: bool,
    **options: Any,
) -> None:
    """Write PICTURE with every pixel in the nearest color of a palette; - is standard input.

    Size and transparency do not change. Without --palette, the palette is the one that extract
    finds in the picture. An animation stays one in .gif, .png and .webp files, unless --frames
    says otherwise, and all of its frames have the same palette.
    """
    path = Path(output)
    suffix = _suffix_of(path)
    check_output(path, force, [name for name in (picture, palette_file) if name])
    if palette_file is not None:
        _check_nothing_to_extract()
        if palette_file == picture == "-":
            raise OptionError("Standard input is the picture or the palette; name a file for one.")
    source = picture_source(picture, options["max_memory"])
    with memory_errors_of(picture), progress_bar("Recoloring") as report:
        reading = {name: options[name] for name in READING}
        counted = _count_frames(source, reading)
        frames = options["frames"] = _frames_to_write(options["frames"], suffix, counted)
        with warnings.catch_warnings():
            if palette_file is None:
                palette = _extract_palette(source, options)
                # Reading the picture again would repeat the warnings.
                warnings.simplefilter("ignore", PaletteWarning)
            else:
                palette = read_palette(palette_file)
            recolored = _Recolored(source, palette, dither, frames, reading)
            data, written = recolored.dumps(suffix, counted, report)
    write_file(path, data, force)
    count = len(palette.swatches)
    colors = "color" if count == 1 else "colors"
    say(f"wrote {written} in {count} {colors} to {path}")
    if frames == "first" and counted.frames > 1 and not _is_chosen("frames"):
        say(f"took the first of {counted.frames:,} frames; --frames chooses others")
    if palette.note:
        say(palette.note)


@dataclass(frozen=True)
class _Recolored:
    """A picture, and how it is to be read and recolored."""

    source: str | bytes
    palette: Palette
    dither: str
    frames: int | str
    reading: Mapping[str, Any]

    def dumps(
        self, suffix: str, counted: FrameCount, report: Callable[[float], None]
    ) -> tuple[bytes, str]:
        """Return a file of the type that a suffix names, and what it holds."""
        from palette_engine.recoloring.animation_files import dumps_frames
        from palette_engine.recoloring.image_files import dumps
        from palette_engine.recoloring.recolor import recolor as recolor_picture
        from palette_engine.recoloring.recolor import recolor_frames

        settings = {**self.reading, "frames": self.frames}
        first, last = frame_bounds(self.frames)
        if first == last == 1:
            image = recolor_picture(
                self.source, self.palette, self.dither, progress=report, **self.reading
            )
            return dumps(image, suffix), f"{image.width} x {image.height} pixels"
        if first == last:
            (frame,) = recolor_frames(
                self.source, self.palette, self.dither, progress=report, **settings
            )
            return dumps(frame.image, suffix), f"{frame.image.width} x {frame.image.height} pixels"
        total = (last or counted.frames) - first + 1
        seen: list[tuple[int, int]] = []

        def frames() -> Iterator[RecoloredFrame]:
            for frame in recolor_frames(self.source, self.palette, self.dither, **settings):
                seen.append(frame.image.size)
                report(len(seen) / total)
                yield frame

        data = dumps_frames(frames(), suffix, self.palette, counted.plays)
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
    if not _is_chosen("frames"):
        return "all" if is_animation and counted.is_timed and counted.frames > 1 else "first"
    first, last = frame_bounds(chosen)
    if first != last and counted.frames > 1 and not is_animation:
        raise OptionError(
            f"A {suffix} file holds one picture; write a {', '.join(ANIMATION_WRITERS)}, or choose "
            "one frame, such as --frames 1."
        )
    return "first" if first == 1 and counted.frames == 1 and last is None else chosen


def _is_chosen(option: str) -> bool:
    """Return whether an option was given on the command line."""
    source = click.get_current_context().get_parameter_source(option)
    return source is ParameterSource.COMMANDLINE


def _suffix_of(path: Path) -> str:
    """Return the suffix that chooses the type of the picture, or raise `OptionError`."""
    from palette_engine.recoloring.image_files import WRITERS

    suffix = path.suffix.lower()
    if suffix not in WRITERS:
        raise OptionError(
            f"{path.name} has none of the suffixes {', '.join(WRITERS)} of files that keep colors "
            "exactly; use one of them."
        )
    return suffix


def _check_nothing_to_extract() -> None:
    """Raise `OptionError` if an option was set that is only for extracting a palette."""
    context = click.get_current_context()
    for name in OPTIONS:
        is_set = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if is_set and name not in (*READING, "frames"):
            flag = f"--{name.replace('_', '-')}"
            raise OptionError(
                f"{flag} is for a palette from the picture; leave it out, or leave out --palette."
            )


def _extract_palette(source: str | bytes, options: dict[str, Any]) -> Palette:
    """Return the palette of the picture itself."""
    from palette_engine.extraction.pipeline import extract

    return extract(source, **options)
