"""Fixtures: the real server, and pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.web.serving import Server, serving


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Return a server as it is started without options, for tests that leave it as it was."""
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def portrait(photo: NDArray[np.uint8]) -> bytes:
    """Return a photograph as a PNG file, 512 x 512."""
    file = io.BytesIO()
    Image.fromarray(photo).save(file, "PNG")
    return file.getvalue()
