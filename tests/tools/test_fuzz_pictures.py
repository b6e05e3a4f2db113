"""Damaged pictures of every kind are read or refused; with --long, thousands of them."""

from __future__ import annotations

import io
import sys

import pytest

from palette_engine.pictures.file_types import readable_formats, type_of
from palette_engine.pictures.reading import read_pixels
from tools.fuzz_pictures import fuzz, mutation, samples

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it limits memory as Linux does")


@pytest.mark.slow
def test_damaged_pictures_are_read_or_refused_soon_and_always_alike(
    request: pytest.FixtureRequest,
) -> None:
    count = 20_000 if request.config.getoption("--long") else 400
    assert [*fuzz(count, seed=0)] == []


def test_every_sample_is_a_picture_and_every_kind_has_one() -> None:
    pictures = samples()
    for data in pictures.values():
        assert len(read_pixels(data).rgb) > 1
    begun = {type_of(io.BytesIO(data), "picture.tga") for data in pictures.values()}
    assert begun == {*readable_formats()}


def test_a_mutation_is_the_same_whenever_it_is_made_and_most_are_damaged() -> None:
    pictures = samples()
    made = [mutation(7, index, pictures) for index in range(100)]
    assert made == [mutation(7, index, samples()) for index in range(100)]
    assert made != [mutation(8, index, pictures) for index in range(100)]
    assert sum(data != pictures[name] for name, data in made) > 90
