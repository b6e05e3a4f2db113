"""Manifest: the record of an installed plug-in, and how its folder differs from that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from palette_engine import __version__
from palette_engine.errors import SetupError
from palette_engine.gimp.plugin_files import CACHES, MANIFEST, PLUGIN, PLUGINS, paths_in
from palette_engine.session.protocol import PROTOCOL

__all__ = ["Installation", "installed", "is_ours", "manifest_of"]

INSTALLER = "palette-engine"


@dataclass(frozen=True)
class Installation:
    """A plug-in folder that this package wrote, compared with its manifest.

    `interpreter` is None if the folder was unpacked by hand; then the plug-in looks for the
    engine itself. `files` maps relative paths to SHA-256 digests. `changed` and `missing` are
    the files that the user changed or removed, and `extra` those that somebody else added.
    """

    folder: Path
    version: str
    protocol: int
    interpreter: str | None
    files: Mapping[str, str]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """Whether this version of the package wrote it."""
        return (self.version, self.protocol) == (__version__, PROTOCOL)


def installed(profile: Path) -> Installation | None:
    """Return the plug-in that is installed in a profile, or None if there is none.

    Raises `SetupError` if the folder was not written by this package, or cannot be read.
    """
    folder = profile / PLUGINS / PLUGIN
    try:
        if folder.is_symlink():
            raise SetupError(
                f"{folder} is a link, which Palette Engine did not make; "
                "remove the link and try again."
            )
        if not folder.exists():
            return None
        manifest = _manifest(folder)
        if manifest is None:
            raise SetupError(
                f"{folder} was not put there by Palette Engine; move it away and try again."
            )
        return _compared(folder, manifest)
    except OSError as error:
        raise SetupError(
            f"{folder} cannot be read ({error.strerror}); make it readable and try again."
        ) from error


def manifest_of(files: Mapping[str, bytes], interpreter: str | None) -> bytes:
    """Return the manifest of the plug-in's files, and of the Python that runs the engine."""
    manifest = {
        "installed_by": INSTALLER,
        "version": __version__,
        "protocol": PROTOCOL,
        **({"interpreter": interpreter} if interpreter else {}),
        "files": {name: _digest(data) for name, data in files.items()},
    }
    return f"{json.dumps(manifest, indent=2)}\n".encode("ascii")


def is_ours(folder: Path) -> bool:
    """Return whether a folder can be read and is a plug-in that this package wrote."""
    try:
        return _manifest(folder) is not None
    except OSError:
        return False


def _manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest in a folder, or None if this package did not write it."""
    path = folder / MANIFEST
    if path.is_symlink() or not path.is_file():
        return None
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or content.get("installed_by") != INSTALLER:
        return None
    kinds = {"version": str, "protocol": int, "interpreter": str | None, "files": dict}
    if not all(isinstance(content.get(key), kind) for key, kind in kinds.items()):
        return None
    # Files are removed by these names, so none of them may lead out of the folder.
    return content if all(_is_inside(name) for name in content["files"]) else None


def _is_inside(name: str) -> bool:
    """Return whether a name from a manifest is a plain path below the plug-in's folder."""
    path = PurePosixPath(name)
    plain = str(path) == name and not path.is_absolute() and ".." not in path.parts
    return plain and name not in (".", MANIFEST) and not set(name) & set("\\:\0")


def _compared(folder: Path, manifest: dict[str, Any]) -> Installation:
    """Compare a folder with its manifest."""
    files: dict[str, str] = manifest["files"]
    present = set(paths_in(folder))
    changed: list[str] = []
    missing: list[str] = []
    for name, digest in files.items():
        path = folder / name
        if name not in present:
            # A folder of that name, or a file behind a link, counts as the user's.
            (changed if path.exists() else missing).append(name)
        elif path.is_symlink() or not path.is_file() or _digest(path.read_bytes()) != digest:
            changed.append(name)
    extra = [name for name in present if name not in files and not _is_by_product(name)]
    return Installation(
        folder=folder,
        version=manifest["version"],
        protocol=manifest["protocol"],
        interpreter=manifest.get("interpreter"),
        files=files,
        changed=tuple(sorted(changed)),
        missing=tuple(sorted(missing)),
        extra=tuple(sorted(extra)),
    )


def _is_by_product(name: str) -> bool:
    """Return whether a file is the manifest, or was compiled by Python from a module."""
    path = PurePosixPath(name)
    return name == MANIFEST or (path.parent.name == CACHES and path.suffix == ".pyc")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
