"""One palette of several layers or images, called from Python and Script-Fu in real GIMP."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from palette_engine import extract_together
from tests.gimp.gimps import Gimp, Worker
from tests.gimp.several import ANIMATION, run

pytestmark = pytest.mark.gimp


def together(several: Mapping[str, Path], *names: str, **options: Any) -> list[str]:
    """Return the colors that the engine of the tests finds in some pictures."""
    found = extract_together([several[name] for name in names], **options)
    return [swatch.hex for swatch in found.swatches]


def test_images_by_their_numbers_have_one_palette(
    inside: Worker, several: Mapping[str, Path]
) -> None:
    made = run(
        inside,
        several,
        "result = extract(images['sea'], scope='images', pictures=ids('sand', 'sea', 'sun'),"
        " colors=6)",
    )
    assert made["status"] == "success", made
    assert made["colors"] == together(several, "sand", "sea", "sun", colors=6)


@pytest.mark.parametrize("order", ["image", "smooth"])
def test_an_order_by_position_works_for_several(
    inside: Worker, several: Mapping[str, Path], order: str
) -> None:
    values = f"scope='images', pictures=ids('sun', 'sea'), order={order!r}"
    made = run(inside, several, f"result = extract(images['sea'], {values})")
    assert made["colors"] == together(several, "sun", "sea", order=order)


def test_without_numbers_all_open_images_count(inside: Worker, several: Mapping[str, Path]) -> None:
    made = run(
        inside,
        several,
        "for other in others:\n"
        "    other.delete()\n"
        "result = extract(images['sea'], scope='images', colors=7)",
    )
    assert made["status"] == "success", made
    assert made["colors"] == together(several, "sand", "sea", "sun", colors=7)


def test_what_has_no_colors_is_left_out_and_stops_nothing(
    inside: Worker, several: Mapping[str, Path]
) -> None:
    code = """
images["bare"] = Gimp.Image.new(10, 10, Gimp.ImageBaseType.RGB)
result = [
    extract(images["air"], scope="images", pictures=ids("air", "sea", "bare", "sun"), colors=2),
    extract(images["air"], scope="images", pictures=ids("air", "bare"), colors=2),
    before, (len(Gimp.get_images()) - 1, len(Gimp.palettes_get_list(""))),
]
"""
    made, refused, before, after = run(inside, several, code.strip())
    assert made["colors"] == together(several, "sea", "sun", colors=2)
    assert refused["status"] == "calling"
    assert refused["error"] == (
        "There are no colors in any of them: all pixels are fully transparent."
    )
    assert after == [before[0], before[1] + 1]


@pytest.mark.parametrize(
    ("pictures", "error"),
    [
        ("sea", "pictures takes numbers such as 3, 5, not “sea”."),
        ("-3", "pictures takes numbers such as 3, 5, not “-3”."),
        ("999999", "pictures has 999999, which is the number of nothing that is there."),
        ("0", "pictures has 0, which is the number of nothing that is there."),
    ],
)
@pytest.mark.parametrize("scope", ["images", "layers"])
def test_wrong_numbers_are_a_sentence(
    inside: Worker, several: Mapping[str, Path], pictures: str, error: str, scope: str
) -> None:
    code = f"result = extract(images['sea'], scope={scope!r}, pictures={pictures!r})"
    made = run(inside, several, code)
    assert (made["status"], made["error"]) == ("calling", error)


@pytest.mark.parametrize(
    ("drawables", "names"),
    [
        ("[sea, sand]", ["sea", "sand"]),
        ("[sun]", ["sun"]),
        ("[air, sun, sea, sand]", ["sun", "sea", "sand"]),
        ("[]", ["sun", "sea", "sand"]),
    ],
)
def test_layers_one_by_one_count_the_same_even_if_covered(
    inside: Worker, several: Mapping[str, Path], drawables: str, names: list[str]
) -> None:
    code = f"result = extract(frames, {drawables}, scope='layers', colors=5)"
    made = run(inside, several, ANIMATION.strip() + "\n" + code)
    assert made["status"] == "success", made
    assert made["colors"] == together(several, *names, colors=5)


def test_a_recolored_layer_of_several_is_the_image_that_was_passed(
    inside: Worker, several: Mapping[str, Path]
) -> None:
    code = """
made = extract(images["sea"], scope="images", pictures=ids("sea", "sun"), recolored_layer=True)
result = [made["status"], layers(images["sea"]), layers(images["sun"])]
"""
    status, sea, sun = run(inside, several, code.strip())
    assert status == "success"
    assert len(sea) == 2
    assert len(sun) == 1


@pytest.mark.newest_gimp
def test_script_fu_passes_numbers(gimp: Gimp, several: Mapping[str, Path]) -> None:
    done = gimp.scheme(f"""
        (let* ((sea (car (gimp-file-load RUN-NONINTERACTIVE "{several["sea"]}")))
               (sun (car (gimp-file-load RUN-NONINTERACTIVE "{several["sun"]}")))
               (palette (car (plug-in-extract-palette
                  #:run-mode RUN-NONINTERACTIVE #:image sea
                  #:drawables (car (gimp-image-get-layers sea))
                  #:scope "images"
                  #:pictures (string-append (number->string sea) " " (number->string sun))
                  #:colors 2 #:palette-name "Two images"))))
          (gimp-message (number->string (car (gimp-palette-get-color-count palette)))))
    """)
    assert done.returncode == 0, done.stderr
    (path,) = gimp.palettes.glob("Two-images*.gpl")
    text = path.read_text()
    path.unlink()
    assert all(part in text for part in (" 20  90 160", "240 200  40"))
