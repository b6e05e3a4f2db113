"""Page: how long the page's tasks keep its thread in Chromium from answering, and what it holds."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, expect

from benchmarks.photos import photo
from benchmarks.report import table
from benchmarks.web import about_machine, servers_of
from tests.web.browser.chromium import launched
from tests.web.browser.page import MILLISECONDS, Shown, visiting
from tests.web.browser.trace import Trace, traced
from tests.web.processes import megabytes
from tests.web.serving import Server

__all__ = ["page_sections"]

LONG = 50
"""Milliseconds after which the web's standards call a task long."""

SLOWER = 4
"""How many times slower than this machine a weak one is."""

PICTURES = 100
ONE, LARGE = (1224, 816), (5184, 3456)
MANY = (640, 427)

MOVES = 60
"""Places to which the mouse moves while it drags."""

PAUSE = 0.03
"""Seconds between two of them."""

SETTLED = 1.0
"""Seconds after which nothing comes any more."""


@dataclass(frozen=True)
class Busy:
    """The tasks of the page's main thread: milliseconds, counts, and layouts asked for by scripts.

    `slowed` is the longest task if the processor is `SLOWER`.
    """

    what: str
    aim: str
    longest: float
    processor: float
    long: int
    layouts: int
    forced: int
    slowed: float = 0


@dataclass(frozen=True)
class Kept:
    """The megabytes of scripts, nodes of the document, and megabytes of the server's processes."""

    what: str
    scripts: float
    nodes: int
    server: float


@dataclass(frozen=True)
class Visit:
    """The page of a server in a browser that sees a folder."""

    shown: Shown
    browser: Browser
    server: Server
    folder: Path

    def busy(self, what: str, act: Callable[[], object], aim: str = "") -> Busy:
        """Trace what happens until some time after something is done."""
        with traced(self.browser, self.shown.page) as trace:
            act()
            time.sleep(SETTLED)
        return _busy(what, aim, trace, self.server.address)

    def kept(self, what: str) -> Kept:
        """Measure what is held after garbage is collected."""
        session = self.shown.page.context.new_cdp_session(self.shown.page)
        session.send("HeapProfiler.collectGarbage")
        scripts = session.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        nodes = session.send("Memory.getDOMCounters")["nodes"]
        session.detach()
        return Kept(what, scripts, nodes, megabytes(self.server.process.pid))


Scene = Callable[[Visit], Iterator[Busy]]


def page_sections(before: str | None) -> dict[str, str]:
    """Return the sections of the report: what keeps Chromium busy, and what it holds.

    `before` is another checkout, whose page is measured, too.
    """
    about = about_machine()
    expect.set_options(timeout=MILLISECONDS)
    busy: list[Busy] = []
    kept: list[Kept] = []
    for title, serve in servers_of(before).items():
        with tempfile.TemporaryDirectory() as name, serve() as server:
            folder = Path(name)
            _write(folder)
            with launched(folder) as browser:
                visit = partial(_visited, browser, server, folder)
                for scene in SCENES:
                    pairs = zip(visit(scene), visit(scene, SLOWER), strict=True)
                    busy += [
                        replace(one, what=title + one.what, slowed=slow.longest)
                        for one, slow in pairs
                    ]
                    print(f"{busy[-1].what}: measured", file=sys.stderr)
                kept += [replace(row, what=title + row.what) for row in visit(_hold)]
    return {
        "Browser tasks": f"{about}\n\n{_busy_table(busy)}",
        "Browser memory": f"{about}\n\n{_kept_table(kept)}",
    }


def _visited(
    browser: Browser,
    server: Server,
    folder: Path,
    scene: Callable[[Visit], Iterable[Any]],
    slower: float = 1,
) -> list[Any]:
    """Return what is measured on a page of its own."""
    with visiting(browser, server.address) as shown:
        session = shown.page.context.new_cdp_session(shown.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        # Playwright's own scripts are loaded with the first question.
        expect(shown.swatches).to_have_count(0)
        return list(scene(Visit(shown, browser, server, folder)))


def _write(folder: Path) -> None:
    """Write one photo, large ones, and many that differ."""
    (folder / "one.jpg").write_bytes(photo(*ONE).read_bytes())
    (folder / "large.jpg").write_bytes(photo(*LARGE).read_bytes())
    with Image.open(photo(*LARGE)) as large:
        large.save(folder / "large.png", compress_level=1)
    with Image.open(photo(*ONE)) as one:
        for number in range(PICTURES):
            part = one.crop((number, number, number + MANY[0], number + MANY[1]))
            part.save(folder / f"{number}.jpg", quality=90)


def _drag_at(colors: int, visit: Visit) -> Iterator[Busy]:
    shown = visit.shown
    shown.drop(visit.folder / "one.jpg")
    expect(shown.swatches).not_to_have_count(0)
    yield visit.busy(f"{colors} colors appear", partial(_ask, shown, colors))
    what = f"a slider is dragged at {colors} colors"
    yield visit.busy(what, partial(_drag, shown), f"{LONG} ms")


def _open_large(name: str, visit: Visit) -> Iterator[Busy]:
    shown = visit.shown

    def open_it() -> None:
        shown.drop(visit.folder / name)
        expect(shown.page.locator("#recolored")).to_be_visible()

    yield visit.busy(f"18 MP are opened: {name}", open_it, f"{2 * LONG} ms")
    yield visit.busy("a color is picked in them", partial(_pick, shown))


def _open_many(visit: Visit) -> Iterator[Busy]:
    shown = visit.shown
    aim = f"{2 * LONG} ms"
    yield visit.busy(f"{PICTURES} pictures are opened", partial(_drop_all, visit), aim)
    yield visit.busy("ten of them are shown", partial(_switch, shown), aim)
    _ask(shown, 64)
    yield visit.busy("a slider is dragged at 64 colors", partial(_drag, shown), f"{LONG} ms")
    yield visit.busy("the first five are removed", partial(_remove_first, shown), aim)
    yield visit.busy("all are removed", shown.page.locator("#remove-all").click, aim)
    yield visit.busy("that is undone", shown.page.locator("#undo").click, aim)


SCENES: Sequence[Scene] = (
    *(partial(_drag_at, colors) for colors in (10, 64, 256)),
    *(partial(_open_large, name) for name in ("large.jpg", "large.png")),
    _open_many,
)


def _hold(visit: Visit) -> Iterator[Kept]:
    shown = visit.shown
    yield visit.kept("nothing")
    _drop_all(visit)
    _switch(shown)
    yield visit.kept(f"{PICTURES} pictures, ten of which were shown")
    shown.page.locator("#remove-all").click()
    expect(shown.page.get_by_role("button", name="Choose pictures")).to_be_visible()
    time.sleep(SETTLED)
    yield visit.kept("all removed")


def _drop_all(visit: Visit) -> None:
    visit.shown.drop(*(visit.folder / f"{number}.jpg" for number in range(PICTURES)))
    page = visit.shown.page
    expect(page.locator("#strip .thumbnail")).to_have_count(PICTURES)
    # A bar without colors has no style, or no parts in versions before.
    bare = page.locator("#strip .thumbnail-colors:not([style]):empty")
    expect(bare).to_have_count(0)


def _ask(shown: Shown, colors: int) -> None:
    shown.choose("colors", str(colors))
    expect(shown.swatches).to_have_count(colors)


def _switch(shown: Shown) -> None:
    for number in range(0, PICTURES, PICTURES // 10):
        shown.page.locator("#strip .thumbnail").nth(number).click()
        time.sleep(0.3)


def _remove_first(shown: Shown) -> None:
    shown.page.locator("#strip .thumbnail").first.click()
    for _ in range(5):
        shown.page.locator("#remove").click()
        time.sleep(0.3)


def _drag(shown: Shown) -> None:
    """Drag the slider of the emphasis to and fro."""
    box = shown.control("emphasis").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    half = MOVES // 2
    shown.page.mouse.move(box["x"] + 1, middle)
    shown.page.mouse.down()
    for step in [*range(half), *reversed(range(half))]:
        shown.page.mouse.move(box["x"] + box["width"] * (step + 0.5) / half, middle)
        time.sleep(PAUSE)
    shown.page.mouse.up()


def _pick(shown: Shown) -> None:
    shown.page.locator("#pick").click()
    box = shown.page.locator("#frame").bounding_box()
    assert box
    for step in range(MOVES):
        part = 0.1 + 0.8 * step / MOVES
        shown.page.mouse.move(box["x"] + part * box["width"], box["y"] + part * box["height"])
        time.sleep(PAUSE)


def _busy(what: str, aim: str, trace: Trace, home: str) -> Busy:
    durations = [task["dur"] / 1000 for task in trace.tasks]
    processor = max(task.get("tdur", 0) / 1000 for task in trace.tasks)
    long = sum(duration > LONG for duration in durations)
    layouts, forced = len(trace.layouts), len(trace.forced(home))
    return Busy(what, aim, max(durations), processor, long, layouts, forced)


def _busy_table(rows: Sequence[Busy]) -> str:
    header = (
        "while …",
        "aim",
        "longest task, ms",
        "of them processor",
        f"over {LONG} ms",
        "layouts",
        "forced",
        f"longest, {SLOWER}x slower",
    )
    return table(
        header,
        [
            [
                row.what,
                row.aim and f"≤ {row.aim}",
                f"{row.longest:.0f}",
                f"{row.processor:.0f}",
                str(row.long),
                str(row.layouts),
                str(row.forced),
                f"{row.slowed:.0f}",
            ]
            for row in rows
        ],
    )


def _kept_table(rows: Sequence[Kept]) -> str:
    return table(
        ["open", "MB of scripts", "nodes", "MB of the server"],
        [[row.what, f"{row.scripts:.1f}", str(row.nodes), f"{row.server:.0f}"] for row in rows],
    )
