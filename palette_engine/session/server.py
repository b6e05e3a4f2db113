"""Session: the engine as another program's child process, over a pair of pipes.

Started as ``python -I -m palette_engine.session``. It ends when its input ends and all requests
are answered. It ends at once, whatever it is doing, when the client can no longer read its answers
(on systems without poll, such as Windows, when it next reads or writes).

Protocol, version 5. A line is one JSON object in UTF-8, ended by a line feed. An answer with
``"bytes": N`` is followed by N raw bytes, and then by the next line.

1. The engine writes a greeting: ``{"protocol": 5, "version": "0.1.0"}``. A client that does not
   speak this protocol stops here.
2. The client writes requests. Each has one of the keys below and an `id` that the client chooses;
   all answers to it have the same `id`. Requests are answered in order, each to its end. A client
   that sends more before it has read all answers must read and write at the same time, as pipes
   hold little.

   Picture: ``{"id": 1, "picture": {"width": W, "height": H, "rows": R, "planes": ["rgba"], "name":
   "photo"}}``, directly followed by strips of R rows, the last one shorter if need be: for each
   strip the rows of each plane. `planes` begins with ``"rgba"``, sRGB with alpha, 8 bits a channel
   (R'G'B'A u8), or with ``"rgb"``, the same without alpha (R'G'B' u8); then come up to two times
   ``"mask"``, one byte a pixel, its weight from 0 to 255. Alpha and masks multiply. `name`, which
   may be missing, becomes the palettes' name. Answer: ``{"id": 1, "picture": {}}``. From then on,
   this picture replaces any before it. Strips are sampled as they arrive, so memory stays flat, and
   R does not change palettes.

   Part: ``{"id": 12, "picture": {..., "part": 3}}``, with any number from 0 to 2**31 - 1: a picture
   that is kept as one of several, in place of an earlier one with that number. The picture of the
   palettes stays. Answer: ``{"id": 12, "picture": {"empty": false}}``; of an empty picture all
   pixels have weight 0. The engine keeps at most 8 MB of each part.

   Together: ``{"id": 13, "together": {"parts": [3, 5]}}``: from then on, these parts together are
   the picture of the palettes, and each counts the same, as in
   `palette_engine.extraction.pipeline.extract_together`. Answer: ``{"id": 13, "together": {}}``, or
   an error if a part is empty or was not sent; then there is no picture.

   Palette: ``{"id": 2, "options": {"colors": 8}}``, with the names of `palette_engine.options`;
   region and those of reading have no effect, as the client sends only what counts. Answer:
   ``{"id": 2, "palette": {...}}``, of the last picture: the document of
   `palette_engine.formats.json_palette`. Among the options may be ``"start": ["#e6194b",
   "#ffffff"]``, the colors of a palette that the user sees, of which only kept ones are to change,
   as in `palette_engine.extraction.pipeline.extract`.

   Thumbnail: ``{"id": 5, "thumbnail": {"width": W, "height": H, "rows": R, "planes": ["rgba"]}}``,
   followed by strips as above: a small picture to be recolored in previews, until another one
   replaces it. Answer: ``{"id": 5, "thumbnail": {}}``.

   Preview: ``{"id": 6, "preview": {"options": {"colors": 8}, "dither": "none"}}``: the palette of
   the last picture and, recolored with it, the last thumbnail. Its options may have a `start`, too.
   Last answer: ``{"id": 6, "palette": {...}, "bytes": W * H * 4}``, and the thumbnail as R'G'B'A.
   If that takes long, ``{"id": 6, "coarse": {}, "bytes": W * H * 4}`` comes first: the thumbnail in
   colors that are only nearly right. A preview is out of date as soon as another one, or a picture,
   or pictures together, follows it: then its last answer may be ``{"id": 6, "superseded": {}}``, at
   once. See docs/decisions.md#coarse-previews.

   Recoloring: ``{"id": 3, "recolor": {"width": W, "height": H, "rows": R, "planes": ["rgba"],
   "colors": ["#e6194b", "#ffffff"], "dither": "none"}}``, followed by strips as above; the picture
   of the palettes stays. `dither` is one of the choices of `options.DITHER`. Answers: if it takes
   long, ``{"id": 3, "progress": 0.4}`` several times; for each strip, in order, ``{"id": 3,
   "strip": TOP, "rows": N, "bytes": W * N * 4}`` and as many bytes of R'G'B'A, in which alpha is
   that of the picture times its masks, and invisible pixels have the first color; at last ``{"id":
   3, "recolored": {"width": W, "height": H, "difference": 2.9}}`` with the mean ΔE2000 between the
   visible pixels and their nearest colors, or null if none is visible.

   Map: ``{"id": 7, "map": {"colors": ["#e6194b", "#ffffff"], "ignore": ["white"],
   "ignore_distance": 5, "places": true}}``: which swatch each pixel of the last thumbnail belongs
   to; the last three may be missing. If `places` is false, none are measured, and the answer has an
   empty list. Answer: ``{"id": 7, "map": {"width": W, "height": H, "none": N, "depth": 1,
   "places": [...]}, "bytes": W * H * DEPTH}``, and the index of each pixel in `colors`, in `depth`
   bytes, 1 or 2, the low one first; it is N, the number of colors, where a pixel belongs to none.
   Each of `places`, one a color, is ``{"pixels": 12, "area": 3060, "share": 0.25, "box": [LEFT,
   TOP, WIDTH, HEIGHT], "center": [X, Y]}``, as in `palette_engine.recoloring.index_map`; `box` and
   `center` are null if there are no pixels. One map serves all that is pointed at until the palette
   changes.

   Spot: ``{"id": 8, "spot": {"x": 12.5, "y": 7, "radius": 1.5}}``: the average color of the last
   thumbnail around a point, in its pixels, as in `palette_engine.recoloring.spot`. Answer:
   ``{"id": 8, "spot": {"hex": "#e6194b"}}``.

   Edit: ``{"id": 9, "edit": {"palette": {...}, "do": "merge", "index": 0, "other": 3}}``: a
   palette's document after one change by hand. `do` is one of `palette_engine.palette.edit.EDITS`;
   what else it needs are the arguments of that function, by their names. Answer: ``{"id": 9,
   "palette": {...}}``.

   Measuring: ``{"id": 10, "measure": {"palette": {...}, "options": {"ignore": ["white"]}}}``: a
   palette's document with the shares and the difference that its colors have in the last picture,
   as in `palette_engine.extraction.shares`. Of the options, those that ignore colors count. Answer:
   ``{"id": 10, "palette": {...}}``.

   Separation: ``{"id": 11, "separate": {"width": W, "height": H, "rows": R, "planes": ["rgba"],
   "colors": ["#e6194b", "#ffffff"], "as": "masks", "ignore": ["white"], "ignore_distance": 5}}``,
   followed by strips as above; the picture of the palettes stays. Answers: if it takes long,
   ``{"id": 11, "progress": 0.4}`` several times; then the strips, in order. With `as` ``"masks"``
   or ``"soft-masks"``, a strip has an answer for each color that is in it, ``{"id": 11, "strip":
   TOP, "rows": N, "color": INDEX, "bytes": W * N}`` and a byte a pixel: its part, from 0 to 255, in
   that color's mask. The parts of a pixel add up to its alpha times its masks, as in
   `palette_engine.recoloring.separation`; a color without an answer has 0 in that strip. With
   ``"index"``, a strip has one answer, ``{"id": 11, "strip": TOP, "rows": N, "bytes": W * N *
   DEPTH}``, with indexes as those of a map. At last
   ``{"id": 11, "separated": {"width": W, "height": H, "none": N, "depth": 1, "places": [...]}}``.
   The engine keeps two to four bytes of each pixel, never the picture.

   Swatch strip: ``{"id": 4, "sheet": {"palette": {...}, "width": W, "height": H}}``, with a
   palette's document and the size of the picture that the strip is for. Answer: ``{"id": 4,
   "sheet": {"width": W, "height": h}, "bytes": W * h * 4}`` and opaque R'G'B'A.
   `palette_engine.drawing.swatch_strip` draws it.

   Swap: ``{"id": 7, "swap": {"width": W, "height": H, "rows": R, "planes": ["rgba"], "colors":
   ["#e6194b", "#ffffff"], "edited": ["#2050d0", "#ffffff"]}}``, followed by strips as above: a
   picture whose colors follow smoothly as swatches of its palette, `colors`, become those in
   `edited`, one for each. Answers: progress and strips as of a recoloring, then ``{"id": 7,
   "swapped": {"width": W, "height": H}}``.

   Swapped thumbnail: ``{"id": 8, "swap_thumbnail": {"colors": [...], "edited": [...]}}``. Answer:
   ``{"id": 8, "swap_thumbnail": {"colors": [...], "edited": [...]}, "bytes": W * H * 4}``, and the
   last thumbnail as R'G'B'A, with its colors changed so by a coarser mapping.

   In both, ``"swaps": ["#e6194b=#2050d0"]`` may stand in place of `edited`: texts that
   `palette_engine.recoloring.swaps.with_swaps` reads. The answer to a thumbnail has the palette
   that results, before and after.

   Palette file that is read: ``{"id": 12, "read_palette": {"file": "brand.ase", "bytes": N}}``,
   directly followed by the N bytes of a palette file, of which `file` is the name; `format` may say
   what it is, as a key of `palette_engine.formats.FORMATS`. Answer: ``{"id": 12, "read_palette":
   {"format": "ase"}, "bytes": M}``, and the palette's document as JSON in UTF-8.

   Palette file that is written: ``{"id": 13, "write_palette": {"format": "ase", "bytes": N}}``,
   directly followed by a palette's document, as N bytes of JSON. `order` and `names` may choose an
   order of the colors and a list of names, as in the options. A label that we wrote in place of a
   name is no name. Answer: ``{"id": 13, "write_palette": {"remarks": ["..."]}, "bytes": M}``, and
   the file. The remarks say what is left out of it, or by the program that it is for.

3. A request that cannot be carried out is answered by ``{"id": 2, "error": "..."}``, a sentence for
   the user, and the session continues. Some errors also have a `reason`, which is one of
   `palette_engine.errors.Reason`, and `values`, the numbers in the sentence: ``"reason":
   "too-many-kept", "values": {"kept": 3, "colors": 2}``. A line that is no JSON object is answered
   with the id null. Wrong sizes or planes of a picture, or numbers of bytes, end the
   session, because the start of the next request is unknown.
"""

from __future__ import annotations

import json
import os
import select
from collections.abc import Callable, Mapping
from functools import partial
from io import BufferedIOBase
from threading import Thread
from time import monotonic
from typing import Any, BinaryIO, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray

from palette_engine import __version__
from palette_engine.color.hex_code import format_hex, parse_hex
from palette_engine.color.srgb import Color
from palette_engine.drawing.swatch_strip import swatch_strip_of
from palette_engine.errors import InputError, OptionError, PaletteError, Reason
from palette_engine.extraction.difference import mean_difference
from palette_engine.extraction.pipeline import coarse_colors_of, palette_of
from palette_engine.extraction.shares import with_shares
from palette_engine.extraction.summary import SampledPicture, SeveralPictures, Summary
from palette_engine.formats.json_palette import from_object, to_object
from palette_engine.formats.png import rasterize
from palette_engine.libraries import preload
from palette_engine.options import Options
from palette_engine.palette.value import Palette, Swatch
from palette_engine.recoloring.distinct_colors import DistinctColors
from palette_engine.recoloring.dithering import METHODS, Method, Progress
from palette_engine.recoloring.index_map import places_in
from palette_engine.recoloring.raster import Picture
from palette_engine.recoloring.recolor import check_recoloring, ignore_progress
from palette_engine.recoloring.spot import RADIUS, spot_color_of
from palette_engine.recoloring.swaps import with_swaps
from palette_engine.recoloring.swatch_table import Index
from palette_engine.session.edits import edited
from palette_engine.session.palette_files import file_of, palette_in
from palette_engine.session.protocol import PROTOCOL
from palette_engine.session.requests import (
    KINDS,
    WITH_BYTES,
    WITH_PIXELS,
    Request,
    Requests,
    kind_of,
)
from palette_engine.session.separations import (
    StripSeparation,
    ignored_of,
    map_values,
    packed,
)
from palette_engine.session.strips import NOTHING, ClientGone, Layout, Strips

__all__ = ["PROTOCOL", "serve"]

Values: TypeAlias = Mapping[str, Any]
Tell: TypeAlias = Callable[..., None]
"""Writes an answer: its bytes, if it has any, and its names and values."""

TICK = 0.1
"""Seconds between two answers with the progress, and before the first."""

LONG = 0.07
"""Seconds that the last preview took from which on the next one begins with a coarse answer.

See docs/decisions.md#coarse-previews.
"""


PART_NUMBERS = "a whole number from 0 to 2**31 - 1"


class Session:
    """A client's requests, the answers to them, and the picture of the palettes."""

    def __init__(self, requests: BufferedIOBase, answers: BinaryIO) -> None:
        self._requests = Requests(requests)
        self._pixels = requests
        self._answers = answers
        self._picture: SampledPicture | SeveralPictures | None = None
        self._parts: dict[int, SampledPicture] = {}
        self._name = ""
        self._thumbnail: Picture | None = None
        self._colors: DistinctColors | None = None
        self._took = 0.0

    def run(self) -> None:
        """Write the greeting, and answer requests until the input ends."""
        self._answer(protocol=PROTOCOL, version=__version__)
        try:
            for request in self._requests:
                if isinstance(request, PaletteError):
                    self._answer(id=None, error=str(request))
                else:
                    self._serve(request)
        except _Lost:
            pass
        finally:
            self._requests.close()

    def _serve(self, request: Request) -> None:
        """Answer a request; raises `_Lost`."""
        identity = request.get("id")
        # A list or an object could be nested too deeply to be written.
        is_plain = isinstance(identity, str | int | float)
        tell = partial(self._answer, id=identity if is_plain else None)
        kind = kind_of(request)
        values = request.get(kind)
        try:
            layout = LAYOUTS[kind](values) if kind in LAYOUTS else NOTHING
        except PaletteError as error:
            tell(**_error_values(error))
            raise _Lost from error
        strips = Strips(self._pixels, layout)
        try:
            self._do(kind, values, strips, tell)
        except PaletteError as error:
            strips.skip()
            tell(**_error_values(error))
        if kind in LAYOUTS:
            self._requests.resume()

    def _do(self, kind: str, values: Any, strips: Strips, tell: Tell) -> None:
        """Answer a request, or raise `PaletteError`."""
        if not kind:
            raise OptionError(f"A request must have one of {', '.join(KINDS)}.")
        try:
            ANSWERING[kind](self, _object(values, kind), strips, tell)
        except RecursionError as error:
            raise OptionError("A request is nested too deeply.") from error
        except MemoryError as error:
            raise InputError(
                "The picture does not fit into memory; make it smaller.", Reason.MEMORY
            ) from error

    def _take(self, values: Values, strips: Strips, tell: Tell) -> None:
        """Take the picture for the palettes that follow, or a part of it."""
        if "part" in values:
            self._take_part(values["part"], strips, tell)
            return
        # If this picture fails, the one before must not be used in its place.
        self._picture = None
        name = values.get("name")
        picture = SampledPicture(strips.sampled())
        _prepare(picture)
        self._picture = picture
        self._name = name if isinstance(name, str) else ""
        tell(picture={})

    def _take_part(self, number: object, strips: Strips, tell: Tell) -> None:
        """Take one of several pictures that may become the picture of the palettes together."""
        if not _is_number_of_part(number):
            raise OptionError(f"A part must be {PART_NUMBERS}.")
        # If this picture fails, the one before must not be used in its place.
        self._parts.pop(number, None)
        part = self._parts[number] = SampledPicture(strips.sampled())
        if not part.is_empty:
            part.summary("share")  # while the client does something else
        tell(picture={"empty": part.is_empty})

    def _put_together(self, values: Values, _strips: Strips, tell: Tell) -> None:
        """Make palettes of some parts from now on."""
        self._picture = None
        parts = values.get("parts")
        if not (isinstance(parts, list) and parts and all(map(_is_number_of_part, parts))):
            raise OptionError(f"parts must be a list, and each of it {PART_NUMBERS}.")
        missing = [number for number in parts if number not in self._parts]
        if missing:
            raise InputError(f"There is no part {missing[0]}; send it first.")
        pictures = [self._parts[number] for number in dict.fromkeys(parts)]
        if any(picture.is_empty for picture in pictures):
            raise InputError(
                "One of the pictures has no colors: all of its pixels are fully transparent; leave "
                "it out.",
                Reason.TRANSPARENT,
            )
        together = SeveralPictures(pictures)
        _prepare(together)
        self._picture, self._name = together, ""
        tell(together={})

    def _extract(self, values: Values, _strips: Strips, tell: Tell) -> None:
        """Answer with a palette of the last picture."""
        options, start = _options(values)
        summary = self._summary(options)
        tell(palette=to_object(palette_of(summary, options, name=self._name, start=start)))

    def _summary(self, options: Options) -> Summary:
        """Return the summary of the last picture, or raise `InputError` if there is none."""
        if self._picture is None:
            raise InputError("There is no picture to make a palette of; send one first.")
        return self._picture.summary(options.order)

    def _keep(self, _values: Values, strips: Strips, tell: Tell) -> None:
        """Take the thumbnail for the previews that follow."""
        self._thumbnail = self._colors = None
        self._thumbnail = strips.picture()
        tell(thumbnail={})

    def _preview(self, values: Values, _strips: Strips, tell: Tell) -> None:
        """Answer with a palette of the last picture, and the thumbnail in its colors.

        Ends between two steps if the request is out of date, unless its palette is there.
        """
        options, start = _options(_object(values.get("options"), "options"))
        dither = values.get("dither", "none")
        check_recoloring(1, dither)
        thumbnail = self._shown()
        if self._requests.has_newer_preview:
            tell(superseded={})
            return
        summary = self._summary(options)
        if self._took >= LONG and not start:  # from a start, no search is needed
            coarse = coarse_colors_of(summary, options)
            if coarse is not None:
                tell(_recolored(thumbnail, coarse, METHODS[dither](coarse)), coarse={})
            if self._requests.has_newer_preview:
                tell(superseded={})
                return
        began = monotonic()
        palette = palette_of(summary, options, name=self._name, start=start)
        colors = np.array([swatch.color for swatch in palette.swatches], np.uint8)
        if dither == "none":
            pixels = _painted(self._distinct().index(colors), thumbnail.alpha, colors).data
        else:
            pixels = _recolored(thumbnail, colors, METHODS[dither](colors))
        tell(pixels, palette=to_object(palette))
        self._took = monotonic() - began

    def _recolor(self, values: Values, strips: Strips, tell: Tell) -> None:
        """Answer with a picture recolored."""
        colors = _colors(values.get("colors"))
        dither = values.get("dither", "none")
        check_recoloring(len(colors), dither)
        picture, layout = strips.picture(), strips.layout
        index = METHODS[dither](colors)(picture, _paced_progress(tell))
        for top, bottom in layout.spans:
            rgba = _painted(index[top:bottom], picture.alpha[top:bottom], colors)
            tell(rgba.data, strip=top, rows=bottom - top)
        difference = mean_difference(picture.rgb.reshape(-1, 3), picture.alpha.reshape(-1), colors)
        tell(recolored={"width": layout.width, "height": layout.height, "difference": difference})

    def _map(self, values: Values, _strips: Strips, tell: Tell) -> None:
        """Answer with the index map of the thumbnail."""
        colors, options = _colors(values.get("colors")), ignored_of(values)
        check_recoloring(len(colors), "none")
        picture, count = self._shown(), len(colors)
        index = self._distinct().index(colors).copy()
        if options.ignore:
            index[self._distinct().ignored(options)] = count
        index[picture.alpha == 0] = count
        measured = places_in(index, picture.alpha, count) if values.get("places", True) else ()
        tell(packed(index), map=map_values(index, measured, count))

    def _average(self, values: Values, _strips: Strips, tell: Tell) -> None:
        """Answer with the average color of the thumbnail around a point."""
        x, y, radius = values.get("x"), values.get("y"), values.get("radius", RADIUS)
        tell(spot={"hex": format_hex(spot_color_of(self._shown(), x, y, radius))})

    def _distinct(self) -> DistinctColors:
        """Return the colors of the thumbnail, which previews and maps have in common."""
        if self._colors is None:
            self._colors = DistinctColors(self._shown())
        return self._colors

    def _shown(self) -> Picture:
        """Return the thumbnail, or raise `InputError` if there is none."""
        if self._thumbnail is None:
            raise InputError("There is no thumbnail; send one first.")
        return self._thumbnail

    def _edit(self, values: Values, _strips: Strips, tell: Tell) -> None:
        """Answer with a palette after one change by hand."""
        tell(palette=to_object(edited(values)))

    def _measure(self, values: Values, _strips: Strips, tell: Tell) -> None:
        """Answer with a palette and the shares that it has in the last picture."""
        palette = from_object(values.get("palette"))
        options, _ = _options(_object(values.get("options", {}), "options"))
        tell(palette=to_object(with_shares(palette, self._summary(options), options)))

    def _separate(self, values: Values, strips: Strips, tell: Tell) -> None:
        """Answer with a picture taken apart by its swatches."""
        colors, kind = _colors(values.get("colors")), values.get("as", "masks")
        separation = StripSeparation(colors, kind, ignored_of(values), strips.layout)
        progress = _paced_progress(tell)
        for top, strip in strips.pictures():
            progress(top / strips.layout.height)
            separation.add(top, strip)
        for top, bottom in strips.layout.spans:
            for data, color in separation.answers(top, bottom):
                tell(data, strip=top, rows=bottom - top, **color)
        tell(separated=separation.values)

    def _draw(self, values: Values, _strips: Strips, tell: Tell) -> None:
        """Answer with a swatch strip."""
        sizes = [values.get(key) for key in ("width", "height")]
        counts = [size for size in sizes if type(size) is int and 1 <= size < 2**31]
        if counts != sizes:
            raise OptionError("A swatch strip's width and height must be whole numbers above 0.")
        strip = swatch_strip_of(from_object(values.get("palette")), *counts)
        image = rasterize(strip, 1).convert("RGBA")
        tell(image.tobytes(), sheet={"width": strip.width, "height": strip.height})

    def _swap(self, values: Values, strips: Strips, tell: Tell) -> None:
        """Answer with a picture whose colors follow as swatches are edited."""
        from palette_engine.recoloring.color_mapping import ColorMapping
        from palette_engine.recoloring.color_table import ColorTable

        change = ColorTable(ColorMapping.of(*_edit_in(values)))
        picture, layout = strips.picture(), strips.layout
        rgb = change(picture.rgb, _paced_progress(tell))
        for top, bottom in layout.spans:
            rgba = np.dstack([rgb[top:bottom], picture.alpha[top:bottom]])
            tell(rgba.data, strip=top, rows=bottom - top)
        tell(swapped={"width": layout.width, "height": layout.height})

    def _swap_thumbnail(self, values: Values, _strips: Strips, tell: Tell) -> None:
        """Answer with the thumbnail, whose colors follow as swatches are edited."""
        from palette_engine.recoloring.color_mapping import COARSE_NODES, ColorMapping

        before, after = _edit_in(values)
        mapping = ColorMapping.of(before, after, nodes=COARSE_NODES)
        if self._thumbnail is None:
            raise InputError("There is no thumbnail to recolor; send one first.")
        rgb = mapping(self._thumbnail.rgb.reshape(-1, 3)).reshape(self._thumbnail.rgb.shape)
        found = {"colors": _codes_of(before), "edited": _codes_of(after)}
        tell(np.dstack([rgb, self._thumbnail.alpha]).data, swap_thumbnail=found)

    def _read_palette(self, values: Values, strips: Strips, tell: Tell) -> None:
        """Answer with the palette in a file."""
        found, palette = palette_in(values, strips)
        data = json.dumps(to_object(palette)).encode()
        tell(data, read_palette={"format": found})

    def _write_palette(self, values: Values, strips: Strips, tell: Tell) -> None:
        """Answer with a palette as a file."""
        data, remarks = file_of(values, strips)
        tell(data, write_palette={"remarks": remarks})

    def _answer(self, data: bytes | memoryview = b"", **values: Any) -> None:
        """Write one line and the bytes that belong to it, and flush them."""
        view = memoryview(data).cast("B")
        if view:
            values["bytes"] = len(view)
        self._answers.write(json.dumps(values).encode() + b"\n")
        self._answers.write(view)
        self._answers.flush()


ANSWERING: Mapping[str, Callable[[Session, Values, Strips, Tell], None]] = {
    "picture": Session._take,
    "together": Session._put_together,
    "thumbnail": Session._keep,
    "options": Session._extract,
    "preview": Session._preview,
    "recolor": Session._recolor,
    "sheet": Session._draw,
    "map": Session._map,
    "spot": Session._average,
    "edit": Session._edit,
    "measure": Session._measure,
    "separate": Session._separate,
    "swap": Session._swap,
    "swap_thumbnail": Session._swap_thumbnail,
    "read_palette": Session._read_palette,
    "write_palette": Session._write_palette,
}
"""The method that answers each kind of request."""

LAYOUTS: Mapping[str, Callable[[object], Layout]] = {
    **dict.fromkeys(WITH_PIXELS, Layout.of),
    **dict.fromkeys(WITH_BYTES, Layout.of_bytes),
}
"""The function that returns the layout of what follows a request, for kinds that have it."""


class _Lost(Exception):
    """It is not known where the next request begins."""


def serve(requests: BufferedIOBase, answers: BinaryIO) -> None:
    """Run one session; raises `ClientGone` if the input ends within a picture."""
    Session(requests, answers).run()


def main() -> int:
    """Run a session over standard input and output."""
    # Output that a library prints must not get between the answers.
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if hasattr(select, "poll"):
        Thread(target=_end_with_client, args=[answers.fileno()], daemon=True).start()

    preload()
    try:
        serve(requests, answers)
    except (ClientGone, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), answers.fileno())
    return 0


def _end_with_client(pipe: int) -> None:
    """End the process as soon as the other end of a pipe is closed.

    See docs/decisions.md#an-engine-without-a-client.
    """
    poll = select.poll()
    poll.register(pipe, 0)
    events = [event for _, event in poll.poll()]
    if any(event & (select.POLLERR | select.POLLHUP) for event in events):
        os._exit(0)


def _prepare(picture: SampledPicture | SeveralPictures) -> None:
    """Compute what all palettes of a picture need, while the client does something else."""
    summary = picture.summary("share")
    if not summary.is_empty:
        _ = summary.points


def _is_number_of_part(number: object) -> TypeGuard[int]:
    """Return whether something can be the number of a part."""
    return type(number) is int and 0 <= number < 2**31


def _object(values: object, name: str) -> dict[str, Any]:
    """Return the values of a request, or raise `OptionError` if they are no object."""
    if not isinstance(values, dict):
        raise OptionError(f"A request's {name} must be an object of names and values.")
    return values


def _recolored(picture: Picture, colors: NDArray[np.uint8], method: Method) -> memoryview:
    """Return a small picture in some colors, as R'G'B'A."""
    index = method(picture, ignore_progress)
    return _painted(index, picture.alpha, colors).data


def _painted(
    index: Index, alpha: NDArray[np.uint8], colors: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Return rows of R'G'B'A, in which invisible pixels have the first color."""
    rgba = np.empty((*alpha.shape, 4), np.uint8)
    rgba[..., :3] = colors.take(index, axis=0)
    rgba[..., :3][alpha == 0] = colors[0]
    rgba[..., 3] = alpha
    return rgba


def _error_values(error: PaletteError) -> dict[str, Any]:
    """Return the values of an answer about an error."""
    known = {"reason": error.reason, "values": error.values} if error.reason else {}
    return {"error": str(error), **known}


def _options(values: Values) -> tuple[Options, list[Color]]:
    """Return the options of a palette, and the colors to start from, or raise `OptionError`."""
    options = Options.of({name: value for name, value in values.items() if name != "start"})
    rows = _colors(values.get("start", []), "start").tolist()
    return options, [(red, green, blue) for red, green, blue in dict.fromkeys(map(tuple, rows))]


def _colors(codes: object, name: str = "colors") -> NDArray[np.uint8]:
    """Return the colors of a request, `(k, 3)`, or raise `OptionError`."""
    wrong = OptionError(f'{name} must be a list of colors like "#e6194b".')
    if not isinstance(codes, list) or not all(str(code).startswith("#") for code in codes):
        raise wrong
    try:
        colors = [parse_hex(code, digits=(6,)) for code in codes]
    except ValueError as error:
        raise wrong from error
    return np.array(colors, np.uint8).reshape(-1, 3)


def _edit_in(values: Values) -> tuple[Palette, Palette]:
    """Return the palette of a request before and after it is edited, or raise `OptionError`."""
    before = _palette_of(_colors(values.get("colors")))
    if "swaps" not in values:
        return before, _palette_of(_colors(values.get("edited"), "edited"))
    swaps = values["swaps"]
    if not (isinstance(swaps, list) and all(isinstance(swap, str) for swap in swaps)):
        raise OptionError("swaps must be a list of texts such as “#e6194b=#2050d0”.")
    edited = with_swaps(before, swaps)
    return edited.before, edited.after


def _palette_of(colors: NDArray[np.uint8]) -> Palette:
    """Return a palette of sRGB colors, `(k, 3)`."""
    return Palette(tuple(Swatch((red, green, blue)) for red, green, blue in colors.tolist()))


def _codes_of(palette: Palette) -> list[str]:
    """Return the hex codes of a palette."""
    return [swatch.hex for swatch in palette.swatches]


def _paced_progress(tell: Tell) -> Progress:
    """Return a function that answers with the progress, at most once in `TICK`."""
    last = monotonic()

    def progress(done: float) -> None:
        nonlocal last
        now = monotonic()
        if now - last >= TICK:
            last = now
            tell(progress=round(done, 3))

    return progress
