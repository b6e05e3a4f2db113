"""The simulation of clusters: nothing is lost, and its queues are what limits it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.cluster_simulation import Costs, Setting, simulated

FREE = Costs(
    picture=0.05,
    scheduling=0.0,
    sending=0.0,
    row=0.0,
    row_bytes=1000.0,
    sync=0.0,
    finishing=0.0,
    row_memory=300.0,
)

PICTURES = 64_000


def setting(slots: int, **values: float) -> Setting:
    """Return a setting whose storage and links hardly count."""
    return replace(Setting(slots, PICTURES, storage=1e15, link=1e15, hours=1e9), **values)  # type: ignore[arg-type]


def test_slots_alone_need_the_time_of_their_pictures() -> None:
    outcome = simulated(setting(10), FREE)
    assert outcome.rows == PICTURES
    assert outcome.limit == "slots"
    # The last chunks do not end at the same time.
    assert PICTURES * 0.05 / 10 < outcome.seconds < PICTURES * 0.05 / 10 + 2 * 64 * 0.05
    assert simulated(setting(20), FREE).seconds == pytest.approx(outcome.seconds / 2, rel=0.02)


@pytest.mark.parametrize(
    ("limit", "costs", "values", "seconds"),
    [
        ("scheduler", replace(FREE, scheduling=0.064), {}, PICTURES * 0.001),
        ("coordinator", replace(FREE, row=0.001), {}, PICTURES * 0.001),
        ("coordinator", replace(FREE, sending=0.064), {}, PICTURES * 0.001),
        ("storage", FREE, {"storage": 250e6}, PICTURES * 0.001),
    ],
)
def test_the_slowest_queue_sets_the_time(
    limit: str, costs: Costs, values: dict[str, float], seconds: float
) -> None:
    outcome = simulated(setting(1000, **values), costs)
    assert (outcome.limit, outcome.rows) == (limit, PICTURES)
    assert outcome.seconds == pytest.approx(seconds, rel=0.15)
    assert max(outcome.slots, outcome.scheduler, outcome.coordinator, outcome.storage) <= 1


def test_slots_that_fail_lose_no_picture() -> None:
    outcome = simulated(setting(50, hours=0.02), FREE)
    assert outcome.rows == PICTURES
    assert outcome.failures > 20
    assert outcome.seconds > simulated(setting(50), FREE).seconds


def test_collections_share_the_slots() -> None:
    costs = replace(FREE, row=0.001)
    one, ten = simulated(setting(1000), costs), simulated(setting(1000, coordinators=10), costs)
    assert ten.seconds < one.seconds / 5
    assert ten.memory == one.memory / 10
    assert ten.journal == one.journal == PICTURES * 1000


def test_what_is_not_simulated_goes_at_the_same_rate() -> None:
    whole, part = simulated(setting(10), FREE), simulated(setting(10), FREE, most=PICTURES // 4)
    assert part.rows == PICTURES // 4
    assert part.seconds == pytest.approx(whole.seconds, rel=0.02)
