"""Web: the waiting times, the throughput and the memory of the page's server."""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeAlias

from PIL import Image

from benchmarks.commands import AS_INSTALLED, user_environment
from benchmarks.photos import photo
from benchmarks.report import circumstances, table, time_table
from benchmarks.times import IMPORTS, SIZES, Time, side_by_side
from palette_engine.web.limits import Limits
from tests.web.processes import processor_seconds, tree, watched
from tests.web.serving import ANY_PORT, COMMAND, Reply, Server, running, serving

__all__ = ["HEAD", "REPORT", "about_machine", "servers_of", "web_sections"]

REPORT = Path(__file__).with_name("web.md")

HEAD = """\
# The page

Written by `python -m benchmarks web`; what the numbers mean stands in [README.md](README.md).
"""

PICTURES = ("1 MP", "12 MP", "24 MP")

CLIENTS = 8
"""Clients that send at the same time under load: as many as the server takes."""

REQUESTS = {"1 MP": 160, "12 MP": 32}
"""Pictures that are sent under load."""

CHANGES = 200
"""Palettes that are requested under load."""

WORKERS = Limits.workers

COLORS = cycle(range(5, 25))
"""The numbers of colors that are requested, one after the other."""

QUIET = 1.0
"""The highest load of the machine at which times are reliable."""

DISTURBED = " **Others used it: all times are too long; memory is not.**"


OTHER = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from palette_engine.__main__ import main
main()
"""
"""Runs a command of the checkout that is the first argument."""


@dataclass(frozen=True)
class Pace:
    """How often something is done in a second, and its cost in processor seconds."""

    rate: float
    cost: float


@dataclass(frozen=True)
class Load:
    """The pace of a server, and of as many processes that only decode the pictures."""

    what: str
    serving: Pace
    decoding: Pace


@dataclass(frozen=True)
class Held:
    """The peak megabytes of a server with its workers, and of the workers alone."""

    what: str
    all: float
    workers: float


Serving: TypeAlias = Callable[[], contextlib.AbstractContextManager[Server]]
"""Runs a server and stops it afterwards."""


def web_sections(before: str | None) -> dict[str, str]:
    """Return the sections of the report: starting, waiting, load and memory.

    `before` is another checkout, whose server is measured, too.
    """
    servers = servers_of(before)
    about = about_machine()
    starting = [time for title, serve in servers.items() for time in _starting(title, serve)]
    waiting: list[Time] = []
    loads: list[Load] = []
    memory: list[Held] = []
    for title, serve in servers.items():
        with _warm(serve) as server:
            waiting += _waiting(title, server)
            loads += _loads(title, server)
        memory += _memory(title, serve)
    return {
        "Starting": f"{about}\n\n{time_table(starting)}",
        "One person": f"{about}\n\n{time_table(waiting)}",
        "Under load": f"{about}\n\n{_pace_table(loads)}",
        "Memory": f"{about}\n\n{_memory_table(memory)}",
    }


def servers_of(before: str | None) -> dict[str, Serving]:
    """Return what runs this server, and that of another checkout, by what their rows begin with."""
    servers: dict[str, Serving] = {"": partial(serving, environment=AS_INSTALLED)}
    if before:
        command = [sys.executable, "-c", OTHER, str(Path(before).resolve()), *COMMAND[3:]]
        servers["before: "] = partial(running, [*command, *ANY_PORT], AS_INSTALLED)
    return servers


def about_machine() -> str:
    """Return what a section begins with: the machine, and whether others use it."""
    load = os.getloadavg()[0]
    note = f"The machine's load before: {load:.1f}." + (load > QUIET) * DISTURBED
    return f"{circumstances()}\n{note}"


@contextlib.contextmanager
def _warm(serve: Serving) -> Iterator[Server]:
    """Run a server whose workers have each made a palette."""
    with serve() as server:
        _rate(2 * CLIENTS, partial(_send, server, _data("1 MP")))
        yield server


def _send(server: Server, data: bytes) -> Any:
    """Send a picture, and return the server's answer."""
    return _posted(server, f"/pictures?name=photo.jpg&colors={next(COLORS)}", data).json()


def _change(server: Server, picture: str) -> Any:
    """Request another number of colors, and return the palette as the page shows it."""
    return _posted(server, f"/pictures/{picture}/palette?colors={next(COLORS)}").json()


def _posted(server: Server, path: str, body: bytes = b"") -> Reply:
    """Send something that must succeed, and return the answer."""
    reply = server.post(path, body)
    if reply.status not in (200, 201):
        raise RuntimeError(f"{path} was answered with {reply.status}: {reply.body!r}")
    return reply


def _starting(title: str, serve: Serving) -> Iterator[Time]:
    importing = partial(
        subprocess.run, [sys.executable, "-c", IMPORTS], check=True, env=user_environment()
    )
    for what, first in (
        ("from the command to the page", _nothing),
        ("from the command to the palette of a 1 MP JPEG", _first_palette),
    ):
        # Stopping the server takes time, too, and is not counted.
        seconds: list[float] = []
        _, other = side_by_side(partial(_start, serve, first, seconds), importing)
        yield Time(title + what, f'python -c "{IMPORTS}"', statistics.median(seconds[1:]), other)


def _start(serve: Serving, first: Callable[[Server], object], seconds: list[float]) -> None:
    """Start a server, do something first, and add the seconds until then."""
    begun = time.perf_counter()
    with serve() as server:
        first(server)
        seconds.append(time.perf_counter() - begun)


def _nothing(_server: Server) -> None:
    """Do nothing: the page has been read already, for its token."""


def _first_palette(server: Server) -> None:
    _send(server, _data("1 MP"))


def _waiting(title: str, server: Server) -> Iterator[Time]:
    for size in PICTURES:
        sending = partial(_send, server, _data(size))
        picture = sending()["picture"]
        changing = partial(_change, server, picture)
        recoloring = partial(
            _posted,
            server,
            f"/pictures/{picture}/recolored?size=small",
            json.dumps(changing()["document"]).encode(),
        )
        for what, work, aim in (
            (f"a {size} JPEG is sent, until its palette is there", sending, ""),
            (f"an option is changed, until the new palette of {size} is there", changing, "0.1 s"),
            (f"{size}, recolored for the preview", recoloring, ""),
        ):
            decoding = partial(_decode, photo(*SIZES[size]))
            found = side_by_side(work, decoding)
            yield Time(title + what, "decoding it with Pillow", *found, aim=aim)
            print(f"{title}{what}: measured", file=sys.stderr)


def _loads(title: str, server: Server) -> Iterator[Load]:
    for size, count in REQUESTS.items():
        work = partial(_send, server, _data(size))
        decoding = _decoding(photo(*SIZES[size]), count)
        yield Load(f"{title}{size} JPEGs to palettes", _serving(server, count, work), decoding)
    changing = partial(_change, server, work()["picture"])
    what = f"{title}changed options of {size} to palettes"
    yield Load(what, _serving(server, CHANGES, changing), decoding)


def _serving(server: Server, count: int, work: Callable[[], object]) -> Pace:
    before = processor_seconds(server.process.pid)
    rate = _rate(count, work)
    return Pace(rate, (processor_seconds(server.process.pid) - before) / count)


def _rate(count: int, work: Callable[[], object]) -> float:
    """Return how often a second something can be done by `CLIENTS` at once."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as threads:
        for done in [threads.submit(work) for _ in range(count)]:
            done.result()
    return count / (time.perf_counter() - begun)


def _decoding(path: Path, count: int) -> Pace:
    """Return the pace of as many processes as there are workers."""
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as processes:
        list(processes.map(_decode, [path] * 2 * WORKERS))
        begun = time.perf_counter()
        cost = sum(processes.map(_decode, [path] * count)) / count
        return Pace(count / (time.perf_counter() - begun), cost)


def _memory(title: str, serve: Serving) -> Iterator[Held]:
    with _warm(serve) as server:
        yield _held(f"{title}nothing, after the first palettes", server, partial(time.sleep, 1))
        for size in PICTURES:
            sending = partial(_send, server, _data(size))
            yield _held(f"{title}a {size} JPEG to its palette", server, sending)
        crowd = partial(_rate, 2 * CLIENTS, sending)
        yield _held(f"{title}{CLIENTS} JPEGs of {size} at once, twice", server, crowd)


def _held(what: str, server: Server, work: Callable[[], object]) -> Held:
    with watched(server.process.pid) as all_of_it, contextlib.ExitStack() as stack:
        workers = [stack.enter_context(watched(each)) for each in tree(server.process.pid)[1:]]
        work()
    return Held(what, all_of_it.megabytes, sum(worker.megabytes for worker in workers))


def _decode(path: Path) -> float:
    """Decode a picture, and return the processor seconds that takes."""
    begun = time.process_time()
    with Image.open(path) as image:
        image.load()
    return time.process_time() - begun


def _data(size: str) -> bytes:
    return photo(*SIZES[size]).read_bytes()


def _pace_table(loads: list[Load]) -> str:
    header = (
        f"{CLIENTS} at once",
        "a second",
        "decoded a second",
        "ratio",
        "processor seconds each",
        "decoding",
        "ratio",
    )
    return table(
        header,
        [
            [
                load.what,
                f"{load.serving.rate:.1f}",
                f"{load.decoding.rate:.1f}",
                f"{load.serving.rate / load.decoding.rate:.2f}x",
                f"{load.serving.cost:.3f}",
                f"{load.decoding.cost:.3f}",
                f"{load.serving.cost / load.decoding.cost:.2f}x",
            ]
            for load in loads
        ],
    )


def _memory_table(found: list[Held]) -> str:
    return table(
        ["peak MB", "all processes", "workers"],
        [[held.what, f"{held.all:.0f}", f"{held.workers:.0f}"] for held in found],
    )
