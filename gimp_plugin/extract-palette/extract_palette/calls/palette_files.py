"""Palette files: read and written where the user says, whatever GIMP's file systems are."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from gi.repository import Gimp, Gio, GLib

from extract_palette.calls import arguments
from extract_palette.calls.arguments import BY_SUFFIX, ArgumentError
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import read_palette
from extract_palette.engine.session import Engine
from extract_palette.errors import Problem
from extract_palette.installed_files import installed_formats
from extract_palette.translation import _

MAX_BYTES = 4 * 2**20
"""The size of the largest palette file that the engine reads."""

CHUNK = 2**20


class FileError(Problem):
    """A file cannot be read or written."""

    is_outside = True


def name_of(file: Gio.File) -> str:
    """Return the name of a file for sentences, with its folders."""
    return str(file.get_parse_name())


def read_file(file: Gio.File) -> bytes:
    """Return a file's bytes, at most one more than a palette file may have; raises `FileError`."""
    try:
        kind = file.query_file_type(Gio.FileQueryInfoFlags.NONE, None)
        if kind == Gio.FileType.DIRECTORY:
            raise FileError(
                _("{file} is a folder. Choose a file in it.").format(file=name_of(file))
            )
        if kind == Gio.FileType.SPECIAL:  # reading a pipe might never end
            raise FileError(_("{file} is no ordinary file.").format(file=name_of(file)))
        stream = file.read(None)
        try:
            return _read_beginning(stream)
        finally:
            stream.close(None)
    except GLib.Error as error:
        sentence = _("{file} cannot be read ({reason}).")
        raise FileError(sentence.format(file=name_of(file), reason=error.message)) from error


def _read_beginning(stream: Gio.InputStream) -> bytes:
    data = b""
    while len(data) <= MAX_BYTES:
        part = stream.read_bytes(CHUNK, None).get_data()
        if not part:
            break
        data += part
    return data[: MAX_BYTES + 1]


def check_file(file: Gio.File, is_replaced: bool) -> None:
    """Raise `FileError` if a file is there and must not be replaced, or is a folder."""
    kind = file.query_file_type(Gio.FileQueryInfoFlags.NONE, None)
    if kind == Gio.FileType.DIRECTORY:
        raise FileError(_("{file} is a folder. Name a file in it.").format(file=name_of(file)))
    if file.query_exists(None) and not is_replaced:
        sentence = _("{file} exists. Choose another name, or replace-file.")
        raise FileError(sentence.format(file=name_of(file)))


def write_file(file: Gio.File, data: bytes) -> None:
    """Write a file completely or not at all; raises `FileError`."""
    path = file.get_path()
    try:
        if path is None:  # on another machine
            flags = Gio.FileCreateFlags.REPLACE_DESTINATION
            file.replace_contents(data, None, False, flags, None)
        else:
            _rename_into_place(Path(path).resolve(), data)
    except (OSError, GLib.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error.message
        sentence = _("{file} cannot be written ({reason}). Choose another folder, or make room.")
        raise FileError(sentence.format(file=name_of(file), reason=reason)) from error


def _rename_into_place(path: Path, data: bytes) -> None:
    """Write a local file by renaming a complete one."""
    unfinished = path.with_name(f".palette-{os.urandom(8).hex()}.tmp")
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def format_for(name: str, chosen: str) -> str:
    """Return the format to write to a file: the chosen one, or else that of its suffix.

    Raises `ArgumentError` if no format has such a suffix.
    """
    if chosen != BY_SUFFIX:
        return chosen
    known = {
        suffix: str(row["name"])
        for row in reversed(installed_formats())
        if row["is_written"]
        for suffix in row["suffixes"]
    }
    suffix = suffix_in(name)
    if suffix not in known:
        sentence = _("{file} ends with none of {suffixes}. Choose a format.")
        raise ArgumentError(sentence.format(file=name, suffixes=", ".join(sorted(known))))
    return known[suffix]


def suffix_in(name: str) -> str:
    """Return the longest suffix of a format that is written at the end of a file's name."""
    suffixes = (
        suffix for row in installed_formats() if row["is_written"] for suffix in row["suffixes"]
    )
    return max((s for s in suffixes if name.lower().endswith(s)), key=len, default="")


def suffix_of(format_name: str) -> str:
    """Return the usual suffix of a format; empty if it is not installed."""
    rows = (row for row in installed_formats() if row["name"] == format_name)
    return next((str(row["suffixes"][0]) for row in rows), "")


def export_options(config: Gimp.ProcedureConfig, name: str) -> dict[str, str]:
    """Return what the engine has to know to write a file of a name; raises `ArgumentError`."""
    chosen = arguments.value(config, arguments.FORMAT)
    return {"format": format_for(name, chosen), **arguments.export_options(config)}


def document_in(engine: Engine, file: Gio.File, data: bytes) -> Exchange[dict[str, Any]]:
    """Return the palette document of a file's bytes, with the labels that GIMP shows."""
    _found, document = yield from read_palette(engine, file.get_basename() or "", data)
    return {**document, "swatches": [{**row, "label": _label(row)} for row in document["swatches"]]}


def _label(row: dict[str, Any]) -> str:
    """Return the label of a swatch, after the name of its group if it has a name."""
    if row.get("group") and row["name"]:
        return f"{row['group']} {row['name']}"
    return str(row["label"])
