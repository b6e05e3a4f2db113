"""Separated items: the layers or channels of a separation, which go into the image at the end.

Until then each color has only a mask, or a channel, that is in no image.

See docs/decisions.md#separated-layers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from gi.repository import Babl, Gegl, Gimp

from extract_palette.images import results
from extract_palette.images.gimp_colors import color_of
from extract_palette.images.names import one_line
from extract_palette.images.scope import scratch_of
from extract_palette.pictures.source import FORMATS, ROWS, Source
from extract_palette.translation import _

OPACITY = 50
"""The opacity in percent in which GIMP shows a channel, as for those that it saves itself."""


class Swatch(NamedTuple):
    """A color of a palette, and the name of its layer or channel."""

    hex: str
    name: str


class Settings(NamedTuple):
    """What becomes of a color: the values of the arguments of their names."""

    into: str
    content: str
    edges: str


class Masks:
    """The masks of the colors of a source, each made as soon as the color has a pixel."""

    def __init__(self, image: Gimp.Image, source: Source, settings: Settings) -> None:
        self._image, self._source, self._settings = image, source, settings
        self._made: dict[int, Gimp.LayerMask] = {}
        self._layers: list[Gimp.Layer] = []
        self._first = self._new_layer()

    def add(self, top: int, rows: int, color: int, data: bytes) -> None:
        """Set rows of a color's mask, one byte a pixel."""
        if color not in self._made:
            self._made[color] = self._first.create_mask(Gimp.AddMaskType.BLACK)
        rectangle = Gegl.Rectangle.new(0, top, self._source.width, rows)
        self._made[color].get_buffer().set(rectangle, FORMATS["mask"], data)

    def finish(self, swatches: Mapping[int, Swatch]) -> int:
        """Make the layers of swatches by their indexes, in this order; return how many."""
        found = [index for index in swatches if index in self._made]
        if self._settings.content == "pixels" and found:
            self._paste()
        for index in found:
            layer = self._layer_of(swatches[index])
            self._layers.append(layer)
            layer.add_mask(self._made.pop(index))
        if self._settings.into == "layers":
            self._apply_masks()
        return len(found)

    def insert(self, title: str, below: Gimp.Layer | None) -> Gimp.GroupLayer:
        """Insert the layers, in a new group above a layer or all layers; return the group."""
        group = Gimp.GroupLayer.new(self._image, one_line(title))
        # In a group that lets layers blend with those below, the colors would not be their own.
        group.set_mode(Gimp.LayerMode.NORMAL)
        results.insert(self._image, group, below)
        for position in range(len(self._layers)):
            if not self._image.insert_layer(self._layers[0], group, position):
                self._image.remove_layer(group)
                raise results.ResultError(_("GIMP did not take the new layer. Try again."))
            layer = self._layers.pop(0)
            layer.update(0, 0, layer.get_width(), layer.get_height())
        return group

    def discard(self) -> None:
        """Delete all that is in no image, which GIMP would keep."""
        _delete([*self._made.values(), *self._layers, self._first])

    def _new_layer(self) -> Gimp.Layer:
        layer = results.new_layer(self._image, "", self._source.width, self._source.height)
        layer.set_offsets(self._source.left, self._source.top)
        if self._settings.edges == "soft":
            # It adds alpha, as no other mode does: what is cut with soft edges fits together.
            layer.set_mode(Gimp.LayerMode.MERGE)
        return layer

    def _layer_of(self, swatch: Swatch) -> Gimp.Layer:
        """Return an opaque layer with the picture, or all in a color."""
        if self._settings.content == "pixels":
            layer = self._first.copy()  # which shares its pixels until one of both changes
        else:
            layer = self._new_layer()
            size = Gegl.Rectangle.new(0, 0, layer.get_width(), layer.get_height())
            layer.get_buffer().set_color(size, color_of(swatch.hex))
        layer.set_name(one_line(swatch.name))
        return layer

    def _apply_masks(self) -> None:
        """Make each layer's mask its alpha, which GIMP does only to layers that are in an image."""
        with scratch_of(self._image) as scratch:
            for number, layer in enumerate(self._layers):
                copy = Gimp.Layer.new_from_drawable(layer, scratch)
                scratch.insert_layer(copy, None, 0)
                copy.remove_mask(Gimp.MaskApplyMode.APPLY)
                self._layers[number] = Gimp.Layer.new_from_drawable(copy, self._image)
                self._layers[number].set_name(layer.get_name())
                scratch.remove_layer(copy)
                layer.delete()

    def _paste(self) -> None:
        """Put the picture into the first layer as it is, whatever its precision, but opaque."""
        source = self._source
        (plane, *_masks) = source.parts
        for top in range(0, source.height, ROWS):
            rows = min(ROWS, source.height - top)
            left, upper = source.left - plane.left, source.top - plane.top + top
            # New buffers, as each one keeps every tile that it has seen.
            plane.drawable.get_buffer().copy(
                Gegl.Rectangle.new(left, upper, source.width, rows),
                Gegl.AbyssPolicy.NONE,
                self._first.get_buffer(),
                Gegl.Rectangle.new(0, top, source.width, rows),
            )
        self._first.create_mask(Gimp.AddMaskType.ALPHA_TRANSFER).delete()


class Channels:
    """The channels of the colors of a source, as large as the image."""

    def __init__(self, image: Gimp.Image, source: Source, _settings: Settings) -> None:
        self._image = image
        self._left, self._top, self._width = source.left, source.top, source.width
        self._made: dict[int, Gimp.Channel] = {}
        self._channels: list[Gimp.Channel] = []

    def add(self, top: int, rows: int, color: int, data: bytes) -> None:
        """Set rows of a color's channel, from those that are on the canvas."""
        size = self._image.get_width(), self._image.get_height()
        left, right = max(0, self._left), min(size[0], self._left + self._width)
        upper, lower = max(0, self._top + top), min(size[1], self._top + top + rows)
        if left >= right or upper >= lower:
            return
        lines = range(upper - self._top - top, lower - self._top - top)
        starts = (line * self._width + left - self._left for line in lines)
        part = b"".join(data[start : start + right - left] for start in starts)
        if not any(part):
            return
        if color not in self._made:
            self._made[color] = Gimp.Channel.new(
                self._image, "", *size, OPACITY, color_of("#000000")
            )
        buffer = self._made[color].get_buffer()
        rectangle = Gegl.Rectangle.new(left, upper, right - left, lower - upper)
        buffer.set(rectangle, value_format(self._made[color]), part)

    def finish(self, swatches: Mapping[int, Swatch]) -> int:
        """Name the channels of swatches by their indexes, in this order; return how many."""
        for index in swatches:
            if index in self._made:
                channel = self._made.pop(index)
                self._channels.append(channel)
                channel.set_name(one_line(swatches[index].name))
                channel.set_color(color_of(swatches[index].hex))
                channel.set_visible(False)  # GIMP would show it over the image
                channel.set_show_masked(False)
        return len(self._channels)

    def insert(self, _title: str, _below: Gimp.Layer | None) -> None:
        """Insert the channels above all others."""
        inserted: list[Gimp.Channel] = []
        while self._channels:
            if not self._image.insert_channel(self._channels[0], None, len(inserted)):
                for channel in inserted:
                    self._image.remove_channel(channel)
                raise results.ResultError(_("GIMP did not take the new channel. Try again."))
            inserted.append(self._channels.pop(0))

    def discard(self) -> None:
        """Delete all that is in no image, which GIMP would keep."""
        _delete([*self._made.values(), *self._channels])


Items: TypeAlias = Masks | Channels

ITEMS: Mapping[str, Callable[[Gimp.Image, Source, Settings], Items]] = {
    "layers": Masks,
    "layer-masks": Masks,
    "channels": Channels,
}
"""What makes the items of each choice of the argument `into`."""


def _delete(items: list[Gimp.Item]) -> None:
    for item in items:
        if item.is_valid():  # as long as its image is open
            item.delete()


def value_format(channel: Gimp.Channel) -> str:
    """Return the format in which a selection from a channel has the values that it is given.

    GIMP takes them as they are in the channel, which in images of 8 bits has sRGB's curve.
    """
    return "Y' u8" if "'" in Babl.format_get_encoding(channel.get_format()) else FORMATS["mask"]


def from_dark_to_light(swatches: list[Swatch]) -> dict[int, Swatch]:
    """Return swatches by their indexes, ordered by their luminance."""
    order = sorted(range(len(swatches)), key=lambda index: _luminance(swatches[index].hex))
    return {index: swatches[index] for index in order}


def _luminance(code: str) -> float:
    """Return the relative luminance of a color (IEC 61966-2-1), 0 to 1."""
    values = (value / 255 for value in bytes.fromhex(code[1:]))
    linear = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return sum(weight * v for weight, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
