"""Fixtures that need a real GIMP 3; see provision.py for where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.debian import REPOSITORY, in_ci
from tests.gimp.gimps import SUITES, Gimp, Worker, available, build_wheel, missing
from tests.gimp.provision import own_gimp
from tests.gimp.screen import Screen, needs_screen, screen, wait_for

PHOTO = REPOSITORY / "docs" / "astronaut.jpg"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session", params=sorted({*SUITES, own_gimp() or "3.0"}))
def gimp(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Gimp:
    """Return a GIMP of each series, with the engine and the plug-in installed."""
    series: str = request.param
    found = available(series, tmp_path_factory.mktemp(f"gimp-{series}"))
    if found is None:
        if in_ci():
            pytest.fail(missing(series))
        pytest.skip(missing(series))
    found.set_up(request.getfixturevalue("wheel"))
    # As PNG: GIMP and Pillow bring different JPEG decoders, which differ in some last bits.
    with Image.open(PHOTO) as photo:
        photo.save(found.folder / "astronaut.png")
    return found


@pytest.fixture(scope="session")
def inside(gimp: Gimp) -> Iterator[Worker]:
    """Return a GIMP that is running and does as it is told."""
    with Worker(gimp) as worker:
        yield worker


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shots", type=Path, help="keep pictures of the windows in this folder")


@pytest.fixture(scope="module")
def window(gimp: Gimp) -> Iterator[Screen]:
    """Return a GIMP that shows the photo, with the Palettes dialog in its dock."""
    needs_screen(gimp)
    with screen(gimp, gimp.folder / "astronaut.png") as opened:
        opened.maximize("astronaut")
        opened.focus("astronaut")
        opened.press("slash")
        opened.focus("Search Actions")
        opened.type("palettes dialog")

        def chosen() -> bool:
            opened.press("Return")  # which does nothing until it is found
            return not opened.window("Search Actions")

        wait_for(chosen)
        yield opened


@pytest.fixture(scope="session")
def shots(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder for pictures of the windows."""
    chosen: Path | None = request.config.getoption("--shots")
    return chosen or tmp_path_factory.mktemp("shots")
