"""Layer: what of an image a palette is made of; every call that reads pixels out of GIMP."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePath

from gi.repository import Gegl, Gimp
from texts import Problem, _, ngettext

SELECTION, LAYER, VISIBLE_SELECTION, VISIBLE = SCOPES = (
    "selection",
    "layer",
    "visible-selection",
    "visible",
)
"""Selected part of the layer, all of it, selected part of what is visible, all of that."""

ROWS = 128
"""How many rows are read at a time: a tile's, so that memory stays flat and no tile comes twice."""

STRIP = 2**23
"""How many bytes a strip may have at most; one row at a time if even that has more."""

FORMATS = {"rgba": "R'G'B'A u8", "mask": "Y u8"}
"""How each plane is read.

The colors are always sRGB, converted from the image's profile, whatever its precision and mode.
Masks are linear: with a prime, babl would put sRGB's curve on them, and 128 would become 188.
"""

CODES = {"rgba": "I", "mask": "B"}
"""The array type code of one pixel of each plane."""


class SourceError(Problem):
    """There is nothing to read."""


@dataclass(frozen=True)
class Plane:
    """One plane of a source: a drawable, and where its buffer's corner lies in the image.

    It keeps no buffer, as GIMP complains about those that are still there at the end.
    """

    name: str
    drawable: Gimp.Drawable
    left: int
    top: int

    @classmethod
    def of(cls, name: str, drawable: Gimp.Drawable) -> Plane:
        """Return the plane of a drawable that knows its place in the image."""
        _known, left, top = drawable.get_offsets()
        return cls(name, drawable, left, top)

    def read(self, buffer: Gegl.Buffer, left: int, top: int, width: int, height: int) -> bytes:
        """Return a rectangle in image coordinates; what lies outside of the buffer is 0."""
        rectangle = Gegl.Rectangle.new(left - self.left, top - self.top, width, height)
        data: bytes = buffer.get(rectangle, 1.0, FORMATS[self.name], Gegl.AbyssPolicy.NONE)
        return data


@dataclass(frozen=True)
class Source:
    """What a palette is made of: pixels of a layer, or of the image as it looks.

    `kind` is "layer", "layers", "channel" or "visible"; `title` names it, for sentences;
    `selected` tells whether it is only a selected part. The rectangle is in image coordinates.
    """

    title: str
    kind: str
    selected: bool
    left: int
    top: int
    width: int
    height: int
    parts: tuple[Plane, ...]

    @property
    def planes(self) -> list[str]:
        """The names of the planes: the colors, then up to two masks, each of which weighs."""
        return [part.name for part in self.parts]

    @property
    def rows(self) -> int:
        """How many rows a strip has, but for the last one."""
        return max(1, min(ROWS, STRIP // (self.width * self._pixel)))

    @property
    def _pixel(self) -> int:
        """How many bytes a pixel of all planes has."""
        return sum(array(CODES[name]).itemsize for name in self.planes)

    def strips(self) -> Iterator[bytes]:
        """Yield the rows of each plane of each strip, from the top."""
        tops = range(0, self.height, self.rows)
        for planes in self._read((top, min(self.rows, self.height - top)) for top in tops):
            yield from planes

    def thumbnail(self, width: int, height: int) -> tuple[int, int, bytes]:
        """Return a smaller picture that fits within a size: its size, and its planes as a strip.

        Its pixels are some of the source's own: GEGL's scaled reads average in linear light,
        which invents colors, and leave parts of what was just painted out.
        """
        scale = min(width / self.width, height / self.height, 1.0)
        across, down = (max(1, round(size * scale)) for size in (self.width, self.height))
        columns = _centers(self.width, across)
        small = [array(CODES[name]) for name in self.planes]
        for planes in self._read((row, 1) for row in _centers(self.height, down)):
            for picture, line in zip(small, planes, strict=True):
                pixels = array(picture.typecode, line)
                picture.extend(pixels[column] for column in columns)
        return across, down, b"".join(picture.tobytes() for picture in small)

    def _read(self, spans: Iterable[tuple[int, int]]) -> Iterator[list[bytes]]:
        """Yield all planes of spans of rows, each given by its top and count, going down."""
        band = None
        for top, rows in spans:
            if top // ROWS != band:
                # A buffer keeps every tile it has read, up to half of the machine's memory.
                band = top // ROWS
                buffers = [part.drawable.get_buffer() for part in self.parts]
            yield [
                part.read(buffer, self.left, self.top + top, self.width, rows)
                for part, buffer in zip(self.parts, buffers, strict=True)
            ]


@contextmanager
def opened(image: Gimp.Image, drawables: list[Gimp.Drawable], scope: str) -> Iterator[Source]:
    """Give what one of `SCOPES` means; raise `SourceError` if that is nothing.

    What has to be made to read it is deleted afterwards, and the image stays as it is.
    """
    if not image.is_valid():
        raise SourceError(_("The image is closed. Open it, then try again."))
    if not all(drawable.is_valid() for drawable in drawables):
        raise SourceError(
            _("The layer is not there any more. Select another one, and start again.")
        )
    reading = _visible(image) if scope in (VISIBLE, VISIBLE_SELECTION) else _chosen(drawables)
    with reading as source:
        selecting = scope in (SELECTION, VISIBLE_SELECTION) and not Gimp.Selection.is_empty(image)
        yield _selected(source, image) if selecting else source


@contextmanager
def _visible(image: Gimp.Image) -> Iterator[Source]:
    """Give the image as it looks."""
    if not image.get_layers():
        raise SourceError(_("The image has no layers. Add one, then try again."))
    with _projection(image) as projection:
        yield _whole(title_of(image), "visible", Plane.of("rgba", projection))


@contextmanager
def _chosen(drawables: list[Gimp.Drawable]) -> Iterator[Source]:
    """Give a channel, a layer, or several layers as they look together."""
    if not drawables:
        raise SourceError(_("No layer is selected. Select one, then try again."))
    if any(_is_channel(drawable) for drawable in drawables):
        if len(drawables) > 1:
            raise SourceError(_("More than a channel is selected. Select one alone, or layers."))
        yield _whole(drawables[0].get_name(), "channel", Plane.of("rgba", drawables[0]))
        return
    layers = _outermost([_layer_of(drawable) for drawable in drawables])
    with _one(layers[0]) if len(layers) == 1 else _together(layers) as source:
        yield source


def _is_channel(drawable: Gimp.Drawable) -> bool:
    """Tell whether a drawable is a channel of its own; to GIMP a layer mask is one too."""
    return isinstance(drawable, Gimp.Channel) and not isinstance(drawable, Gimp.LayerMask)


def _layer_of(drawable: Gimp.Drawable) -> Gimp.Layer:
    """Return the layer that the user sees: a layer mask's, or the layer itself."""
    return Gimp.Layer.from_mask(drawable) if isinstance(drawable, Gimp.LayerMask) else drawable


def _outermost(layers: list[Gimp.Layer]) -> list[Gimp.Layer]:
    """Return layers once each, without those that are in a group which is there as well."""
    by_id = {layer.get_id(): layer for layer in layers}
    return [layer for layer in by_id.values() if by_id.keys().isdisjoint(_groups(layer))]


def _groups(layer: Gimp.Layer) -> list[int]:
    """Return the numbers of the groups that a layer is in, from the inside."""
    group = layer.get_parent()
    return [group.get_id(), *_groups(group)] if group else []


@contextmanager
def _one(layer: Gimp.Layer) -> Iterator[Source]:
    """Give a layer's own pixels, with what its filters do and weighed by its mask."""
    title = layer.get_name()
    if layer.is_group_layer() and not layer.get_children():
        raise SourceError(
            _("The layer group “{title}” is empty. Select one with layers in it.").format(
                title=title
            )
        )
    mask = layer.get_mask() if layer.get_apply_mask() else None
    # A layer mask's own offsets are 0: it lies where its layer does.
    masks = [replace(Plane.of("mask", layer), drawable=mask)] if mask else []
    with _filtered(layer) as pixels:
        yield _whole(title, "layer", Plane.of("rgba", pixels), *masks)


@contextmanager
def _filtered(layer: Gimp.Layer) -> Iterator[Gimp.Layer]:
    """Give a layer whose buffer holds what the visible filters of a layer do."""
    if not any(effect.get_visible() for effect in layer.get_filters()):
        yield layer
        return
    with _scratch(layer.get_image()) as scratch:
        copy = _copied(layer, scratch)
        if copy.is_group_layer():
            # GIMP does not merge a group's filters, but it merges the group, filters and all;
            # one that passes through, with its opacity and mask as well, which must not be in it.
            copy.set_mode(Gimp.LayerMode.NORMAL)
            copy = copy.merge()
        else:
            copy.merge_filters()
        yield copy


@contextmanager
def _together(layers: list[Gimp.Layer]) -> Iterator[Source]:
    """Give several layers of an image as they look on its canvas without the others."""
    image = layers[0].get_image()
    if not any(_is_on_canvas(layer) for layer in layers):
        raise SourceError(
            _("The selected layers are beyond the canvas. Move one onto it, or select only one.")
        )
    count = len(layers)
    title = ngettext("{count} layer", "{count} layers", count).format(count=count)
    with _scratch(image) as scratch:
        for layer in sorted(layers, key=_depth, reverse=True):
            _copied(layer, scratch)
        with _projection(scratch) as projection:
            yield _whole(title, "layers", Plane.of("rgba", projection))


def _is_on_canvas(layer: Gimp.Layer) -> bool:
    """Tell whether a part of a layer's rectangle is within its image's."""
    image = layer.get_image()
    _known, left, top = layer.get_offsets()
    across = -layer.get_width() < left < image.get_width()
    down = -layer.get_height() < top < image.get_height()
    return bool(across and down)


def _depth(layer: Gimp.Layer) -> list[int]:
    """Return where in its image's stack a layer is: that of its outermost group, then inwards."""
    group = layer.get_parent()
    own = layer.get_image().get_item_position(layer)
    return [*_depth(group), own] if group else [own]


@contextmanager
def _scratch(image: Gimp.Image) -> Iterator[Gimp.Image]:
    """Give an empty image of the same kind, which has all colors if the other is indexed."""
    indexed = image.get_base_type() == Gimp.ImageBaseType.INDEXED
    scratch = Gimp.Image.new_with_precision(
        image.get_width(),
        image.get_height(),
        Gimp.ImageBaseType.RGB if indexed else image.get_base_type(),
        image.get_precision(),
    )
    try:
        scratch.undo_disable()
        if profile := image.get_color_profile():
            scratch.set_color_profile(profile)
        yield scratch
    finally:
        scratch.delete()


def _copied(layer: Gimp.Layer, scratch: Gimp.Image) -> Gimp.Layer:
    """Put a copy of a layer on top of an image, in the same place, for all to see."""
    copy = Gimp.Layer.new_from_drawable(layer, scratch)
    scratch.insert_layer(copy, None, 0)
    copy.set_visible(True)
    return copy


@contextmanager
def _projection(image: Gimp.Image) -> Iterator[Gimp.Layer]:
    """Give a layer that is in no image and holds what this one looks like."""
    layer = Gimp.Layer.new_from_visible(image, image, image.get_name())
    try:
        yield layer
    finally:
        layer.delete()


def title_of(image: Gimp.Image) -> str:
    """Return what an image is called: its file without the suffix."""
    file = image.get_imported_file() or image.get_xcf_file()
    return PurePath(file.get_basename()).stem if file else _("Untitled")


def one_layer(drawables: list[Gimp.Drawable]) -> Gimp.Layer | None:
    """Return the layer that is meant, if it is one."""
    if len(drawables) != 1 or _is_channel(drawables[0]):
        return None
    return _layer_of(drawables[0])


def _whole(title: str, kind: str, colors: Plane, *masks: Plane) -> Source:
    """Return all of a drawable."""
    width, height = colors.drawable.get_width(), colors.drawable.get_height()
    return Source(title, kind, False, colors.left, colors.top, width, height, (colors, *masks))


def _selected(source: Source, image: Gimp.Image) -> Source:
    """Return the selected part of a source, or raise `SourceError` if there is none."""
    _known, _some, *corners = Gimp.Selection.bounds(image)
    left, top = max(source.left, corners[0]), max(source.top, corners[1])
    right = min(source.left + source.width, corners[2])
    bottom = min(source.top + source.height, corners[3])
    selection = Plane("mask", image.get_selection(), 0, 0)
    if left < right and top < bottom:
        part = replace(
            source, selected=True, left=left, top=top, width=right - left, height=bottom - top
        )
        # The bounds of a selection that is not a rectangle may touch where it does not.
        if any(strip.count(0) < len(strip) for strip in replace(part, parts=(selection,)).strips()):
            return replace(part, parts=(*source.parts, selection))
    raise SourceError(
        _(
            "Nothing of “{title}” is selected. "
            "Select a part of it, or nothing at all to use the whole of it."
        ).format(title=source.title)
    )


def _centers(length: int, count: int) -> list[int]:
    """Return where the middles of `count` equal parts of a length are."""
    return [(2 * part + 1) * length // (2 * count) for part in range(count)]
