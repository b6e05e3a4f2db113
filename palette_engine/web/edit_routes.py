"""Edit routes: palettes that are changed by hand, checked and compared.

The functions are those of GIMP's dialog and of the command line; see
docs/decisions.md#edited-palettes.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from palette_engine.errors import InputError, OptionError, Reason
from palette_engine.formats.json_colors import parse_json
from palette_engine.formats.json_palette import from_object
from palette_engine.options import OPTIONS
from palette_engine.palette.value import Palette
from palette_engine.session.edits import edited
from palette_engine.web import jobs
from palette_engine.web.palette_json import palette_json
from palette_engine.web.palette_routes import MAX_BYTES, read_palette
from palette_engine.web.picture_routes import options_in, picture_in, picture_palette_json
from palette_engine.web.state import State

__all__ = ["check_palette", "compare_palettes", "edit_palette", "edit_picture_palette"]


async def edit_palette(state: State, request: Request) -> Response:
    """Respond with a palette after one change by hand, as the page shows it."""
    return JSONResponse(palette_json(await _edited(state, request)))


async def edit_picture_palette(state: State, request: Request) -> Response:
    """Respond with the palette of a stored picture after one change by hand, measured anew."""
    options = options_in(state, request)
    picture = picture_in(state, request)
    assert isinstance(picture.summary, jobs.StoredSummary)
    palette = await _edited(state, request)
    _check_count(len(palette.swatches))
    needed = picture.summary.needed_for(options)
    measured = await state.workers.run(jobs.measure_palette, needed, options, palette)
    return JSONResponse(picture_palette_json(measured, picture, options))


async def check_palette(state: State, request: Request) -> Response:
    """Respond with the contrast of every two colors, and which are hard to tell apart."""
    palette = await read_palette(state, request)
    return JSONResponse(await state.workers.run(jobs.check_palette, palette))


async def compare_palettes(state: State, request: Request) -> Response:
    """Respond with what is new, gone and moved between the two palettes of a JSON array."""
    values = parse_json(await state.bodies.read_palette(request, 2 * MAX_BYTES))
    if not (isinstance(values, list) and len(values) == 2):
        raise InputError("A comparison takes an array of two palettes.")
    first, second = (from_object(each) for each in values)
    return JSONResponse(await state.workers.run(jobs.compare_palettes, first, second))


async def _edited(state: State, request: Request) -> Palette:
    """Return the palette of a request after its edit.

    The request is JSON as in `session.server`: a palette, what to do, and the arguments of that.
    Without the latter, the palette is as it is.
    """
    values = parse_json(await state.bodies.read_palette(request, MAX_BYTES))
    if not isinstance(values, dict):
        raise InputError("An edit must be an object of names and values.")
    return edited(values) if "do" in values else _checked(values)


def _checked(values: dict[str, Any]) -> Palette:
    """Return the palette of a request that only has one, or raise `OptionError`."""
    if {*values} != {"palette"}:
        raise OptionError("An edit needs a palette, and what to do.")
    return from_object(values["palette"])


def _check_count(count: int) -> None:
    """Raise `InputError` for more colors than a palette of a picture may have."""
    most = int(OPTIONS["colors"].maximum)
    if count > most:
        raise InputError(
            f"The palette has {count:,} colors; of a picture, palettes of up to {most} can be "
            "changed here.",
            Reason.TOO_MANY_COLORS,
            colors=count,
            most=most,
        )
