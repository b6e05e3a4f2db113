"""``palette-engine collect``: a table of the colors of many pictures."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from palette_engine.cli.destinations import destinations_of, write_palette
from palette_engine.cli.messages import say
from palette_engine.cli.parameters import FILE, extraction_options, force_option
from palette_engine.cli.process_count import MOST, count_workers
from palette_engine.collections.iiif import IIIF_SIZE
from palette_engine.collections.limits import SECONDS
from palette_engine.collections.table import TABLES
from palette_engine.errors import InputError, OptionError, OutputError
from palette_engine.options import Options

if TYPE_CHECKING:
    from palette_engine.collections.collect import Progress

__all__ = ["collect", "progress_text"]

EXAMPLES = f"""\b
Examples:
  palette-engine collect ~/Pictures -o pictures.csv
  palette-engine collect scans.zip 'shelf-*/**/*.tif' -o scans.sqlite --quick
  palette-engine collect /shared/pictures -o pictures.csv --on tcp://host:8786
  find . -name '*.jpg' -print0 | palette-engine collect - -o pictures.jsonl

\b
Tables: {", ".join(f"{row.title} ({suffix})" for suffix, row in TABLES.items())}
"""

INTERRUPTED = 130
"""The exit code after Ctrl+C, as shells have it: 128 and the number of the signal."""

SHOWN_SECONDS = 0.2
"""The progress is shown at most this often."""


@click.command(short_help="Make a table of the colors of many pictures.", epilog=EXAMPLES)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=FILE)
@click.option(
    "-o", "--output", "table", metavar="TABLE", required=True, type=FILE, help="The table."
)
@extraction_options
@click.option("--quick", "effort", flag_value="quick", help="The same as --effort quick.")
@click.option(
    "--workers",
    type=click.IntRange(1, MOST),
    metavar="N",
    help="Read N pictures at the same time; each takes up to --max-memory.  "
    "[default: one for each processor]",
)
@click.option(
    "--on",
    metavar="ADDRESS",
    default="",
    help="Read on a Dask cluster: the scheduler's address, such as tcp://host:8786, or its "
    "scheduler file.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0, 86400, min_open=True),
    metavar="X",
    default=SECONDS,
    show_default=True,
    help="Give up a picture that takes longer.",
)
@click.option(
    "--iiif-size",
    type=click.IntRange(16, 10_000),
    metavar="N",
    default=IIIF_SIZE,
    show_default=True,
    help="The longer side, in pixels, of pictures of IIIF manifests.",
)
@click.option(
    "--together",
    metavar="FILE",
    type=FILE,
    multiple=True,
    help="Also write the one palette of all pictures, each of which counts the same.",
)
@click.option(
    "--compress-journal",
    is_flag=True,
    help="Compress a new journal, to about a fourth; needs the extra “zstd” before Python 3.14.",
)
@force_option
@click.option("--strict", is_flag=True, help="Exit with 3 if any picture has an error.")
@click.option(
    "--prune", is_flag=True, help="Drop the rows of pictures that are not there any more."
)
def collect(
    sources: tuple[str, ...],
    table: str,
    workers: int | None,
    on: str,
    seconds: float,
    iiif_size: int,
    together: tuple[str, ...],
    compress_journal: bool,
    force: bool,
    strict: bool,
    prune: bool,
    **options: Any,
) -> None:
    """Write a TABLE with a row for each picture in each SOURCE.

    A SOURCE is a picture, a folder, a zip or tar archive, a pattern in quotes, the https:// address
    of a picture, an archive or an IIIF manifest, an s3:// or gs:// folder, @LIST, a file with
    one source on each line, or -, which is such a list on standard input. A picture that cannot be
    used has a row that says why.

    The same command again reads only what is new or has changed. If it is interrupted, that
    continues it.
    """
    from palette_engine.collections.collect import collect as collect_pictures

    chosen = Options.of(options)
    if on and workers:
        raise OptionError("--workers is for this machine; leave it out with --on.")
    stdin = sys.stdin.buffer if sys.stdin is not None else None
    _check_inputs(sources, table)
    palettes = destinations_of(together, None, force, (table,))
    meter = _Meter(sources)
    try:
        done = collect_pictures(
            sources,
            Path(table),
            chosen,
            on=on,
            workers=workers or count_workers(chosen.max_memory),
            seconds=seconds,
            iiif_size=iiif_size,
            prune=prune,
            together=bool(together),
            compress_journal=compress_journal,
            stdin=stdin,
            report=meter.show,
        )
    except KeyboardInterrupt as error:
        say(f"interrupted; run the same command again to continue {table}")
        raise click.exceptions.Exit(INTERRUPTED) from error
    finally:
        meter.close()
    say(_summary(done, table))
    if palettes and done.palette is not None:
        write_palette(done.palette, palettes, force)
    if done.failed == done.rows or (strict and done.failed):
        raise click.exceptions.Exit(InputError.exit_code)


def _check_inputs(sources: Sequence[str], table: str) -> None:
    """Raise `OutputError` if the table is one of the sources."""
    from palette_engine.collections.collect import journal_of

    own = {os.path.abspath(table), os.path.abspath(journal_of(Path(table)))}  # noqa: PTH100
    for source in sources:
        if os.path.abspath(source.removeprefix("@")) in own:  # noqa: PTH100
            raise OutputError(f"{table} is what is read, and is not replaced; choose another name.")


def _summary(done: Progress, table: str) -> str:
    """Return the sentence at the end."""
    if not done.rows:
        return f"no picture was found; wrote an empty table to {table}"
    failed = f", {done.failed:,} with {'an error' if done.failed == 1 else 'errors'}"
    failed = failed if done.failed else ""
    parts = [f"{done.read:,} read now"]
    parts += [f"{done.before:,} before"] if done.before else []
    parts += [f"{done.pruned:,} dropped"] if done.pruned else []
    parts += [f"{_count(done.skipped, 'other file')} skipped"] if done.skipped else []
    return f"wrote {_count(done.rows, 'row')}{failed} to {table} ({', '.join(parts)})"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


class _Meter:
    """A line on the terminal that says how far a collection is; nothing if there is no terminal."""

    def __init__(self, sources: Sequence[str]) -> None:
        self._file = sys.stderr if sys.stderr is not None and sys.stderr.isatty() else None
        self._begun = time.monotonic()
        self._shown = 0.0
        self._total: int | None = None
        if self._file and "-" not in sources:
            threading.Thread(target=self._count_all, args=(sources,), daemon=True).start()

    def show(self, done: Progress) -> None:
        """Show how far a run is."""
        now = time.monotonic()
        if self._file and now - self._shown > SHOWN_SECONDS:
            self._shown = now
            self._print(self._file, progress_text(done, now - self._begun, self._total))

    def close(self) -> None:
        """Clear the line."""
        if self._file:
            self._print(self._file, "")

    def _count_all(self, sources: Sequence[str]) -> None:
        from palette_engine.collections.picture import Entry
        from palette_engine.collections.source import Source
        from palette_engine.collections.sources import Walk

        # An address counts as one picture, as nothing should be downloaded twice.
        walk = Walk(sources, remote=lambda address, _: iter([Source(Entry(address))]))
        self._total = sum(1 for _ in walk)

    @staticmethod
    def _print(file: IO[str], text: str) -> None:
        with contextlib.suppress(OSError):
            file.write(f"\r\x1b[K{text}")
            file.flush()


def progress_text(done: Progress, seconds: float, total: int | None) -> str:
    """Return how far a run is after some seconds; `total` is how many pictures there are."""
    count = done.read + done.before
    rate = done.read / max(seconds, 1e-9)
    of = f" of {total:,}" if total is not None else ""
    parts = [f"{count:,}{of} pictures", f"{rate:,.1f}/s", _count(done.errors, "error")]
    if total is not None and rate > 0:
        left = max(0, total - count) / rate
        parts.append(f"{_duration(left)} left")
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    """Return a duration in words: seconds up to two minutes, then minutes or hours."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
