"""Settings and fixtures for every test."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray

from palette_engine.extraction.histogram import Histogram, Points
from palette_engine.extraction.summary import Summary
from palette_engine.palette.value import Palette, Swatch
from palette_engine.pictures.reading import read_pixels
from tests.examples import PROFILES
from tests.readers.programs import MISSING, Programs, available
from tools.provisioning.debian import in_ci

TESTS = Path(__file__).parent

OTHER_PROGRAMS = (TESTS / "gimp", TESTS / "readers", TESTS / "web" / "browser")
"""The folders of tests that need other programs than Python; they run only if they are named."""

LEFT_OUT = (
    "Left out: tests that need other programs (GIMP, Chromium, Krita, LibreOffice and more), style "
    "and types; “make test-all” runs them, too."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long",
        action="store_true",
        help="try thousands of new examples of each law, and every GIMP with every test",
    )
    parser.addoption("--gimp", metavar="SERIES", help="run the tests in this GIMP alone, as 3.2")
    parser.addoption("--shots", type=Path, help="keep pictures of GIMP's windows in this folder")


def pytest_configure(config: pytest.Config) -> None:
    for name, profile in PROFILES.items():
        settings.register_profile(name, profile)
    settings.load_profile("long" if config.getoption("--long") else "usual")


def pytest_xdist_auto_num_workers() -> int:
    """Return one more than the number of processors, as some tests mostly wait for processes."""
    return (os.cpu_count() or 1) + 1


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out a folder that needs other programs, unless it or a path in it is named."""
    if collection_path not in OTHER_PROGRAMS or _is_named(collection_path, config):
        return None
    return True


def _paths(config: pytest.Config) -> list[Path]:
    """Return the paths of the command line, or of setup.cfg if there are none."""
    words = (word.partition("::")[0] for word in config.args)
    return [(config.invocation_params.dir / word).resolve() for word in words]


def _is_named(folder: Path, config: pytest.Config) -> bool:
    """Return whether a path of the command line is a folder or is in it."""
    return any(path.is_relative_to(folder) for path in _paths(config))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print a line if tests that need other programs were left out."""
    if any(
        folder.is_relative_to(path) and not _is_named(folder, config)
        for folder in OTHER_PROGRAMS
        for path in _paths(config)
    ):
        terminalreporter.write_line(LEFT_OUT)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """Return the programs other than GIMP, with a home folder and a folder for files."""
    found = available(tmp_path_factory.mktemp("readers"))
    if found is None:
        if in_ci():
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="session")
def photo() -> NDArray[np.uint8]:
    """Return NASA's portrait of Eileen Collins from scikit-image, 512 x 512."""
    from skimage import data

    picture: NDArray[np.uint8] = data.astronaut()  # type: ignore[no-untyped-call]
    picture.setflags(write=False)
    return picture


@pytest.fixture(scope="session")
def photo_summary(photo: NDArray[np.uint8]) -> Summary:
    return Summary.of(read_pixels(photo))


@pytest.fixture(scope="session")
def photo_histogram(photo_summary: Summary) -> Histogram:
    return photo_summary.histogram


@pytest.fixture(scope="session")
def photo_points(photo_summary: Summary) -> Points:
    return photo_summary.points


@pytest.fixture(scope="session")
def flag() -> Palette:
    """Return a palette of three colors; one name has quotes, accents and an emoji."""
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
