"""Color resources, books and lists of other programs, in samples that code has written."""

from __future__ import annotations

from pathlib import Path

import pytest

from palette_engine.errors import InputError
from palette_engine.formats import FORMATS, loads, scribus
from palette_engine.palette.value import Palette

SAMPLES = Path(__file__).parent / "samples"

RED, GREEN, FULL = "#e6194b", "#3cb44b", "#ff0000"


@pytest.mark.parametrize(
    ("filename", "name", "expected", "counts"),
    [
        ("android.xml", "android", [(RED, "brand_red"), (GREEN, "green"), (RED, "link")], [1, 1]),
        ("corel.xml", "Corel", [(FULL, "Red"), (FULL, "Ink"), (RED, "Hex")], [1]),
        ("scribus.xml", "Two", [(RED, "Red"), (FULL, "Ink")], []),
        ("book.acb", "Own Book", [(RED, "Own Red"), (GREEN, "Own Green")], []),
        ("list.clr", "list", [(RED, "Red"), ("#808080", "Gray")], []),
    ],
)
def test_a_sample_has_its_colors_and_remarks(
    filename: str, name: str, expected: list[tuple[str, str]], counts: list[int]
) -> None:
    palette = loads((SAMPLES / filename).read_bytes(), filename)
    assert palette.name == name
    assert [(swatch.hex, swatch.name) for swatch in palette.swatches] == expected
    assert [remark.count for remark in palette.remarks] == counts


@pytest.mark.parametrize("name", ["android", "coreldraw", "scribus", "acb", "clr"])
@pytest.mark.parametrize("data", [b"", b"<a/>", b"8BCB\0\1", b"bplist00", b"<resources>"])
def test_what_is_no_such_file_is_refused(name: str, data: bytes) -> None:
    load = FORMATS[name].loads
    assert load is not None
    with pytest.raises(InputError):
        load(data)


def test_a_book_that_is_cut_short_is_told() -> None:
    data = (SAMPLES / "book.acb").read_bytes()
    palette = loads(data[:-2], "book.acb")
    assert [swatch.hex for swatch in palette.swatches] == [RED]
    assert [remark.count for remark in palette.remarks] == [1]


def test_scribus_colors_have_different_names(flag: Palette) -> None:
    data = scribus.dumps(Palette((*flag.swatches, *flag.swatches)))
    names = [swatch.name for swatch in scribus.loads(data).swatches]
    assert len({*names}) == 6
