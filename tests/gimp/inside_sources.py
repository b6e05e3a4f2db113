"""Runs inside GIMP, after inside.py: makes pictures, and reads them by the plug-in's modules."""

import contextlib
import os
import sys
from pathlib import Path

from gi.repository import Gegl, Gimp

sys.path.insert(0, str(Path(os.environ["GIMP3_DIRECTORY"], "plug-ins", "extract-palette")))
from extract_palette.images.scope import SourceError, opened  # now that its folder is on the path
from extract_palette.pictures.small_picture import SmallPicture
from extract_palette.pictures.viewport import Box

NORMAL = Gimp.LayerMode.NORMAL


def picture(width, height, kind="RGB", precision="U8_NON_LINEAR"):
    """Return an empty image."""
    kind, precision = getattr(Gimp.ImageBaseType, kind), getattr(Gimp.Precision, precision)
    return Gimp.Image.new_with_precision(width, height, kind, precision)


def paint(drawable, pixels, encoding="R'G'B'A u8"):
    """Put a raw file's pixels into a drawable."""
    buffer = drawable.get_buffer()
    size = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    buffer.set(size, encoding, Path(pixels).read_bytes())
    buffer.flush()
    drawable.update(0, 0, drawable.get_width(), drawable.get_height())


def put(image, width, height, pixels, at=(0, 0), parent=None, mode=NORMAL, opacity=100):
    """Return a new layer, on top of the others, with a raw file's pixels."""
    grays = image.get_base_type() == Gimp.ImageBaseType.GRAY
    kind = Gimp.ImageType.GRAYA_IMAGE if grays else Gimp.ImageType.RGBA_IMAGE
    name = f"Layer {len(image.get_layers()) + 1}"
    layer = Gimp.Layer.new(image, name, width, height, kind, opacity, mode)
    image.insert_layer(layer, parent, 0)
    layer.set_offsets(*at)
    paint(layer, pixels)
    return layer


def group(image, parent=None):
    """Return a new group, on top of the others."""
    made = Gimp.GroupLayer.new(image, "Group")
    image.insert_layer(made, parent, 0)
    return made


def masked(layer, pixels):
    """Give a layer a mask with a raw file's values, and return it."""
    mask = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    paint(mask, pixels, "Y u8")
    return mask


def channel(image, pixels, encoding):
    """Return a new channel with a raw file's values."""
    size = image.get_width(), image.get_height()
    made = Gimp.Channel.new(image, "Channel", *size, 50, Gegl.Color.new("red"))
    image.insert_channel(made, None, 0)
    paint(made, pixels, encoding)
    return made


def effect(drawable, operation="gegl:invert-gamma"):
    """Put a filter on a layer, which leaves the layer's own pixels as they are."""
    made = Gimp.DrawableFilter.new(drawable, operation, "")
    drawable.append_filter(made)
    return made


def select(image, *rectangle, feather=0):
    """Add a rectangle to the selection, with soft borders if it is feathered."""
    Gimp.context_push()
    Gimp.context_set_feather(feather > 0)
    Gimp.context_set_feather_radius(feather, feather)
    image.select_rectangle(Gimp.ChannelOps.ADD, *rectangle)
    Gimp.context_pop()


def values(image, left, top, width, height):
    """Return how much GIMP selects each pixel of a rectangle, read one by one."""
    points = [(x, y) for y in range(top, top + height) for x in range(left, left + width)]
    return [Gimp.Selection.value(image, x, y) for x, y in points]


def marker():
    """Return an ID that is less than those of all items made later."""
    image = picture(1, 1)
    layer = Gimp.Layer.new(image, "", 1, 1, Gimp.ImageType.RGB_IMAGE, 100, NORMAL)
    number = layer.get_id()
    layer.delete()
    image.delete()
    return number


def state(image):
    """Return everything that GIMP tells about an image and that must not change."""

    def stack(layers):
        return [
            [
                *(layer.get_id(), layer.get_name(), layer.get_visible(), layer.get_opacity()),
                *(int(layer.get_mode()), len(layer.get_filters()), layer.get_offsets()[1:]),
                stack(layer.get_children()) if layer.is_group_layer() else None,
            ]
            for layer in layers
        ]

    return [
        image.is_dirty(),
        stack(image.get_layers()),
        [item.get_id() for item in image.get_channels()],
        [item.get_id() for item in image.get_selected_drawables()],
        list(Gimp.Selection.bounds(image)),
        Gimp.Selection.is_empty(image),
        image.undo_is_enabled(),
        [other.get_id() for other in Gimp.get_images()],
    ]


@contextlib.contextmanager
def unchanged(image):
    """Fail if the block changes the image, or leaves new items."""
    image.clean_all()
    before, first = state(image), marker()
    yield
    assert state(image) == before, (before, state(image))
    left = [number for number in range(first + 1, marker()) if Gimp.Item.id_is_valid(number)]
    assert not left, left


def grab(image, drawables, scope, out):
    """Read the pixels of a source into a file, and return its other values."""
    with unchanged(image):
        try:
            with opened(image, drawables, scope) as source:
                strips = list(source.strips())
                Path(out).write_bytes(b"".join(strips))
                return {
                    "title": source.title,
                    "kind": source.kind,
                    "selected": source.selected,
                    "rectangle": [source.left, source.top, source.width, source.height],
                    "planes": source.planes,
                    "rows": source.rows,
                    "strips": [len(strip) for strip in strips],
                }
        except SourceError as error:
            return {"error": str(error)}


def thumbnail_of(source, size):
    """Return all of a source as a small picture of at most a size."""
    reading = source.reading(Box(0, 0, source.width, source.height), size)
    while True:
        try:
            next(reading)
        except StopIteration as end:
            return end.value


def shrink(image, drawables, scope, out, *size):
    """Write a source's thumbnail into a file, and return its size."""
    with unchanged(image), opened(image, drawables, scope) as source:
        small = thumbnail_of(source, size)
        beside = SmallPicture(source.planes, (source.width, source.height), size)
        for _strip in source.strips(beside.add):
            pass
        assert beside.planes == small.planes  # whether all rows are read or only those
        Path(out).write_bytes(small.planes)
        return {"size": [small.width, small.height], "planes": source.planes}
