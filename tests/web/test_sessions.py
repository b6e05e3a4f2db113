"""Pictures in memory that expire."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from palette_engine.web.sessions import ROOM, Forgotten, Session, Sessions

MINUTE = 60.0


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def picture(size: int = 0, name: str = "a.png") -> Session:
    """Return a picture that counts for so many bytes beside its room."""
    return Session(name, bytes(size), 20, 10, b"")


def sessions(clock: Clock, most: int = 10**9) -> Sessions:
    return Sessions(most, 30 * MINUTE, clock)


def test_a_picture_is_found_under_its_name_alone() -> None:
    held = sessions(Clock())
    first, second = held.add(picture(name="a.png")), held.add(picture(name="b.png"))
    assert held.get(first) == replace(picture(name="a.png"), picture=first)
    assert held.get(second).name == "b.png"
    for name in ("", "..", first[:-1], first.swapcase()):
        with pytest.raises(Forgotten, match=r"not here any more; drop it again\.") as caught:
            held.get(name)
        assert caught.value.reason == "forgotten"


def test_names_are_never_the_same_and_fit_into_addresses() -> None:
    held = sessions(Clock())
    names = {held.add(picture()) for _ in range(500)}
    assert len(names) == 500
    assert all(
        len(name) >= 22 and name.replace("-", "").replace("_", "").isalnum() for name in names
    )


def test_a_picture_expires_when_it_is_not_used() -> None:
    clock = Clock()
    held = sessions(clock)
    name = held.add(picture())
    clock.now += 30 * MINUTE - 1
    assert held.get(name)
    clock.now += 30 * MINUTE
    with pytest.raises(Forgotten, match="not used for 30 minutes, and is forgotten; drop it again"):
        held.get(name)


def test_whoever_uses_a_picture_keeps_it() -> None:
    clock = Clock()
    held = sessions(clock)
    name, other = held.add(picture()), held.add(picture())
    for _ in range(3):
        clock.now += 20 * MINUTE
        held.get(name)
    assert len(held) == 1
    with pytest.raises(Forgotten):
        held.get(other)


def test_sweeping_drops_what_has_expired_and_nothing_else() -> None:
    clock = Clock()
    held = sessions(clock)
    held.add(picture(500))
    clock.now += 29 * MINUTE
    name = held.add(picture(700))
    held.sweep()
    assert len(held) == 2
    clock.now += 1 * MINUTE
    held.sweep()
    assert held.size == ROOM + 700
    assert held.get(name)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.5, "0.5 seconds"),
        (1, "1 second"),
        (90, "1.5 minutes"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (86400, "24 hours"),
    ],
)
def test_durations_are_in_words(seconds: float, words: str) -> None:
    clock = Clock()
    held = Sessions(10**9, seconds, clock)
    name = held.add(picture())
    clock.now += seconds
    with pytest.raises(Forgotten, match=f"not used for {words},"):
        held.get(name)


def test_those_not_used_longest_make_room_for_a_new_one() -> None:
    held = sessions(Clock(), 4 * ROOM + 100)
    first, second, third = (held.add(picture(30)) for _ in range(3))
    held.get(first)
    fourth = held.add(picture(30))
    assert [held.get(name).picture for name in (first, third, fourth)] == [first, third, fourth]
    with pytest.raises(Forgotten, match=r"had to make room for newer ones; drop it again\."):
        held.get(second)


def test_a_large_picture_takes_the_place_of_several() -> None:
    held = sessions(Clock(), 5 * ROOM)
    for _ in range(3):
        held.add(picture())
    held.add(picture(3 * ROOM))
    assert len(held) == 2
    assert held.size == 5 * ROOM


def test_the_latest_picture_is_kept_however_large_it_is() -> None:
    held = sessions(Clock(), 100)
    first = held.add(picture(10_000))
    assert held.get(first)
    second = held.add(picture(20_000))
    assert held.get(second)
    assert len(held) == 1


def test_what_is_made_of_a_picture_counts() -> None:
    held = sessions(Clock(), 3 * ROOM + 1000)
    first, second = held.add(picture()), held.add(picture())
    grown = replace(held.get(first), sampled=bytes(600), reduced=bytes(400))
    held.replace(grown)
    assert held.get(first) == grown
    assert held.size == 2 * ROOM + 1000
    held.replace(replace(grown, reduced=bytes(2000)))
    with pytest.raises(Forgotten):
        held.get(second)
    assert held.size == ROOM + 2600


def test_what_is_forgotten_is_not_replaced() -> None:
    clock = Clock()
    held = sessions(clock)
    name = held.add(picture())
    session = held.get(name)
    held.forget(name)
    with pytest.raises(Forgotten, match="not here any more"):
        held.replace(session)
    assert held.size == 0
    held.forget(name)  # once more changes nothing
    held.forget("never there")
