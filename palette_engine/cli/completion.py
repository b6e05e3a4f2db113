"""``palette-engine completion``: what makes a shell complete commands, options and files."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from palette_engine.cli.output import print_text

__all__ = ["completion"]

PROGRAM = "palette-engine"
VARIABLE = "_PALETTE_ENGINE_COMPLETE"
"""What click looks for in the environment of the program of that name."""

EXAMPLES = """\b
To have it from now on:
  bash  palette-engine completion bash >> ~/.bashrc
  zsh   palette-engine completion zsh >> ~/.zshrc
  fish  palette-engine completion fish > ~/.config/fish/completions/palette-engine.fish
"""


@click.command(short_help="Print what makes a shell complete all of this.", epilog=EXAMPLES)
@click.argument("shell", metavar="SHELL", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes SHELL, bash, zsh or fish, complete this program's commands and options.

    The program must be found as palette-engine, that is, be on the PATH. zsh needs
    "autoload -Uz compinit; compinit" before.
    """
    kind = get_completion_class(shell)
    assert kind, shell
    print_text(kind(context.find_root().command, {}, PROGRAM, VARIABLE).source())
