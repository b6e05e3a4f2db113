"""The command line: the only part that prints.

Exit codes: 0 done; 1 a defect of ours; 2 wrong usage; 3 the input cannot be used. Data goes to
standard output, sentences for people to standard error.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import sys
import threading
import warnings

import click

from palette_engine import __version__
from palette_engine.cli.check import check
from palette_engine.cli.completion import completion
from palette_engine.cli.convert import convert
from palette_engine.cli.extract import extract
from palette_engine.cli.gimp import gimp
from palette_engine.cli.recolor import recolor
from palette_engine.cli.serve import serve
from palette_engine.cli.show import show
from palette_engine.cli.terminal import say, say_defect, say_where
from palette_engine.errors import OutputError, PaletteError, PaletteWarning

__all__ = ["main", "palette_engine"]

EPILOG = (
    "Exit codes: 0 done, 1 a defect of this program, 2 wrong usage, 3 the input cannot be used."
)


class _InOrder(click.Group):
    """Commands listed in the order in which they are added, the main one first."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands."""
        return list(self.commands)


@click.group(cls=_InOrder, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def palette_engine() -> None:
    """Turn pictures into palettes."""


for _command in (extract, convert, show, check, recolor, serve, gimp, completion):
    palette_engine.add_command(_command)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    _keep_libraries_quiet()
    try:
        code = palette_engine.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else error.message, err=True)
        code = error.exit_code
    except click.ClickException as error:
        say(" ".join(error.format_message().split()))
        code = error.exit_code
    except PaletteError as error:
        say(str(error))
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except (BrokenPipeError, SystemExit):
        # Who reads has read enough. Click turns that into an exit with 1.
        code = 0
    except Exception as error:  # noqa: BLE001  the outermost boundary
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            # Click's own output, such as help; what the commands print is looked after.
            say(f"Standard output cannot be written: {error.strerror}.")
            say_where(error)
            code = OutputError.exit_code
        else:
            say_defect(error)
            code = 1
    _flush()
    sys.exit(code if isinstance(code, int) else 0)


def _keep_libraries_quiet() -> None:
    """See to it that nobody prints but this program, and that whatever it prints can be."""
    warnings.simplefilter("ignore")
    warnings.simplefilter("always", PaletteWarning)
    warnings.showwarning = lambda message, *_: say(f"warning: {message}")
    # tifffile logs what is wrong with a file; the error says it already.
    logging.disable()
    # What fails to import in the background fails again where it is needed.
    threading.excepthook = lambda _: None
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _flush() -> None:
    """Send off what was printed, and let it go where that fails: Python would fail once more."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
