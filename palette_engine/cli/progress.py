"""Progress: a bar on standard error while something takes long, if somebody looks."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

import click

__all__ = ["progress", "tell_nobody"]

STEPS = 1000


@contextlib.contextmanager
def progress(label: str) -> Iterator[Callable[[float], None]]:
    """Show a bar while the work goes on; yields what is to be told the fraction done.

    Nothing is shown unless standard error is a terminal.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield tell_nobody
        return
    with click.progressbar(length=STEPS, label=label, file=sys.stderr) as bar:

        def tell(fraction: float) -> None:
            bar.update(max(0, round(fraction * STEPS) - bar.pos))

        yield tell
        tell(1)


def tell_nobody(_fraction: float) -> None:
    """Show nothing."""
