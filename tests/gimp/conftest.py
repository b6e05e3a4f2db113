"""Fixtures that need a real GIMP 3; see tools/provisioning for where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.gimp.dialogs import Tab, engines, plug_ins, tab
from tests.gimp.german import GermanGimp, german
from tests.gimp.gimps import SUITES, Gimp, Worker, available, build_wheel, missing
from tests.gimp.held import held
from tests.gimp.screen import Screen, needs_screen, screen, wait_for
from tests.gimp.several import several
from tools.provisioning.debian import REPOSITORY, in_ci
from tools.provisioning.gimp import own_gimp

PHOTO = REPOSITORY / "docs" / "astronaut.jpg"

SERIES = sorted({*SUITES, own_gimp() or "3.0"})

NEWEST = max(SUITES, key=lambda series: [*map(int, series.split("."))])
"""The newest GIMP of a full run, whichever the machine has installed.

See docs/decisions.md#tests-in-every-gimp.
"""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the GIMPs that were not chosen, and tests for the newest GIMP in the others."""
    left_out = [item for item in items if _is_left_out(item, config)]
    config.hook.pytest_deselected(items=left_out)
    # Windows first: a GIMP without windows that runs meanwhile would not know their palettes, and
    # both save into one folder.
    items[:] = sorted((item for item in items if item not in left_out), key=_has_no_window)


def _has_no_window(item: pytest.Item) -> bool:
    return "window" not in getattr(item, "fixturenames", ())


def _is_left_out(item: pytest.Item, config: pytest.Config) -> bool:
    parameters = getattr(item, "callspec", None)
    series = parameters and parameters.params.get("gimp")
    if series is None:
        return False
    if config.getoption("--gimp") not in (None, series):
        return True
    only_newest = item.get_closest_marker("newest_gimp") and not config.getoption("--long")
    return bool(only_newest) and series != NEWEST


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session", params=SERIES)
def gimp(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Gimp:
    """Return a GIMP of each series, with the engine and the plug-in installed."""
    series: str = request.param
    found = available(series, tmp_path_factory.mktemp(f"gimp-{series}"))
    if found is None:
        if in_ci():
            pytest.fail(missing(series))
        pytest.skip(missing(series))
    found.set_up(request.getfixturevalue("wheel"))
    # See docs/decisions.md#pngs-for-comparison.
    with Image.open(PHOTO) as photo:
        photo.save(found.folder / "astronaut.png")
    return found


@pytest.fixture(scope="session")
def inside(gimp: Gimp) -> Iterator[Worker]:
    """Return a running GIMP that executes what tests send."""
    with Worker(gimp) as worker:
        yield worker


@pytest.fixture(scope="module")
def window(gimp: Gimp) -> Iterator[Screen]:
    """Return a GIMP that shows the photo, with the Palettes dialog in its dock."""
    needs_screen(gimp)
    with screen(gimp, gimp.folder / "astronaut.png") as opened:
        opened.maximize("astronaut")
        opened.focus("astronaut")
        opened.choose("palettes dialog")
        yield opened


@pytest.fixture
def photo(window: Screen) -> Iterator[Tab]:
    """Return the photo in a tab of its own."""
    with tab(window, window.gimp.folder / "astronaut.png") as opened:
        yield opened
    wait_for(lambda: not (plug_ins(window.gimp) or engines(window.gimp)))


@pytest.fixture(scope="session")
def shots(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder for screenshots."""
    chosen: Path | None = request.config.getoption("--shots")
    if chosen is None:
        return tmp_path_factory.mktemp("shots")
    chosen.mkdir(parents=True, exist_ok=True)
    return chosen


__all__ = ["held", "several"]


@pytest.fixture(scope="session")
def germany(gimp: Gimp) -> GermanGimp:
    """Return a GIMP in German."""
    return german(gimp)


@pytest.fixture
def clear(gimp: Gimp) -> Path:
    """Return the photo with a transparent corner and a half transparent one."""
    with Image.open(gimp.folder / "astronaut.png") as photo:
        picture = photo.convert("RGBA").resize((200, 150))
    alpha = np.full((150, 200), 255, np.uint8)
    alpha[:40, :60] = 0
    alpha[100:, 120:] = 128
    picture.putalpha(Image.fromarray(alpha))
    path = gimp.folder / "clear.png"
    picture.save(path)
    return path
