"""Pickled: values that the server keeps and sends without knowing their libraries.

Large arrays stay outside of the pickle (PEP 574), so that they are not copied to be sent.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pickle import PickleBuffer
from typing import Any, TypeAlias

__all__ = ["PROTOCOL", "Pickled", "outside"]

PROTOCOL = 5
"""The first version of the pickle protocol that has buffers outside of the pickle."""

Buffer: TypeAlias = bytes | bytearray | memoryview


@dataclass(frozen=True)
class Pickled:
    """A value as a pickle and the buffers that belong to it; its length is their bytes."""

    data: bytes | bytearray
    buffers: tuple[Buffer, ...] = ()

    @classmethod
    def of(cls, value: object) -> Pickled:
        """Pickle a value, whose buffers must not change any more."""
        buffers: list[PickleBuffer] = []
        data = pickle.dumps(value, PROTOCOL, buffer_callback=buffers.append)
        return cls(data, tuple(buffer.raw() for buffer in buffers))

    def value(self) -> Any:
        """Return the value, which shares the memory of the buffers."""
        return pickle.loads(self.data, buffers=self.buffers)

    def __len__(self) -> int:
        return len(self.data) + sum(map(len, self.buffers))

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        wrap = PickleBuffer if protocol >= PROTOCOL else bytes
        return Pickled, (self.data, tuple(map(wrap, self.buffers)))


def outside(value: object) -> object:
    """Return a value, a bytearray so that it stays outside of the pickle as arrays do."""
    return PickleBuffer(value) if isinstance(value, bytearray) else value
