"""Speed: what a palette takes by picture and number of colors, by part, and beside other tools."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts import part_times
from benchmarks.photos import photo
from benchmarks.report import circumstances, table
from benchmarks.tools.catalog import TOOLS
from benchmarks.tools.environments import REPOSITORY
from benchmarks.tools.files import pictures
from benchmarks.tools.process import Driver

__all__ = ["DOCS", "HEAD", "REPORT", "shown_in_docs", "speed_sections"]

REPORT = Path(__file__).with_name("speed.md")

DOCS = REPOSITORY / "docs" / "speed.md"
"""The page that shows the same tables."""

HEAD = """\
# Speed

Written by `python -m benchmarks speed`; [README.md](README.md#speed) explains it.
"""

ROUNDS, SLOW, SLOW_ROUNDS = 5, 0.5, 3
"""How often each call is measured, and how often if it takes more seconds than `SLOW`."""

COLORS = (5, 10, 16, 64, 256)

USUAL = 10
"""The number of colors beside other tools."""

PHOTOS: Mapping[str, tuple[int, int]] = {
    "0.5 MP": (866, 577),
    "1 MP": (1224, 816),
    "6 MP": (3000, 2000),
    "12 MP": (4000, 3000),
    "24 MP": (6000, 4000),
}
"""Width and height of the photographs, by their names in the report."""

DRAWN = ("screenshot", "illustration")

OURS, QUICK, BEFORE, DECODING = "Palette Engine", "Palette Engine, `--quick`", "before", "decoding"

OTHERS = (
    "thumbleweed",
    "fast-colorthief",
    "colorthief-py",
    "colorthief-npm",
    "pylette-kmeans",
    "pillow-fastoctree",
    "pillow-mediancut",
    "libimagequant",
    "imagemagick",
    "pngquant",
)
"""The other tools, by their names in the catalog."""


@dataclass(frozen=True)
class Call:
    """A picture, and a number of colors."""

    picture: str
    colors: int


def speed_sections(before: str | None) -> Iterator[tuple[str, str]]:
    """Yield titles and tables: by picture and number of colors, by part, beside other tools.

    `before` is another checkout, whose public `extract` is measured in turns with the others, by
    its own Python if it has a `.venv`.
    """
    load = os.getloadavg()[0]
    files = _files()
    with ExitStack() as stack:
        own = _own(stack, before)
        others, missing = _others(stack)
        found = {
            Call(name, colors): _measured(own, path, colors)
            for name, path in files.items()
            for colors in COLORS
            if colors != USUAL
        }
        beside = {name: _measured({**own, **others}, path, USUAL) for name, path in files.items()}
    found |= {
        Call(name, USUAL): {title: seconds[title] for title in own if title in seconds}
        for name, seconds in beside.items()
    }
    loads = f"The machine's load before: {load:.1f}, after: {os.getloadavg()[0]:.1f}."
    told = f"{circumstances()}\n{loads} Medians of {ROUNDS}."
    yield "By picture and colors", f"{told}\n\n{_by_colors(found, list(files), before)}"
    skipped = "".join(f"\n\n{title} is missing: {reason}." for title, reason in missing.items())
    yield "Beside other tools", f"{told}\n\n{_by_tool(beside)}{skipped}"
    parts = {name: part_times(path, USUAL) for name, path in files.items()}
    yield "Parts by picture", f"{told}\n\n{_by_part(parts)}"
    usual = photo(*PHOTOS["1 MP"])
    by_colors = {f"{colors} colors": part_times(usual, colors) for colors in COLORS}
    yield "Parts by number of colors", f"{told}\n\n{_by_part(by_colors)}"


def shown_in_docs(page: str, sections: Mapping[str, str]) -> str:
    """Return a page with the tables of sections, each below a comment that names the section."""
    for title, text in sections.items():
        found = re.search(r"^\|.*(?:\n\|.*)*", text, re.MULTILINE)
        assert found
        head, mark, rest = page.partition(f"<!-- {title} -->\n")
        page = head + mark + re.sub(r"\A(?:\|.*\n)*", f"{found[0]}\n" if mark else "", rest)
    return page


def _files() -> dict[str, Path]:
    photos = {f"photo, {name}": photo(*size) for name, size in PHOTOS.items()}
    return {**photos, **pictures(DRAWN)}


def _own(stack: ExitStack, before: str | None) -> dict[str, Driver]:
    """Return the drivers of the engine, as it is and before, and of plain decoding."""
    module = (sys.executable, "-m", "benchmarks.tools.drivers.own")
    commands = {
        OURS: (*module, "palette-engine"),
        QUICK: (*module, "palette-engine-quick"),
        DECODING: (*module, "decoding"),
    }
    if before:
        folder = Path(before).resolve()
        python = folder / ".venv" / "bin" / "python"
        program = str(python) if python.exists() else sys.executable
        commands[BEFORE] = (program, "-m", "benchmarks.tools.drivers.elsewhere", str(folder))
    return {title: stack.enter_context(Driver(command)) for title, command in commands.items()}


def _others(stack: ExitStack) -> tuple[dict[str, Driver], dict[str, str]]:
    """Return the drivers of other tools by title, and why the others are missing."""
    found, missing = {}, {}
    for tool in map(TOOLS.__getitem__, OTHERS):
        try:
            installed = tool.environment.install(tool.name)
        except (OSError, subprocess.SubprocessError) as error:
            missing[tool.title] = str(error).rstrip(".")
            continue
        found[f"{tool.title} {installed.version.split()[-1]}"] = stack.enter_context(
            Driver(installed.command)
        )
    return found, missing


def _measured(drivers: Mapping[str, Driver], path: Path, colors: int) -> dict[str, float]:
    """Return the median seconds of processor time of tools that are called in turns.

    First calls do not count. Tools that have no palette for the picture are left out.
    """
    first = {title: driver.ask(path, colors) for title, driver in drivers.items()}
    left = {title: drivers[title] for title, answer in first.items() if not answer.error}
    times: dict[str, list[float]] = {title: [] for title in left}
    for turn in range(ROUNDS):
        for title, driver in left.items():
            if turn < SLOW_ROUNDS or first[title].processor <= SLOW:
                times[title].append(driver.ask(path, colors).processor)
    return {title: statistics.median(found) for title, found in times.items()}


def _by_colors(
    found: Mapping[Call, Mapping[str, float]], names: Sequence[str], before: str | None
) -> str:
    """Return the table of milliseconds by picture and number of colors, beside others of ours."""
    rows = []
    for name in names:
        decoding = found[Call(name, USUAL)].get(DECODING)
        ours, others = [], []
        for colors in COLORS:
            seconds = found[Call(name, colors)]
            ratios = [_ratio(seconds, QUICK, OURS)]
            if before:
                ratios.insert(0, _ratio(seconds, OURS, BEFORE))
            ours.append(_milliseconds(seconds.get(OURS)))
            others.append(" / ".join(ratios))
        cells = [f"{mine} ({other})" for mine, other in zip(ours, others, strict=True)]
        rows.append([name, _milliseconds(decoding), *cells])
    return table(["picture", "decoding", *(f"{colors} colors" for colors in COLORS)], rows)


def _by_tool(beside: Mapping[str, Mapping[str, float]]) -> str:
    """Return the table of other tools, as multiples of ours and in milliseconds."""
    titles = list(dict.fromkeys(title for seconds in beside.values() for title in seconds))
    rows = [
        [
            title,
            *(
                f"{_ratio(seconds, title, OURS)} ({_milliseconds(seconds.get(title))})"
                if title in seconds
                else "–"
                for seconds in beside.values()
            ),
        ]
        for title in sorted(titles, key=lambda title: (title != OURS, _middle(beside, title)))
    ]
    return table(["tool", *beside], rows)


def _middle(beside: Mapping[str, Mapping[str, float]], title: str) -> float:
    """Return the median multiple of our time that a tool takes."""
    return statistics.median(
        seconds[title] / seconds[OURS] for seconds in beside.values() if title in seconds
    )


def _by_part(parts: Mapping[str, Mapping[str, float]]) -> str:
    """Return the table of milliseconds by part."""
    names = next(iter(parts.values()))
    rows = [[part, *(_milliseconds(seconds[part]) for seconds in parts.values())] for part in names]
    totals = [_milliseconds(sum(seconds.values())) for seconds in parts.values()]
    return table(["part", *parts], [*rows, ["**sum**", *totals]])


def _milliseconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds * 1000:.{0 if seconds >= 0.01 else 1}f}"


def _ratio(seconds: Mapping[str, float], title: str, beside: str) -> str:
    if title not in seconds or beside not in seconds:
        return "–"
    return f"{seconds[title] / seconds[beside]:.2f}x"
