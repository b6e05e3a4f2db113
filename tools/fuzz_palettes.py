"""Reads thousands of damaged palette files of every format, and tells which are not handled well.

``python -m tools.fuzz_palettes --count 100000``: a mutation passes if it is read, with 8-bit
colors, or refused with an `InputError`, in at most `SECONDS` and `MEGABYTES`. The same seed gives
the same mutations. Files that fail are kept in ``build/fuzz``. Works on Linux, where a process can
limit itself.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import signal
import sys
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from palette_engine.errors import InputError
from palette_engine.formats import FORMATS, dumps, loads
from palette_engine.palette.value import Palette, Swatch, WideColor

__all__ = ["fault_of", "mutation", "samples"]

SECONDS = 5
MEGABYTES = 1500

FOLDER = Path("build/fuzz")

TESTS = Path(__file__).resolve().parents[1] / "tests/formats/samples"

MAX_SAMPLE = 20_000

MAX_REPEATED = 200_000
"""The size to which a part is repeated, to find what takes too long."""

TOKENS = (
    b"#",
    b"#fff",
    b"rgb(",
    b"oklch(1e999 nan -1)",
    b"0x",
    b"/*",
    b"*/",
    b"//",
    b"://",
    b'"',
    b"'",
    b"{",
    b"}",
    b"(",
    b")",
    b"[",
    b"]",
    b"null",
    b"NaN",
    b"1e999",
    b"-1",
    b"9" * 5000,
    b"\0",
    b"\r",
    b"\n",
    b"\t",
    b"\xff",
    b"\xe2\x80\xa8",
    b"<!--",
    b"&x;",
    b"{a.b}",
    b"var(--a)",
    b"\xff\xff\xff\xff",
    b"\x7f\xff",
    b"\x80\0\0\0",
)


def samples() -> Mapping[str, bytes]:
    """Return a palette in each format that is read, by name: ours, and those of the tests."""
    swatches = (
        Swatch((230, 25, 75), 0.5, "Crème", group="Warm"),
        Swatch((255, 0, 0), 0.25, "Red & more", wide=WideColor("display-p3", (1.0, 0.0, 0.0))),
        Swatch((0, 0, 9), 0.25),
    )
    palette = Palette(swatches, "Flag")
    own = {name: dumps(palette, name) for name, row in FORMATS.items() if row.dumps and row.loads}
    others = {
        path.name: path.read_bytes()
        for path in sorted(TESTS.iterdir())
        if path.suffix != ".md" and path.stat().st_size < MAX_SAMPLE
    }
    text = (
        "// my palette\n1. #e6194b Red (rgb(230, 25, 75))\nGreen: 0xFF3CB44B; see issue #123456\n"
        "https://coolors.co/264653-2a9d8f-e9c46a\n/* Blue */ hsl(225 66% 55%), tan\n"
    )
    return {**own, **others, "text.txt": text.encode()}


def mutation(found: Mapping[str, bytes], seed: int) -> tuple[str, bytes]:
    """Return the name of the sample and the bytes of the mutation with a seed."""
    chance = random.Random(seed)
    name = chance.choice(list(found))
    data = bytearray(found[name])
    for _ in range(chance.choice((1, 1, 1, 2, 4, 8))):
        _change(data, list(found.values()), chance)
    return name, bytes(data)


def _change(data: bytearray, others: Sequence[bytes], chance: random.Random) -> None:
    """Change bytes in one of many ways."""
    place = chance.randrange(len(data) + 1)
    length = chance.choice((1, 1, 2, 4, 8, 30, 200))
    kind = chance.randrange(8)
    if kind == 0 and place < len(data):
        data[place] ^= 1 << chance.randrange(8)
    elif kind == 1:
        data[place : place + length] = chance.randbytes(length)
    elif kind == 2:
        del data[place : place + length]
    elif kind == 3:
        data[place:place] = data[place : place + length]
    elif kind == 4:
        data[place : place + chance.choice((0, length))] = chance.choice(TOKENS)
    elif kind == 5:
        other = chance.choice(others)
        start = chance.randrange(len(other) + 1)
        data[place : place + length] = other[start : start + length]
    elif kind == 6:
        del data[place:]
    elif chance.randrange(20) == 0:
        part = chance.choice((bytes(data[place : place + length]), chance.choice(TOKENS)))
        data[place:place] = part * (MAX_REPEATED // max(1, len(part)))


def fault_of(data: bytes, filename: str, format_name: str | None) -> str | None:
    """Return what is wrong with how bytes are read; None if nothing is."""
    start = time.process_time()
    try:
        palette = loads(data, filename, format_name)
    except InputError as error:
        return None if str(error).strip() else "an error without a sentence"
    except Exception as error:  # noqa: BLE001  any other error is what is looked for
        return f"{type(error).__name__}: {error}"[:200]
    if time.process_time() - start > SECONDS:
        return "more than the seconds allowed"
    colors = [channel for swatch in palette.swatches for channel in swatch.color]
    if not colors or not all(type(value) is int and 0 <= value <= 255 for value in colors):
        return "a palette without colors, or with others than of 8 bits"
    texts = [palette.name, palette.note, *(swatch.full_name for swatch in palette.swatches)]
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return "a name that cannot be encoded"
    return None


def _too_long(*_: object) -> None:
    raise TimeoutError("reading was ended after the seconds allowed")


def main() -> int:
    """Read the mutations that the arguments ask for, and print those that fail."""
    parser = argparse.ArgumentParser(description="Read damaged palette files of every format.")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    signal.signal(signal.SIGPROF, _too_long)
    found = samples()
    loaders = [name for name, row in FORMATS.items() if row.loads]
    faults: dict[str, int] = {}
    for number in range(arguments.seed, arguments.seed + arguments.count):
        name, data = mutation(found, number)
        # Once as the file says, and now and then as another format.
        filename = f"x{FORMATS[name].suffixes[0]}" if name in FORMATS else name
        format_name = loaders[number % len(loaders)] if number % 4 == 0 else None
        signal.setitimer(signal.ITIMER_PROF, SECONDS + 1)
        fault = fault_of(data, filename, format_name)
        signal.setitimer(signal.ITIMER_PROF, 0)
        if fault:
            faults[f"{name} ({format_name}): {fault}"] = number
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / f"{hashlib.sha256(data).hexdigest()[:12]}-{filename}").write_bytes(data)
    for fault, number in faults.items():
        print(f"{number}: {fault}")
    print(f"{arguments.count:,} mutations, {len(faults)} kinds of faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
