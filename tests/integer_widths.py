"""Integer widths: finds integers whose width depends on the platform, and emulates 32 bits.

The default integer of numpy 1.26 has 32 bits on Windows and 64 bits elsewhere. Sums of narrower
integers have this type too. ``python -m tests.integer_widths wide`` and the same with ``narrow``
extract palettes with a default integer of 64 or 32 bits, and print the results as JSON, with the
calls that returned a default integer. See docs/decisions.md#exact-whole-numbers.
"""

from __future__ import annotations

import ast
import ctypes
import gc
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["MAKERS", "ROOT", "Call", "calls_in", "complaints_about", "location_of", "main"]

ROOT = Path(__file__).resolve().parent.parent

MAKERS = {"arange": 3, "array": 1, "fromiter": 1, "full": 2, "indices": 1}
"""Functions that make arrays from Python numbers, and the index of their argument `dtype`."""

NEVER = 99
"""An index that no argument has, for functions without a positional `dtype`."""

SHAPERS = {
    "append": NEVER,
    "asarray": 1,
    "ascontiguousarray": 1,
    "column_stack": NEVER,
    "concatenate": NEVER,
    "dstack": NEVER,
    "hstack": NEVER,
    "meshgrid": NEVER,
    "repeat": NEVER,
    "reshape": NEVER,
    "select": NEVER,
    "stack": NEVER,
    "tile": NEVER,
    "vstack": NEVER,
    "where": NEVER,
}
"""Functions that keep the type of arrays, but accept Python numbers as well."""

SUMS = {"cumprod": 2, "cumsum": 2, "nansum": 2, "prod": 2, "sum": 2}
"""Functions that add or multiply narrow integers as default integers; most are methods, too."""

UFUNC_SUMS = {"accumulate": 2, "reduce": 2, "reduceat": 3}
"""Methods of `np.add` and `np.multiply` that do the same."""

GRIDS = ("c_", "mgrid", "ogrid", "r_")
"""Objects that make arrays of the default integer and have no `dtype`."""

DEFAULTS = ("int_", "long", "uint", "ulong")
"""Types whose width depends on the platform. `np.intp` is allowed, as an index must have it."""


@dataclass(frozen=True)
class Call:
    """A call in a source file that may return the default integer.

    `name` is the function's name; `owner` is the source of the expression before the dot. `end` is
    the line and the column, in bytes, where the call ends; it is different for each call of a file.
    `has_type` is true if the call names its `dtype`.
    """

    path: Path
    line: int
    end: tuple[int, int]
    owner: str
    name: str
    has_type: bool

    @property
    def location(self) -> str:
        """The path, relative to the repository, and the line."""
        return location_of(self.path, self.line)

    @property
    def is_sum(self) -> bool:
        """Whether the function adds or multiplies."""
        return self.name in SUMS or self.name in UFUNC_SUMS


def location_of(path: Path, line: int) -> str:
    """Return ``path:line``, with the path relative to the repository."""
    return f"{path.relative_to(ROOT).as_posix()}:{line}"


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls_in(path: Path) -> Iterator[Call]:
    """Yield the calls in a source file that may return the default integer."""
    if "numpy" not in path.read_text(encoding="utf-8"):
        return
    for node in ast.walk(_tree(path)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, owner = node.func.attr, ast.unparse(node.func.value)
        if owner in ("np.add", "np.multiply"):
            dtypes = UFUNC_SUMS
        elif owner == "np":
            dtypes = {**MAKERS, **SHAPERS, **SUMS}
        else:
            # A method has one argument less than the function.
            dtypes = {method: index - 1 for method, index in SUMS.items()}
        if name in dtypes:
            has_type = len(node.args) > dtypes[name]
            has_type |= any(keyword.arg == "dtype" for keyword in node.keywords)
            end = (node.end_lineno or 0, node.end_col_offset or 0)
            yield Call(path, node.lineno, end, owner, name, has_type)


def complaints_about(path: Path) -> Iterator[str]:
    """Yield a complaint for each line of a source file where an integer may have any width.

    A call of one of `MAKERS` must name its `dtype`, even for floats, so that no exceptions are
    needed. The types `int` and `DEFAULTS`, and the objects `GRIDS`, must not be used. Sums are not
    checked here, as the type of their arrays is not visible in the source.
    """
    for call in calls_in(path):
        if call.owner == "np" and call.name in MAKERS and not call.has_type:
            yield f"{call.location}: np.{call.name} must name its dtype"
    called = {id(node.func) for node in ast.walk(_tree(path)) if isinstance(node, ast.Call)}
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np":
            if node.attr in (*GRIDS, *DEFAULTS):
                yield f"{location_of(path, node.lineno)}: np.{node.attr} has the platform's width"
            elif node.attr in MAKERS and id(node) not in called:
                location = location_of(path, node.lineno)
                yield f"{location}: np.{node.attr} must be called to name its dtype"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            takes_type = (
                node.func.attr in ("astype", "view") or ast.unparse(node.func.value) == "np"
            )
            if takes_type and any(isinstance(a, ast.Name) and a.id == "int" for a in given):
                yield f"{location_of(path, node.lineno)}: the type int has the platform's width"


class Watch:
    """Replaces functions and methods of numpy by versions that check calls from the package.

    `met` maps each call that was executed to whether a result had the default integer. If `narrow`
    is true, such results are converted to 32 bits.
    """

    def __init__(self, package: Path, narrow: bool) -> None:
        self.calls = {
            (str(path), *call.end): call
            for path in sorted(package.rglob("*.py"))
            for call in calls_in(path)
        }
        self.met: dict[Call, bool] = {}
        self.narrow = narrow

    def begin(self) -> None:
        """Replace the functions and methods for the rest of the process."""
        for name in (*MAKERS, *SHAPERS, *SUMS):
            setattr(np, name, self._watching(name, getattr(np, name), 0))
        for kind, names, index in ((np.ndarray, SUMS, 0), (np.ufunc, UFUNC_SUMS, 1)):
            # The attributes of a type written in C can be set only in its dictionary.
            (attributes,) = gc.get_referents(kind.__dict__)
            for name in names:
                if name in attributes:
                    attributes[name] = self._watching(name, attributes[name], index)
            ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))

    def _watching(self, name: str, original: Callable[..., Any], index: int) -> Callable[..., Any]:
        """Return a checked version of a function whose array is its argument `index`."""

        def watching(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            call = self._call_of(sys._getframe(1))
            # Calls from C code seem to come from the package; the source has other names there.
            if call is None or call.name != name:
                return result
            open_width = not call.has_type and _has_default(call, args[index:], result)
            self.met[call] = self.met.get(call, False) or open_width
            return _narrow(result, call.is_sum) if open_width and self.narrow else result

        return watching

    def _call_of(self, frame: Any) -> Call | None:
        """Return the call that a frame is executing, or None if the frame is not of the package."""
        if not frame.f_globals.get("__name__", "").startswith("palette_engine"):
            return None
        positions = [*frame.f_code.co_positions()]
        _, line, _, column = positions[frame.f_lasti // 2]
        return self.calls.get((frame.f_code.co_filename, line, column))


def _has_default(call: Call, args: tuple[Any, ...], result: Any) -> bool:
    """Return whether the result of a call without `dtype` has the default integer."""
    if isinstance(result, list | tuple):
        return any(_has_default(call, args, each) for each in result)
    if result.dtype.kind not in "iu":
        return False
    if call.is_sum and hasattr(args[0], "dtype"):
        return bool(args[0].dtype.itemsize < 8)
    numbers = args[1:] if call.name in ("where", "full") else args
    return not any(_has_width(each) for each in numbers)


def _has_width(value: Any) -> bool:
    """Return whether an argument has a numpy type, unlike Python numbers and lists of them."""
    if isinstance(value, list | tuple):
        return any(_has_width(each) for each in value)
    return hasattr(value, "dtype") or hasattr(value, "__array_interface__")


def _narrow(result: Any, wraps: bool) -> Any:
    """Return integers in 32 bits; if one does not fit, wrap around or keep 64 bits."""
    if isinstance(result, list | tuple):
        return [_narrow(each, wraps) for each in result]
    narrow = result.astype(np.uint32 if result.dtype.kind == "u" else np.int32)
    return narrow if wraps or (narrow == result).all() else result


def results() -> dict[str, Any]:
    """Return palettes of some pictures; must execute every sum in the package without `dtype`."""
    from palette_engine.extraction.moods import MOODS
    from palette_engine.extraction.pipeline import extract, extract_together
    from palette_engine.extraction.shares import measure_shares
    from palette_engine.formats.json_palette import to_object
    from palette_engine.palette.check import checked
    from palette_engine.palette.check import to_object as check_to_object
    from palette_engine.palette.edit import merge_swatches
    from palette_engine.palette.value import Palette
    from palette_engine.recoloring.animation_files import ANIMATION_WRITERS, dumps_frames
    from palette_engine.recoloring.recolor import DITHERS, recolor, recolor_frames
    from palette_engine.recoloring.separation import separate
    from palette_engine.recoloring.spot import spot_color
    from tests.animations import encoded_frames
    from tests.named_pictures import LIGHTS, card, jpeg, text
    from tests.sample_pictures import BROWN, blocks, bundled, clearly_different, noise

    photo = bundled("astronaut")
    small = np.ascontiguousarray(photo[::4, ::4])

    def object_of(palette: Palette) -> dict[str, Any]:
        return {**to_object(palette), "fit": repr(palette.difference)}

    # A million of these 25 million pixels are sampled, with a weight of 255 each. Their total is
    # below 2**31, so its products overflow without a warning.
    large = extract(np.tile(photo, (8, 12, 1)), colors=8, names="css", order="hue")
    many = extract(small, colors=40, order="smooth", emphasis=1, min_distance=2)
    auto = extract(
        small, colors="auto", keep=["#0b57d0"], ignore=["#ffffff"], swatch="real", order="image"
    )
    flat = extract(blocks((BROWN, 900), ((0, 0, 0), 90), ((255, 255, 255), 9)), colors="auto")
    areas = [(color, 10 + index) for index, color in enumerate(clearly_different(14, 0))]
    few = extract(blocks(*areas), colors=12, order="smooth", swatch="mean")
    far = extract(noise(0, 40, 40, top=99), colors=40, min_distance=20, keep=["#333333"])
    # The weights of each picture are scaled to a total of about 2**40.
    together = extract_together([small, photo[::2, ::2]], colors=6, order="image")
    moods = {mood: extract(small, colors=5, mood=mood) for mood in MOODS}
    drawing = extract(jpeg(card(0).rgb, 85), colors="auto")
    coded = extract(jpeg(text(16, (0, 0, 0), (255, 255, 255), "16").rgb, 85), colors="auto")
    subpixels = extract(text(16, BROWN, (240, 240, 230), "subpixel").rgb, colors="auto")
    moving = encoded_frames([small, small[::-1]], "PNG", duration=[20, 500])
    animation = extract(moving, colors=6, frames="all", order="image")
    films = [
        dumps_frames(recolor_frames(moving, animation), suffix, animation)
        for suffix in ANIMATION_WRITERS
    ]
    quick = extract(jpeg(np.tile(photo, (2, 2, 1)), 90), effort="quick", order="image")
    night = extract(LIGHTS["3 discs of 0.25%"]().rgb)
    found: dict[str, Any] = {
        name: object_of(palette)
        for name, palette in {
            "large": large,
            "many": many,
            "auto": auto,
            "flat": flat,
            "few": few,
            "far": far,
            "together": together,
            "animation": animation,
            **moods,
            "quick": quick,
            "drawing": drawing,
            "coded": coded,
            "subpixels": subpixels,
            "night": night,
        }.items()
    }
    for dither in DITHERS:
        pixels = recolor(small, many, dither).tobytes()
        found[f"recolored, {dither}"] = hashlib.sha256(pixels).hexdigest()
    parts = separate(np.dstack([small, small[..., 0]]), many, "soft")
    masks = b"".join(mask.tobytes() for mask in parts.masks)
    found["separated"] = [hashlib.sha256(masks).hexdigest(), repr(parts.map.places)]
    started = extract(small, keep=["#0b57d0"], start=many, colors=30, min_distance=9, order="image")
    found["started"] = object_of(started)
    found["measured"] = object_of(measure_shares(merge_swatches(many, 0, 1), small))
    found["spot"] = spot_color(small, 60, 60, 9)
    found["films"] = [hashlib.sha256(film).hexdigest() for film in films]
    found["checked"] = check_to_object(checked(large))
    return found


def main(widths: str) -> int:
    """Print as JSON the results, and for each call whether it returned the default integer."""
    watch = Watch(ROOT / "palette_engine", narrow=widths == "narrow")
    watch.begin()  # before the package is imported, which makes some arrays
    found = results()
    met = {f"{call.location}:{call.end}": is_open for call, is_open in watch.met.items()}
    print(json.dumps({"results": found, "met": met}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
