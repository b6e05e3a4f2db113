"""GIMP: how long a user waits for the plug-in, and how much memory it uses."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from benchmarks.photos import photo
from benchmarks.report import circumstances, table
from benchmarks.times import IMPORTS, SIZES
from tests.gimp.gimps import Gimp, available, build_wheel, missing
from tests.gimp.screen import Screen, screen, wait_for

__all__ = ["HEAD", "REPORT", "gimp_section", "measure"]

REPORT = Path(__file__).with_name("gimp.md")

HEAD = """\
# In GIMP

Written by `python -m benchmarks gimp`; [README.md](README.md) explains the numbers.
"""

TIMELINE = Path(__file__).with_name("timeline.py")

PICTURES = ("1 MP", "12 MP", "24 MP")

OPENINGS = 3
"""How often the dialog is opened with each picture."""

RECOLORINGS = 2
"""How often each picture is recolored with each dither."""

COLORS = range(5, 25)
"""The numbers of colors that are chosen in turn."""

EXTRACT = ("alt+c", "n", "x")
"""The keys of Colors > Info > Extract Palette…; the last one chooses it."""

RECOLOR = ("alt+c", "m", "w")
"""The keys of Colors > Map > Recolor with Palette…"""

QUIET = 1.0
"""The load above which times are doubtful; it includes the previous GIMP."""

DISTURBED = " **Other programs were running: all times are too long; memory is right.**"

FOLLOWED = """

import sys
import timeline
timeline.follow(sys.modules[__name__])
"""

IMPORTED = f"""
import os, time
{IMPORTS}
ticks = int(open("/proc/self/stat").read().rpartition(")")[2].split()[19])
print(time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK"))
print(int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) * 1024 / 1e6)
"""

CLEAN = """
image = Gimp.get_images()[0]
*made, layer = image.get_layers()
for other in made:
    image.remove_layer(other)
image.undo_disable()
image.undo_enable()
image.set_selected_layers([layer])
"""

Event: TypeAlias = dict[str, Any]

IMPORT = "`" + IMPORTS + "`, a process alone"

START = "menu to the plug-in's process"
WINDOW = "menu to the window"
PALETTE = "menu to the palette"
PREVIEW = "**menu to first preview**"
CHANGE_PALETTE = "option change to the palette"
CHANGE = "**option change to new preview**"
PLACES = "preview there to the places of its swatches"
LIGHT = "**pointing at a swatch to its places lit**"
ON_DISK = "**OK to palette on disk**"
RECOLORED = "**OK to recolored layer**, {dither}"
PLUG_IN = "plug-in, extracting"
ENGINE = "engine, extracting"
PLUG_IN_RECOLORING = "plug-in, recoloring, {dither}"
ENGINE_RECOLORING = "engine, recoloring, {dither}"


@dataclass
class Measurements:
    """All measured seconds and megabytes with one picture, by what was measured."""

    size: str
    load: float
    seconds: dict[str, list[float]] = field(default_factory=dict)
    megabytes: dict[str, list[float]] = field(default_factory=dict)

    def add(self, seconds: Mapping[str, float], megabytes: Mapping[str, float]) -> None:
        """Add the results of one measurement."""
        for kept, new in ((self.seconds, seconds), (self.megabytes, megabytes)):
            for name, value in new.items():
                kept.setdefault(name, []).append(value)


def measure(series: str) -> tuple[str, list[Measurements]]:
    """Return the version and the measurements of a GIMP; `FileNotFoundError` if it is missing."""
    with TemporaryDirectory() as name:
        folder = Path(name, "gimp")
        folder.mkdir()
        gimp = available(series, folder)
        if gimp is None:
            raise FileNotFoundError(missing(series))
        gimp.set_up(build_wheel(Path(name)))
        shutil.copy(TIMELINE, gimp.plug_in)
        for name in ("extraction_dialog.py", "recoloring_dialog.py"):
            with (gimp.plug_in / "extract_palette" / "dialogs" / name).open("a") as dialog:
                dialog.write(FOLLOWED)
        version = gimp.console("--version").stdout.split()[-1]
        return version, [_picture(gimp, size) for size in PICTURES]


def _picture(gimp: Gimp, size: str) -> Measurements:
    """Return the measurements with one picture, in a GIMP that was just started."""
    found = Measurements(size, os.getloadavg()[0])
    picture = Path(shutil.copy(photo(*SIZES[size]), gimp.folder))
    with screen(gimp, picture) as opened:
        opened.maximize(picture.stem)
        for turn in range(OPENINGS):
            _import(gimp, found)
            events = _dialog(opened, picture, EXTRACT, "colors", [] if turn else list(COLORS))
            found.add(*_extraction(events))
            for seconds in _changes(events):
                found.add(seconds, {})
        for dither in ("none", "floyd-steinberg"):
            for _turn in range(RECOLORINGS):
                chosen = [] if dither == "none" else [dither]
                events = _dialog(opened, picture, RECOLOR, "dither", chosen)
                found.add(*_recoloring(events, dither))
                opened.run(CLEAN)
    print(f"GIMP {gimp.series}, {size}: measured", file=sys.stderr)
    return found


def _import(gimp: Gimp, found: Measurements) -> None:
    """Measure a process of the engine's Python that only imports the libraries."""
    output = gimp.call(gimp.engine_python, "-I", "-c", IMPORTED).stdout.split()
    found.add({IMPORT: float(output[0])}, {IMPORT: float(output[1])})


def _dialog(
    opened: Screen, picture: Path, keys: Sequence[str], option: str, values: list[Any]
) -> list[Event]:
    """Open a dialog by keys, set an option to each value, press OK, and return the events."""
    gimp = opened.gimp
    log = gimp.folder / "events"
    log.unlink(missing_ok=True)
    shutil.rmtree(gimp.profile / "plug-in-settings", ignore_errors=True)  # always the defaults
    plan = {"log": str(log), "property": option, "values": values}
    (gimp.plug_in / "plan.json").write_text(json.dumps(plan))
    opened.focus(picture.stem)
    opened.press(*keys[:-1])
    call = gimp.call("sh", "-c", f"date +%s.%N; exec xdotool key {keys[-1]}", env=opened.env)
    pressed = {"event": "key", "time": float(call.stdout)}

    def ended() -> list[Event]:
        events = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return events if any(event["event"] in ENDS for event in events) else []

    events = wait_for(ended, 180)
    wait_for(lambda: not opened.run(RUNNING))
    time.sleep(1)
    return [pressed, *events]


RUNNING = """
commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline")]
result = any(b"extract-palette.py" in command for command in commands)
"""

ENDS = ("palette on disk", "layer inserted")


def _extraction(events: Sequence[Event]) -> tuple[dict[str, float], dict[str, float]]:
    key = _time(events, "key")
    seconds = {
        START: next(event["start"] for event in events if "start" in event) - key,
        WINDOW: _time(events, "window") - key,
        PALETTE: _time(events, "palette") - key,
        PREVIEW: _time(events, "picture") - key,
        ON_DISK: _time(events, "palette on disk") - _time(events, "OK"),
    }
    return seconds, {PLUG_IN: _most(events, "plug_in"), ENGINE: _most(events, "engine")}


def _changes(events: Sequence[Event]) -> Iterator[dict[str, float]]:
    for index, event in enumerate(events):
        if event["event"] == "change":
            rest = events[index:]
            yield {
                CHANGE_PALETTE: _time(rest, "palette") - event["time"],
                CHANGE: _time(rest, "picture") - event["time"],
                PLACES: max(0.0, _time(rest, "places") - _time(rest, "picture there")),
                LIGHT: _time(rest, "light") - _time(rest, "point"),
            }


def _recoloring(events: Sequence[Event], dither: str) -> tuple[dict[str, float], dict[str, float]]:
    seconds = _time(events, "layer inserted") - _time(events, "OK")
    return {RECOLORED.format(dither=dither): seconds}, {
        PLUG_IN_RECOLORING.format(dither=dither): _most(events, "plug_in"),
        ENGINE_RECOLORING.format(dither=dither): _most(events, "engine"),
    }


def _time(events: Sequence[Event], name: str) -> float:
    """Return the time of the first event with a name."""
    found: float = next(event["time"] for event in events if event["event"] == name)
    return found


def _most(events: Sequence[Event], key: str) -> float:
    """Return the largest value of a key among all events."""
    found: float = max(event[key] for event in events if key in event)
    return found


def gimp_section(version: str, pictures: Sequence[Measurements]) -> tuple[str, str]:
    """Return title and text of the section on a GIMP."""
    loads = ", ".join(f"{found.load:.1f}" for found in pictures)
    busy = max(found.load for found in pictures) > QUIET
    notes = [
        circumstances(),
        f"The machine's load before each picture: {loads}." + busy * DISTURBED,
        "",
        _table("seconds: median (worst)", pictures, lambda found: found.seconds, _seconds),
        "",
        _table("beside something", pictures, _ratios, _ratio),
        "",
        _table("peak MB: the largest", pictures, lambda found: found.megabytes, _megabytes),
    ]
    return f"GIMP {version}", "\n".join(notes)


def _table(
    title: str,
    pictures: Sequence[Measurements],
    values: Callable[[Measurements], Mapping[str, Sequence[float]]],
    form: Callable[[Sequence[float]], str],
) -> str:
    columns = [values(found) for found in pictures]
    rows = [[name, *(form(column[name]) for column in columns)] for name in columns[0]]
    return table([title, *(found.size for found in pictures)], rows)


def _ratios(found: Measurements) -> dict[str, list[float]]:
    importing = statistics.median(found.seconds[IMPORT])
    return {
        "first preview, beside the bare import": [
            statistics.median(found.seconds[PREVIEW]) / importing
        ],
        "new palette, beside the aim of 0.1 s": [
            statistics.median(found.seconds[CHANGE_PALETTE]) / 0.1
        ],
        "new preview, beside the aim of 0.1 s": [statistics.median(found.seconds[CHANGE]) / 0.1],
        "places lit, beside the aim of 0.05 s": [statistics.median(found.seconds[LIGHT]) / 0.05],
    }


def _seconds(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.3f} ({max(values):.3f})"


def _ratio(values: Sequence[float]) -> str:
    return f"{values[0]:.2f}x"


def _megabytes(values: Sequence[float]) -> str:
    return f"{max(values):.0f}"
