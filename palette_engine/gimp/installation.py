"""Installation: puts the plug-in into a GIMP profile, looks at it there, and takes it out.

Guarantees: what this package did not write is neither overwritten nor removed, and neither is
what the user changed since; when something fails, everything is as it was before.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from palette_engine import __version__
from palette_engine.errors import SetupError
from palette_engine.options import NAMED, OPTIONS
from palette_engine.session.protocol import PROTOCOL

__all__ = [
    "ENTRY",
    "MANIFEST",
    "PLUGIN",
    "PLUGINS",
    "Installation",
    "create_profile",
    "install",
    "installed",
    "is_ours",
    "manifest_of",
    "plugin_files",
    "plugin_source",
    "uninstall",
]

PLUGIN = "extract-palette"
"""GIMP wants the folder and the program in it to have the same name."""

ENTRY = f"{PLUGIN}.py"
"""The file that GIMP starts."""

PLUGINS = "plug-ins"
"""The folder of a profile that GIMP searches."""

MANIFEST = "engine.json"
"""What was installed, and which Python runs the engine; none if it was unpacked by hand."""

OPTIONS_FILE = "options.json"
"""The options the engine knows, from which the plug-in declares its arguments.

Not part of the manifest: GIMP remembers the arguments, so they must not go with the engine.
"""

INSTALLER = "palette-engine"

CACHES = "__pycache__"

NEW, OLD = "new", "old"
"""Names in the temporary folder: what will be installed, and what was."""


@dataclass(frozen=True)
class Installation:
    """A plug-in folder that this package wrote, compared with what it wrote.

    `interpreter` is None if the folder was unpacked by hand; then the plug-in looks for the
    engine itself. `files` maps relative paths to SHA-256 digests. `changed` and `missing` are
    those of them that the user changed or took away; `extra` is what somebody else put into the
    folder.
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


def plugin_source() -> Path:
    """Return the folder with the plug-in's files: the package's, or the source checkout's."""
    packaged = Path(__file__).parent / "plugin"
    if (packaged / ENTRY).is_file():
        return packaged
    return Path(__file__).parents[2] / "gimp_plugin" / PLUGIN


def create_profile(profile: Path) -> None:
    """Create the folder of a profile that GIMP has not created yet, or raise `SetupError`."""
    try:
        profile.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"The folder {profile} cannot be created ({error.strerror}); choose another one."
        ) from error


def installed(profile: Path) -> Installation | None:
    """Return what is installed in a profile, or None if there is nothing.

    Raises `SetupError` if something else has the plug-in's place, or it cannot be read.
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


def install(profile: Path, source: Path | None = None) -> Installation:
    """Copy the plug-in into a profile, in the place of an older one, and return what is there.

    Files of other people in the plug-in's folder stay. `source` is the folder to copy, normally
    `plugin_source()`. Raises `SetupError` and changes nothing if it cannot be done.
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
    """Remove what was installed, and return it as it was, or None if there was nothing.

    Its `changed` and `extra` files are left where they are. Raises `SetupError` and changes
    nothing if it cannot be done.
    """
    former = installed(profile)
    if former is None:
        return None
    folder = former.folder
    with _temporary_folder(profile, "The plug-in cannot be removed") as temporary:
        old = temporary / OLD
        if former.changed or former.extra:
            ours = [name for name in _files(folder) if not _is_kept(former, name)]
            # The manifest goes last: until then a second try knows what belongs to us.
            ours.sort(key=lambda name: name == MANIFEST)
            _move((folder / name, old / name) for name in ours)
            _remove_empty_folders(folder)
        else:
            _move([(folder, old)])
        shutil.rmtree(old, ignore_errors=True)
    return former


def plugin_files(source: Path) -> dict[str, bytes]:
    """Return the plug-in's files by their relative paths, with the table of options.

    `source` is as in `install`. Raises `SetupError` if they cannot be read.
    """
    try:
        contents = {
            name: (source / name).read_bytes()
            for name in sorted(_files(source))
            if PurePosixPath(name).name not in ("__init__.py", MANIFEST)
            and not any(part == CACHES or part[0] == "." for part in PurePosixPath(name).parts)
        }
    except OSError as error:
        raise SetupError(
            f"The plug-in's own files in {source} cannot be read ({error.strerror}); "
            "install Palette Engine again."
        ) from error
    if ENTRY not in contents:
        raise SetupError(f"There is no {ENTRY} in {source}; install Palette Engine again.")
    return {**contents, OPTIONS_FILE: _options()}


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
    """Tell whether a folder can be read and is a plug-in's folder that this package wrote."""
    try:
        return _manifest(folder) is not None
    except OSError:
        return False


def _is_kept(former: Installation, name: str) -> bool:
    return name in former.changed or name in former.extra


def _manifest(folder: Path) -> dict[str, Any] | None:
    """Return what an installation wrote down, or None if it is not one of ours."""
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
    """Tell whether a name from a manifest is a plain path below the plug-in's folder."""
    path = PurePosixPath(name)
    plain = str(path) == name and not path.is_absolute() and ".." not in path.parts
    return plain and name not in (".", MANIFEST) and not set(name) & set("\\:\0")


def _compared(folder: Path, manifest: dict[str, Any]) -> Installation:
    """Compare a folder with its manifest."""
    files: dict[str, str] = manifest["files"]
    present = set(_files(folder))
    changed: list[str] = []
    missing: list[str] = []
    for name, digest in files.items():
        path = folder / name
        if name not in present:
            # Another thing in its place, or one behind a link, counts as the user's.
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


def _files(folder: Path) -> Iterator[str]:
    """Yield the relative path of everything in a folder that is not a folder itself."""
    for parent, folders, names in os.walk(folder, onerror=_raise):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for name in [*names, *links]:
            yield Path(parent, name).relative_to(folder).as_posix()


def _raise(error: OSError) -> NoReturn:
    raise error


def _is_by_product(name: str) -> bool:
    """Tell whether a file is the manifest, or what Python made of the plug-in's modules."""
    path = PurePosixPath(name)
    return name == MANIFEST or (path.parent.name == CACHES and path.suffix == ".pyc")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


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
        # Written, not copied with its times: GIMP asks a plug-in anew when its file is newer.
        path.write_bytes(data)
    (folder / ENTRY).chmod(0o755)
    # As it is, never resolved: a virtual environment's Python is known by its link.
    (folder / MANIFEST).write_bytes(manifest_of(contents, interpreter=sys.executable))


def _options() -> bytes:
    """Return the rows of the table of options that make sense for a layer, as JSON."""
    keys = ("name", "kind", "default", "label", "help", "minimum", "maximum", "choices")
    rows = [
        {key: asdict(option)[key] for key in keys}
        | {"named": NAMED if option.kind == "ignored" else ()}
        for option in OPTIONS.values()
        if option.scope == "any"
    ]
    return f"{json.dumps(rows, indent=2)}\n".encode()


@contextmanager
def _temporary_folder(profile: Path, failure: str) -> Iterator[Path]:
    """Give a folder to prepare things in; raise `SetupError` for what fails meanwhile."""
    plugins = profile / PLUGINS
    try:
        # Beside the real plug-ins folder: on its file system, and where GIMP looks for none.
        beside = plugins.resolve().parent if plugins.is_dir() else profile
        temporary = Path(tempfile.mkdtemp(prefix=f".{PLUGIN}-", dir=beside))
        try:
            yield temporary
        finally:
            shutil.rmtree(temporary / NEW, ignore_errors=True)
            # What could not be put back is still in it, and stays.
            _remove_empty_folders(temporary)
    except OSError as error:
        raise SetupError(
            f"{failure} in {profile} ({error.strerror}), so nothing was changed; close GIMP, see "
            "that the folder is writable and the disk is not full, and try again."
        ) from error


def _move(moves: Iterable[tuple[Path, Path]]) -> None:
    """Rename one thing after the other; if one of them fails, undo the others and raise."""
    with ExitStack() as undo:
        for place, target in moves:
            target.parent.mkdir(parents=True, exist_ok=True)
            place.rename(target)
            undo.callback(_put_back, target, place)
        undo.pop_all()


def _put_back(target: Path, place: Path) -> None:
    try:
        target.rename(place)
    except OSError as error:
        raise SetupError(
            f"{place} is now called {target} and cannot be renamed back ({error.strerror}); "
            "rename it yourself."
        ) from error


def _remove_empty_folders(folder: Path) -> None:
    """Remove a folder and those in it, as far as nothing is in them."""
    for parent, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):
            Path(parent).rmdir()
