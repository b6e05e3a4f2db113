"""The command: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from benchmarks.measures import qualities
from benchmarks.pictures import PICTURES
from benchmarks.report import RESULTS, error_section, time_section, update
from benchmarks.times import memories, times


def main() -> None:
    """Measure what the arguments name, print it, and write it to `RESULTS`."""
    arguments = _arguments()
    sections: dict[str, str] = {}
    if arguments.what in ("all", "error"):
        sections |= _errors(arguments.pictures, sorted(set(arguments.colors)))
    if arguments.what in ("all", "time"):
        sections |= dict([time_section(times(), memories())])
    for title, text in sections.items():
        print(f"## {title}\n\n{text}\n")
    if set(arguments.pictures) == set(PICTURES):
        update(RESULTS, sections)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure palettes against an exact reference, and how long they take.",
    )
    parser.add_argument("what", nargs="?", choices=("all", "error", "time"), default="all")
    parser.add_argument(
        "--colors",
        type=_counts,
        default=[5, 10, 16, 64],
        metavar="N,N",
        help="numbers of colors for the error; 256 takes an hour [default: 5,10,16,64]",
    )
    parser.add_argument(
        "--pictures",
        type=_names,
        default=list(PICTURES),
        metavar="NAME,NAME",
        help="only these pictures, and only print: " + ", ".join(PICTURES),
    )
    return parser.parse_args()


def _counts(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(PICTURES):
        raise argparse.ArgumentTypeError(f"there is no picture {', '.join(sorted(unknown))}")
    return names


def _errors(names: Sequence[str], counts: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Return titles and texts of the sections on error, one for each number of colors."""
    measured = []
    for result in qualities(names, counts):
        measured.append(result)
        print(f"{len(measured)} of {len(names)}: {result[0].picture}", file=sys.stderr)
    return map(error_section, zip(*measured, strict=True))


if __name__ == "__main__":
    main()
