"""The program that the plug-in starts: ``python -I -m palette_engine.session``."""

from __future__ import annotations

import sys

from palette_engine.libraries import limit_threads

if __name__ == "__main__":
    limit_threads()
    from palette_engine.session.server import main

    sys.exit(main())
