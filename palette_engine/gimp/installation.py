"""Installation: puts the plug-in into a GIMP profile, and removes it.

Guarantees: files that this package did not write are neither overwritten nor removed, and neither
are those that the user changed since; if something fails, everything is as before.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath

from palette_engine.errors import SetupError
from palette_engine.gimp.manifest import Installation, installed, manifest_of
from palette_engine.gimp.plugin_files import (
    ENTRY,
    MANIFEST,
    PLUGIN,
    PLUGINS,
    paths_in,
    plugin_files,
    plugin_source,
)

__all__ = ["create_profile", "install", "uninstall"]

NEW, OLD = "new", "old"
"""Folders in the temporary folder: what will be installed, and what was."""


def create_profile(profile: Path) -> None:
    """Create the folder of a profile that GIMP has not created yet, or raise `SetupError`."""
    try:
        profile.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"The folder {profile} cannot be created ({error.strerror}); choose another one."
        ) from error


def install(profile: Path, source: Path | None = None) -> Installation:
    """Copy the plug-in into a profile, replacing an older one, and return what is installed.

    Files in the plug-in's folder that are not part of it stay. `source` is the folder to copy, by
    default `plugin_source()`. Raises `SetupError` and changes nothing if it cannot be done.
    """
    if not profile.is_dir():
        raise SetupError(f"There is no folder {profile}; start GIMP 3 once, or say --create.")
    if profile.name == PLUGINS:
        raise SetupError(f"{profile} is inside a profile; name the folder {profile.parent}.")
    plugins = profile / PLUGINS
    if (plugins.exists() or plugins.is_symlink()) and not plugins.is_dir():
        raise SetupError(f"{plugins} is not a folder; move it away and try again.")
    contents = plugin_files(source or plugin_source())
    former = installed(profile)
    if former:
        _refuse_to_lose_work(former, contents)
    folder = plugins / PLUGIN
    with _temporary_folder(profile, "The plug-in cannot be installed") as temporary:
        new, old = temporary / NEW, temporary / OLD
        _write(new, contents)
        moves = [(new, folder)]
        if former:
            kept = [(old / name, folder / name) for name in former.extra]
            moves = [(folder, old), *moves, *kept]
        _move(moves)
        shutil.rmtree(old, ignore_errors=True)
    present = installed(profile)
    assert present
    return present


def uninstall(profile: Path) -> Installation | None:
    """Remove the plug-in and return what was installed, or None if nothing was.

    Its `changed` and `extra` files stay. Raises `SetupError` and changes
    nothing if it cannot be done.
    """
    former = installed(profile)
    if former is None:
        return None
    folder = former.folder
    with _temporary_folder(profile, "The plug-in cannot be removed") as temporary:
        old = temporary / OLD
        if former.changed or former.extra:
            ours = [name for name in paths_in(folder) if not _is_kept(former, name)]
            # The manifest is moved last, so that a second try still knows which files are ours.
            ours.sort(key=lambda name: name == MANIFEST)
            _move((folder / name, old / name) for name in ours)
            _remove_empty_folders(folder)
        else:
            _move([(folder, old)])
        shutil.rmtree(old, ignore_errors=True)
    return former


def _is_kept(former: Installation, name: str) -> bool:
    return name in former.changed or name in former.extra


def _refuse_to_lose_work(former: Installation, contents: Mapping[str, bytes]) -> None:
    """Raise `SetupError` if installing would overwrite what somebody else wrote."""
    if former.changed:
        raise SetupError(
            f"{former.folder / former.changed[0]} was changed after it was installed; "
            "move it away and try again."
        )
    taken = {*contents, MANIFEST}
    taken.update(str(parent) for name in contents for parent in PurePosixPath(name).parents)
    for name in former.extra:
        if name in taken or any(str(parent) in contents for parent in PurePosixPath(name).parents):
            raise SetupError(
                f"{former.folder / name} is in the place of a file of the plug-in; "
                "move it away and try again."
            )


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write the plug-in's files and their manifest."""
    folder.mkdir()
    for name, data in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written, and not copied with its times: GIMP queries a plug-in again if it is newer.
        path.write_bytes(data)
    (folder / ENTRY).chmod(0o755)
    # Never resolved: a virtual environment's Python is recognized by its link.
    (folder / MANIFEST).write_bytes(manifest_of(contents, interpreter=sys.executable))


@contextmanager
def _temporary_folder(profile: Path, failure: str) -> Iterator[Path]:
    """Give a temporary folder; raise `SetupError` for an `OSError` in the block."""
    plugins = profile / PLUGINS
    try:
        # Beside the real plug-ins folder: on its file system, but where GIMP does not search.
        beside = plugins.resolve().parent if plugins.is_dir() else profile
        temporary = Path(tempfile.mkdtemp(prefix=f".{PLUGIN}-", dir=beside))
        try:
            yield temporary
        finally:
            shutil.rmtree(temporary / NEW, ignore_errors=True)
            # Files that could not be put back are still in it, and stay.
            _remove_empty_folders(temporary)
    except OSError as error:
        raise SetupError(
            f"{failure} in {profile} ({error.strerror}), so nothing was changed; close GIMP, see "
            "that the folder is writable and the disk is not full, and try again."
        ) from error


def _move(moves: Iterable[tuple[Path, Path]]) -> None:
    """Rename files one after the other; if one rename fails, undo the others and raise."""
    with ExitStack() as undo:
        for source, target in moves:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
            undo.callback(_put_back, target, source)
        undo.pop_all()


def _put_back(target: Path, source: Path) -> None:
    try:
        target.rename(source)
    except OSError as error:
        raise SetupError(
            f"{source} is now called {target} and cannot be renamed back ({error.strerror}); "
            "rename it yourself."
        ) from error


def _remove_empty_folders(folder: Path) -> None:
    """Remove a folder and the folders in it, as far as they are empty."""
    for parent, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):
            Path(parent).rmdir()
