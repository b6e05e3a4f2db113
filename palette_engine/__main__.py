"""The program: ``python -m palette_engine``, installed as ``palette-engine``.

It runs the command line. ``palette-engine session`` runs a session instead, for a plug-in that
has found the program but not its Python.
"""

from __future__ import annotations

import sys

from palette_engine.libraries import limit_threads

__all__ = ["main"]


def main() -> None:
    """Run the command line or a session, and end the process with its exit code."""
    limit_threads()
    if sys.argv[1:] == ["session"]:
        # Before the command line is imported, so that a session does not wait for it.
        from palette_engine.session.server import main as run_session

        sys.exit(run_session())
    from palette_engine.cli import main as run_command_line

    run_command_line()


if __name__ == "__main__":
    main()
