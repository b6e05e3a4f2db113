"""The pictures that the page offers to try."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from palette_engine import extract
from palette_engine.web.page_template import read_assets
from palette_engine.web.sample_pictures import SAMPLE_PICTURES, SamplePicture


@pytest.mark.parametrize("sample", SAMPLE_PICTURES, ids=lambda sample: sample.name)
def test_a_sample_has_the_palette_that_is_shown_with_it(sample: SamplePicture) -> None:
    data, media_type = read_assets()[sample.file]
    assert media_type.startswith("image/")
    assert [swatch.hex for swatch in extract(data).swatches] == sample.colors
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (sample.width, sample.height)
    assert len(data) < 40_000
