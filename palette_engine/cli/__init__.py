"""The command line: one module for each command; no other part of the package prints.

Exit codes: 0 done, 1 a defect of this program, 2 wrong usage, 3 the input cannot be used. Data
goes to standard output, messages to standard error.
"""

from __future__ import annotations

import errno
import gc
import io
import logging
import os
import sys
import threading
import warnings

import click

from palette_engine import __version__
from palette_engine.cli.check import check
from palette_engine.cli.collect import collect
from palette_engine.cli.completion import completion
from palette_engine.cli.convert import convert
from palette_engine.cli.extract import extract
from palette_engine.cli.film import film
from palette_engine.cli.find import facets, find
from palette_engine.cli.gimp import gimp
from palette_engine.cli.messages import say, say_defect, say_traceback
from palette_engine.cli.recolor import recolor
from palette_engine.cli.separate import separate
from palette_engine.cli.serve import serve
from palette_engine.cli.show import show
from palette_engine.cli.strip import strip
from palette_engine.errors import OutputError, PaletteError, PaletteWarning

__all__ = ["main", "palette_engine"]

EPILOG = (
    "Exit codes: 0 done, 1 a defect of this program, 2 wrong usage, 3 the input cannot be used."
)


class _OrderedGroup(click.Group):
    """A group that lists its commands in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands in their order."""
        return list(self.commands)


@click.group(
    cls=_OrderedGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, message="%(version)s")
def palette_engine() -> None:
    """Turn pictures into palettes."""


for _command in (
    extract,
    convert,
    show,
    check,
    recolor,
    separate,
    collect,
    find,
    facets,
    strip,
    film,
    serve,
    gimp,
    completion,
):
    palette_engine.add_command(_command)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    _silence_libraries()
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
        # The reader of the pipe has closed it; click turns that into an exit with 1.
        code = 0
    except Exception as error:  # noqa: BLE001  the outermost boundary
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            # Output of click, such as help; `standard_output` handles that of the commands.
            say(f"Standard output cannot be written: {error.strerror}.")
            say_traceback(error)
            code = OutputError.exit_code
        else:
            say_defect(error)
            code = 1
    _flush()
    gc.freeze()  # at exit, Python would look for garbage in everything that was imported
    sys.exit(code if isinstance(code, int) else 0)


def _silence_libraries() -> None:
    """Suppress what libraries print, and escape what standard output cannot encode."""
    warnings.simplefilter("ignore")
    warnings.simplefilter("always", PaletteWarning)
    warnings.showwarning = lambda message, *_: say(f"warning: {message}")
    # Pillow logs what is wrong with a file, and our error says it.
    logging.disable()
    # An import that fails in the background fails again where it is needed.
    threading.excepthook = lambda _: None
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _flush() -> None:
    """Flush both streams, and discard what cannot be written: Python would fail again at exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
