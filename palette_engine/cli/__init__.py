"""The command line: the only part that prints.

Exit codes: 0 done; 1 a defect of ours; 2 wrong usage; 3 the input cannot be used. Data goes to
standard output, sentences for people to standard error.
"""

from __future__ import annotations

import os
import sys
import traceback
import warnings

import click

from palette_engine import __version__
from palette_engine.cli.extract import extract
from palette_engine.cli.gimp import gimp
from palette_engine.errors import PaletteError, PaletteWarning

__all__ = ["main"]

EPILOG = (
    "Exit codes: 0 done, 1 a defect of this program, 2 wrong usage, 3 the input cannot be used."
)


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def palette_engine() -> None:
    """Turn pictures into palettes."""


palette_engine.add_command(extract)
palette_engine.add_command(gimp)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    warnings.simplefilter("ignore")
    warnings.simplefilter("always", PaletteWarning)
    warnings.showwarning = lambda message, *_: _say(f"warning: {message}")
    try:
        code = palette_engine.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else error.message, err=True)
        code = error.exit_code
    except click.ClickException as error:
        _say(error.format_message())
        code = error.exit_code
    except PaletteError as error:
        _say(str(error))
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        # Who reads has read enough. Python must not complain of it again while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001  the outermost boundary
        _say(f"this is a defect, please report it: {type(error).__name__}: {error}")
        if os.environ.get("PALETTE_ENGINE_DEBUG"):
            traceback.print_exc()
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


def _say(sentence: str) -> None:
    click.echo(f"palette-engine: {sentence}", err=True)
