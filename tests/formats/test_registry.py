"""The properties of every format in the registry; a new format is tested without a change here."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_engine import formats
from palette_engine.errors import InputError, OptionError
from palette_engine.formats import (
    FORMATS,
    MAX_BYTES,
    MAX_COLORS,
    Format,
    detect_format,
    format_of,
    loads,
)
from palette_engine.formats.safe_names import comment_text
from palette_engine.palette.value import Palette, Swatch
from tests.formats.test_gpl import HOSTILE_NAMES

SAMPLES = Path(__file__).parent / "samples"

SMALL = 1000
"""The size in bytes below which a sample is damaged at every byte."""

NO_FORMATS = {
    "color_models",
    "color_notation",
    "color_text",
    "json_colors",
    "limits",
    "remarks",
    "safe_names",
    "stylesheet",
    "text_file",
    "xml_file",
    "zip_file",
}
"""Modules that several formats use."""

READ = {name: row for name, row in FORMATS.items() if row.loads}
WRITTEN = {name: row for name, row in FORMATS.items() if row.dumps}
BOTH = {name: row for name, row in READ.items() if row.dumps}
NAMELESS = {"hex", "jasc", "paintnet", "procreate"}
"""The formats that hold no names of colors."""

UNTITLED = {
    *("hex", "jasc", "aco", "soc", "csv", "css", "scss", "tailwind"),
    *("css-oklch", "css-p3", "android"),
}
"""The formats that hold no name of the palette."""

PLAIN = {"css", "css-oklch", "css-p3", "scss", "tailwind"}
"""The formats whose names have only characters without a meaning in stylesheets."""

IDENTIFIERS = {"android"}
"""The formats whose names are identifiers."""

GROUPED = [name for name, row in BOTH.items() if row.has_groups]

ALIKE = {"aco": None}
"""The formats that are not recognized by content."""

GROUPS = Palette(
    (
        Swatch((255, 0, 0), name="Red", group="Warm"),
        Swatch((255, 200, 0), name="Gold", group="Warm"),
        Swatch((0, 0, 255), name="Red", group="Cold"),
    )
)

each_read = pytest.mark.parametrize("name", READ)
each_written = pytest.mark.parametrize("name", WRITTEN)
each_of_both = pytest.mark.parametrize("name", BOTH)
each_hostile = pytest.mark.parametrize("hostile", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))


def dumps_of(name: str) -> Callable[[Palette], bytes]:
    dumps = FORMATS[name].dumps
    assert dumps is not None
    return dumps


def loads_of(name: str) -> Callable[[bytes], Palette]:
    load = FORMATS[name].loads
    assert load is not None
    return load


def colors(palette: Palette) -> list[tuple[int, int, int]]:
    return [swatch.color for swatch in palette.swatches]


def samples(name: str) -> list[bytes]:
    """Return files of a format: one of ours if we write it, and small ones of other programs."""
    flag = Palette((Swatch((230, 25, 75), 0.5, "Crème"), Swatch((0, 0, 9), 0.5)), "Flag")
    own = FORMATS[name].dumps
    others = [
        data
        for path in sorted(SAMPLES.iterdir())
        if detect_format(data := path.read_bytes(), path.name) == name and len(data) < SMALL
    ]
    return [own(flag), *others] if own else others


# The table


def test_every_module_of_the_package_is_registered() -> None:
    folder = Path(formats.__file__).parent
    modules = {path.stem for path in folder.glob("[!_]*.py")} - NO_FORMATS
    calls = [call for row in FORMATS.values() for call in (row.dumps, row.loads) if call]
    assert {call.__module__.rpartition(".")[2] for call in calls} - NO_FORMATS == modules


@pytest.mark.parametrize("row", FORMATS.values(), ids=FORMATS)
def test_every_format_is_read_or_written_and_has_a_title_and_a_suffix(row: Format) -> None:
    assert row.dumps or row.loads
    assert row.title
    assert row.suffixes
    assert all(suffix.startswith(".") and suffix.islower() for suffix in row.suffixes)


@each_read
def test_every_format_that_is_read_has_a_sample(name: str) -> None:
    assert samples(name)


def test_no_two_formats_write_the_same_suffix() -> None:
    suffixes = [suffix for row in WRITTEN.values() for suffix in row.suffixes]
    assert len({*suffixes}) == len(suffixes)


@each_read
def test_only_its_own_magic_is_in_a_file(name: str) -> None:
    for data in samples(name):
        found = [other for other, row in READ.items() if row.magic and row.magic.match(data)]
        assert found == ([name] if FORMATS[name].magic else [])


# Writing


@each_written
def test_every_suffix_means_its_format(name: str) -> None:
    for suffix in FORMATS[name].suffixes:
        assert format_of(f"dir.css/a b{suffix}") == format_of(f"A{suffix.upper()}") == name


@pytest.mark.parametrize("filename", ["palette", "palette.act", "palette.gif", "gpl", ""])
def test_an_unknown_suffix_is_refused_with_the_known_ones(filename: str) -> None:
    with pytest.raises(OptionError, match="none of the suffixes") as caught:
        format_of(filename)
    assert all(suffix in str(caught.value) for row in WRITTEN.values() for suffix in row.suffixes)


@each_written
def test_a_palette_is_written_the_same_every_time(name: str, flag: Palette) -> None:
    assert dumps_of(name)(flag) == dumps_of(name)(flag)


@each_written
@each_hostile
def test_any_name_can_be_written(name: str, hostile: str) -> None:
    swatches = (Swatch((9, 8, 7), 0.5, hostile), Swatch((6, 5, 4), 0.5, hostile))
    data = dumps_of(name)(Palette(swatches, hostile, hostile))
    assert data
    if not FORMATS[name].binary:
        text = data.decode().replace("\r\n", "\n").removeprefix("\ufeff")
        # JSON holds whatever a name has, and escapes it.
        assert name == "json" or all(c.isprintable() for c in text if c != "\n" and c != "\t")


@each_written
@pytest.mark.parametrize("count", [0, 1, 31, 256])
def test_any_number_of_colors_can_be_written(name: str, count: int) -> None:
    swatches = tuple(Swatch((n, 255 - n, n // 2), 1 / count) for n in range(count))
    assert dumps_of(name)(Palette(swatches)) or (name, count) == ("hex", 0)


# Writing and reading


@each_of_both
def test_colors_written_are_read_back_in_their_order(name: str, flag: Palette) -> None:
    assert colors(loads_of(name)(dumps_of(name)(flag))) == colors(flag)


@each_of_both
@pytest.mark.parametrize("channel", [0, 1, 2])
def test_every_value_of_a_channel_is_read_back(name: str, channel: int) -> None:
    rows = [tuple(n if index == channel else 0 for index in range(3)) for n in range(256)]
    palette = Palette(tuple(Swatch((red, green, blue)) for red, green, blue in rows))
    assert colors(loads_of(name)(dumps_of(name)(palette))) == rows


@each_of_both
def test_a_palette_without_colors_is_written_and_refused(name: str) -> None:
    with pytest.raises(InputError):
        loads(dumps_of(name)(Palette(())), f"empty{FORMATS[name].suffixes[0]}")


@each_of_both
def test_what_was_read_is_written_the_same_again(name: str, flag: Palette) -> None:
    once = loads_of(name)(dumps_of(name)(flag))
    again = loads_of(name)(dumps_of(name)(once))
    assert (once.name, once.swatches) == (again.name, again.swatches)


@each_of_both
def test_names_are_read_back_as_far_as_the_format_has_them(name: str, flag: Palette) -> None:
    read = loads(formats.dumps(flag, name), f"own{FORMATS[name].suffixes[0]}")
    if name in IDENTIFIERS:
        assert [swatch.name for swatch in read.swatches] == ["creme_brulee", "white", "color_3"]
        return
    clean = comment_text if name in PLAIN else str
    expected = [clean(each.name) if name not in NAMELESS else "" for each in flag.swatches]
    assert [swatch.name for swatch in read.swatches] == expected
    assert read.name == ("own" if name in UNTITLED else "Tricolore")


@each_of_both
@given(
    rows=st.lists(
        st.tuples(st.tuples(*[st.integers(0, 255)] * 3), st.text(max_size=30)),
        min_size=1,
        max_size=40,
    ),
    title=st.text(max_size=20),
)
def test_colors_written_are_read_back_whatever_they_are_called(
    name: str, rows: list[tuple[tuple[int, int, int], str]], title: str
) -> None:
    swatches = tuple(Swatch(color, name=text) for color, text in rows)
    palette = Palette(swatches, title)
    data = formats.dumps(palette, name)
    read = loads(data, f"own{FORMATS[name].suffixes[0]}")
    assert colors(read) == colors(palette)
    assert read.remarks == ()
    assert detect_format(data, "") in (name, ALIKE.get(name))


@pytest.mark.parametrize("name", GROUPED)
def test_groups_are_read_back_where_the_format_has_them(name: str) -> None:
    read = loads(formats.dumps(GROUPS, name), f"own{FORMATS[name].suffixes[0]}")
    assert [(each.group.lower(), each.name) for each in read.swatches] == [
        ("warm", "Red"),
        ("warm", "Gold"),
        ("cold", "Red"),
    ]


@pytest.mark.parametrize(
    "name", [name for name in BOTH if name not in (*GROUPED, *NAMELESS, *IDENTIFIERS)]
)
def test_groups_are_prefixes_where_the_format_has_none(name: str) -> None:
    read = loads(formats.dumps(GROUPS, name), f"own{FORMATS[name].suffixes[0]}")
    assert [each.name for each in read.swatches] == ["Warm Red", "Warm Gold", "Cold Red"]


@each_of_both
@each_hostile
def test_no_name_adds_a_color(name: str, hostile: str) -> None:
    swatches = (Swatch((9, 8, 7), 0.5, hostile), Swatch((6, 5, 4), 0.5, hostile))
    palette = Palette(swatches, hostile, hostile)
    assert colors(loads_of(name)(dumps_of(name)(palette))) == colors(palette)


# Reading


@each_read
def test_a_file_cut_short_anywhere_is_read_or_refused(name: str) -> None:
    for data in samples(name):
        # A color table is whole without its last bytes, which say how many colors are used.
        most = 256 if name == "act" else len(loads_of(name)(data).swatches)
        for length in range(len(data)):
            with contextlib.suppress(InputError):
                assert len(loads_of(name)(data[:length]).swatches) <= most


@each_read
def test_a_file_with_a_wrong_byte_anywhere_is_read_or_refused(name: str) -> None:
    for data in samples(name):
        for offset in range(len(data)):
            for byte in (0, 10, 13, 34, 128, 255, data[offset] ^ 1):
                damaged = bytearray(data)
                damaged[offset] = byte
                try:
                    palette = loads_of(name)(bytes(damaged))
                except InputError:
                    continue
                assert all(0 <= channel <= 255 for color in colors(palette) for channel in color)


@each_read
def test_bytes_that_are_missing_or_twice_are_read_or_refused(name: str) -> None:
    for data in samples(name):
        for start in range(0, len(data), 3):
            for length in (1, 2, 5):
                part = data[start : start + length]
                for damaged in (
                    data[:start] + data[start + length :],
                    data[:start] + part * 2 + data[start + length :],
                ):
                    with contextlib.suppress(InputError):
                        loads_of(name)(damaged)


@each_read
@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"PK\3\4", b"\0" * 64, b"<html>", b"\xff"])
def test_what_is_another_kind_of_file_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(InputError):
        loads_of(name)(data)


@each_read
def test_a_file_with_a_magic_is_recognized_whatever_it_is_called(name: str) -> None:
    if FORMATS[name].magic:
        for data in samples(name):
            for filename in ("", "colors", "colors.act", "colors.pal"):
                assert colors(loads(data, filename)) == colors(loads_of(name)(data))


@each_read
def test_a_file_is_read_by_its_name(name: str) -> None:
    for suffix in FORMATS[name].suffixes:
        for data in samples(name):
            read = loads(data, f"some/dir/My Colors{suffix.upper()}")
            assert colors(read) == colors(loads_of(name)(data))
            assert read.name == (loads_of(name)(data).name or "My Colors")
            assert read.source == f"some/dir/My Colors{suffix.upper()}"


def test_a_byte_order_mark_does_not_hide_what_a_file_is() -> None:
    for name in ("hex", "json", "gpl"):
        for data in samples(name):
            assert colors(loads(b"\xef\xbb\xbf" + data)) == colors(loads_of(name)(data))


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (b"", ""),
        (b"\x89PNG\r\n\x1a\n", "photo.png"),
        (b"hello", "hello.txt"),
        (b"AFFN\0\1", "book.afpalette"),
        (b"\0\1\0\0", "colors"),
        (b"<svg/>", "sheet.svg"),
    ],
)
def test_what_is_no_palette_is_refused_with_what_is_read(data: bytes, filename: str) -> None:
    with pytest.raises(InputError, match="not a palette that can be read") as caught:
        loads(data, filename)
    assert str(caught.value).startswith(filename or "This")
    assert all(name in str(caught.value) for name in READ)


@pytest.mark.parametrize(
    ("data", "filename", "message"),
    [
        (b"\0" * 768, "vga.pal", "not a palette without a header"),
        (b"\xe0\xa5\0\0" * 9, "picture.ase", "not an Adobe Swatch Exchange file"),
        (b"[]", "list.json", "JSON has no colors"),
        (b"PK\3\4", "letter.docx", "zip file is damaged"),
        (b"RIFF", "sound.pal", "not a palette without a header"),
    ],
)
def test_what_its_name_or_beginning_belies_is_refused(
    data: bytes, filename: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        loads(data, filename)


def test_the_format_can_be_said() -> None:
    assert colors(loads(b"\0\1\2" * 256, "table.bin", "act")) == [(0, 1, 2)] * 256
    with pytest.raises(InputError, match="not a GIMP palette"):
        loads(b"#010203\n", "list.hex", "gpl")


@pytest.mark.parametrize("name", ["bmp", "pantone", ""])
def test_a_format_that_is_not_read_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(OptionError, match="cannot be read as") as caught:
        loads(b"#010203\n", "list.hex", name)
    assert all(known in str(caught.value) for known in READ)


@pytest.mark.parametrize("name", ["act", "pantone", ""])
def test_a_format_that_is_not_written_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(OptionError, match="cannot be written as") as caught:
        formats.dumps(Palette(()), name)
    assert all(known in str(caught.value) for known in WRITTEN)


@pytest.mark.parametrize(
    ("data", "filename", "name"),
    [
        (b"#010203\n", "", "hex"),
        (b"010203", "list.txt", "hex"),
        (b"GIMP Palette\n", "x.hex", "gpl"),
        (b"", "x.ACO", "aco"),
        (b"", "", None),
        (b"\x89PNG\r\n\x1a\n", "photo.png", None),
        (b"RIFF\0\0\0\0WEBPVP8 ", "photo.webp", None),
        (b"0102030405", "", None),
        (b"body { color: #010203; }", "page.css", "css"),
        (b"I have a tan, see #123456.", "notes.txt", None),
        (b"<svg><rect fill='#010203'/></svg>", "page.svg", None),
        (b"P3 1 1 255 1 2 3 # by #010203", "small.ppm", None),
        (b"#010203", "odd.pal", "hex"),
        (b"\1\2\3\4\5\6" * 128, "vga.pal", "raw"),
    ],
)
def test_a_format_is_recognized_by_content_or_else_by_suffix(
    data: bytes, filename: str, name: str | None
) -> None:
    assert detect_format(data, filename) == name


def test_more_than_a_few_megabytes_are_not_read() -> None:
    assert len(loads(b"#010203\n".rjust(MAX_BYTES), "a.hex").swatches) == 1
    with pytest.raises(InputError, match="at most 4 MB"):
        loads(b"\n" * (MAX_BYTES + 1), "a.hex")


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (b"x\n", "a.txt"),
        (b"#123456 ", "a.txt"),
        (b"tan ", "a.txt"),
        (b"a.", "a.txt"),
        (b"a", "a.css"),
        (b"--a: (", "a.css"),
        (b"--a: #000" + b"\n" * 200_000, "a.css"),
        (b"/*", "a.css"),
        (b'["#fff",', "a.json"),
    ],
)
def test_the_time_for_long_files_grows_no_faster_than_they_do(part: bytes, name: str) -> None:
    # Squared, a hundred times the bytes would take minutes.
    with contextlib.suppress(InputError):
        loads(part * (500_000 // len(part)), name)


def test_more_colors_than_any_palette_has_are_refused() -> None:
    assert len(loads(b"#010203\n" * MAX_COLORS).swatches) == MAX_COLORS
    with pytest.raises(InputError, match="at most 65,536 colors"):
        loads(b"#010203\n" * (MAX_COLORS + 1))


def test_a_palette_without_any_name_is_called_palette() -> None:
    assert loads(b"#010203\n").name == "Palette"
