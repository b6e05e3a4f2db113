"""Report: the measurements of all tools, as a Markdown file with plots."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import circumstances, table
from benchmarks.tools.awkward import AWKWARD
from benchmarks.tools.catalog import COLORS, OURS, TOOLS
from benchmarks.tools.files import GROUPS, SIZES
from benchmarks.tools.measures import (
    Best,
    Measure,
    best_errors,
    error_measures,
    exact_counts,
    other_measures,
    ratios,
)
from benchmarks.tools.plots import accent_plot, error_plot
from benchmarks.tools.records import Record

__all__ = ["REPORT", "Comparison", "error_table", "ratio_table", "write"]

REPORT = Path(__file__).parents[1] / "tools.md"

HEAD = """\
# Beside other tools

Written by `python -m benchmarks tools`; [README.md](README.md) explains the numbers.
"""

IMPORT_PALETTE = """\
- **GIMP, Import Palette from image**: cannot be scripted; it is only in the Palettes dialog. Of \
the 939 procedures in GIMP 3.0.4's procedure database and the 1,025 in 3.2.6's, none makes a \
palette from the colors of an image: `gimp-image-get-palette` returns that of an indexed one (the \
rows above), `gimp-palette-new` an empty one, `plug-in-smooth-palette` draws a new image. Done by \
hand in 3.0.4 with 12 colors and its default interval, the astronaut gave eight near-blacks, four \
grays and no orange."""

SYMBOLS = {"ok": "✓", "wrong": "wrong", "failed": "**fails**"}


@dataclass(frozen=True)
class Comparison:
    """The measurements of all tools at one number of colors."""

    records: Sequence[Record]
    count: int
    best: Best

    @classmethod
    def of(cls, records: Sequence[Record], count: int) -> Comparison:
        """Return the comparison of the tools that have a palette with `count` colors."""
        measured = [record for record in records if record.qualities(count)]
        return cls(measured, count, best_errors(measured, count))

    def measures(self, group: str) -> list[Measure]:
        """Return the measures of error for a group of pictures."""
        return error_measures(self.count, self.best, group)

    def sorted_by(self, measure: Measure) -> list[Record]:
        """Return the tools that have a value of the measure, best first."""
        sign = -1 if measure.more_is_better else 1
        known = {record.tool: measure.value(record) for record in self.records}
        return sorted(
            (record for record in self.records if known[record.tool] is not None),
            key=lambda record: sign * (known[record.tool] or 0),
        )

    def named(self, names: Sequence[str]) -> list[Record]:
        """Return the tools with these names that were measured."""
        return [record for record in self.records if record.tool in names]


def write(records: Sequence[Record]) -> None:
    """Write the report and its plots."""
    counts = sorted({COLORS, *(int(count) for record in records for count in record.outcomes)})
    comparisons = {count: Comparison.of(records, count) for count in counts}
    main = comparisons[COLORS]
    try:
        error_plot(main.records, main.measures("all pictures")[0])
        accent_plot(main.records, main.measures("all pictures"))
    except ModuleNotFoundError as error:
        print(f"the plots stay as they are: {error}", file=sys.stderr)
    sections = {
        f"Error at {COLORS} colors": error_table(main, "all pictures"),
        f"Wallpapers at {COLORS} colors": error_table(main, "wallpapers"),
        "Other numbers of colors": _counts_table(comparisons),
        "Time and memory": _time_table(main.records),
        "Awkward inputs": _awkward_table(main.records),
        "Who is better": "\n\n".join(_better(main, own) for own in main.named(OURS)),
        "Picture by picture": _picture_table(main),
        "Not measured": _missing(records),
    }
    plots = "![error and time](plots/error.png)\n\n![error and accents](plots/accents.png)"
    parts = [f"## {title}\n\n{text}\n" for title, text in sections.items()]
    REPORT.write_text(
        "\n".join([HEAD, f"{circumstances()} {_dates(records)}\n", f"{plots}\n", *parts]),
        encoding="utf-8",
    )


def error_table(comparison: Comparison, group: str) -> str:
    """Return the error table for a group of pictures, lowest median ratio first."""
    names = [name for name in GROUPS[group] if name in comparison.best]
    measures = comparison.measures(group)
    rows = []
    for record in comparison.sorted_by(measures[0]):
        found = record.qualities(comparison.count)
        swatches = [found[name].swatches for name in names if name in found]
        exact, of = exact_counts(record, comparison.count, comparison.best, names)
        rows.append(
            [
                TOOLS[record.tool].title,
                *(measure.text(record) for measure in measures),
                f"{statistics.median(swatches):.0f}",
                f"{exact} of {of}",
                str(len(names) - len(swatches)),
                f"{_faults(record)} of {len(record.trials)}" if record.trials else "",
                TOOLS[record.tool].method,
                record.version,
            ]
        )
    titles = [measure.title for measure in measures]
    header = [
        "tool",
        *titles,
        "swatches",
        "exact",
        "failures",
        "awkward",
        "how it works",
        "version",
    ]
    return f"{len(names)} pictures.\n\n{table(header, rows, ('how it works', 'version'))}"


def ratio_table(records: Sequence[Record], count: int, names: Iterable[str]) -> str:
    """Return the error ratio of each tool for each picture, or the reason why there is none."""
    header = ["tool", *names]
    rows = [
        [record.tool, *(_outcome(record, count, name) for name in header[1:])] for record in records
    ]
    return table(header, rows)


def _outcome(record: Record, count: int, name: str) -> str:
    outcome = record.outcomes.get(str(count), {}).get(name)
    if outcome is None or outcome.quality is None:
        return outcome.error if outcome else record.reason
    return f"{outcome.quality.ratio:.3f}"


def _counts_table(comparisons: dict[int, Comparison]) -> str:
    """Return ratios and accents for each other number of colors."""
    counts = [count for count in comparisons if count != COLORS]
    measures = [
        measure for count in counts for measure in comparisons[count].measures("all pictures")
    ]
    shown = [measure for measure in measures if measure.title in ("ratio", "worst", "accents")]
    order = comparisons[COLORS].sorted_by(comparisons[COLORS].measures("all pictures")[0])
    rows = [
        [TOOLS[record.tool].title, *(measure.text(record) for measure in shown)]
        for record in order
        if any(measure.value(record) is not None for measure in shown)
    ]
    titles = [f"{title} at {count}" for count in counts for title in ("ratio", "worst", "accents")]
    return table(["tool", *titles], rows)


def _time_table(records: Sequence[Record]) -> str:
    """Return the table of time and memory, fastest warm call first."""
    measured = [record for record in records if record.timings]
    first = next(iter(SIZES))
    rows = [
        [_timed_title(record), *(cell for size in SIZES for cell in _time_cells(record, size))]
        for record in sorted(measured, key=lambda record: _warm_ratio(record, first))
    ]
    titles = ("warm s", "x decoding", "process s", "x decoding", "peak MB")
    header = ["tool", *(f"{title}, {size}" for size in SIZES for title in titles)]
    return f"{table(header, rows)}\n\n¹ reads only PNG; beside decoding that."


def _timed_title(record: Record) -> str:
    tool = TOOLS[record.tool]
    return f"{tool.title}¹" if tool.only_png else tool.title


def _warm_ratio(record: Record, size: str) -> float:
    timing = record.timings[size]
    return float("inf") if timing.error else timing.warm_ratio


def _time_cells(record: Record, size: str) -> list[str]:
    timing = record.timings[size]
    if timing.error:
        return [timing.error.split(":")[0], "", "", "", ""]
    return [
        f"{timing.warm:.3f}",
        f"{timing.warm_ratio:.2f}",
        f"{timing.whole:.2f}",
        f"{timing.whole_ratio:.2f}",
        f"{timing.peak:.0f}",
    ]


def _awkward_table(records: Sequence[Record]) -> str:
    """Return the verdicts on all tools for all awkward files, and what the files are."""
    tried = [record for record in records if record.trials]
    rows = []
    for record in sorted(tried, key=_faults):
        cells = [_verdict(record, name) for name in AWKWARD]
        rows.append([TOOLS[record.tool].title, str(_faults(record)), *cells])
    key = "\n".join(f"- **{name}**: {awkward.what}" for name, awkward in AWKWARD.items())
    key += "\n- **–**: the tool reads only PNG"
    return f"{table(['tool', 'awkward', *AWKWARD], rows, AWKWARD)}\n\n{key}"


def _verdict(record: Record, name: str) -> str:
    return SYMBOLS[record.trials[name].verdict] if name in record.trials else "–"


def _faults(record: Record) -> int:
    return sum(trial.verdict != "ok" for trial in record.trials.values())


def _better(comparison: Comparison, ours: Record) -> str:
    """Return the tools that are better than ours, for each measure and group of pictures."""
    measures = [
        measure
        for group in GROUPS
        for measure in comparison.measures(group)
        if measure.value(ours) is not None
    ]
    rows = []
    for measure in (*measures, *other_measures()):
        better = [
            f"{TOOLS[record.tool].title} {measure.text(record)}"
            for record in comparison.sorted_by(measure)
            if record.tool not in OURS and measure.beats(record, ours)
        ]
        cells = [measure.of, measure.text(ours), "; ".join(better) or "nobody"]
        rows.append([measure.title, *cells])
    return f"Than {TOOLS[ours.tool].title}:\n\n" + table(
        ["measure", "of", "ours", "better"], rows, ("of", "better")
    )


def _picture_table(comparison: Comparison) -> str:
    """Return our error ratio and that of the best other tool for each picture."""
    ours = comparison.named(OURS)
    others = [record for record in comparison.records if record.tool not in OURS]
    rows = []
    for name in (name for group in ("all pictures", "wallpapers") for name in GROUPS[group]):
        if comparison.best.get(name, 0) > 0:
            own = [_ratio(comparison, record, name) for record in ours]
            best = min(others, key=lambda record: _ratio(comparison, record, name))
            cells = [*own, _ratio(comparison, best, name)]
            rows.append([name, *(f"{cell:.3f}" for cell in cells), TOOLS[best.tool].title])
    titles = [TOOLS[record.tool].title for record in ours]
    return table(["picture", *titles, "best other", "which"], rows, ("which",))


def _ratio(comparison: Comparison, record: Record, name: str) -> float:
    found = ratios(record, comparison.count, comparison.best, [name])
    return found[0] if found else float("inf")


def _missing(records: Sequence[Record]) -> str:
    """Return the tools without a palette, each with the reason."""
    lines = []
    for record in records:
        errors = [row.error for rows in record.outcomes.values() for row in rows.values()]
        reason = record.reason or (
            "" if record.qualities(COLORS) else next(iter(errors), "not asked")
        )
        if reason:
            lines.append(f"- **{TOOLS[record.tool].title}**: {reason}")
    return "\n".join([*lines, IMPORT_PALETTE])


def _dates(records: Sequence[Record]) -> str:
    """Return a sentence with the days of the measurements."""
    days = sorted({day for record in records for day in record.days.values()})
    return f"Measured {' to '.join(dict.fromkeys((days[0], days[-1])))}." if days else ""
