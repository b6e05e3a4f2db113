"""Pictures in memory that expire."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from palette_engine.web.picture_store import OVERHEAD, PictureForgotten, PictureStore, StoredPicture

MINUTE = 60.0


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def picture(size: int = 0, name: str = "a.png") -> StoredPicture:
    """Return a picture that counts for so many bytes beside its room."""
    return StoredPicture(name, bytes(size), 20, 10, b"")


def store(clock: Clock, most: int = 10**9) -> PictureStore:
    return PictureStore(most, 30 * MINUTE, clock)


def test_a_picture_is_found_under_its_name_alone() -> None:
    held = store(Clock())
    first, second = held.add(picture(name="a.png")), held.add(picture(name="b.png"))
    assert held.get(first) == replace(picture(name="a.png"), key=first)
    assert held.get(second).name == "b.png"
    for name in ("", "..", first[:-1], first.swapcase()):
        with pytest.raises(PictureForgotten, match=r"not here any more; drop it again\.") as caught:
            held.get(name)
        assert caught.value.reason == "forgotten"


def test_names_are_never_the_same_and_fit_into_addresses() -> None:
    held = store(Clock())
    names = {held.add(picture()) for _ in range(500)}
    assert len(names) == 500
    assert all(
        len(name) >= 22 and name.replace("-", "").replace("_", "").isalnum() for name in names
    )


def test_a_picture_expires_when_it_is_not_used() -> None:
    clock = Clock()
    held = store(clock)
    name = held.add(picture())
    clock.now += 30 * MINUTE - 1
    assert held.get(name)
    clock.now += 30 * MINUTE
    with pytest.raises(
        PictureForgotten, match="not used for 30 minutes, and is forgotten; drop it again"
    ):
        held.get(name)


def test_whoever_uses_a_picture_keeps_it() -> None:
    clock = Clock()
    held = store(clock)
    name, other = held.add(picture()), held.add(picture())
    for _ in range(3):
        clock.now += 20 * MINUTE
        held.get(name)
    assert len(held) == 1
    with pytest.raises(PictureForgotten):
        held.get(other)


def test_expiring_drops_what_has_expired_and_nothing_else() -> None:
    clock = Clock()
    held = store(clock)
    held.add(picture(500))
    clock.now += 29 * MINUTE
    name = held.add(picture(700))
    held.expire()
    assert len(held) == 2
    clock.now += 1 * MINUTE
    held.expire()
    assert held.size == OVERHEAD + 700
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
    held = PictureStore(10**9, seconds, clock)
    name = held.add(picture())
    clock.now += seconds
    with pytest.raises(PictureForgotten, match=f"not used for {words},"):
        held.get(name)


def test_those_not_used_longest_make_room_for_a_new_one() -> None:
    held = store(Clock(), 4 * OVERHEAD + 100)
    first, second, third = (held.add(picture(30)) for _ in range(3))
    held.get(first)
    fourth = held.add(picture(30))
    assert [held.get(name).key for name in (first, third, fourth)] == [first, third, fourth]
    with pytest.raises(PictureForgotten, match=r"had to make room for newer ones; drop it again\."):
        held.get(second)


def test_a_large_picture_takes_the_place_of_several() -> None:
    held = store(Clock(), 5 * OVERHEAD)
    for _ in range(3):
        held.add(picture())
    held.add(picture(3 * OVERHEAD))
    assert len(held) == 2
    assert held.size == 5 * OVERHEAD


def test_the_latest_picture_is_kept_however_large_it_is() -> None:
    held = store(Clock(), 100)
    first = held.add(picture(10_000))
    assert held.get(first)
    second = held.add(picture(20_000))
    assert held.get(second)
    assert len(held) == 1


def test_what_is_made_of_a_picture_counts() -> None:
    held = store(Clock(), 3 * OVERHEAD + 1000)
    first, second = held.add(picture()), held.add(picture())
    grown = replace(held.get(first), summary=bytes(600), preview=bytes(400))
    held.replace(grown)
    assert held.get(first) == grown
    assert held.size == 2 * OVERHEAD + 1000
    held.replace(replace(grown, preview=bytes(2000)))
    with pytest.raises(PictureForgotten):
        held.get(second)
    assert held.size == OVERHEAD + 2600


def test_what_is_forgotten_is_not_replaced() -> None:
    clock = Clock()
    held = store(clock)
    name = held.add(picture())
    found = held.get(name)
    held.forget(name)
    with pytest.raises(PictureForgotten, match="not here any more"):
        held.replace(found)
    assert held.size == 0
    held.forget(name)  # once more changes nothing
    held.forget("never there")
