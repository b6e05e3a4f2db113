"""Messages: sentences for people, on standard error."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback

import click

__all__ = ["escape", "say", "say_defect", "say_traceback"]


def say(sentence: str) -> None:
    """Print a sentence as one line on standard error."""
    # A full disk or a closed pipe there must not stop the work.
    with contextlib.suppress(OSError):
        # Overwrites a progress bar that may be on the terminal.
        before = "\r\x1b[K" if sys.stderr is not None and sys.stderr.isatty() else ""
        click.echo(f"{before}palette-engine: {escape(sentence)}", err=True)


def say_defect(error: Exception) -> None:
    """Print a sentence about a defect of this program."""
    say(f"this is a defect, please report it: {type(error).__name__}: {error}")
    say_traceback(error)


def say_traceback(error: Exception) -> None:
    """Print the traceback of an error if PALETTE_ENGINE_DEBUG is set."""
    if os.environ.get("PALETTE_ENGINE_DEBUG"):
        traceback.print_exception(error)


def escape(text: str) -> str:
    """Return text as one line, with escapes for characters that cannot be printed.

    Names of files may contain line feeds, escape sequences of terminals, and surrogates.
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
