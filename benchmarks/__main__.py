"""The command: ``python -m benchmarks``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from benchmarks import collecting, eyes, named, quick, recoloring, speed, start, web
from benchmarks.cq100 import VARIABLE, cq100_pictures
from benchmarks.eyes import eye_sections
from benchmarks.gimp import HEAD, REPORT, gimp_section, measure
from benchmarks.measures import qualities
from benchmarks.named import named_section
from benchmarks.options import options_section
from benchmarks.page import page_sections
from benchmarks.pictures import PICTURES
from benchmarks.quick import quick_section
from benchmarks.recoloring import recoloring_section
from benchmarks.report import RESULTS, error_section, time_section, update
from benchmarks.speed import shown_in_docs, speed_sections
from benchmarks.start import start_section
from benchmarks.themes import read_themes
from benchmarks.times import memories, times
from benchmarks.tools.catalog import COLORS, TOOLS
from benchmarks.tools.command import STEPS, compare
from benchmarks.tools.files import WALLPAPERS
from benchmarks.web import web_sections
from tests.gimp.gimps import SUITES


def main() -> None:
    """Measure the parts that the arguments name, print the results, and write them."""
    arguments = _arguments()
    whole = arguments.pictures is None
    names = list(PICTURES) if whole else arguments.pictures
    sections: dict[str, str] = {}
    if arguments.what in ("all", "error"):
        own = [name for name in names if name in PICTURES]
        sections |= _errors(own, sorted(set(arguments.colors or (5, 10, 16, 64))))
    if arguments.what in ("all", "time"):
        sections |= dict([time_section(times(), memories())])
    for title, text in sections.items():
        print(f"## {title}\n\n{text}\n")
    if whole:
        update(RESULTS, sections)
    if arguments.what == "gimp":
        _gimps(arguments.gimps)
    if arguments.what == "web":
        _web(web_sections(arguments.before))
    if arguments.what == "page":
        _web(page_sections(arguments.before))
    if arguments.what == "start":
        _start(arguments)
    if arguments.what == "speed":
        _speed(arguments)
    if arguments.what == "quick":
        _quick(arguments)
    if arguments.what == "recoloring":
        title, section = recoloring_section(arguments.before)
        print(f"## {title}\n\n{section}\n")
        update(recoloring.REPORT, {title: section}, recoloring.HEAD)
    if arguments.what == "collections":
        for title, text in collecting.collections_sections():
            print(f"## {title}\n\n{text}\n", flush=True)
            update(collecting.REPORT, {title: text}, collecting.HEAD)
    if arguments.what == "eyes":
        _eyes(arguments)
    if arguments.what == "named":
        _named(arguments)
    if arguments.what == "options":
        title, text = options_section(arguments.count, arguments.seed)
        print(f"## {title}\n\n{text}\n")
    if arguments.what in ("all", "tools"):
        compare(arguments.tools, arguments.steps, arguments.pictures, arguments.colors or (COLORS,))


def _gimps(names: Sequence[str]) -> None:
    """Measure the plug-in in GIMPs, and write the results."""
    for name in names:
        try:
            title, text = gimp_section(*measure(name))
        except FileNotFoundError as error:
            print(error, file=sys.stderr)
            continue
        print(f"## {title}\n\n{text}\n")
        update(REPORT, {title: text}, HEAD)


def _web(sections: Mapping[str, str]) -> None:
    """Print and write what was measured of the page or its server."""
    for title, text in sections.items():
        print(f"## {title}\n\n{text}\n")
    update(web.REPORT, sections, web.HEAD)


def _start(arguments: argparse.Namespace) -> None:
    """Measure how long commands take, print the table, and write it."""
    title, section = start_section(arguments.before)
    print(f"## {title}\n\n{section}\n")
    update(start.REPORT, {title: section}, start.HEAD)


def _speed(arguments: argparse.Namespace) -> None:
    """Measure what palettes take, print the tables, write them, and show them in the docs."""
    for title, text in speed_sections(arguments.before):
        print(f"## {title}\n\n{text}\n", flush=True)
        update(speed.REPORT, {title: text}, speed.HEAD)
        page = speed.DOCS.read_text(encoding="utf-8")
        speed.DOCS.write_text(shown_in_docs(page, {title: text}), encoding="utf-8")


def _quick(arguments: argparse.Namespace) -> None:
    """Measure what quick palettes cost, print the table, and write it."""
    try:
        pictures = cq100_pictures(arguments.cq100, arguments.every)
    except FileNotFoundError as error:
        sys.exit(str(error))
    title, text = quick_section(pictures)
    print(f"## {title}\n\n{text}\n")
    update(quick.REPORT, {title: text}, quick.HEAD)


def _eyes(arguments: argparse.Namespace) -> None:
    """Measure what people see, print the results, and write them."""
    try:
        pictures = cq100_pictures(arguments.cq100, arguments.every)
    except FileNotFoundError as error:
        sys.exit(str(error))
    themes = read_themes(Path(arguments.themes)) if arguments.themes else []
    for title, text in eye_sections(pictures, themes, arguments.before):
        print(f"## {title}\n\n{text}\n", flush=True)
        update(eyes.REPORT, {title: text}, eyes.HEAD)


def _named(arguments: argparse.Namespace) -> None:
    """Count the pictures whose named colors are kept, print the table, and write it."""
    title, section = named_section(arguments.tools, arguments.before)
    print(f"## {title}\n\n{section}\n")
    update(named.REPORT, {title: section}, named.HEAD)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure palettes against an exact reference and against other tools, "
        "and how long they take.",
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=(
            "all",
            "error",
            "time",
            "tools",
            "gimp",
            "web",
            "page",
            "start",
            "speed",
            "quick",
            "recoloring",
            "collections",
            "eyes",
            "named",
            "options",
        ),
        default="all",
        help="all is everything but gimp, the plug-in in real GIMPs, web, the page's server, "
        "page, the page in Chromium, start, one command, speed, by picture and part, quick, the "
        "cost of quick palettes, "
        "recoloring, collections, what many pictures take, eyes and named, what people see: on the "
        "pictures of CQ100, and the colors they would name, and options, whether any takes much "
        "longer than it may",
    )
    parser.add_argument(
        "--cq100",
        metavar="DIR",
        help=f"the folder with the pictures of CQ100, for eyes and quick  [default: {VARIABLE}]",
    )
    parser.add_argument(
        "--every",
        type=int,
        default=1,
        metavar="N",
        help="measure only every n-th picture of CQ100",
    )
    parser.add_argument(
        "--before",
        metavar="DIR",
        help="compare web, page, start, speed, recoloring, eyes and named with the engine in this "
        "folder",
    )
    parser.add_argument(
        "--themes", metavar="DIR", help="measure eyes also on people's themes in this folder"
    )
    parser.add_argument(
        "--count", type=int, default=200, metavar="N", help="draw N combinations of options"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="draw other ones")
    parser.add_argument(
        "--gimps",
        type=partial(_names, known=SUITES),
        default=list(SUITES),
        metavar="NAME,NAME",
        help="measure the plug-in in these GIMPs: " + ", ".join(SUITES),
    )
    parser.add_argument(
        "--colors",
        type=_counts,
        metavar="N,N",
        help="numbers of colors for the error; 256 takes an hour "
        "[default: 5,10,16,64; of other tools 10]",
    )
    parser.add_argument(
        "--pictures",
        type=partial(_names, known=(*PICTURES, *WALLPAPERS)),
        metavar="NAME,NAME",
        help="only these pictures, and only print: " + ", ".join((*PICTURES, *WALLPAPERS)),
    )
    parser.add_argument(
        "--tools",
        type=partial(_names, known=TOOLS),
        default=list(TOOLS),
        metavar="NAME,NAME",
        help="measure only these tools, and keep the results of the others: " + ", ".join(TOOLS),
    )
    parser.add_argument(
        "--steps",
        type=partial(_names, known=STEPS),
        default=list(STEPS),
        metavar="NAME,NAME",
        help="measure only these properties of the tools: " + ", ".join(STEPS),
    )
    return parser.parse_args()


def _counts(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _names(text: str, known: Collection[str]) -> list[str]:
    names = [name for name in text.split(",") if name]
    if unknown := set(names) - set(known):
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}")
    return names


def _errors(names: Sequence[str], counts: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Return titles and texts of the error sections, one for each number of colors and way."""
    measured = []
    for result in qualities(names, counts):
        measured.append(result)
        print(f"{len(measured)} of {len(names)}: {result[0].picture}", file=sys.stderr)
    return map(error_section, zip(*measured, strict=True))


if __name__ == "__main__":
    main()
