"""The program that the plug-in starts: ``python -I -m palette_engine.session``."""

from __future__ import annotations

import sys

from palette_engine.session.server import main

if __name__ == "__main__":
    sys.exit(main())
