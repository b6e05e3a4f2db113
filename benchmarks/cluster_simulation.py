"""Cluster simulation: a hundred million pictures on clusters of any size, chunk by chunk.

A coordinator sends chunks of pictures to a scheduler, which gives them to slots of workers; a slot
reads its pictures from one storage that all share, and works on them; the scheduler and then the
coordinator take in the rows. Those three are queues, and each does one thing at a time, for as
long as was measured. Slots fail, and what they had is halved and read again. What happens is worked
out event by event, with random times from a fixed seed.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from benchmarks.report import table
from palette_engine.collections.collect import CHUNK_PICTURES, CHUNK_SECONDS, CHUNKS
from palette_engine.collections.journal import SYNC_SECONDS

__all__ = ["Costs", "Outcome", "Setting", "simulated", "simulation"]

SEED = 1

SPREAD = 0.5
"""The standard deviation of the time of a picture, as a share of it."""

RESTART_SECONDS = 60.0
"""After so long, a slot that has failed is back."""

HOUR = 3600.0

COLUMNS = (
    "workers",
    "hours",
    *("workers busy", "scheduler", "coordinator", "storage"),
    "busiest",
    "hours for the table",
    "GB in memory",
    "GB of journals",
    "failures",
)


@dataclass(frozen=True)
class Costs:
    """Measured costs, in processor seconds and bytes.

    A slot takes `picture` for a picture. The scheduler takes `scheduling` for a chunk, and the
    coordinator `sending` for a chunk, both ways, and `row` for a picture, from the walk through
    folders to the journal, to which it appends `row_bytes`. It takes `sync` to bring the journal to
    the disk, and `finishing` for a row of the table, of which it holds `row_memory` bytes.
    """

    picture: float
    scheduling: float
    sending: float
    row: float
    row_bytes: float
    sync: float
    finishing: float
    row_memory: float


@dataclass(frozen=True)
class Setting:
    """A cluster, and the collection that it reads.

    `slots` read `pictures` of `picture_bytes`, from a storage that gives all of them together
    `storage` bytes a second, and one of them at most `link`. Each fails every `hours`, on average.
    `coordinators` share slots, pictures, and storage; each has a scheduler of its own.
    """

    slots: int
    pictures: int = 100_000_000
    picture_bytes: float = 250_000.0
    storage: float = 10e9
    link: float = 100e6
    hours: float = 1000.0
    coordinators: int = 1


@dataclass(frozen=True)
class Outcome:
    """The result: `seconds` until the last row, and the share of them that each part was busy.

    `rows` were simulated. `finishing` seconds more are for the table. `memory` is what one
    coordinator holds in bytes, and `journal` the bytes in all journals. `failures` of slots are
    those of all.
    """

    seconds: float
    rows: int
    slots: float
    scheduler: float
    coordinator: float
    storage: float
    finishing: float
    memory: float
    journal: float
    failures: float

    @property
    def limit(self) -> str:
        """The part that is busiest, which is what has to grow first."""
        shares = {
            "slots": self.slots,
            "scheduler": self.scheduler,
            "coordinator": self.coordinator,
            "storage": self.storage,
        }
        return max(shares, key=shares.__getitem__)


def simulated(setting: Setting, costs: Costs, most: int = 2_000_000) -> Outcome:
    """Return what becomes of a setting.

    At most `most` pictures are simulated for each coordinator; the others are read at the same
    rate, as the first seconds hardly count.
    """
    pictures = setting.pictures // setting.coordinators
    tried = min(pictures, most)
    run = _Run(
        replace(
            setting,
            slots=max(1, setting.slots // setting.coordinators),
            storage=setting.storage / setting.coordinators,
            pictures=tried,
        ),
        costs,
    )
    seconds = run.until_end()
    factor = pictures / tried
    return Outcome(
        seconds * factor,
        run.rows,
        run.working / (seconds * run.setting.slots),
        run.scheduler.busy / seconds,
        run.coordinator.busy / seconds,
        run.storage.busy / seconds,
        pictures * costs.finishing,
        pictures * costs.row_memory,
        setting.pictures * costs.row_bytes,
        run.failures * factor * setting.coordinators,
    )


def simulation(costs: Costs, quick: float) -> str:
    """Return the costs, and the table of what becomes of settings.

    `quick` are the seconds of a picture with `--quick`.
    """
    settings = [
        ("10", Setting(10), costs.picture),
        ("100", Setting(100), costs.picture),
        ("1,000", Setting(1000), costs.picture),
        ("1,000, 10 collections", Setting(1000, coordinators=10), costs.picture),
        ("1,000, 10 collections, storage of 1 GB/s", _slow_storage(1e9), costs.picture),
        ("1,000, 10 collections, `--quick`", Setting(1000, coordinators=10), quick),
        ("1,000, 10 collections, each slot fails once an hour", _failing(1.0), costs.picture),
        ("10, `--quick`", Setting(10), quick),
        ("100, `--quick`", Setting(100), quick),
        ("1,000, `--quick`", Setting(1000), quick),
    ]
    lines = [
        _line(title, simulated(setting, replace(costs, picture=picture)))
        for title, setting, picture in settings
    ]
    return "\n\n".join((_told(costs, quick), table(COLUMNS, lines, words=("busiest",))))


def _told(costs: Costs, quick: float) -> str:
    return (
        f"Measured: {1000 * costs.picture:.1f} ms of a worker for a picture, {1000 * quick:.1f} "
        f"with `--quick`; {1000 * costs.scheduling:.2f} ms of Dask's scheduler and "
        f"{1000 * costs.sending:.2f} ms of its client for a chunk; {1e6 * costs.row:.0f} µs of the "
        f"coordinator for a row, {1e6 * costs.finishing:.0f} µs for the table, and "
        f"{costs.row_bytes:,.0f} bytes of the journal; {1000 * costs.sync:.0f} ms to bring it to "
        f"the disk; {costs.row_memory:.0f} bytes of memory for a row. Assumed: pictures of "
        f"{Setting.picture_bytes / 1000:.0f} kB, a storage of {Setting.storage / 1e9:.0f} GB/s, "
        f"{Setting.link / 1e6:.0f} MB/s for a worker, each of which fails once in "
        f"{Setting.hours:,.0f} hours."
    )


def _line(title: str, outcome: Outcome) -> tuple[str, ...]:
    busy = (outcome.slots, outcome.scheduler, outcome.coordinator, outcome.storage)
    return (
        title,
        f"{outcome.seconds / HOUR:,.1f}",
        *(f"{share:.0%}" for share in busy),
        outcome.limit,
        f"{outcome.finishing / HOUR:.1f}",
        f"{outcome.memory / 1e9:.1f}",
        f"{outcome.journal / 1e9:.0f}",
        f"{outcome.failures:,.0f}",
    )


def _slow_storage(rate: float) -> Setting:
    return Setting(1000, coordinators=10, storage=rate)


def _failing(hours: float) -> Setting:
    return Setting(1000, coordinators=10, hours=hours)


class _Queue:
    """Something that does one thing at a time, in the order in which they come."""

    def __init__(self) -> None:
        self.free = 0.0
        self.busy = 0.0

    def done(self, now: float, seconds: float) -> float:
        """Return when something that comes now and takes so long is done."""
        self.free = max(now, self.free) + seconds
        self.busy += seconds
        return self.free


@dataclass(frozen=True)
class _Sent:
    """The scheduler has received a chunk of some pictures."""

    pictures: int


@dataclass(frozen=True)
class _Ready:
    """The scheduler has scheduled a chunk of some pictures."""

    pictures: int


@dataclass(frozen=True)
class _Read:
    """A slot is done with a chunk that it began at a time."""

    pictures: int
    slot: int
    begun: float


@dataclass(frozen=True)
class _Failed:
    """A slot has failed while it had a chunk."""

    pictures: int
    slot: int
    begun: float


@dataclass(frozen=True)
class _Returned:
    """So many rows of a chunk have come to the coordinator; none if the chunk was lost."""

    rows: int


@dataclass(frozen=True)
class _Back:
    """A slot can have chunks."""

    slot: int


@dataclass(frozen=True)
class _Written:
    """So many rows of a chunk are in the journal."""

    rows: int


_Event = _Sent | _Ready | _Read | _Failed | _Returned | _Back | _Written


class _Run:
    """One coordinator with its scheduler and its slots."""

    def __init__(self, setting: Setting, costs: Costs) -> None:
        self.setting, self._costs = setting, costs
        self.scheduler, self.coordinator, self.storage = _Queue(), _Queue(), _Queue()
        self.working = 0.0
        self.failures = 0
        self.rows = 0
        self._chance = Random(SEED)
        self._chunk = max(1, min(CHUNK_PICTURES, int(CHUNK_SECONDS / costs.picture)))
        self._left = setting.pictures
        self._again: deque[int] = deque()
        self._waiting: deque[int] = deque()
        self._idle = deque(range(setting.slots))
        self._fails = [self._next_failure(0.0) for _ in range(setting.slots)]
        self._synced = 0.0
        self._flying = 0
        self._number = 0
        self._events: list[tuple[float, int, _Event]] = []

    def until_end(self) -> float:
        """Return when the last row is in the journal."""
        self._send(0.0)
        now = 0.0
        while self._flying:
            now, _, event = heapq.heappop(self._events)
            match event:
                case _Sent(pictures):
                    self._add(self._scheduled(now), _Ready(pictures))
                case _Ready(pictures):
                    self._waiting.append(pictures)
                    self._begin(now)
                case _Read(pictures, slot, begun):
                    self.working += now - begun
                    self._idle.append(slot)
                    self._begin(now)
                    self._add(self._scheduled(now), _Returned(pictures))
                case _Failed(pictures, slot, begun):
                    self.failures += 1
                    self.working += now - begun
                    self._fails[slot] = self._next_failure(now + RESTART_SECONDS)
                    self._again += _halves(pictures)
                    self._add(now + RESTART_SECONDS, _Back(slot))
                    self._add(self._scheduled(now), _Returned(0))
                case _Back(slot):
                    self._idle.append(slot)
                    self._begin(now)
                case _Returned(rows):
                    self._add(self._written(now, rows), _Written(rows))
                case _Written(rows):
                    self.rows += rows
                    self._flying -= 1
                    self._send(now)
        return now

    def _send(self, now: float) -> None:
        """Send chunks until each slot has as many before it as it may have."""
        while self._flying < CHUNKS * self.setting.slots and (self._again or self._left):
            if self._again:
                pictures = self._again.popleft()
            else:
                pictures = min(self._chunk, self._left)
                self._left -= pictures
            self._flying += 1
            self._add(self.coordinator.done(now, self._costs.sending / 2), _Sent(pictures))

    def _scheduled(self, now: float) -> float:
        """Return when the scheduler has taken in a chunk, or its outcome."""
        return self.scheduler.done(now, self._costs.scheduling / 2)

    def _begin(self, now: float) -> None:
        """Give chunks that wait to slots that do."""
        while self._waiting and self._idle:
            pictures, slot = self._waiting.popleft(), self._idle.popleft()
            size = pictures * self.setting.picture_bytes
            given = self.storage.done(now, size / self.setting.storage)
            read = max(given, now + size / self.setting.link)
            spread = SPREAD / pictures**0.5
            factor = max(0.1, self._chance.gauss(1, spread))
            done = read + pictures * self._costs.picture * factor
            if self._fails[slot] < done:
                self._add(max(now, self._fails[slot]), _Failed(pictures, slot, now))
            else:
                self._add(done, _Read(pictures, slot, now))

    def _written(self, now: float, rows: int) -> float:
        """Return when rows are in the journal, which is brought to the disk from time to time."""
        done = self.coordinator.done(now, self._costs.sending / 2 + rows * self._costs.row)
        if done - self._synced > SYNC_SECONDS:
            done = self._synced = self.coordinator.done(now, self._costs.sync)
        return done

    def _add(self, when: float, event: _Event) -> None:
        self._number += 1
        heapq.heappush(self._events, (when, self._number, event))

    def _next_failure(self, now: float) -> float:
        return now + self._chance.expovariate(1 / (self.setting.hours * HOUR))


def _halves(pictures: int) -> Iterator[int]:
    """Yield the sizes of the chunks that are read in place of one that was lost."""
    half = pictures // 2
    yield from (half, pictures - half) if half else (pictures,)
