"""Contact sheet: pictures that were found, and their palettes, as one HTML file, no scripts."""

from __future__ import annotations

import base64
import contextlib
import html
import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from palette_engine.collections.archives import BROKEN, member_of
from palette_engine.collections.download import download, has_address, is_web
from palette_engine.collections.picture import begin
from palette_engine.errors import InputError, PaletteError, cause_of
from palette_engine.options import OPTIONS
from palette_engine.palette.value import percent
from palette_engine.workers.worker import StartError, Worker

__all__ = ["SIDE", "contact_sheet", "make_thumbnail", "path_of", "thumbnails"]

SIDE = 240
"""The longer side of a thumbnail has at most this many pixels."""

MEGABYTES = 1000
"""The memory that decoding a picture may take."""

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 14px/1.4 system-ui, sans-serif; margin: 24px; background: #777; color: #fff; }}
h1 {{ font-size: 18px; font-weight: 600; }}
ol {{ display: grid; grid-template-columns: repeat(auto-fill, 240px); gap: 24px;
  justify-content: space-between; padding: 0; list-style: none; }}
li {{ display: flex; flex-direction: column; justify-content: flex-end; }}
img {{ max-width: 100%; align-self: center; }}
.palette {{ display: flex; height: 32px; margin: 8px 0; }}
.palette span {{ min-width: 1px; }}
p {{ margin: 0; overflow-wrap: anywhere; }}
a {{ color: inherit; }}
</style>
<h1>{title}</h1>
<ol>
{items}</ol>
</html>
"""


def contact_sheet(
    title: str, found: Iterable[Mapping[str, Any]], thumbnail: Callable[[Mapping[str, Any]], bytes]
) -> bytes:
    """Return an HTML page of pictures as `find.describe` has them.

    `thumbnail` returns a picture's thumbnail as a PNG, or nothing, and then only the palette is
    shown.
    """
    items = "".join(_item(each, thumbnail(each)) for each in found)
    return PAGE.format(title=html.escape(title), items=items).encode()


def _item(found: Mapping[str, Any], thumbnail: bytes) -> str:
    source = html.escape(found["source"])
    name = source
    if thumbnail:
        data = base64.b64encode(thumbnail).decode("ascii")
        name = (
            f'<a href="{html.escape(address)}">{source}</a>' if (address := _link(found)) else name
        )
        picture = f'<img src="data:image/png;base64,{data}" alt="">'
    else:
        picture = ""
    spans = "".join(
        f'<span style="flex: {each["share"]:.6f}; background: {each["hex"]}" '
        f'title="{each["hex"]} {percent(each["share"])}"></span>'
        for each in found["swatches"]
    )
    distance = found["distance"]
    score = percent(found["area"]) if distance is None else f"ΔE2000 {distance:.1f}"
    return f'<li>{picture}<div class="palette">{spans}</div><p>{score} {name}</p></li>\n'


@contextlib.contextmanager
def thumbnails(seconds: float) -> Iterator[Callable[[Mapping[str, Any]], bytes]]:
    """Yield a function that returns the thumbnail of a found picture, or nothing if there is none.

    Pictures are read in a child process, for at most some seconds each.
    """
    with Worker(partial(begin, MEGABYTES)) as worker:

        def thumbnail(found: Mapping[str, Any]) -> bytes:
            try:
                data: bytes = worker.run((make_thumbnail, (path_of(found),)), seconds)
            except StartError:
                raise
            except (PaletteError, RuntimeError):
                return b""
            return data

        yield thumbnail


def make_thumbnail(path: str) -> bytes:
    """Return a picture, as it is shown and in sRGB, as a small PNG.

    `path` is a source of a row: a file, a member of an archive, or an address. Raises `InputError`.
    """
    import numpy as np
    from PIL import Image

    from palette_engine.recoloring.raster import Picture

    limits = {name: OPTIONS[name].default for name in ("max_pixels", "damaged")}
    source = path if os.path.isfile(path) else _bytes_of(path)  # noqa: PTH113  it may be no text
    try:
        picture = Picture.read(source, max_memory=MEGABYTES, **limits)
    except OSError as error:
        raise InputError(f"{path} cannot be read.") from error
    opaque = bool((picture.alpha == 255).all())
    pixels = picture.rgb if opaque else np.dstack([picture.rgb, picture.alpha])
    image = Image.fromarray(pixels)
    image.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def path_of(found: Mapping[str, Any]) -> str:
    """Return the source of a found picture as Python names files."""
    raw = found["raw"]
    return os.fsdecode(base64.b64decode(raw)) if raw else str(found["source"])


def _bytes_of(path: str) -> bytes:
    """Return the bytes of a source that is no file; raises `InputError` if it is not there."""
    if has_address(path):
        found = download(path)
        assert found is not None
        return found.data
    try:
        data = member_of(path)
    except BROKEN as error:
        raise InputError(f"{path} cannot be unpacked: {cause_of(error)}.") from error
    if data is None:
        raise InputError(f"There is no file {path}.")
    return data


def _link(found: Mapping[str, Any]) -> str:
    """Return the address of a picture for a browser; nothing for members of archives."""
    path = path_of(found)
    if is_web(path):
        return path
    if os.path.isfile(path):  # noqa: PTH113  its name may be no text
        return Path(path).absolute().as_uri()
    return ""
