"""Shares of given swatches, measured anew."""

from __future__ import annotations

import numpy as np
import pytest

from palette_engine.errors import InputError, OptionError
from palette_engine.extraction.pipeline import extract
from palette_engine.extraction.shares import measure_shares
from palette_engine.options import Options
from palette_engine.palette.edit import merge_swatches, remove_swatch
from palette_engine.palette.order import ordered
from palette_engine.palette.value import Palette, Swatch
from palette_engine.recoloring.index_map import index_map
from tests.sample_pictures import BROWN, blocks, noise, u8

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
PICTURE = blocks((BROWN, 5), (BLACK, 3), (WHITE, 2))


def shares(palette: Palette) -> list[float]:
    return [swatch.share for swatch in palette.swatches]


def test_shares_are_those_of_the_picture_in_the_order_of_the_palette() -> None:
    palette = Palette((Swatch(WHITE, 0.9, "Paper"), Swatch(BROWN), Swatch(BLACK)))
    measured = measure_shares(palette, PICTURE)
    assert measured.swatches == (
        Swatch(WHITE, 0.2, "Paper"),
        Swatch(BROWN, 0.5),
        Swatch(BLACK, 0.3),
    )
    assert measured.difference
    assert measured.difference.mean == 0


def test_what_a_removed_swatch_had_goes_to_others() -> None:
    edited = measure_shares(remove_swatch(extract(PICTURE, colors=3), 0), PICTURE)
    assert sum(shares(edited)) == pytest.approx(1)
    assert edited.difference
    assert edited.difference.mean > 5


def test_they_are_the_areas_of_the_index_map() -> None:
    # Of 1,600 pixels none is left out, and no colors are grouped.
    picture = noise(1, 40, 40)
    palette = merge_swatches(extract(picture, colors=9), 2, 5)
    places = index_map(picture, palette).places
    assert shares(measure_shares(palette, picture)) == [place.share for place in places]


def test_equal_swatches_share_nothing() -> None:
    assert shares(measure_shares(Palette((Swatch(BLACK), Swatch(BLACK))), PICTURE)) == [1, 0]


def test_options_choose_what_is_measured() -> None:
    palette = Palette((Swatch(BLACK), Swatch(BROWN)))
    ignoring = measure_shares(palette, PICTURE, Options(ignore="white"))  # type: ignore[arg-type]
    assert shares(ignoring) == [3 / 8, 5 / 8]
    region = measure_shares(palette, PICTURE, Options(region=(0, 0, 6, 1)))
    assert shares(region) == [1 / 6, 5 / 6]
    weight = u8([[0] * 5 + [255] * 5])
    assert shares(measure_shares(palette, PICTURE, weight=weight)) == [0.6, 0.4]


def test_where_swatches_are_first_seen_is_measured_for_that_order() -> None:
    picture = np.repeat(np.repeat(PICTURE, 40, axis=0), 40, axis=1)
    palette = Palette((Swatch(WHITE), Swatch(BLACK), Swatch(BROWN)))
    measured = measure_shares(palette, picture, Options(order="image"))
    assert [s.color for s in ordered(measured, "image").swatches] == [BROWN, BLACK, WHITE]
    with pytest.raises(OptionError):
        ordered(measure_shares(palette, picture), "image")


def test_a_palette_without_swatches_is_refused() -> None:
    with pytest.raises(InputError, match="has no colors"):
        measure_shares(Palette(()), PICTURE)
