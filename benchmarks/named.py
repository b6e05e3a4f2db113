"""Named: how many pictures keep every color that a person would name, by tool."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import SubprocessError
from tempfile import TemporaryDirectory

from PIL import Image

from benchmarks.report import circumstances, table
from benchmarks.tools.catalog import TOOLS
from benchmarks.tools.process import Driver
from tests.measures import differences
from tests.named_pictures import LIGHTS, SMOOTHINGS, NamedPicture, card, jpeg, lines, text

__all__ = ["HEAD", "REPORT", "named_section"]

REPORT = Path(__file__).with_name("named.md")

HEAD = """\
# Named colors kept

Written by `python -m benchmarks named`; [README.md](README.md#named-colors-kept) explains it.
"""

OWN, AUTO = "palette-engine", "palette-engine-auto"

PAIRS = (
    ((0, 0, 0), (255, 255, 255)),
    ((255, 255, 255), (0, 0, 0)),
    ((20, 40, 110), (250, 240, 215)),
    ((250, 210, 60), (15, 85, 95)),
    ((200, 30, 40), (200, 205, 210)),
)
"""Ink and paper."""

CARDS = 40
HEADING, SMALL = (56,), (24, 28, 32, 40, 48)
"""The sizes of headings in pixels."""


@dataclass(frozen=True)
class Kind:
    """Pictures of one kind: how many colors each has, and how near swatches must be, in ΔE2000."""

    title: str
    pictures: Sequence[NamedPicture]
    quality: int | None
    colors: int
    near: float
    counts: bool = True


def named_section(tools: Sequence[str], before: str | None) -> tuple[str, str]:
    """Return the title and the table: for each kind of picture, how many each tool keeps whole.

    `before` is the folder of another checkout, to compare with.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        drivers = {OWN: _own(stack, OWN, None), AUTO: _own(stack, AUTO, None)}
        if before is not None:
            drivers["before"] = _own(stack, OWN, before)
            drivers["auto, before"] = _own(stack, AUTO, before)
        for name in tools:
            if name in drivers:
                continue
            try:
                command = TOOLS[name].environment.install(name).command
                drivers[name] = stack.enter_context(Driver(command))
            except (OSError, SubprocessError) as error:
                print(f"{name}: {error}", file=sys.stderr)
        rows = []
        for kind in _kinds():
            print(kind.title, file=sys.stderr)
            files = list(_written(kind, folder))
            cells = [_kept(kind, files, driver, "auto" in name) for name, driver in drivers.items()]
            rows.append([kind.title, str(len(files)), *cells])
    titles = [
        TOOLS[name].title if name in TOOLS else name.removeprefix("palette-engine-")
        for name in drivers
    ]
    return (
        "Named colors kept",
        f"{circumstances()}\n\n{table(['pictures', 'number', *titles], rows)}",
    )


def _own(stack: ExitStack, name: str, checkout: str | None) -> Driver:
    if checkout is None:
        return stack.enter_context(
            Driver((sys.executable, "-m", "benchmarks.tools.drivers.own", name))
        )
    command = (sys.executable, "-m", "benchmarks.tools.drivers.checkout", checkout, name)
    return stack.enter_context(Driver(command))


def _kinds() -> Iterator[Kind]:
    """Yield all kinds of pictures."""
    cards = [card(seed, HEADING[0]) for seed in range(CARDS)]
    for quality in (None, 95, 85, 75, 60):
        yield Kind(_title("cards", quality), cards, quality, 4, 3)
    small = [card(seed, SMALL[seed % len(SMALL)]) for seed in range(CARDS)]
    for quality in (None, 85):
        yield Kind(_title("cards, small headings", quality), small, quality, 4, 3)
    for smoothing in SMOOTHINGS:
        drawn = [
            draw(size, *pair, smoothing)
            for pair in PAIRS
            for draw, sizes in ((text, (9, 12, 16, 24, 36, 48)), (lines, (1, 2, 3, 4)))
            for size in sizes
        ]
        for quality in (None, 85):
            title = _title(f"text and lines, smoothed by {smoothing}", quality)
            yield Kind(title, drawn, quality, 2, 5)
    lights = [draw() for draw in LIGHTS.values()]
    for quality in (None, 90):
        yield Kind(_title("lights in the dark", quality), lights, quality, 10, 10, counts=False)


def _title(name: str, quality: int | None) -> str:
    return f"{name}, PNG" if quality is None else f"{name}, JPEG {quality}"


def _written(kind: Kind, folder: Path) -> Iterator[tuple[NamedPicture, Path]]:
    """Yield each picture with its file: a PNG, of what is in the JPEG if it is one."""
    for number, picture in enumerate(kind.pictures):
        path = folder / f"{number}.png"
        if kind.quality is None:
            Image.fromarray(picture.rgb).save(path)
        else:
            coded = path.with_suffix(".jpg")
            coded.write_bytes(jpeg(picture.rgb, kind.quality))
            with Image.open(coded) as image:
                image.save(path)
        yield picture, path


def _kept(
    kind: Kind, files: Sequence[tuple[NamedPicture, Path]], driver: Driver, is_auto: bool
) -> str:
    """Return in how many pictures all colors have a swatch, and with `auto` the right number."""
    kept = right = 0
    for picture, path in files:
        colors = driver.ask(path, kind.colors).colors
        if colors:
            farthest = differences(list(picture.colors), list(colors)).min(axis=1).max()
            kept += bool(farthest <= kind.near)
            right += len(colors) == kind.colors
    return f"{kept}; {right}" if is_auto and kind.counts else f"{kept}"
