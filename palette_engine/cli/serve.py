"""``palette-engine serve``: the page, for this machine alone."""

from __future__ import annotations

import contextlib
import threading
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from palette_engine.cli.messages import say, say_defect
from palette_engine.cli.parameters import FILE
from palette_engine.cli.standard_output import print_text
from palette_engine.errors import SetupError
from palette_engine.options import OPTIONS
from palette_engine.web.limits import Limits

if TYPE_CHECKING:
    from starlette.routing import Route

    from palette_engine.web.state import State
    from palette_engine.workers.worker import Worker

__all__ = ["serve"]

PORT = 7253
"""P-A-L-E on the keys of a telephone; always the same, so that bookmarks keep working.

See docs/decisions.md#the-port.
"""

EXTRA_MODULES = ("starlette", "uvicorn", "jinja2", "multipart")
"""The modules that the extra “web” installs."""

MEGABYTE = 10**6

DEFAULTS = Limits()


@click.command(short_help="Open the page: drop a picture, take the palette.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help=f"Serve on this port; 0 is any that is free.  [default: {PORT}, or else any]",
)
@click.option("--open/--no-open", "opening", default=True, help="Open the page in the browser.")
@click.option(
    "--max-megabytes",
    type=click.IntRange(1, 1024),
    metavar="N",
    default=DEFAULTS.bytes // MEGABYTE,
    show_default=True,
    help="Refuse a picture whose file is larger.",
)
@click.option(
    "--max-pixels",
    type=click.IntRange(1, int(OPTIONS["max_pixels"].maximum)),
    metavar="N",
    default=DEFAULTS.pixels,
    show_default=True,
    help=OPTIONS["max_pixels"].help,
)
@click.option(
    "--max-memory",
    type=click.IntRange(1, int(OPTIONS["max_memory"].maximum)),
    metavar="MB",
    default=DEFAULTS.memory,
    show_default=True,
    help=OPTIONS["max_memory"].help,
)
@click.option(
    "--forget-after",
    type=click.FloatRange(0, 24 * 60, min_open=True),
    metavar="MINUTES",
    default=round(DEFAULTS.forget / 60),
    show_default=True,
    help="Forget a picture that was not used for this many minutes.",
)
@click.option(
    "--collection",
    "table",
    metavar="TABLE",
    type=FILE,
    help='Also browse and search a table of "collect".',
)
def serve(
    port: int | None,
    opening: bool,
    max_megabytes: int,
    max_pixels: int,
    max_memory: int,
    forget_after: float,
    table: str | None,
) -> None:
    """Serve the page on this machine, and to this machine alone, until Ctrl+C.

    Prints the page's address. Pictures stay in memory and are forgotten; nothing is written, and
    nothing is sent anywhere else.
    """
    from palette_engine.web.jobs import load_libraries
    from palette_engine.workers.worker import Worker

    limits = Limits(
        bytes=max_megabytes * MEGABYTE,
        pixels=max_pixels,
        memory=max_memory,
        forget=forget_after * 60,
    )
    # The libraries of a worker take longer to import than those of the server, so they come first.
    with Worker(load_libraries) as worker:
        worker.start()
        _serve(worker, port, opening, limits, table)


def _serve(
    worker: Worker, port: int | None, opening: bool, limits: Limits, table: str | None
) -> None:
    """Serve the page; `worker` has been started."""
    try:
        from palette_engine.web.server import listen
        from palette_engine.web.server import serve as serve_page
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in EXTRA_MODULES:
            raise
        raise SetupError(
            "The page needs what the extra “web” brings; install it with "
            "pip install 'palette-engine[web]'."
        ) from error

    more = _routes_of(table)
    if port is None:
        try:
            listener = listen(PORT)
        except SetupError:
            listener = listen(0)
            say(f"port {PORT} is taken, as by another page that is open; this is another one")
    else:
        listener = listen(port)
    with listener:
        host, port = listener.getsockname()
        address = f"http://{host}:{port}/{'' if table is None else 'collection'}"
        print_text(address)
        say("serving to this machine alone; Ctrl+C stops it")
        if opening:
            # The socket listens already, so a browser that is faster than the server waits. In a
            # thread, since a browser in the terminal does not return until it is closed.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):
            serve_page(listener, limits, say_defect, [worker], more)
    say("stopped; all pictures are forgotten")


def _routes_of(table: str | None) -> Callable[[State], Sequence[Route]]:
    """Return what makes the addresses of any collection; raises `InputError` if it is no table."""
    if table is None:
        return lambda _: ()
    from palette_engine.web.collection import Collection
    from palette_engine.web.collection_routes import collection_routes

    collection = Collection(Path(table))
    return lambda state: collection_routes(state, collection)
