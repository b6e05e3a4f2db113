"""Package: the plug-in as a zip file that users unpack into a profile by hand."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from palette_engine import __version__
from palette_engine.gimp.manifest import manifest_of
from palette_engine.gimp.plugin_files import (
    ENTRY,
    MANIFEST,
    PLUGIN,
    plugin_files,
    plugin_source,
)

__all__ = ["FILE_NAME", "package"]

FILE_NAME = f"{PLUGIN}-{__version__}.zip"

EARLIEST, LATEST = datetime(1980, 1, 1), datetime(2026, 1, 1)
STEP = timedelta(seconds=2)
"""The unit of times in a zip file."""


def package(source: Path | None = None) -> bytes:
    """Return a zip file with the plug-in's folder, for a profile's folder of plug-ins.

    The same files give the same bytes: they are sorted, stored (compressors differ between
    machines) and all of one date (see `_date_of`). The manifest names no Python, so the plug-in
    looks for the engine, and `install` recognizes the folder. `source` and errors are as in
    `install`.
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
    """Return a date that changes with the manifest, and so with any of the files.

    GIMP queries a plug-in again, and Python compiles a module again, only if the file's time
    differs from before. See docs/decisions.md#the-date-in-the-zip-file.
    """
    number = int.from_bytes(hashlib.sha256(manifest).digest())
    return EARLIEST + number % ((LATEST - EARLIEST) // STEP) * STEP
