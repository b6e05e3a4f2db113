"""Job pipe: values that go through pipes between the server and its workers.

A message is the number of its parts, their lengths, and the parts: a pickle and the buffers that
belong to it. Buffers are written from where they are and read to where they stay.
"""

from __future__ import annotations

import struct
from typing import IO, Any

from palette_engine.workers.pickled import Pickled

__all__ = ["receive", "send"]

COUNT = struct.Struct("<I")


def send(stream: IO[bytes], message: Pickled) -> None:
    """Write a message; raises `OSError` if nobody reads it any more."""
    parts = (message.data, *message.buffers)
    stream.write(COUNT.pack(len(parts)))
    stream.write(struct.pack(f"<{len(parts)}Q", *map(len, parts)))
    for part in parts:
        stream.write(part)
    stream.flush()


def receive(stream: IO[bytes]) -> Pickled:
    """Return the next message; raises `EOFError` if there is no complete one."""
    (count,) = COUNT.unpack(_read(stream, COUNT.size))
    lengths = struct.unpack(f"<{count}Q", _read(stream, 8 * count))
    data, *buffers = (_read(stream, length) for length in lengths)
    return Pickled(data, tuple(buffers))


def _read(stream: Any, length: int) -> bytearray:
    part = bytearray(length)
    # A buffered stream reads until the part is full.
    if stream.readinto(part) < length:
        raise EOFError
    return part
