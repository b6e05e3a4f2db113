"""Plots: error against time, and accents against error, with a point for each tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.tools.catalog import OURS, TOOLS
from benchmarks.tools.environments import Debian, Gimp, Here, Npm, PyPI
from benchmarks.tools.measures import Measure
from benchmarks.tools.records import Record, Timing

__all__ = ["PLOTS", "accent_plot", "error_plot"]

PLOTS = Path(__file__).parents[1] / "plots"

FAMILIES = {PyPI: "PyPI", Npm: "npm", Debian: "Debian", Gimp: "GIMP", Here: "recipe"}
INKS = {
    "Palette Engine": "#c1121f",
    "PyPI": "#1d6fa5",
    "npm": "#2a9d58",
    "Debian": "#8e5aa8",
    "GIMP": "#b5651d",
    "recipe": "#6b7280",
}
"""The colors of the families of tools."""

LABEL_OFFSETS = [
    (x, y, side)
    for reach in (0, 9, 18, 28, 40)
    for x, y, side in (
        (8, reach, "left"),
        (8, -reach, "left"),
        (-8, reach, "right"),
        (-8, -reach, "right"),
        (0, 10 + reach, "center"),
        (0, -10 - reach, "center"),
    )
]
"""Offsets of a label from its point, in units of 1/72 inch, and its alignment, best first."""

EXCESS = "median error above the reference's, %"


@dataclass(frozen=True)
class Point:
    """One tool in a plot."""

    label: str
    family: str
    x: float
    y: float


def error_plot(records: Sequence[Record], ratio: Measure) -> None:
    """Draw median error over the time of a warm call."""
    points = []
    for record in records:
        timing, error = record.timings.get("1 MP", Timing(error="none")), ratio.value(record)
        if not timing.error and error is not None:
            points.append(_point(record, timing.warm * 1000, _excess(error)))
    _draw(
        points,
        "error.png",
        title="Error and time, 10 colors",
        x="milliseconds of a warm call, 1 MP JPEG, decoding included",
        y=EXCESS,
    )


def accent_plot(records: Sequence[Record], measures: Sequence[Measure]) -> None:
    """Draw the share of significant colors that are kept over median error."""
    named = {measure.title: measure for measure in measures}
    points = []
    for record in records:
        error, accents = (named[title].value(record) for title in ("ratio", "accents"))
        if error is not None and accents is not None:
            points.append(_point(record, _excess(error), 100 * accents))
    _draw(
        points,
        "accents.png",
        title="Error and accents, 10 colors",
        x=EXCESS,
        y="significant colors that are kept, %",
        log_y=False,
    )


def _excess(ratio: float) -> float:
    """Return how far an error ratio is above 1, in percent; at least 0.1 for the logarithm."""
    return max(100 * (ratio - 1), 0.1)


def _point(record: Record, x: float, y: float) -> Point:
    tool = TOOLS[record.tool]
    family = "Palette Engine" if record.tool in OURS else FAMILIES[type(tool.environment)]
    return Point(tool.title.replace("*", ""), family, x, y)


def _draw(
    points: Sequence[Point], name: str, title: str, x: str, y: str, *, log_y: bool = True
) -> None:
    matplotlib = import_module("matplotlib")
    matplotlib.use("Agg")
    figure, axes = import_module("matplotlib.pyplot").subplots(figsize=(13, 8.5))
    axes.set(xscale="log", yscale="log" if log_y else "linear", xlabel=x, ylabel=y)
    axes.set_title(title, loc="left", fontsize=15, fontweight="bold", pad=32)
    for family, ink in INKS.items():
        here = [point for point in points if point.family == family]
        size = 90 if family == "Palette Engine" else 34
        spots = ([point.x for point in here], [point.y for point in here])
        axes.scatter(*spots, s=size, color=ink, label=family, zorder=3, edgecolor="white")
    axes.grid(visible=True, which="both", color="#e5e7eb", linewidth=0.7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(0.09)
    for axis in (axes.xaxis, axes.yaxis) if log_y else (axes.xaxis,):
        axis.set_major_formatter("{x:g}")
    axes.legend(frameon=False, ncols=len(INKS), loc="lower left", bbox_to_anchor=(-0.01, 1))
    _label(figure, axes, points)
    PLOTS.mkdir(exist_ok=True)
    figure.savefig(PLOTS / name, dpi=110, bbox_inches="tight", metadata={"Software": None})
    import_module("matplotlib.pyplot").close(figure)


def _label(figure: Any, axes: Any, points: Sequence[Point]) -> None:
    """Put each label where it covers least of the points and of other labels."""
    renderer = figure.canvas.get_renderer()
    figure.canvas.draw()
    spots = axes.transData.transform([(point.x, point.y) for point in points])
    taken = [_box(spot[0] - 5, spot[1] - 5, spot[0] + 5, spot[1] + 5) for spot in spots]
    order = sorted(range(len(points)), key=lambda index: points[index].family != "Palette Engine")
    for index in order:
        point = points[index]
        text = axes.annotate(
            point.label,
            (point.x, point.y),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=11 if point.family == "Palette Engine" else 8,
            fontweight="bold" if point.family == "Palette Engine" else "normal",
            color=INKS[point.family],
            zorder=4,
        )
        best = min(LABEL_OFFSETS, key=lambda offset: _covered(text, offset, taken, axes, renderer))
        _put(text, best)
        taken.append(text.get_window_extent(renderer))
        if abs(best[1]) > 14:
            axes.annotate(
                "",
                (point.x, point.y),
                xytext=best[:2],
                textcoords="offset points",
                arrowprops={"arrowstyle": "-", "color": INKS[point.family], "lw": 0.6},
            )


def _put(text: Any, offset: tuple[int, int, str]) -> None:
    text.set_position(offset[:2])
    text.set_horizontalalignment(offset[2])


def _box(left: float, bottom: float, right: float, top: float) -> Any:
    return import_module("matplotlib.transforms").Bbox.from_extents(left, bottom, right, top)


def _covered(
    text: Any, offset: tuple[int, int, str], taken: Sequence[Any], axes: Any, renderer: Any
) -> float:
    """Return the cost of a label's offset: covered pixels, plus those outside of the axes x 100."""
    _put(text, offset)
    box = text.get_window_extent(renderer)
    overlap = sum(
        max(0.0, min(box.x1, other.x1) - max(box.x0, other.x0))
        * max(0.0, min(box.y1, other.y1) - max(box.y0, other.y0))
        for other in taken
    )
    outside = sum(
        max(0.0, length)
        for length in (
            box.x1 - axes.bbox.x1,
            box.y1 - axes.bbox.y1,
            axes.bbox.x0 - box.x0,
            axes.bbox.y0 - box.y0,
        )
    )
    return float(overlap + 100 * outside)
