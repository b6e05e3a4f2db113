"""``palette-engine completion``: scripts for shells that complete commands, options and files."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from palette_engine.cli.standard_output import print_text

__all__ = ["completion"]

PROGRAM = "palette-engine"
VARIABLE = "_PALETTE_ENGINE_COMPLETE"
"""The environment variable by which click detects that a shell asks for completions."""

EXAMPLES = """\b
To install it:
  bash  palette-engine completion bash >> ~/.bashrc
  zsh   palette-engine completion zsh >> ~/.zshrc
  fish  palette-engine completion fish > ~/.config/fish/completions/palette-engine.fish
"""


@click.command(short_help="Print a completion script for a shell.", epilog=EXAMPLES)
@click.argument("shell", metavar="SHELL", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script with which SHELL completes the commands, options and files of this program.

    SHELL is bash, zsh or fish. palette-engine must be on the PATH. zsh needs
    "autoload -Uz compinit; compinit" before the script.
    """
    completion_class = get_completion_class(shell)
    assert completion_class, shell
    print_text(completion_class(context.find_root().command, {}, PROGRAM, VARIABLE).source())
