"""Driver of programs from Debian: each call is a process of its own. Standard library only."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from benchmarks.tools.drivers.protocol import Color, Recolor, Refused, Timed, serve

__all__ = ["TOOLS"]


def imagemagick(options: tuple[str, ...], program: str, path: str, colors: int) -> Timed:
    """`-colors`, no dither; the remaining colors are printed as text."""
    command = (program, path, *options, "+dither", "-colors", str(colors), "-colorspace", "sRGB")
    output, seconds = _run(*command, "-unique-colors", "-depth", "8", "txt:-")
    found = re.findall(r"#([0-9A-F]{6})([0-9A-F]{2})?\b", output.decode())
    return Timed([bytes.fromhex(color) for color, alpha in found if alpha != "00"], seconds)


def pngquant(program: str, path: str, colors: int) -> Timed:
    """Quantize to a PNG file, no dither."""
    output, seconds = _run(program, "--nofs", "--output", "-", str(colors), "--", path)
    return Timed(_palette_of(output), seconds)


def recolor_with_pngquant(program: str, path: str, colors: int, dither: bool, output: str) -> None:
    """Write a PNG file, with the program's own dither or none."""
    options = () if dither else ("--nofs",)
    _run(program, *options, "--force", "--output", output, str(colors), "--", path)


def _run(*command: str) -> tuple[bytes, float]:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode < 0:
        raise AssertionError(f"{command[0]} was ended by signal {-done.returncode}")
    if done.returncode:
        raise Refused(done.stderr.decode(errors="replace").strip().split("\n")[-1])
    return done.stdout, seconds


def _palette_of(png: bytes) -> list[Color]:
    """Return the palette of an indexed PNG file without transparent entries."""
    chunks = dict(_chunks(png))
    colors = [chunks[b"PLTE"][start : start + 3] for start in range(0, len(chunks[b"PLTE"]), 3)]
    alpha = chunks.get(b"tRNS", b"").ljust(len(colors), b"\xff")
    return [color for color, opacity in zip(colors, alpha, strict=True) if opacity]


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 8
    while position < len(png):
        length, kind = struct.unpack_from(">I4s", png, position)
        yield kind, png[position + 8 : position + 8 + length]
        position += 12 + length


TOOLS: Mapping[str, Callable[[str, str, int], Timed]] = {
    "imagemagick": partial(imagemagick, ()),
    "imagemagick-lab": partial(imagemagick, ("-quantize", "LAB")),
    "pngquant": pngquant,
}
"""The function that runs each program, by the tool's name; its first argument is the path."""


def main(tool: str, program: str) -> None:
    """Answer for a tool until the input ends."""
    recolor: Recolor | None = None
    if tool == "pngquant":
        recolor = partial(recolor_with_pngquant, program)
    serve(partial(TOOLS[tool], program), recolor)


if __name__ == "__main__":
    main(*sys.argv[1:])
