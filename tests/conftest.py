"""Settings and fixtures for every test."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from palette_engine.histogram import Histogram, Points
from palette_engine.image import read_pixels
from palette_engine.palette import Palette, Swatch
from tests.debian import in_ci
from tests.readers.programs import MISSING, Programs, available

settings.register_profile("here", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what shares a real program, when several processes share the tests."""
    for item in items:
        parameters = getattr(item, "callspec", None)
        series = parameters and parameters.params.get("gimp")
        if series:
            item.add_marker(pytest.mark.xdist_group(f"gimp-{series}"))
        for name in ("browser", "readers"):
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """Return the programs that are not GIMP, with a home and a folder of their own."""
    found = available(tmp_path_factory.mktemp("readers"))
    if found is None:
        if in_ci():
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="session")
def photo() -> NDArray[np.uint8]:
    """Return the portrait of Eileen Collins by NASA that comes with scikit-image, 512 x 512."""
    from skimage import data

    picture: NDArray[np.uint8] = data.astronaut()  # type: ignore[no-untyped-call]
    picture.setflags(write=False)
    return picture


@pytest.fixture(scope="session")
def photo_histogram(photo: NDArray[np.uint8]) -> Histogram:
    return Histogram.of(read_pixels(photo))


@pytest.fixture(scope="session")
def photo_points(photo_histogram: Histogram) -> Points:
    return photo_histogram.points()


@pytest.fixture(scope="session")
def flag() -> Palette:
    """Return a palette of three colors with a name that has a quote, an accent and an emoji."""
    return Palette(
        (
            Swatch((230, 25, 75), 0.5, "Crème “brûlée” 🍮"),
            Swatch((255, 255, 255), 0.4375, "White"),
            Swatch((0, 0, 9), 0.0625),
        ),
        name="Tricolore",
        source="flag.png",
        asked=3,
    )
