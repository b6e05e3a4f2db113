"""The options of extraction on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from palette_engine.extraction.pipeline import extract, extract_together
from palette_engine.formats import FORMATS, loads
from palette_engine.formats.json_palette import to_object
from tests.cli.program import Main, run
from tests.cli.samples import names, samples
from tests.sample_pictures import bundled, encoded, noise

FLAG = ["#e6194b", "#000080", "#ffffff"]


def said(data: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(data)
    return content


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (("-n", "auto"), {"colors": "auto"}),
        (("-n", "3-6"), {"colors": "3-6"}),
        (("--colors", "7", "--emphasis", "1"), {"colors": 7, "emphasis": 1}),
        (("--emphasis", "0", "--swatch", "real"), {"emphasis": 0, "swatch": "real"}),
        (("-n", "auto", "--tolerance", "30"), {"colors": "auto", "tolerance": 30}),
        (("--min-distance", "25"), {"min_distance": 25}),
        (("--keep", "0f0,#102030"), {"keep": ("#00ff00", "#102030")}),
        (("--keep", "0f0 102030", "--order", "hue"), {"keep": "#0f0,#102030", "order": "hue"}),
        (("--ignore", "white,#808080"), {"ignore": ("white", "#808080")}),
        (
            ("--ignore", "black", "--ignore-distance", "30"),
            {"ignore": "black", "ignore_distance": 30},
        ),
        (("--region", "1,2,30,40"), {"region": (1, 2, 30, 40)}),
        (("--region", "10%,0,0.5,1.0"), {"region": (0.1, 0, 0.5, 1.0)}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_every_option_means_the_same_as_in_python(
    arguments: tuple[str, ...], options: dict[str, Any], main: Main
) -> None:
    ended = main("extract", "noise.png", "-f", "json", *arguments)
    assert ended.code == 0
    expected = to_object(extract("noise.png", **options))
    assert said(ended.out) == json.loads(json.dumps(expected))
    assert ended.lines == ([expected["note"]] if expected["note"] else [])


@pytest.mark.parametrize("flags", [("--quick",), ("--effort", "quick")], ids=" ".join)
def test_a_quick_palette_is_that_of_python(flags: tuple[str, ...], folder: Path) -> None:
    photo = encoded(Image.fromarray(bundled("astronaut")), "JPEG")
    (folder / "photo.jpg").write_bytes(photo)
    found = extract(photo, effort="quick")
    assert found.swatches != extract(photo).swatches
    for jobs in ("1", "2"):
        ended = run(
            "extract", *["photo.jpg"] * 2, *flags, "-f", "hex", "--jobs", jobs, folder=folder
        )
        assert (ended.code, ended.lines) == (0, [])
        assert ended.out.decode().split() == [swatch.hex for swatch in found.swatches] * 2


def test_kept_and_ignored_colors_of_a_flag(main: Main) -> None:
    assert main("extract", "flag.png", "-n", "auto").colors == FLAG
    assert main("extract", "flag.png", "-n", "auto", "--ignore", "white").colors == FLAG[:2]
    kept = main("extract", "flag.png", "-n", "4", "--keep", "0f0").colors
    assert kept == [*FLAG, "#00ff00"]


def test_a_region_of_a_flag(main: Main) -> None:
    assert main("extract", "flag.png", "-n", "1", "--region", "0,0,8,1").colors == FLAG[:1]
    assert (
        main("extract", "flag.png", "-n", "auto", "--region", "50%,0,50%,100%").colors == FLAG[1:]
    )


def test_the_json_has_the_difference_and_the_least_distance(main: Main) -> None:
    content = said(main("extract", "noise.png", "-f", "json", "--min-distance", "10").out)
    assert content["min_distance"] == 10
    assert 0 < content["difference"]["mean"] < content["difference"]["p95"]
    assert {*content["difference"]} == {"mean", "p95"}
    assert said(main("extract", "flag.png", "-n", "3", "-f", "json").out)["difference"] == {
        "mean": 0,
        "p95": 0,
    }


def test_colors_that_are_not_apart_enough_are_said_to_be_missing(main: Main) -> None:
    ended = main("extract", "flag.png", "-n", "3", "--min-distance", "100")
    assert (ended.code, len(ended.colors)) == (0, 1)
    assert ended.line == (
        "Only 1 color at least 100 apart (ΔE2000) was found in the picture; 3 were asked for."
    )


# Together


@pytest.mark.parametrize(("flag", "weighting"), [("--together", "equal"), ("--by-area", "area")])
def test_pictures_together_have_one_palette(flag: str, weighting: str, main: Main) -> None:
    pictures = ["flag.png", "noise.png", "1x1.png"]
    ended = main("extract", *pictures, flag, "-n", "6", "-f", "json")
    assert (ended.code, ended.said) == (0, "")
    expected = to_object(extract_together(pictures, weighting=weighting, colors=6))
    assert said(ended.out) == json.loads(json.dumps(expected))
    assert said(ended.out)["source"] == "3 pictures"


def test_together_each_picture_counts_the_same_and_by_area_each_pixel(main: Main) -> None:
    Path("large.png").write_bytes(encoded(Image.new("RGB", (1000, 1000), (0, 200, 0)), "PNG"))
    Path("small.png").write_bytes(encoded(Image.new("RGB", (10, 10), (200, 0, 0)), "PNG"))

    def shares(*flags: str) -> list[float]:
        rows = said(main("extract", "small.png", "large.png", "-n", "2", "-f", "json", *flags).out)[
            "swatches"
        ]
        return [row["share"] for row in sorted(rows, key=lambda row: str(row["hex"]))]

    assert shares("--together") == pytest.approx([0.5, 0.5], abs=1e-3)
    assert shares("--by-area") == pytest.approx([1 - 1e-4, 1e-4], abs=1e-4)


@pytest.mark.parametrize("flag", ["--together", "--by-area"])
def test_one_palette_of_several_pictures_is_written_to_a_file_with_a_name(
    flag: str, main: Main
) -> None:
    arguments = ("flag.png", "two.png", flag, "-n", "4", "-o", "book.gpl", "--name", "My book")
    ended = main("extract", *arguments)
    assert (ended.code, ended.out) == (0, b"")
    assert ended.line == "wrote 4 colors to book.gpl"
    palette = loads(Path("book.gpl").read_bytes())
    assert palette.name == "My book"
    assert len(palette.swatches) == 4
    assert names(Path()) == {"book.gpl"}


def test_one_palette_of_several_pictures_is_printed_in_every_format(main: Main) -> None:
    palette = extract_together(["flag.png", "two.png"], colors=3)
    for name, row in FORMATS.items():
        if row.dumps is not None:
            ended = main("extract", "flag.png", "two.png", "--together", "-n", "3", "-f", name)
            assert (ended.code, ended.said, ended.out) == (0, "", row.dumps(palette))


def test_together_with_standard_input(folder: Path) -> None:
    ended = run(
        *("extract", "-", "1x1.png", "--together", "-n", "auto"),
        folder=folder,
        stdin=samples()["flag.png"],
    )
    assert (ended.code, ended.said) == (0, "")
    assert {*ended.colors} == {*FLAG, "#c86432"}


def test_too_few_colors_together_are_said_once(main: Main) -> None:
    ended = main("extract", "1x1.png", "one color.png", "--together", "-n", "5")
    assert (ended.code, ended.colors) == (0, ["#c86432"])
    assert ended.line == "Only 1 color was found in the picture; 5 were asked for."


def test_a_large_picture_of_noise_with_every_option_at_once(main: Main) -> None:
    Path("large.png").write_bytes(encoded(Image.fromarray(noise(1, 300, 300)), "PNG"))
    ended = main(
        *("extract", "large.png", "-n", "5-9", "--emphasis", "0.7", "--order", "lightness"),
        *("--swatch", "real", "--tolerance", "20", "--min-distance", "12", "--keep", "123456"),
        *("--ignore", "white,black", "--ignore-distance", "8", "--region", "10%,10%,80%,80%"),
        *("--max-pixels", "90000", "-f", "json"),
    )
    assert (ended.code, ended.said) == (0, "")
    colors = [row["hex"] for row in said(ended.out)["swatches"]]
    assert 5 <= len(colors) <= 9
    assert "#123456" in colors
    assert np.isfinite(said(ended.out)["difference"]["mean"])
