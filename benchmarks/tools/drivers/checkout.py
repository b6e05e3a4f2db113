"""Driver of the Palette Engine in another checkout, for comparing before and after."""

from __future__ import annotations

import sys
from importlib import import_module

from benchmarks.tools.drivers.protocol import serve

__all__ = ["main"]


def main(folder: str, name: str = "palette-engine") -> None:
    """Answer with the engine in a checkout until the input ends."""
    sys.path.insert(0, folder)
    import_module("palette_engine")  # all its modules come from the same folder
    sys.path.remove(folder)
    own = import_module("benchmarks.tools.drivers.own")
    serve(own.PALETTES[name], own.recolored)


if __name__ == "__main__":
    main(*sys.argv[1:])
