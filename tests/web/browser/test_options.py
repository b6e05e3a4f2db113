"""Options: each control gives what the command line's option gives, for the same file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from palette_engine import extract
from palette_engine.web.option_form import MORE, PRIMARY
from tests.web.browser.command_line import extracted
from tests.web.browser.page import Shown

pytestmark = pytest.mark.browser

CHANGES: Mapping[str, Sequence[tuple[str, str]]] = {
    "colors": [("colors", "5")],
    "emphasis": [("emphasis", "0.9")],
    "mood": [("mood", "colorful")],
    "order": [("order", "hue")],
    "swatch": [("swatch", "real")],
    "keep": [("keep", "#00ff00, 102030")],
    "ignore": [("ignore", "white"), ("ignore", "#000000 #bd4723")],
    "names": [("names", "xkcd")],
    "tolerance": [("colors", "auto"), ("tolerance", "25")],
    "min_distance": [("min_distance", "30")],
    "ignore_distance": [("ignore", "black"), ("ignore_distance", "20")],
    "region": [("region", "0.5,0,0.5,0.25")],
}
"""What is set for each option, on which the photo's palette depends."""


def test_every_option_of_the_page_is_tried() -> None:
    assert {*CHANGES} == {*PRIMARY, *MORE}


@pytest.mark.parametrize("option", CHANGES)
def test_an_option_does_what_it_does_on_the_command_line(
    shown: Shown, folder: Path, option: str
) -> None:
    photo = folder / "photo.png"
    shown.drop(photo)
    before = extracted(photo)
    shown.expect_palette(before)
    flags: dict[str, str] = {}
    for name, value in CHANGES[option]:
        shown.choose(name, value)
        flags[name] = f"{flags[name]},{value}" if name == "ignore" and name in flags else value
    words = [f"--{name.replace('_', '-')}={value}" for name, value in flags.items()]
    # What is kept changes only what has to change of the palette that is seen.
    after = (
        extract(photo, keep=flags["keep"], start=before)
        if option == "keep"
        else extracted(photo, *words)
    )
    assert after.swatches != before.swatches
    shown.expect_palette(after)


def test_auto_is_a_box_that_can_be_taken_away_again(shown: Shown, folder: Path) -> None:
    photo = folder / "photo.png"
    shown.drop(photo)
    shown.choose("colors", "auto")
    shown.expect_palette(extracted(photo, "--colors", "auto"))
    shown.choose("colors", "7")
    shown.expect_palette(extracted(photo, "--colors", "7"))


def test_of_fast_changes_the_last_one_wins(shown: Shown, folder: Path) -> None:
    photo = folder / "photo.png"
    shown.drop(photo)
    shown.expect_palette(extracted(photo))
    shown.control("colors").focus()
    for _ in range(6):
        shown.page.keyboard.press("ArrowDown")
    shown.expect_palette(extracted(photo, "-n", "4"))


def test_a_palette_can_have_very_many_colors(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "photo.png")
    shown.choose("colors", "256")
    shown.expect_palette(extracted(folder / "photo.png", "-n", "256"))


def test_the_options_hold_for_every_picture(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "photo.png", folder / "window.png")
    shown.expect_pictures(["photo.png", "window.png"])
    shown.choose("colors", "3")
    for name in ("window.png", "photo.png"):
        shown.switch_to(name)
        shown.expect_palette(extracted(folder / name, "-n", "3"))


def test_reset_brings_back_the_defaults(shown: Shown, folder: Path) -> None:
    photo = folder / "photo.png"
    shown.drop(photo)
    shown.choose("colors", "3")
    shown.choose("order", "hue")
    shown.choose("ignore", "white")
    shown.expect_palette(extracted(photo, "-n", "3", "--order", "hue", "--ignore", "white"))
    shown.page.get_by_role("button", name="Reset").click()
    shown.expect_palette(extracted(photo))


def test_a_locked_color_stays_when_the_number_changes(shown: Shown, folder: Path) -> None:
    photo = folder / "photo.png"
    shown.drop(photo)
    before = extracted(photo)
    shown.expect_palette(before)
    rarest = before.swatches[-1].hex
    assert rarest not in [swatch.hex for swatch in extracted(photo, "-n", "4").swatches]
    shown.lock(rarest)
    shown.expect_said(f"Locked {rarest}")
    shown.choose("colors", "4")
    after = extracted(photo, "-n", "4", "--keep", rarest)
    shown.expect_palette(after)
    shown.expect_locked([rarest])
    shown.lock(rarest)
    shown.expect_locked([])
    shown.expect_palette(after)


def test_what_does_not_fit_is_said_and_leaves_the_palette(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 400")
    photo = folder / "photo.png"
    shown.drop(photo)
    shown.expect_palette(extracted(photo))
    shown.choose("keep", "reddish")
    shown.expect_problem("Keep must be colors like #e6194b")
    shown.expect_palette(extracted(photo))
    shown.choose("keep", "#00ff00")
    shown.expect_palette(extract(photo, keep="#00ff00", start=extracted(photo)))
    shown.expect_no_problem()


def test_ignoring_everything_is_said(shown: Shown, folder: Path) -> None:
    shown.watch.expect("status of 422")
    shown.drop(folder / "flag.png")
    shown.expect_palette(extracted(folder / "flag.png"))
    shown.choose("ignore", "#e6194b, #ffffff, #000080")
    shown.expect_problem("ignored")


def test_fewer_colors_than_asked_for_are_explained(shown: Shown, folder: Path) -> None:
    shown.drop(folder / "flag.png")
    note = extracted(folder / "flag.png").note
    assert note
    shown.expect_text(note)


def test_a_number_that_does_not_fit_is_refused_in_the_pages_own_words(
    shown: Shown, folder: Path
) -> None:
    shown.watch.expect("status of 400")
    shown.drop(folder / "photo.png")
    shown.choose("colors", "300")
    shown.expect_problem("Number of colors must be a whole number from 1 to 256, not '300'; or")
