"""Progress: a bar on standard error during long work."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

import click

__all__ = ["ignore_progress", "progress_bar"]

STEPS = 1000


@contextlib.contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float], None]]:
    """Show a bar in the body of ``with``; yields a function that takes the fraction done, 0 to 1.

    Nothing is shown unless standard error is a terminal.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield ignore_progress
        return
    with click.progressbar(length=STEPS, label=label, file=sys.stderr) as bar:

        def report(fraction: float) -> None:
            bar.update(max(0, round(fraction * STEPS) - bar.pos))

        yield report
        report(1)


def ignore_progress(_fraction: float) -> None:
    """Show nothing."""
