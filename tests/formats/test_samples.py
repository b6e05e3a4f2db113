"""Palettes that other programs wrote, with the colors they are known to have."""

from __future__ import annotations

from pathlib import Path

import pytest

from palette_engine.formats import loads

SAMPLES = Path(__file__).parent / "samples"

ARNE = (
    "#000000 #9d9d9d #ffffff #be2633 #e06f8b #493c2b #a46422 #eb8931 "
    "#f7e26b #2f484e #44891a #a3ce27 #1b2632 #005784 #31a2f2 #b2dcef"
)
ARNE_NAMES = (
    "Void Ash Blind Bloodred Pigmeat OldPoop NewPoop Blaze Zornskin ShadeGreen LeafGreen "
    "SlimeGreen NightBlue SeaBlue SkyBlue CloudBlue"
)
DB16 = (
    "#d04648 #442434 #c7c2ca #4e4a4e #140c1c #30346d #597dce #8595a1 "
    "#346524 #deeed6 #6daa2c #dad45e #757161 #d27d2c #854c30 #d2aa99"
)
CATPPUCCIN = (
    "#15121c #1b1923 #1e1e28 #332e41 #575268 #6e6c7e #988ba2 #c3bac6 #dadae8 "
    "#f2cecf #e5b4e2 #c6aae8 #e38c8f #f9c096 #ebddaa #b1e3ad #bee4ed #a4b9ef"
)


@pytest.mark.parametrize(
    ("filename", "name", "colors"),
    [
        ("arne.aco", "arne", ARNE),
        ("arne.act", "arne", ARNE),
        ("arne_riff.pal", "arne_riff", ARNE),
        ("db16_jasc.pal", "db16_jasc", DB16),
        ("catppuccin.kpl", "Catppuccin", CATPPUCCIN),
        ("socks.ase", "argyle socks", "#aebb69 #292111 #f7f4d1 #adecff #274406"),
        ("version_1.aco", "version_1", "#553300 #aabb88 #cccc99 #ccddaa #ddddbb #eeeedd"),
    ],
)
def test_a_sample_has_its_known_colors(filename: str, name: str, colors: str) -> None:
    palette = loads((SAMPLES / filename).read_bytes(), filename)
    assert palette.name == name
    assert [swatch.hex for swatch in palette.swatches] == colors.split()


def test_names_of_photoshop_swatches_are_read() -> None:
    palette = loads((SAMPLES / "arne.aco").read_bytes(), "arne.aco")
    assert [swatch.name for swatch in palette.swatches] == ARNE_NAMES.split()


def test_names_of_krita_are_read_row_by_row() -> None:
    palette = loads((SAMPLES / "catppuccin.kpl").read_bytes())
    assert [swatch.name for swatch in palette.swatches] == [f"Color {n}" for n in range(1, 19)]


@pytest.mark.parametrize(
    ("filename", "name", "count", "first", "last"),
    [
        ("no_columns.gpl", "Default", 23, ("#ff0000", "Red"), ("#ffffff", "White")),
        ("tabs.gpl", "Pear36", 36, ("#5e315b", "5e315b"), ("#ffb5b5", "ffb5b5")),
        ("pear36.hex", "pear36", 36, ("#5e315b", ""), ("#ffb5b5", "")),
    ],
)
def test_a_longer_sample_has_its_known_ends(
    filename: str, name: str, count: int, first: tuple[str, str], last: tuple[str, str]
) -> None:
    palette = loads((SAMPLES / filename).read_bytes(), filename)
    rows = [(swatch.hex, swatch.name) for swatch in palette.swatches]
    assert (palette.name, len(rows), rows[0], rows[-1]) == (name, count, first, last)


def test_colors_of_all_groups_and_models_are_read_in_their_order() -> None:
    palette = loads((SAMPLES / "three_models.ase").read_bytes(), "three_models.ase")
    colors = {swatch.name: swatch.hex for swatch in palette.swatches}
    assert list(colors)[::7] == ["Black RGB", "Black CMYK", "PANTONE Black 6 C"]
    assert palette.name == "three_models"
    assert colors["Brand Green RGB"] == "#00f028"
    assert colors["White CMYK"] == "#ffffff"
    assert colors["Text Green CMYK"] == "#37fa00"
    # Pantone says #dde5ed; the file has whole numbers of CIELAB.
    assert colors["PANTONE 656 C"] == "#e0e6ef"
