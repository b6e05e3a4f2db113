"""Records: the measurements of each tool, kept in the cache until it is measured again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.cache import cache_path
from benchmarks.measures import Quality
from benchmarks.tools.awkward import Verdict

__all__ = ["Outcome", "Record", "Timing", "Trial"]


@dataclass
class Outcome:
    """The palette of one picture and its quality, or the reason why there is none."""

    colors: list[list[float]]
    error: str
    quality: Quality | None = None


@dataclass
class Timing:
    """Seconds and memory for one photograph, with the seconds of Pillow to decode it.

    `warm` is a repeated call in one process, `decode` the same by Pillow. `whole` is a process from
    its start to its end, `bare` one that only decodes. `peak` is the peak megabytes of `whole`.
    """

    warm: float = 0.0
    decode: float = 0.0
    whole: float = 0.0
    bare: float = 0.0
    peak: float = 0.0
    error: str = ""

    @property
    def warm_ratio(self) -> float:
        """The seconds of a warm call as a multiple of those of decoding."""
        return self.warm / self.decode

    @property
    def whole_ratio(self) -> float:
        """The seconds of a process as a multiple of those of one that only decodes."""
        return self.whole / self.bare


@dataclass
class Trial:
    """The verdict on a tool's answer for one awkward file, and its reason."""

    verdict: Verdict
    why: str


@dataclass
class Record:
    """All measurements of one tool; `reason` is why it is not installed, if it is not.

    `outcomes` are by number of colors and picture, `timings` by size, `trials` by file, and `days`
    by the property that was measured.
    """

    tool: str
    version: str = ""
    reason: str = ""
    outcomes: dict[str, dict[str, Outcome]] = field(default_factory=dict)
    timings: dict[str, Timing] = field(default_factory=dict)
    trials: dict[str, Trial] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, tool: str) -> Record:
        """Return the record of a tool; an empty one if it was never measured."""
        path = cache_path(f"tools/records/{tool}.json")
        if not path.exists():
            return cls(tool)
        data = json.loads(path.read_text())
        return cls(
            tool,
            data["version"],
            data["reason"],
            {
                count: {name: _outcome(row) for name, row in rows.items()}
                for count, rows in data["outcomes"].items()
            },
            {size: Timing(**row) for size, row in data["timings"].items()},
            {name: Trial(**row) for name, row in data["trials"].items()},
            data.get("days", {}),
        )

    def save(self) -> None:
        """Write the record to the cache."""
        path = cache_path(f"tools/records/{self.tool}.json")
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(self)))
        part.replace(path)

    def qualities(self, count: int) -> dict[str, Quality]:
        """Return the qualities of the palettes with `count` colors, by picture."""
        outcomes = self.outcomes.get(str(count), {})
        return {name: row.quality for name, row in outcomes.items() if row.quality is not None}


def _outcome(row: Mapping[str, Any]) -> Outcome:
    quality = row["quality"] and Quality(**row["quality"])
    return Outcome(row["colors"], row["error"], quality)
