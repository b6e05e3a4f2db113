"""Page template: the page as HTML, and the files that belong to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import PurePath
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from palette_engine import __version__
from palette_engine.formats import FORMATS
from palette_engine.options import DITHER, Options
from palette_engine.pictures.file_types import FILE_TYPES, exposed_formats
from palette_engine.web.limits import Limits
from palette_engine.web.option_form import MORE, PRIMARY, controls
from palette_engine.web.palette_json import NOTATIONS
from palette_engine.web.sample_pictures import SAMPLE_PICTURES

__all__ = ["PageTemplate", "read_assets"]

FOLDER = "page"
"""The folder of this package that holds the page."""

MEDIA_TYPES = {
    ".css": "text/css",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
"""The media types of the page's assets, by suffix."""


class PageTemplate:
    """The page, which contains the token of this run and the limits of pictures."""

    def __init__(self, token: str, limits: Limits) -> None:
        self._fixed = {
            "token": token,
            "version": __version__,
            "limits": {"bytes": limits.bytes, "pixels": limits.pixels},
            "reads": exposed_formats(),
            "suffixes": _suffixes(),
            "palette_suffixes": _palette_suffixes(),
            "samples": SAMPLE_PICTURES,
            "formats": _formats(),
            "notations": [{"name": name, "title": title} for name, title in NOTATIONS.items()],
            "dithers": [{"name": choice.name, "title": choice.label} for choice in DITHER.choices],
        }
        self._template = Environment(
            loader=PackageLoader("palette_engine.web", FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        ).get_template("index.html")

    def render(
        self,
        options: Options,
        palette: Mapping[str, Any] | None = None,
        error: str = "",
        status: int = 200,
    ) -> HTMLResponse:
        """Return the page that shows some options, and a palette as `palette_json` returns it."""
        text = self._template.render(
            self._fixed,
            primary=controls(PRIMARY, options),
            more=controls(MORE, options),
            view=palette,
            document=json.dumps(palette["document"]) if palette else "",
            error=error,
        )
        return HTMLResponse(text, status)


@cache
def read_assets() -> dict[str, tuple[bytes, str]]:
    """Return the page's assets with their media types, by file name."""
    found = {}
    for file in files("palette_engine.web").joinpath(FOLDER).iterdir():
        media_type = MEDIA_TYPES.get(PurePath(file.name).suffix)
        if media_type:
            found[file.name] = (file.read_bytes(), media_type)
    return found


def _suffixes() -> list[str]:
    """Return the suffixes of the picture files that the page reads."""
    return [suffix for name in exposed_formats() for suffix in FILE_TYPES[name].suffixes]


def _palette_suffixes() -> list[str]:
    """Return the suffixes of the palette files that are read, and are not those of pictures."""
    known = {suffix for row in FORMATS.values() if row.loads for suffix in row.suffixes}
    return sorted(known - {*_suffixes()})


def _formats() -> list[dict[str, Any]]:
    """Return the formats that a palette can be downloaded in."""
    return [
        {"name": name, "title": row.title, "suffix": row.suffixes[0], "most": row.most_colors}
        for name, row in FORMATS.items()
        if row.dumps
    ]
