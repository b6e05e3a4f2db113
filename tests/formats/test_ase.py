"""Adobe Swatch Exchange."""

from __future__ import annotations

import struct

import pytest

from palette_engine.errors import InputError
from palette_engine.formats import ase
from palette_engine.palette.value import Palette, Swatch
from tests.formats.test_gpl import HOSTILE_NAMES


def text(name: str) -> bytes:
    units = f"{name}\0".encode("utf-16-be")
    return struct.pack(">H", len(units) // 2) + units


def block(kind: int, content: bytes) -> bytes:
    return struct.pack(">HI", kind, len(content)) + content


def color(name: str, model: bytes, *values: float) -> bytes:
    numbers = struct.pack(f">{len(values)}f", *values)
    return block(1, text(name) + model + numbers + b"\0\2")


def file(*blocks: bytes, count: int | None = None) -> bytes:
    said = len(blocks) if count is None else count
    return b"ASEF" + struct.pack(">HHI", 1, 0, said) + b"".join(blocks)


def rows(data: bytes) -> list[tuple[tuple[int, int, int], str]]:
    return [(swatch.color, swatch.name) for swatch in ase.loads(data).swatches]


def test_a_palette_is_one_group_of_rgb_colors() -> None:
    palette = Palette((Swatch((255, 0, 0), name="Red"), Swatch((0, 255, 0))), "Two")
    assert ase.dumps(palette) == file(
        block(0xC001, text("Two")),
        color("Red", b"RGB ", 1, 0, 0),
        color("#00ff00", b"RGB ", 0, 1, 0),
        block(0xC002, b""),
    )


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_every_name_ends_with_nul_and_has_no_other(name: str) -> None:
    data = ase.dumps(Palette((Swatch((1, 2, 3), name=name),), name))
    (length,) = struct.unpack_from(">H", data, 18)
    words = data[20 : 20 + 2 * length].decode("utf-16-be")
    assert length >= 2
    assert words.index("\0") == len(words) - 1
    assert words[:-1].isprintable()


@pytest.mark.parametrize(
    ("model", "values", "expected"),
    [
        (b"RGB ", (1, 0.5, 0), (255, 128, 0)),
        (b"RGB ", (2, -1, float("nan")), (255, 0, 0)),
        (b"CMYK", (0, 1, 1, 0), (255, 0, 0)),
        (b"LAB ", (0.542905, 80.8049, 69.8910), (255, 0, 0)),
        (b"Gray", (0.5,), (128, 128, 128)),
        (b"GRAY", (1,), (255, 255, 255)),
    ],
)
def test_every_model_is_read(
    model: bytes, values: tuple[float, ...], expected: tuple[int, int, int]
) -> None:
    assert rows(file(color("x", model, *values))) == [(expected, "x")]


def test_colors_of_nested_groups_and_none_are_read_in_their_order() -> None:
    red, green, blue = (color(name, b"GRAY", 0) for name in ("r", "g", "b"))
    start, end = block(0xC001, text("group")), block(0xC002, b"")
    data = file(red, start, start, green, end, end, blue, start, red, end)
    assert [name for _, name in rows(data)] == ["r", "g", "b", "r"]
    assert ase.loads(data).name == ""


def test_a_group_without_a_name_is_read() -> None:
    assert ase.loads(file(block(0xC001, b""), block(0xC002, b""))) == Palette((), "")


def test_a_block_of_another_type_is_passed_over() -> None:
    assert rows(file(block(7, b"abc"), color("x", b"GRAY", 0))) == [((0, 0, 0), "x")]


def test_a_name_is_clean_whatever_the_file_has() -> None:
    assert rows(file(color("a\nb\u202ec", b"GRAY", 0)))[0][1] == "a b c"
    assert rows(file(color("a\0hidden", b"GRAY", 0)))[0][1] == "a"


def test_bytes_after_the_last_block_are_passed_over() -> None:
    assert len(rows(file(color("x", b"GRAY", 0)) + b"more")) == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"ASEF", "damaged or cut short"),
        (file(count=1), "damaged or cut short"),
        (file(block(1, b"")), "damaged or cut short"),
        (file(block(1, b"\xff\xffab")), "damaged or cut short"),
        (file(block(1, text("x") + b"RGB \0")), "damaged or cut short"),
        (file(struct.pack(">HI", 1, 2**32 - 1)), "damaged or cut short"),
        (file(color("y", b"HSB ", 0, 0, 0)), "No color .* known color model"),
    ],
)
def test_lengths_and_counts_that_lie_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        ase.loads(data)


def test_a_color_in_an_unknown_model_is_left_out_with_a_remark() -> None:
    palette = ase.loads(file(color("x", b"GRAY", 0), color("y", b"HSB ", 0, 0, 0)))
    assert [swatch.name for swatch in palette.swatches] == ["x"]
    assert [remark.count for remark in palette.remarks] == [1]
    assert palette.note == "1 color in an unknown color model was left out."


def test_what_is_there_of_a_file_that_is_cut_short_is_read_with_a_remark() -> None:
    palette = ase.loads(file(color("x", b"GRAY", 0), count=2**32 - 1))
    assert [swatch.name for swatch in palette.swatches] == ["x"]
    assert palette.note == "The file is damaged or cut short after 1 color."


def test_groups_are_read_and_written_if_there_are_several() -> None:
    palette = Palette((Swatch((1, 2, 3), name="a", group="One"), Swatch((4, 5, 6), group="Two")))
    read = ase.loads(ase.dumps(palette))
    assert [(swatch.group, swatch.label) for swatch in read.swatches] == [
        ("One", "a"),
        ("Two", "#040506"),
    ]


def test_as_many_empty_blocks_as_a_file_can_have_are_passed_over() -> None:
    count = 4 * 2**20 // 6
    assert rows(file(block(7, b"") * count, count=count)) == []
