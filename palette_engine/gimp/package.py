"""Package: the plug-in as a zip file, for those who unpack it into a profile themselves."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from palette_engine import __version__
from palette_engine.gimp.installation import (
    ENTRY,
    MANIFEST,
    PLUGIN,
    manifest_of,
    plugin_files,
    plugin_source,
)

__all__ = ["FILE_NAME", "package"]

FILE_NAME = f"{PLUGIN}-{__version__}.zip"

EARLIEST, LATEST = datetime(1980, 1, 1), datetime(2026, 1, 1)
STEP = timedelta(seconds=2)
"""What a zip file's times are counted in."""


def package(source: Path | None = None) -> bytes:
    """Return a zip file with the plug-in's folder, to be unpacked into a profile's plug-ins.

    The same files give the same bytes: sorted, stored, as compressors differ from one machine to
    another, and all of one date (see `_date_of`). The manifest names no Python; so the plug-in
    looks for the engine, and `install` knows the folder. `source` and errors are as in `install`.
    """
    files = plugin_files(source or plugin_source())
    files[MANIFEST] = manifest_of(files, interpreter=None)
    date = _date_of(files[MANIFEST])
    archive = BytesIO()
    with ZipFile(archive, "w") as zipped:
        for name, data in sorted(files.items()):
            info = ZipInfo(f"{PLUGIN}/{name}", date.timetuple()[:6])
            info.create_system = 3  # POSIX, which has the modes
            info.external_attr = (0o100755 if name == ENTRY else 0o100644) << 16
            zipped.writestr(info, data)
    return archive.getvalue()


def _date_of(manifest: bytes) -> datetime:
    """Return a date that differs whenever the manifest does, and so any of the files.

    GIMP asks a plug-in for its arguments, and Python compiles a module, when the file's time is
    another one than before. With the same time in every version, those who unpack a newer one
    over an older would go on with the older one's arguments and modules.
    """
    number = int.from_bytes(hashlib.sha256(manifest).digest())
    return EARLIEST + number % ((LATEST - EARLIEST) // STEP) * STEP
