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
        ("autocad.acb", "Own Book", [(RED, "Own Red"), (GREEN, "Own Green")], [1]),
        ("corel.pal", "corel", [(FULL, "Full"), (FULL, 'In "quotes"'), ("#000000", "Key")], [1]),
        ("sk1.skp", 'Two "kinds"', [(RED, "It's red"), (FULL, "Ink")], [1]),
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


@pytest.mark.parametrize(
    "name",
    [
        *("android", "coreldraw", "scribus", "acb", "clr"),
        *("autocad", "corel-text", "sk1"),
    ],
)
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


def test_a_book_that_is_encrypted_is_refused() -> None:
    data = (
        (SAMPLES / "autocad.acb").read_bytes().replace(b"<red>", b"<r>").replace(b"</red>", b"</r>")
    )
    with pytest.raises(InputError, match="encrypted"):
        loads(data, "autocad.acb")


def test_a_palette_of_spot_colors_is_refused() -> None:
    lines = (SAMPLES / "sk1.skp").read_text().splitlines()
    text = "\n".join(line for line in lines if "RGB" not in line and "CMYK" not in line)
    with pytest.raises(InputError, match="No color"):
        loads(text.encode(), "sk1.skp")


def test_models_of_sketchup_are_no_palettes() -> None:
    data = b"\xff\xfe\xff\x0eS\0k\0e\0t\0c\0h\0"
    with pytest.raises(InputError, match="is not a palette that can be read"):
        loads(data, "model.skp")
