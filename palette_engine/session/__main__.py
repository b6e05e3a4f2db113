"""The program that the plug-in starts: ``python -I -m palette_engine.session``."""

from __future__ import annotations

import gc
import sys

from palette_engine.libraries import limit_threads

if __name__ == "__main__":
    limit_threads()
    gc.disable()  # looking for garbage takes a tenth of the time of imports, which leave none
    from palette_engine.session.server import main

    gc.enable()

    sys.exit(main())
