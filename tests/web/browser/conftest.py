"""Fixtures that need a real browser; see tools/provisioning/readers.py for where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.readers.programs import MISSING
from tests.web.browser import samples
from tests.web.browser.chromium import is_available, launched
from tests.web.browser.page import MILLISECONDS, Shown, visiting
from tests.web.serving import Server, serving
from tools.provisioning.debian import in_ci

Visit = Callable[..., Shown]
"""Opens the page in a context of its own: a path or fragment, and options of the context."""


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the browser sees, with the samples."""
    path = tmp_path_factory.mktemp("browser")
    samples.write(path)
    return path


# Until the last test of this package only: what Playwright runs in this thread is in the way of
# other event loops.
@pytest.fixture(scope="package")
def browser(folder: Path) -> Iterator[Browser]:
    """Return a Chromium.

    See docs/decisions.md#a-real-browser.
    """
    if not is_available():
        if in_ci():
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with launched(folder) as running:
        expect.set_options(timeout=MILLISECONDS)
        yield running


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """Return a server of the page that all tests share."""
    with serving() as running:
        yield running


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Return a function that opens the page; what it must not do fails the test."""
    with ExitStack() as stack:

        def open_page(path: str = "", **options: Any) -> Shown:
            return stack.enter_context(visiting(browser, server.address, path, **options))

        yield open_page


@pytest.fixture
def shown(visit: Visit) -> Shown:
    """Return the page, just opened."""
    return visit()
