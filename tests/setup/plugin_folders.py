"""Small plug-ins to install, and the contents of whole folders."""

from __future__ import annotations

import json
import os
import stat
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

MODULE = "extract_palette/__init__.py"

TRANSLATION = "locale/pl/LC_MESSAGES/extract-palette.mo"


def make_source(folder: Path) -> Path:
    """Make a plug-in's source folder, with some files that must not be installed."""
    for name, text in {
        "extract-palette.py": "#!/usr/bin/env python3\n",
        "engine.py": "ENGINE = 1\n",
        MODULE: "",
        TRANSLATION: "\0binary",
        "__init__.py": "",
        "__pycache__/engine.cpython-311.pyc": "cache",
        "engine.json": "made by hand for a checkout",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def snapshot(folder: Path) -> dict[str, str | bytes]:
    """Return everything in a folder: the bytes of files, the targets of links, and folders."""
    content: dict[str, str | bytes] = {}
    for parent, folders, names in os.walk(folder):
        for name in [*folders, *names]:
            path = Path(parent, name)
            place = path.relative_to(folder).as_posix()
            if path.is_symlink():
                content[place] = f"link to {path.readlink()}"
            elif path.is_file():
                content[place] = path.read_bytes()
            else:
                content[place] = "folder"
    return content


def manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest in a plug-in's folder."""
    content: dict[str, Any] = json.loads((folder / "engine.json").read_bytes())
    return content


def rewrite_manifest(folder: Path, **values: object) -> None:
    """Change values in a plug-in's manifest."""
    (folder / "engine.json").write_text(json.dumps({**manifest(folder), **values}))


def unpack(data: bytes, folder: Path) -> Path:
    """Unpack a zip file with its modes and dates, as unzip does, and return the folder."""
    with ZipFile(BytesIO(data)) as archive:
        for info in archive.infolist():
            path = Path(archive.extract(info, folder))
            path.chmod(stat.S_IMODE(info.external_attr >> 16))
            time = datetime(*info.date_time).timestamp()
            os.utime(path, (time, time))
    return folder
