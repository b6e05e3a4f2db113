"""Driver of the public `extract` of any checkout, however old: run by the checkout's own Python."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import import_module

from benchmarks.tools.drivers.protocol import Color, serve

__all__ = ["main"]


def main(folder: str) -> None:
    """Answer with the engine in a checkout until the input ends."""
    sys.path.insert(0, folder)
    extract = import_module("palette_engine").extract

    def palette(path: str, colors: int) -> Iterable[Color]:
        return [swatch.color for swatch in extract(path, colors=colors).swatches]

    serve(palette)


if __name__ == "__main__":
    main(sys.argv[1])
