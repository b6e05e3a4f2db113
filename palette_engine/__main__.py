"""The program: ``python -m palette_engine``, and what is installed as ``palette-engine``.

It is the command line; as ``palette-engine session`` it is the engine of another program, for
those that find the program and not its Python.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line or a session, and end the process with its exit code."""
    if sys.argv[1:] == ["session"]:
        # Apart from the command line, which a session neither needs nor waits for.
        from palette_engine.session.server import main as serve

        sys.exit(serve())
    from palette_engine.cli import main as run

    run()


if __name__ == "__main__":
    main()
