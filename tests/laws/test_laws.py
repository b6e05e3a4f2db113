"""The guarantees of the package, one property each."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import warnings
from dataclasses import replace
from functools import reduce
from operator import add
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import InputError, PaletteWarning
from palette_engine.extraction.histogram import MAX_CELLS, Histogram
from palette_engine.extraction.pipeline import palette_of
from palette_engine.extraction.summary import Summary
from palette_engine.formats import FORMATS, dumps, json_palette, loads
from palette_engine.options import OPTIONS, Options
from palette_engine.palette.order import ORDERS, ordered
from palette_engine.palette.value import Difference, Palette, Swatch, plain_text
from palette_engine.pictures.pixels import Frame, Pixels
from palette_engine.pictures.reading import read_pixels
from palette_engine.session.server import serve
from tests.examples import examples
from tests.patience import PATIENCE
from tests.sample_pictures import encoded

pytestmark = pytest.mark.slow

READ = [name for name, row in FORMATS.items() if row.loads]
"""The formats that are read."""

orders = st.sampled_from(sorted(ORDERS))

levels = st.one_of(
    st.integers(0, 255),  # anything
    st.integers(100, 103),  # near-identical colors
    st.sampled_from([0, 255]),  # flat colors
)


@st.composite
def pixels(draw: st.DrawFn, least: int = 1) -> Pixels:
    """Draw pixels of which one at least is visible."""
    count = draw(st.integers(least, 60))
    rgb = draw(npst.arrays(np.uint8, (count, 3), elements=levels))
    weight = draw(npst.arrays(np.uint8, count, elements=st.sampled_from([0, 1, 128, 255])))
    return Pixels(rgb, weight)


def many(seed: int, count: int, spread: int) -> Pixels:
    """Return many pixels of random colors and weights."""
    rng = np.random.default_rng(seed)
    return Pixels(
        rng.integers(0, spread, (count, 3), np.uint8), rng.integers(0, 256, count, np.uint8)
    )


crowds = st.builds(
    many,
    seed=st.integers(0, 2**32),
    count=st.sampled_from([1000, 40_000, 80_000]),
    spread=st.sampled_from([4, 60, 256]),
)
"""Pixels of few to very many colors: some need coarser cells alone, some only together."""

names = st.text(max_size=80) | st.text("\n\r\t #0123456789\u2028\x85", max_size=20)
palettes = st.builds(
    Palette,
    st.lists(
        st.builds(
            Swatch, st.tuples(*[st.integers(0, 255)] * 3), st.floats(0, 1), names, st.floats(0, 255)
        ),
        max_size=20,
    ).map(tuple),
    names.filter(bool),
    names,
    st.integers(0, 256),
    st.floats(0, 100),
    st.none() | st.builds(Difference, st.floats(0, 200), st.floats(0, 200)),
)


def same(one: Histogram, other: Histogram) -> bool:
    return (
        one.bits == other.bits
        and np.array_equal(one.keys, other.keys)
        and np.array_equal(one.sums, other.sums)
        and np.array_equal(one.found, other.found)
    )


# Palettes


@given(
    pixels(),
    st.integers(1, 64),
    orders,
    st.sampled_from(OPTIONS["swatch"].keys),
    st.sampled_from([0, 0.25, 1]),
    st.sampled_from(OPTIONS["effort"].keys),
)
def test_a_palette_has_distinct_swatches_as_many_as_asked_or_as_there_are(
    drawn: Pixels, colors: int, order: str, swatch: str, emphasis: float, effort: str
) -> None:
    assume(drawn.weight.any())
    visible = len(np.unique(drawn.rgb[drawn.weight > 0], axis=0))
    chosen = Options(colors=colors, order=order, swatch=swatch, emphasis=emphasis, effort=effort)
    framed = replace(drawn, frame=Frame(len(drawn.weight), 1))
    palette = palette_of(Summary.of(framed, order), chosen)
    found = {swatch.color for swatch in palette.swatches}
    assert len(found) == len(palette.swatches) == min(colors, visible)
    assert bool(palette.note) == (visible < colors)


@given(pixels(), st.integers(1, 64))
def test_shares_are_above_zero_and_sum_to_one(drawn: Pixels, colors: int) -> None:
    assume(drawn.weight.any())
    palette = palette_of(Summary.of(drawn), Options(colors=colors))
    assert all(swatch.share > 0 for swatch in palette.swatches)
    assert sum(swatch.share for swatch in palette.swatches) == pytest.approx(1)


@given(pixels())
def test_with_as_many_swatches_as_colors_each_color_has_its_exact_share(drawn: Pixels) -> None:
    assume(drawn.weight.any())
    palette = palette_of(Summary.of(drawn), Options(colors=256))
    for swatch in palette.swatches:
        mine = drawn.weight[np.all(drawn.rgb == swatch.color, axis=1)].astype(int).sum()
        assert swatch.share == mine / drawn.weight.astype(int).sum()


@given(pixels(), st.randoms(use_true_random=False), st.integers(1, 10))
def test_the_order_of_pixels_does_not_matter(drawn: Pixels, random: Random, colors: int) -> None:
    assume(drawn.weight.any())
    order = random.sample(range(len(drawn.weight)), len(drawn.weight))
    shuffled = Pixels(drawn.rgb[order], drawn.weight[order])
    one, other = (
        palette_of(Summary.of(each), Options(colors=colors)) for each in (drawn, shuffled)
    )
    assert one == other


# Histograms


@given(pixels(0), pixels(0))
def test_adding_histograms_is_the_histogram_of_all_pixels(one: Pixels, other: Pixels) -> None:
    whole = Histogram.of(Pixels.joined([one, other]))
    assert same(Histogram.of(one) + Histogram.of(other), whole)


@examples(12)
@given(crowds, crowds, crowds)
def test_adding_is_exact_in_any_order_and_grouping_also_where_cells_get_coarser(
    first: Pixels, second: Pixels, third: Pixels
) -> None:
    a, b, c = (Histogram.of(each) for each in (first, second, third))
    whole = Histogram.of(Pixels.joined([first, second, third]))
    assert same((a + b) + c, whole)
    assert same(a + (b + c), whole)
    assert same((c + a) + b, whole)
    assert whole.bits == 6 or len(whole.keys) <= MAX_CELLS


@given(crowds)
@examples(12)
def test_a_histogram_keeps_all_weight_and_all_color(drawn: Pixels) -> None:
    weight = drawn.weight.astype(np.int64)
    histogram = Histogram.of(drawn)
    assert histogram.total == weight.sum()
    assert histogram.sums[:, 1:].sum(axis=0).tolist() == (weight @ drawn.rgb).tolist()


# Strips


@given(
    shape=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    rows=st.integers(1, 12),
    masked=st.booleans(),
    seed=st.integers(0, 999),
)
def test_strips_of_any_height_give_the_same_palette(
    shape: tuple[int, int], rows: int, masked: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    planes = [rng.integers(0, 256, (*shape, 4), np.uint8)]
    planes += [rng.integers(0, 256, shape, np.uint8)] * masked
    height, width = shape

    def answer(rows: int) -> bytes:
        kinds = ["rgba", "mask"][: len(planes)]
        layout = {"width": width, "height": height, "rows": rows, "planes": kinds}
        strips = (
            plane[top : top + rows].tobytes() for top in range(0, height, rows) for plane in planes
        )
        header = json.dumps({"picture": layout}).encode() + b"\n"
        said = header + b"".join(strips) + b'{"options": {}}\n'
        answers = io.BytesIO()
        serve(io.BytesIO(said), answers)
        return answers.getvalue()

    assert answer(rows) == answer(height)


@given(cuts=st.lists(st.integers(0, 512), max_size=5), colors=st.integers(1, 8))
@examples(8)
def test_tiles_added_up_give_the_palette_of_the_whole(
    cuts: list[int], colors: int, photo: NDArray[np.uint8]
) -> None:
    tiles = [tile for tile in np.split(photo, sorted(cuts)) if tile.size]
    total = reduce(add, (Summary.of(read_pixels(tile)) for tile in tiles))
    whole = Summary.of(read_pixels(photo))
    one, other = (palette_of(each, Options(colors=colors)) for each in (total, whole))
    assert one == other


# Machines


def test_one_and_two_threads_give_the_same_bytes(photo: NDArray[np.uint8], tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(encoded(Image.fromarray(photo), "PNG"))
    code = """if True:
        import sys
        from palette_engine import FORMATS, extract
        for options in (
            {"colors": 3},
            {"colors": 64, "swatch": "real"},
            {"colors": "auto", "emphasis": 1},
            {"colors": 16, "keep": "#00ff00,#123456", "min_distance": 8, "ignore": "black"},
        ):
            sys.stdout.buffer.write(FORMATS["json"].dumps(extract(sys.argv[1], **options)))"""
    results = []
    for threads in ("1", "2"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "PYTHONHASHSEED")
        run = subprocess.run(
            [sys.executable, "-c", code, path],
            env={**os.environ, **dict.fromkeys(names, threads)},
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
        results.append(run.stdout)
    assert results[0] == results[1]
    assert results[0].count(b'"schema"') == 4


# Formats


@given(palettes, st.sampled_from([name for name in READ if FORMATS[name].dumps]))
def test_colors_written_in_any_format_are_read_back(palette: Palette, name: str) -> None:
    if not palette.swatches:
        with pytest.raises(InputError):
            loads(dumps(palette, name), format_name=name)
        return
    read = loads(dumps(palette, name), format_name=name)
    assert [swatch.color for swatch in read.swatches] == [s.color for s in palette.swatches]


@given(palettes)
def test_json_gives_back_everything(palette: Palette) -> None:
    assert json_palette.loads(json_palette.dumps(palette)) == palette


@given(st.binary(max_size=200), st.sampled_from(READ))
def test_any_bytes_are_a_palette_or_an_input_error(data: bytes, name: str) -> None:
    with contextlib.suppress(InputError):
        loads(data, format_name=name)


@given(st.text(st.characters()), st.integers(0, 100))
def test_plain_text_is_printable_short_and_plain_already(text: str, limit: int) -> None:
    plain = plain_text(text, limit)
    assert plain == "" or plain.isprintable()
    assert len(plain.encode()) <= limit
    assert plain_text(plain, limit) == plain


# Orders


@given(palettes, orders)
def test_ordering_twice_is_ordering_once(palette: Palette, order: str) -> None:
    once = ordered(palette, order)
    assert ordered(once, order) == once


@given(palettes, orders)
def test_ordering_loses_and_adds_nothing(palette: Palette, order: str) -> None:
    result = ordered(palette, order)
    assert sorted(result.swatches, key=repr) == sorted(palette.swatches, key=repr)


# Pictures


beginnings = st.sampled_from(
    [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"II*\0", b"MM\0*", b"BM", b"P6 "]
)


@given(beginnings, st.binary(max_size=300))
def test_any_bytes_are_a_picture_or_an_input_error(beginning: bytes, data: bytes) -> None:
    with contextlib.suppress(InputError, UserWarning):
        read_pixels(beginning + data)


shapes = st.tuples(st.integers(1, 6), st.integers(1, 6)) | st.tuples(
    st.integers(1, 6), st.integers(1, 6), st.integers(1, 4)
)
floats = st.floats(-1, 2, width=32) | st.sampled_from([np.nan, np.inf, -np.inf])
pictures = npst.arrays(st.sampled_from([np.bool_, np.uint8, np.uint16]), shapes) | npst.arrays(
    st.sampled_from([np.float32, np.float64]), shapes, elements=floats
)


@given(pictures)
def test_any_array_of_a_pictures_shape_and_type_has_a_pixel_for_each_place(
    array: NDArray[np.generic],
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PaletteWarning)
        pixels = read_pixels(array)
    assert pixels.rgb.shape == (array.shape[0] * array.shape[1], 3)
    assert pixels.weight.shape == pixels.rgb.shape[:1]
    assert pixels.rgb.dtype == pixels.weight.dtype == np.uint8


@given(npst.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4))))
def test_a_png_has_the_pixels_of_its_array(array: NDArray[np.uint8]) -> None:
    from_file, from_array = read_pixels(encoded(Image.fromarray(array), "PNG")), read_pixels(array)
    assert np.array_equal(from_file.rgb, from_array.rgb)
    assert np.array_equal(from_file.weight, from_array.weight)
