"""Small files of other programs' users, whose right colors other programs show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from palette_engine import extract, recolor
from tests.measures import colors_of, hexes

SAMPLES = Path(__file__).parent / "samples"

RIGHT = {
    "png-cicp-display-p3.png": {"#d92a17", "#bcbcbc"},
    "png-cicp-hdr-pq-bt2020-16bit.png": {"#ffffff", "#e6194b", "#3cb44b", "#000000"},
    "jpeg-adobe-rgb-by-exif-only.jpg": {"#00c925", "#e93922"},
    "png-gamma-1.0-linear.png": {"#dfdfdf", "#e5856e"},
    "png-gamma-2.2.png": {"#bcbcbc", "#c83c28"},
    "png-bad-crc-in-phys-chunk.png": {"#bcbcbc", "#c83c28"},
    "bmp-bitfields-rgbx.bmp": {"#c83c28"},
    "png-nearly-invisible-magenta-halo.png": {"#1e5aa0"},
    "animated-fades-in-from-black.gif": {"#000000", "#e6194b", "#3cb44b"},
    "animated-first-frame-empty.gif": {"#e6194b", "#3cb44b"},
}


def test_every_sample_has_its_right_colors() -> None:
    assert {*RIGHT} == {path.name for path in SAMPLES.iterdir()}


@pytest.mark.parametrize(("name", "colors"), RIGHT.items(), ids=RIGHT)
@pytest.mark.filterwarnings("ignore:.*damaged chunks do not count. pHYs")
def test_the_palette_has_the_right_colors(name: str, colors: set[str]) -> None:
    assert {*hexes(extract(SAMPLES / name, colors=8, frames="all"))} == colors


@pytest.mark.parametrize("name", ["png-cicp-display-p3.png", "jpeg-adobe-rgb-by-exif-only.jpg"])
def test_a_recolored_picture_has_the_right_colors(name: str) -> None:
    image = recolor(SAMPLES / name, extract(SAMPLES / name, colors=2)).convert("RGB")
    found = colors_of(np.asarray(image))
    assert {f"#{bytes(color).hex()}" for color in found} == RIGHT[name]
