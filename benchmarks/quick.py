"""Quick: what the effort `quick` costs in error, colors and shares, and what it saves."""

from __future__ import annotations

import io
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.measures import Baseline, Subject
from benchmarks.pictures import PICTURES, Picture
from benchmarks.report import circumstances, table
from benchmarks.tools.files import GROUPS
from palette_engine import Palette, extract
from palette_engine.color.cielab import lab_of

__all__ = ["HEAD", "REPORT", "quick_section"]

REPORT = Path(__file__).with_name("quick.md")

HEAD = """\
# Quick palettes

Written by `python -m benchmarks quick`; [README.md](README.md#quick-palettes) explains it.
"""

COLORS = (5, 10, 64)

QUALITY = 90
"""The quality of JPEGs."""

GROUPS_SHOWN = ("photographs", "gray", "drawn")


@dataclass(frozen=True)
class Cost:
    """What one quick palette costs, beside the full one.

    `error` and `time` are multiples; `kept` is the change of the share of significant colors that
    are kept; `share` is by how much a share is wrong, at most. `is_same` is whether the colors are.
    """

    error: float
    time: float
    kept: float
    share: float
    is_same: bool


def quick_section(cq100: Sequence[Path]) -> tuple[str, str]:
    """Return the title and the table of costs, over CQ100 and over the benchmarks' pictures."""
    load = os.getloadavg()[0]
    costs: dict[tuple[str, str, int], list[Cost]] = {}
    for group, picture in (*_of_cq100(cq100), *_own()):
        subject = Subject.of(group, picture)
        for kind in ("JPEG", "PNG"):
            file = io.BytesIO()
            Image.fromarray(picture).save(file, kind, quality=QUALITY)
            for colors in COLORS:
                cost = _cost(file.getvalue(), subject, colors)
                costs.setdefault((group, kind, colors), []).append(cost)
    told = f"{circumstances()}\nThe machine's load before: {load:.1f}."
    return "Beside the full effort", f"{told}\n\n{_table(costs)}"


def _of_cq100(paths: Sequence[Path]) -> Iterator[tuple[str, Picture]]:
    for path in paths:
        with Image.open(path) as image:
            yield f"CQ100, {len(paths)}", np.asarray(image.convert("RGB"))


def _own() -> Iterator[tuple[str, Picture]]:
    for group in GROUPS_SHOWN:
        for name in GROUPS[group]:
            yield f"{group}, {len(GROUPS[group])}", PICTURES[name]()


def _cost(data: bytes, subject: Subject, colors: int) -> Cost:
    full, full_time = _timed(data, colors, "full")
    quick, quick_time = _timed(data, colors, "quick")
    baseline = Baseline(1.0, 1.0)
    one, other = (
        subject.quality(_swatches(palette), colors, baseline) for palette in (full, quick)
    )
    return Cost(
        error=other.error / one.error if one.error > 1e-9 else 1.0 + (other.error > 1e-9),
        time=quick_time / full_time,
        kept=other.accents - one.accents,
        share=_share_error(subject, quick) - _share_error(subject, full),
        is_same=full.swatches == quick.swatches,
    )


def _timed(data: bytes, colors: int, effort: str) -> tuple[Palette, float]:
    """Return a palette, and the processor time that it took."""
    start = time.process_time()
    palette = extract(data, colors=colors, effort=effort)
    return palette, time.process_time() - start


def _swatches(palette: Palette) -> NDArray[np.float64]:
    return lab_of(np.array([swatch.color for swatch in palette.swatches], np.uint8))


def _share_error(subject: Subject, palette: Palette) -> float:
    """Return the largest difference of a share from that of the nearest pixels."""
    colors = subject.colors
    nearest = colors.nearest(_swatches(palette))
    area = np.bincount(nearest, colors.weight, len(palette.swatches))
    shares = np.array([swatch.share for swatch in palette.swatches], np.float64)
    return float(np.abs(area - shares).max())


def _table(costs: Mapping[tuple[str, str, int], Sequence[Cost]]) -> str:
    header = ["pictures", "file", "colors", "time", "error", "worst", "kept", "worst kept"]
    rows = [
        [
            group,
            kind,
            str(colors),
            f"{statistics.median(cost.time for cost in found):.2f}x",
            f"{statistics.median(cost.error for cost in found):.3f}x",
            f"{max(cost.error for cost in found):.2f}x",
            f"{statistics.mean(cost.kept for cost in found):+.1%}",
            f"{min(cost.kept for cost in found):+.1%}",
            f"{max(cost.share for cost in found):.1%}",
            f"{sum(cost.is_same for cost in found)} of {len(found)}",
        ]
        for (group, kind, colors), found in costs.items()
    ]
    return table([*header, "share", "same"], rows, ("file",))
