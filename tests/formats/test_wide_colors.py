"""Colors beyond 8-bit sRGB in CSS and Adobe Swatch Exchange, and ramps of palettes."""

from __future__ import annotations

import re
import struct

import pytest
from coloraide import Color

from palette_engine.formats import android, ase, css, css_gradient, ggr, loads, scss
from palette_engine.palette.value import Palette, Swatch, WideColor

PURE = WideColor("display-p3", (0.0, 1.0, 0.0))

WIDE = Palette((Swatch((0, 255, 0), name="Pure", wide=PURE), Swatch((128, 128, 128), name="Gray")))

GRID = Palette(
    tuple(
        Swatch((r, g, b))
        for r in range(0, 256, 51)
        for g in range(0, 256, 51)
        for b in (0, 97, 255)
    )
)


def lab_file(*values: float) -> bytes:
    """Return an Adobe Swatch Exchange file with one color of CIELAB."""
    block = (
        struct.pack(">H", 2) + "A\0".encode("utf-16-be") + b"LAB " + struct.pack(">3fH", *values, 0)
    )
    return b"ASEF" + struct.pack(">HHIHI", 1, 0, 1, 1, len(block)) + block


@pytest.mark.parametrize("dumps", [css.dumps_oklch, css.dumps_p3])
def test_a_wide_color_stays_in_css(dumps: object) -> None:
    assert callable(dumps)
    data = dumps(WIDE)
    first, second = re.findall(r"--color-\w+: (.*);", data.decode())
    reference = Color("display-p3", [0, 1, 0])
    assert Color(first).delta_e(reference, method="2000") < 0.01
    assert Color(second).convert("srgb").to_string(hex=True) == "#808080"
    read = loads(data)
    assert read.swatches[0].color == (0, 255, 0)
    assert read.swatches[0].wide is not None
    assert [remark.count for remark in read.remarks] == [1]


@pytest.mark.parametrize("dumps", [css.dumps_oklch, css.dumps_p3])
def test_srgb_in_wide_notations_is_the_same_srgb(dumps: object) -> None:
    assert callable(dumps)
    read = loads(dumps(GRID))
    assert [swatch.color for swatch in read.swatches] == [swatch.color for swatch in GRID.swatches]
    assert read.remarks == ()


def test_a_gray_has_no_hue_in_oklch() -> None:
    assert "oklch(0.59987 0.00000 0.000)" in css.dumps_oklch(WIDE).decode()


def test_cielab_of_a_swatch_file_is_kept_and_written_back() -> None:
    read = ase.loads(lab_file(0.5, 80.0, 67.0))
    wide = read.swatches[0].wide
    assert wide is not None
    assert (wide.space, *wide.coordinates) == pytest.approx(("lab", 50, 80, 67))
    assert [remark.count for remark in read.remarks] == [1]  # beyond sRGB
    again = ase.loads(ase.dumps(read)).swatches[0].wide
    assert again is not None
    assert again.coordinates == pytest.approx((50, 80, 67), abs=1e-3)
    assert ase.loads(lab_file(0.5, 10.0, 10.0)).remarks == ()


def test_colors_of_other_wide_spaces_are_cielab_in_a_swatch_file() -> None:
    data = ase.dumps(WIDE)
    assert (data.count(b"LAB "), data.count(b"RGB ")) == (1, 1)
    wide = ase.loads(data).swatches[0].wide
    assert wide is not None
    assert wide.coordinates == pytest.approx(
        Color("display-p3", [0, 1, 0]).convert("lab").coords(), abs=1e-3
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e30])
def test_numbers_that_are_no_color_are_not_kept(value: float) -> None:
    assert ase.loads(lab_file(0.5, value, 0.0)).swatches[0].wide is None


def test_groups_are_maps_of_their_own_in_scss() -> None:
    palette = Palette(
        (
            Swatch((255, 0, 0), name="Red", group="Warm"),
            Swatch((1, 2, 3), name="Ink"),
            Swatch((9, 9, 9), group="palette"),
        )
    )
    assert scss.dumps(palette).decode() == (
        "// Ink\n$color-ink: #010203;\n"
        '$warm: (\n  // Red\n  "red": #ff0000,\n);\n'
        '$palette-2: (\n  "1": #090909,\n);\n'
        '$palette: (\n  "ink": $color-ink,\n  "warm": $warm,\n  "palette-2": $palette-2,\n);\n'
    )


def test_android_names_are_different_identifiers() -> None:
    palette = Palette(
        (Swatch((1, 2, 3), name="2nd Red"), Swatch((4, 5, 6), name="2nd: red"), Swatch((7, 8, 9)))
    )
    names = [swatch.name for swatch in android.loads(android.dumps(palette)).swatches]
    assert names == ["color_2nd_red", "color_2nd_red_2", "color_3"]


def test_a_gradient_goes_from_color_to_color() -> None:
    palette = Palette(
        (Swatch((255, 0, 0)), Swatch((0, 0, 255)), Swatch((255, 255, 255))), "Ramp\nName: x"
    )
    assert ggr.dumps(palette).decode().splitlines() == [
        *("GIMP Gradient", "Name: Ramp Name: x", "2"),
        "0.000000 0.250000 0.500000 1.000000 0.000000 0.000000 1.000000 "
        "0.000000 0.000000 1.000000 1.000000 0 0 0 0",
        "0.500000 0.750000 1.000000 0.000000 0.000000 1.000000 1.000000 "
        "1.000000 1.000000 1.000000 1.000000 0 0 0 0",
    ]
    assert css_gradient.dumps(palette).decode() == (
        ":root {\n"
        "  --gradient-ramp-name-x: linear-gradient(to right, #ff0000, #0000ff, #ffffff);\n"
        "}\n"
    )


def test_one_color_is_a_flat_gradient() -> None:
    one = Palette((Swatch((255, 0, 0)),), "")
    assert ggr.dumps(one).decode().splitlines()[2] == "1"
    assert "linear-gradient(to right, #ff0000, #ff0000)" in css_gradient.dumps(one).decode()
