"""Journal file: lines that are only appended, as they are or as frames of Zstandard.

A position is a number of bytes of the lines, whichever of the two the file is. What a power cut or
a kill has torn is cut off: a line without its end, or a frame without its end or with wrong bytes.
See docs/decisions.md#compressed-journals.
"""

from __future__ import annotations

import os
import sys
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from palette_engine.errors import InputError, SetupError

__all__ = ["JournalFile", "check_zstd", "opened"]

Zstd: TypeAlias = Any
"""The module ``compression.zstd``, which Python has from 3.14 on, or ``backports.zstd``."""

MAGIC = b"\x28\xb5\x2f\xfd"
"""The first bytes of a frame (RFC 8878); lines of JSON begin with a brace."""

LEVEL = 1
"""Higher levels make rows hardly smaller and take longer."""

FRAME_BYTES = 2**18
"""A frame has about this many bytes of lines; smaller ones compress less."""

KEPT_FRAMES = 16
"""So many frames stay unpacked, as rows are read in another order than they were written."""

CHUNK = 2**20


class JournalFile(Protocol):
    """A file of lines. All but `lines` may be called by several threads."""

    is_compressed: bool
    end: int
    """The position after the last line."""

    def lines(self) -> Iterator[bytes]:
        """Yield the lines that are there when the file is opened, and cut off what is torn."""

    def append(self, line: bytes) -> None:
        """Write a line, now or with `sync`; raises `OSError`."""

    def sync(self) -> None:
        """Bring all lines to the disk; raises `OSError`."""

    def read(self, start: int, length: int) -> bytes:
        """Return bytes of the lines that were written; raises `OSError`."""

    def close(self) -> None:
        """Close the file; raises `OSError`."""


def opened(path: Path, compress: bool = False) -> JournalFile:
    """Open a journal, or make one, which is compressed if that is wanted.

    One that has lines stays as it is. Raises `OSError`, or `SetupError` if Zstandard is needed and
    not installed.
    """
    with path.open("a+b") as file:  # which makes it if it is not there
        file.seek(0)
        first = file.read(1)
    if first == MAGIC[:1] or (compress and not first):
        return _Frames(path, check_zstd())
    return _Lines(path)


def check_zstd() -> Zstd:
    """Return the module for Zstandard; raises `SetupError` if there is none."""
    if sys.version_info >= (3, 14):
        from compression import zstd

        return zstd
    if find_spec("backports") is None or find_spec("backports.zstd") is None:
        raise SetupError(
            "Compressed journals need what the extra “zstd” brings; install it with pip install "
            "'palette-engine[zstd]'."
        )
    from backports import zstd

    return zstd


class _Lines:
    """A file of lines as they are."""

    is_compressed = False

    def __init__(self, path: Path) -> None:
        self.end = 0
        self._file = path.open("a+b")
        self._reader = path.open("rb")
        self._reading = threading.Lock()

    def lines(self) -> Iterator[bytes]:
        """Yield the lines, and cut off a torn one."""
        self._file.seek(0)
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            self.end += len(line)
            yield line
        self._file.truncate(self.end)
        self._file.seek(self.end)

    def append(self, line: bytes) -> None:
        """Write a line."""
        self._file.write(line)
        # So that a kill loses none that was written.
        self._file.flush()
        self.end += len(line)

    def sync(self) -> None:
        """Bring all lines to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def read(self, start: int, length: int) -> bytes:
        """Return bytes of the lines."""
        with self._reading:
            self._reader.seek(start)
            return self._reader.read(length)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
        self._file.close()


class _Frames:
    """A file of frames, each of which has whole lines and a checksum.

    ``zstd -dc`` prints the lines.
    """

    is_compressed = True

    def __init__(self, path: Path, zstd: Zstd) -> None:
        self.end = 0
        # Without a buffer, as half a frame that could not be written must not be followed by more.
        self._file = path.open("a+b", buffering=0)
        self._reader = path.open("rb")
        self._path = path
        self._zstd = zstd
        self._starts: list[int] = []
        """The position of each frame's first line."""
        self._offsets = [0]
        """Where each frame begins in the file, and the next one will."""
        self._waiting = bytearray()
        """The lines after those of the last frame."""
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._changing = threading.Lock()

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of all frames, and cut off a torn frame."""
        for size, data in self._read_frames():
            self._note(size, self.end)
            self.end += len(data)
            yield from data.splitlines(keepends=True)
        self._file.truncate(self._offsets[-1])
        self._file.seek(self._offsets[-1])

    def append(self, line: bytes) -> None:
        """Write a line, which is in the file as soon as a frame is full, or with `sync`."""
        with self._changing:
            self._waiting += line
            self.end += len(line)
            if len(self._waiting) >= FRAME_BYTES:
                self._flush()

    def sync(self) -> None:
        """Bring all lines to the disk."""
        with self._changing:
            self._flush()
        os.fsync(self._file.fileno())

    def read(self, start: int, length: int) -> bytes:
        """Return bytes of the lines."""
        found = bytearray()
        with self._changing:
            while len(found) < length and start + len(found) < self.end:
                at = start + len(found)
                begin, data = self._part(at)
                found += data[at - begin : at - begin + length - len(found)]
        return bytes(found)

    def close(self) -> None:
        """Write what waits, and close the file."""
        try:
            with self._changing:
                self._flush()
        finally:
            self._reader.close()
            self._file.close()

    def _flush(self) -> None:
        """Write a frame of the lines that wait for one."""
        if not self._waiting:
            return
        parameter = self._zstd.CompressionParameter
        options = {parameter.compression_level: LEVEL, parameter.checksum_flag: 1}
        frame = self._zstd.compress(bytes(self._waiting), options=options)
        start, rest = self.end - len(self._waiting), memoryview(frame)
        self._waiting.clear()
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._offsets[-1])
            raise
        self._note(len(frame), start)

    def _note(self, size: int, start: int) -> None:
        """Note the next frame, which has some bytes in the file and begins at a position."""
        self._starts.append(start)
        self._offsets.append(self._offsets[-1] + size)

    def _part(self, at: int) -> tuple[int, bytes | bytearray]:
        """Return where the frame with a position begins, and its lines; or what waits for one."""
        first = self.end - len(self._waiting)
        if at >= first:
            return first, self._waiting
        index = bisect_right(self._starts, at) - 1
        if index not in self._kept:
            self._reader.seek(self._offsets[index])
            frame = self._reader.read(self._offsets[index + 1] - self._offsets[index])
            self._kept[index] = self._zstd.decompress(frame)
            if len(self._kept) > KEPT_FRAMES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(index)
        return self._starts[index], self._kept[index]

    def _read_frames(self) -> Iterator[tuple[int, bytes]]:
        """Yield the number of bytes and the lines of each frame, up to one that is torn.

        Raises `InputError` if it is not the last one.
        """
        self._file.seek(0)
        rest = b""
        while True:
            unpacked, size = [], 0
            decompressor = self._zstd.ZstdDecompressor()
            try:
                while not decompressor.eof:
                    chunk = rest or self._file.read(CHUNK)
                    if not chunk:
                        return
                    rest = b""
                    size += len(chunk)
                    unpacked.append(decompressor.decompress(chunk))
            except self._zstd.ZstdError:
                self._check_tail()
                return
            rest = decompressor.unused_data
            yield size - len(rest), b"".join(unpacked)

    def _check_tail(self) -> None:
        """Raise `InputError` if a frame follows one that is damaged: no kill has done that."""
        self._file.seek(self._offsets[-1])
        tail = self._file.read()
        at = tail.find(MAGIC, 1)
        while at >= 0:
            decompressor = self._zstd.ZstdDecompressor()
            with suppress(self._zstd.ZstdError):
                decompressor.decompress(tail[at:])
                if decompressor.eof:
                    raise InputError(
                        f"{self._path} is damaged at byte {self._offsets[-1]:,}; restore it from a "
                        "copy, or remove it and its table to collect anew."
                    )
            at = tail.find(MAGIC, at + 1)
