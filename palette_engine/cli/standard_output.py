"""Standard output: data and text for it, and what kind of device it is."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TextIO

import click

from palette_engine.errors import OutputError

__all__ = ["has_color", "is_terminal", "print_data", "print_text"]


def is_terminal() -> bool:
    """Return whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def has_color() -> bool:
    """Return whether standard output is a terminal and NO_COLOR (no-color.org) is not set."""
    return is_terminal() and not os.environ.get("NO_COLOR")


def print_text(text: str) -> None:
    """Print text and a line feed, or raise `OutputError`."""
    with _standard_output() as output:
        click.echo(text, file=output)
        output.flush()


def print_data(data: bytes) -> None:
    """Print the bytes of a file, or raise `OutputError`."""
    with _standard_output() as output:
        output.buffer.write(data)
        output.buffer.flush()


@contextlib.contextmanager
def _standard_output() -> Iterator[TextIO]:
    """Yield standard output, and turn its errors into `OutputError`, except for a closed pipe."""
    if sys.stdout is None:
        raise OutputError("Standard output is closed; use -o FILE.")
    try:
        yield sys.stdout
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"Standard output cannot be written: {error.strerror}.") from error
