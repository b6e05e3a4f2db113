"""Records: what was measured of each tool, kept in the cache until it is measured again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.cache import cached
from benchmarks.measures import Quality
from benchmarks.tools.awkward import Verdict

__all__ = ["Outcome", "Record", "Timing", "Trial"]


@dataclass
class Outcome:
    """The palette of one picture, or why there is none, and how good it is."""

    colors: list[list[float]]
    error: str
    quality: Quality | None = None


@dataclass
class Timing:
    """Seconds for one photograph, each beside those of Pillow that decodes it, and memory.

    `warm` is a call in a process that has made one before, `decode` the same of Pillow;
    `whole` is a process from its start to its end, `bare` one that only decodes; `peak` is the
    most megabytes that process holds.
    """

    warm: float = 0.0
    decode: float = 0.0
    whole: float = 0.0
    bare: float = 0.0
    peak: float = 0.0
    error: str = ""

    @property
    def warm_ratio(self) -> float:
        """How many times as long as decoding a warm call takes."""
        return self.warm / self.decode

    @property
    def whole_ratio(self) -> float:
        """How many times as long a process takes as one that only decodes."""
        return self.whole / self.bare


@dataclass
class Trial:
    """What a tool made of one awkward file."""

    verdict: Verdict
    why: str


@dataclass
class Record:
    """All that is known of one tool; `reason` is why it is not installed, if it is not.

    `outcomes` are by number of colors and picture, `timings` by size, `trials` by file, `days`
    by what was measured then.
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
        """Return what is known of a tool, which may be nothing."""
        path = cached(f"tools/records/{tool}.json")
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
        """Keep what is known."""
        path = cached(f"tools/records/{self.tool}.json")
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(self)))
        part.replace(path)

    def qualities(self, count: int) -> dict[str, Quality]:
        """Return how good the palettes with so many colors are, by picture."""
        outcomes = self.outcomes.get(str(count), {})
        return {name: row.quality for name, row in outcomes.items() if row.quality is not None}


def _outcome(row: Mapping[str, Any]) -> Outcome:
    quality = row["quality"] and Quality(**row["quality"])
    return Outcome(row["colors"], row["error"], quality)
