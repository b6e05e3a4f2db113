"""``palette-engine recolor``: writes a picture in the colors of a palette."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from palette_engine.cli.messages import say
from palette_engine.cli.output_files import check_output, write_file
from palette_engine.cli.parameters import FILE, extraction_options, force_option
from palette_engine.cli.progress import progress_bar
from palette_engine.cli.sources import memory_errors_of, picture_source, read_palette
from palette_engine.errors import OptionError, PaletteWarning
from palette_engine.options import DITHER, OPTIONS, READING
from palette_engine.palette.value import Palette

__all__ = ["recolor"]

EXAMPLES = """\b
Examples:
  palette-engine recolor photo.jpg -n 8 -o poster.png
  palette-engine recolor photo.jpg --palette brand.ase -o brand.webp
  palette-engine recolor photo.jpg --palette games.hex --dither ordered -o retro.gif
"""

"""The options that are for the picture, also if the palette is from a file."""


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
    finds in the picture.
    """
    from palette_engine.recoloring.image_files import dumps
    from palette_engine.recoloring.recolor import recolor as recolor_picture

    path = Path(output)
    suffix = _suffix_of(path)
    check_output(path, force, [name for name in (picture, palette_file) if name])
    if palette_file is not None:
        _check_nothing_to_extract()
        if palette_file == picture == "-":
            raise OptionError("Standard input is the picture or the palette; name a file for one.")
    source = picture_source(picture, options["max_memory"])
    with memory_errors_of(picture), progress_bar("Recoloring") as report:
        with warnings.catch_warnings():
            if palette_file is None:
                palette = _extract_palette(source, options)
                # Reading the picture again would repeat the warnings.
                warnings.simplefilter("ignore", PaletteWarning)
            else:
                palette = read_palette(palette_file)
            reading = {name: options[name] for name in READING}
            image = recolor_picture(source, palette, dither, progress=report, **reading)
        data = dumps(image, suffix)
    write_file(path, data, force)
    count = len(palette.swatches)
    colors = "color" if count == 1 else "colors"
    say(f"wrote {image.width} x {image.height} pixels in {count} {colors} to {path}")
    if palette.note:
        say(palette.note)


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
        if is_set and name not in READING:
            flag = f"--{name.replace('_', '-')}"
            raise OptionError(
                f"{flag} is for a palette from the picture; leave it out, or leave out --palette."
            )


def _extract_palette(source: str | bytes, options: dict[str, Any]) -> Palette:
    """Return the palette of the picture itself."""
    from palette_engine.extraction.pipeline import extract

    return extract(source, **options)
