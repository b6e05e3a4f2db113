"""``palette-engine film``: the palettes of a film's shots, of all of it, and its strip."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from palette_engine.cli.destinations import destinations_of, write_palette
from palette_engine.cli.parameters import FILE, force_option, options_but
from palette_engine.cli.standard_output import print_text
from palette_engine.cli.strip import check_strip, write_strip
from palette_engine.collections.limits import FILM_SECONDS
from palette_engine.options import Options

if TYPE_CHECKING:
    from palette_engine.collections.film import Shot

__all__ = ["film"]

EXAMPLES = """\b
Examples:
  palette-engine film film.mp4 -n 5
  palette-engine film film.mp4 --every 2 --strip film.png -o film.gpl
  palette-engine film animation.gif --json
"""


@click.command(short_help="Make the palettes of a film's shots, and its strip.", epilog=EXAMPLES)
@click.argument("path", metavar="FILM", type=FILE)
@click.option(
    "--every",
    type=click.FloatRange(0, min_open=True),
    metavar="X",
    help="Read a frame of a video every X seconds.  [default: its key frames]",
)
@click.option("--strip", metavar="FILE", type=FILE, help="Write a column for each frame (.png).")
@click.option(
    "-o",
    "--output",
    "outputs",
    metavar="FILE",
    type=FILE,
    multiple=True,
    help="Write the palette of all frames; can be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--quick", "effort", flag_value="quick", help="The same as --effort quick.")
@click.option(
    "--seconds",
    type=click.FloatRange(0, 86400, min_open=True),
    metavar="X",
    default=FILM_SECONDS,
    show_default=True,
    help="Give up if it takes longer.",
)
@options_but("frames")
@force_option
def film(
    path: str,
    every: float | None,
    strip: str | None,
    outputs: tuple[str, ...],
    as_json: bool,
    seconds: float,
    force: bool,
    **options: Any,
) -> None:
    """Print the shots of a FILM, a video or an animation, with the palette of each.

    A shot begins where the colors of two frames differ much. Each frame that is read counts the
    same.
    """
    chosen = Options.of(options)
    palettes = destinations_of(outputs, None, force, (path,))
    if strip is not None:
        check_strip(strip, force, path)
    from palette_engine.collections.film import film as read_film

    found = read_film(path, chosen, every=every, seconds=seconds)
    if as_json:
        shots = [_object(shot) for shot in found.shots]
        print_text(json.dumps(shots, ensure_ascii=False, indent=2))
    else:
        for shot in found.shots:
            colors = " ".join(swatch.hex for swatch in shot.palette.swatches)
            print_text(f"{_clock(shot.start)}  {_clock(shot.end)}  {colors}")
    write_palette(found.palette, palettes, force)
    if strip is not None:
        write_strip(found.columns, strip, force)


def _object(shot: Shot) -> dict[str, Any]:
    swatches = [
        {"hex": swatch.hex, "share": round(swatch.share, 6), "name": swatch.name}
        for swatch in shot.palette.swatches
    ]
    return {"start": shot.start, "end": shot.end, "frames": shot.frames, "swatches": swatches}


def _clock(seconds: float) -> str:
    """Return a time as hours, minutes and seconds."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest / 1000:06.3f}"
