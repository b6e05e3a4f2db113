"""Eyes: palettes and recolored pictures by measures of what people see, before and after."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from subprocess import SubprocessError
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.colors import Lab, ciede2000, lab_of
from benchmarks.report import circumstances, table
from benchmarks.themes import Theme, distance_among_people, distance_to_people
from benchmarks.tools.catalog import TOOLS
from benchmarks.tools.process import Driver

__all__ = ["HEAD", "REPORT", "eye_sections"]

REPORT = Path(__file__).with_name("eyes.md")

HEAD = """\
# By eye

Written by `python -m benchmarks eyes`; [README.md](README.md#by-eye) explains the numbers.
"""

COUNTS = (5, 8, 10, 16, 32, 64)
"""The numbers of colors of palettes."""

RECOLORED = (16, 64, 256)
"""The numbers of colors of recolored pictures."""

TOOLS_THAT_RECOLOR = ("pngquant", "libimagequant", "gimp-3.2")

NOW, BEFORE = "Palette Engine", "Palette Engine, before"

MOOD = "Palette Engine, --mood people"

SAMPLE = 16_384
"""The number of pixels of each picture that are compared with their swatches."""

CANDIDATES = 8
"""ΔE2000 is computed to this many swatches, those nearest in CIELAB; the least counts."""

PROCESSES = 2

Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class Errors:
    """The errors of a palette, each to the swatch that is nearest in that measure."""

    mean: float
    p95: float
    square: float
    rgb: float


TITLES = ("mean ΔE2000", "p95 ΔE2000", "ΔE76²", "RGB²")


@dataclass(frozen=True)
class Sight:
    """How a recolored picture looks: its SSIMULACRA2, and the mean ΔE2000 of its pixels."""

    ssimulacra2: float
    mean: float


def eye_sections(
    pictures: Sequence[Path], themes: Sequence[Theme], before: str | None
) -> Iterator[tuple[str, str]]:
    """Yield titles and texts of the report on pictures, and on themes if there are any.

    `before` is the folder of another checkout, to compare with.
    """
    with ExitStack() as stack:
        drivers = {NOW: stack.enter_context(Driver(_command("palette-engine")))}
        if before is not None:
            command = (sys.executable, "-m", "benchmarks.tools.drivers.checkout", before)
            drivers[BEFORE] = stack.enter_context(Driver(command))
        folder = Path(stack.enter_context(TemporaryDirectory()))
        pool = stack.enter_context(ProcessPoolExecutor(PROCESSES, get_context("spawn")))
        pictures = [_as_png(path, folder) for path in pictures]
        head = f"{circumstances()} {len(pictures)} pictures of CQ100."
        yield "Palettes", f"{head}\n\n{_palettes(pictures, drivers, pool)}"
        if themes:
            command = (
                sys.executable,
                "-m",
                "benchmarks.tools.drivers.own",
                "palette-engine-people",
            )
            people = {MOOD: stack.enter_context(Driver(command))}
            yield "Themes of people", _themes(themes, {**drivers, **people}, folder)
        for name in TOOLS_THAT_RECOLOR:
            try:
                driver = stack.enter_context(Driver(_command(name)))
            except (OSError, SubprocessError) as error:
                print(f"{name}: {error}", file=sys.stderr)
                continue
            drivers[TOOLS[name].title] = driver
        yield "Recolored pictures", f"{head}\n\n{_recolored(pictures, drivers, pool, folder)}"


def _as_png(path: Path, folder: Path) -> Path:
    """Return a picture's path if it is a PNG, the only type that all tools read, or a copy's."""
    if path.suffix == ".png":
        return path
    copy = folder / f"{path.stem}.png"
    Image.fromarray(_pixels(path)).save(copy)
    return copy


def _command(tool: str) -> tuple[str, ...]:
    return TOOLS[tool].environment.install(tool).command


def _palettes(
    pictures: Sequence[Path], drivers: Mapping[str, Driver], pool: ProcessPoolExecutor
) -> str:
    """Return the table of the errors of palettes, means over pictures."""
    waiting: dict[tuple[int, str], list[Future[Errors]]] = {}
    for path in pictures:
        print(f"palettes: {path.name}", file=sys.stderr)
        for count in COUNTS:
            for name, driver in drivers.items():
                answer = driver.ask(path, count)
                if answer.error:
                    raise RuntimeError(f"{name}: {path.name}: {answer.error}")
                colors = np.array(answer.colors, np.uint8)
                futures = waiting.setdefault((count, name), [])
                futures.append(pool.submit(_errors, path, colors))
    means = {
        key: np.mean([list(vars(future.result()).values()) for future in futures], axis=0)
        for key, futures in waiting.items()
    }
    header = ["colors"]
    for title in TITLES:
        header += ["before", title, "ratio"] if BEFORE in drivers else [title]
    rows = []
    for count in COUNTS:
        cells = [str(count)]
        for index in range(len(TITLES)):
            now = means[count, NOW][index]
            if BEFORE in drivers:
                was = means[count, BEFORE][index]
                cells += [_number(was), _number(now), f"{now / was:.3f}"]
            else:
                cells.append(_number(now))
        rows.append(cells)
    return table(header, rows)


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"


def _errors(path: Path, swatches: Rgb) -> Errors:
    """Return the errors of swatches, uint8 `(k, 3)`, for a sample of a picture's pixels."""
    rgb = _sample(_pixels(path))
    lab, lab_of_swatches = lab_of(rgb), lab_of(swatches)
    square = _squares(lab, lab_of_swatches)
    difference = _least_difference(lab, lab_of_swatches, square)
    in_rgb = _squares(rgb.astype(np.float64), swatches.astype(np.float64)).min(axis=1)
    return Errors(
        mean=float(difference.mean()),
        p95=float(np.quantile(difference, 0.95)),
        square=float(square.min(axis=1).mean()),
        rgb=float(in_rgb.mean()) / 3,
    )


def _least_difference(lab: Lab, swatches: Lab, square: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least ΔE2000 from each color to the swatches, `(n,)`."""
    count = min(CANDIDATES, len(swatches))
    near = np.argpartition(square, count - 1, axis=1)[:, :count]
    least: NDArray[np.float64] = ciede2000(lab[:, np.newaxis], swatches[near]).min(axis=1)
    return least


def _squares(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    squares: NDArray[np.float64] = ((left[:, np.newaxis] - right) ** 2).sum(axis=2)
    return squares


def _pixels(path: Path) -> Rgb:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def _sample(picture: Rgb) -> Rgb:
    """Return the same pixels of every picture of a size, `(n, 3)`."""
    flat = picture.reshape(-1, 3)
    sampled: Rgb = flat[np.random.default_rng(0).integers(0, len(flat), SAMPLE)]
    return sampled


def _themes(themes: Sequence[Theme], drivers: Mapping[str, Driver], folder: Path) -> str:
    """Return the table of the distances of our palettes to the themes of people."""
    distances: dict[str, list[float]] = {name: [] for name in drivers}
    for theme in themes:
        path = folder / "candidates.png"
        Image.fromarray(theme.candidates[np.newaxis]).save(path)
        for name, driver in drivers.items():
            found = np.array(driver.ask(path, 5).colors, np.uint8)
            distances[name].append(distance_to_people(theme, found))
    distances["people among themselves"] = [distance_among_people(theme) for theme in themes]
    rows = [
        [name, *(f"{statistics.fmean(part):.2f}" for part in (values, values[::2], values[1::2]))]
        for name, values in distances.items()
    ]
    header = ["palettes", "mean ΔE76 to people's", "even", "odd"]
    return f"{len(themes)} pictures, by name.\n\n" + table(header, rows)


def _recolored(
    pictures: Sequence[Path],
    drivers: Mapping[str, Driver],
    pool: ProcessPoolExecutor,
    folder: Path,
) -> str:
    """Return the table of recolored pictures."""
    ways = [(count, dither) for count in RECOLORED for dither in (False, True)]
    waiting: dict[tuple[int, bool, str], list[Future[Sight]]] = {}
    for number, path in enumerate(pictures):
        print(f"recolored: {path.name}", file=sys.stderr)
        for count, dither in ways:
            for index, (name, driver) in enumerate(drivers.items()):
                output = folder / f"{number}-{count}-{dither}-{index}.png"
                answer = driver.recolor(path, count, dither, output)
                if answer.error:
                    raise RuntimeError(f"{name}: {path.name}: {answer.error}")
                futures = waiting.setdefault((count, dither, name), [])
                futures.append(pool.submit(_sight, path, output))
    sights = {key: [future.result() for future in futures] for key, futures in waiting.items()}
    rows = []
    for count, dither in ways:
        ours = sights[count, dither, NOW]
        for name in drivers:
            seen = sights[count, dither, name]
            gains = [
                our.ssimulacra2 - other.ssimulacra2 for our, other in zip(ours, seen, strict=True)
            ]
            rows.append(
                [
                    str(count),
                    "dithered" if dither else "plain",
                    name,
                    f"{statistics.median(sight.ssimulacra2 for sight in seen):.1f}",
                    "" if name == NOW else f"{statistics.median(gains):+.1f}",
                    "" if name == NOW else f"{sum(gain > 0 for gain in gains)} of {len(gains)}",
                    f"{statistics.fmean(sight.mean for sight in seen):.2f}",
                ]
            )
    header = ["colors", "way", "tool", "SSIMULACRA2", "ours is higher by", "on", "mean ΔE2000"]
    return table(header, rows, words=("way", "tool"))


def _sight(path: Path, output: Path) -> Sight:
    """Return how a recolored picture looks beside the picture, and delete it."""
    score = import_module("ssimulacra2").compute_ssimulacra2(str(path), str(output))
    before, after = _sample(_pixels(path)), _sample(_pixels(output))
    output.unlink()
    return Sight(float(score), float(ciede2000(lab_of(before), lab_of(after)).mean()))
