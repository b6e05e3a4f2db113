"""``palette-engine separate``: takes a picture apart into one picture for each color."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import click

from palette_engine.cli.messages import say
from palette_engine.cli.output_folders import check_folder, write_folder
from palette_engine.cli.parameters import (
    FILE,
    check_nothing_to_extract,
    force_option,
    is_chosen,
    options_but,
    palette_file_option,
)
from palette_engine.cli.progress import progress_bar
from palette_engine.cli.separation_files import (
    FIXED,
    WAYS,
    earlier_files,
    file_names,
    files_of,
    from_dark,
)
from palette_engine.cli.sources import (
    extract_frame,
    memory_errors_of,
    picture_source,
    read_palette,
)
from palette_engine.errors import OptionError, OutputError, PaletteWarning
from palette_engine.option_kinds import frame_bounds
from palette_engine.options import READING

__all__ = ["separate"]

EXAMPLES = """\b
Examples:
  palette-engine separate poster.png -n 4 -o stencils
  palette-engine separate photo.jpg --palette inks.ase --as soft-masks -o screens
  palette-engine separate logo.png -n auto --ignore white --as pixels -o layers
"""

DIVIDING = ("ignore", "ignore_distance", "region", "frames", *READING)
"""The options that count with a palette file, too."""


class _Folder(click.Path):
    """The name of a folder, which shells complete; the code that writes into it checks it."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, readable=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ARG002
        """Return the value as it is."""
        return value


@click.command(short_help="Take a picture apart, one picture for each color.", epilog=EXAMPLES)
@click.argument("picture", metavar="PICTURE", type=FILE)
@palette_file_option
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="FOLDER",
    type=_Folder(),
    required=True,
    help="Write into this folder, which is created if it is missing.",
)
@click.option(
    "--as",
    "way",
    type=click.Choice(tuple(WAYS)),
    default="masks",
    show_default=True,
    help="What the pictures are: white where the color is, with hard or soft edges, or the pixels.",
)
@force_option
@options_but("order")
def separate(
    picture: str,
    palette_file: str | None,
    folder: str,
    way: str,
    force: bool,
    **options: Any,
) -> None:
    """Write one picture for each color of PICTURE into a folder; - is standard input.

    The colors are numbered from dark to light. A pixel is in the mask of the color that looks
    nearest, with its own alpha; with soft edges, it is in those of the two nearest. So all masks
    add up to the picture, except for colors to ignore. index.png has the number of each pixel's
    color, and places.json the area, box and center of each color. Of an animation, one frame is
    taken.
    """
    _check_one_frame(options["frames"])
    if not folder:
        raise OutputError("The empty name is no folder; name one.")
    path = Path(folder)
    inputs = [name for name in (picture, palette_file) if name]
    check_folder(path, FIXED, force, inputs)
    if palette_file is not None:
        check_nothing_to_extract(DIVIDING)
        if palette_file == picture == "-":
            raise OptionError("Standard input is the picture or the palette; name a file for one.")
    source = picture_source(picture, options["max_memory"])
    with memory_errors_of(picture), progress_bar("Separating") as report:
        from palette_engine.pictures.reading import count_frames
        from palette_engine.recoloring.separation import separate as separate_picture

        reading = {name: options[name] for name in READING}
        frames = count_frames(source, **reading).frames
        with warnings.catch_warnings():
            if palette_file is None:
                palette = extract_frame(source, options, frames)
                # Reading the picture again would repeat the warnings.
                warnings.simplefilter("ignore", PaletteWarning)
            else:
                palette = read_palette(palette_file)
            palette = from_dark(palette)
            separation = separate_picture(
                source,
                palette,
                WAYS[way],
                progress=lambda done: report(done / 2),
                **{name: options[name] for name in DIVIDING},
            )
        obsolete = earlier_files(path) if force else []
        check_folder(path, [*file_names(palette.swatches), *obsolete], force, inputs)
        files = files_of(separation, palette, way, lambda done: report((1 + done) / 2))
        write_folder(path, files, force, obsolete)
    height, width = separation.map.index.shape
    count = len(palette.swatches)
    pictures = "1 picture" if count == 1 else f"{count} pictures"
    say(f"wrote {pictures} of {width} x {height} pixels, {' and '.join(FIXED)} to {folder}")
    if frames > 1 and not is_chosen("frames"):
        say(f"took the first of {frames:,} frames; --frames chooses another")
    if palette.note:
        say(palette.note)


def _check_one_frame(frames: int | str) -> None:
    """Raise `OptionError` unless one frame is chosen."""
    first, last = frame_bounds(frames)
    if first != last:
        raise OptionError("One frame can be taken apart; choose it, such as --frames 1.")
