"""Hostile: pictures that end, stop or fill the process that reads them.

`PYTHONPATH` with the folder of `install` makes every new interpreter do what files say that begin
with `BEGINNING` and the name of a misdeed, in place of reading them; the product has no such hook.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["MISDEEDS", "install", "misdeed"]

BEGINNING = b"BM"
"""Windows bitmaps, which are left to Pillow if our own decoder does not take them."""

MISDEEDS = ("segfault", "endless", "memory", "exit", "defect")

CODE = """
import sys

def _misbehave(name):
    if name == b"segfault":
        import ctypes
        ctypes.string_at(0)
    if name == b"endless":
        while True:
            pass
    if name == b"memory":
        kept = []
        while True:
            kept.append(bytearray(2**24))
    if name == b"exit":
        import os
        os._exit(7)
    if name == b"defect":
        raise ZeroDivisionError("a defect of the test")

WATCHED = {
    "palette_engine.extraction.pipeline": "measured",
    "palette_engine.collections.film": "read_frames",
}

def _watch(module):
    name = WATCHED[module.__name__]
    before = getattr(module, name)
    def read(source, *arguments, **keywords):
        data = open(source, "rb").read(40) if isinstance(source, str) else source.getvalue()[:40]
        if data.startswith(b"BMhostile "):
            _misbehave(data.split()[1])
        return before(source, *arguments, **keywords)
    setattr(module, name, read)

class _Finder:
    def find_spec(self, name, path=None, target=None):
        if name not in WATCHED:
            return None
        sys.meta_path.remove(self)
        import importlib.util
        spec = importlib.util.find_spec(name)
        sys.meta_path.insert(0, self)
        execute = spec.loader.exec_module
        def exec_module(module):
            execute(module)
            _watch(module)
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, _Finder())
"""


def install(folder: Path) -> str:
    """Write what makes interpreters obey into a folder, and return it for `PYTHONPATH`."""
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(CODE)
    return str(folder)


def misdeed(name: str) -> bytes:
    """Return a file that does what `MISDEEDS` names."""
    assert name in MISDEEDS
    return BEGINNING + b"hostile " + name.encode() + b" "
