"""Products: the layers that the plug-in made, and the layers that they were made from.

See docs/decisions.md#products-are-no-sources.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from gi.repository import Gimp

PRODUCT = "extract-palette-product"
"""The parasite of a layer that we made: the numbers of its origins, and their title."""

ORIGIN = "extract-palette-origin"
"""The parasite of what a layer was made from: a number that stays with it.

GIMP's own numbers change when an image is duplicated or a layer is copied into another one.
"""


class Mark(NamedTuple):
    """What a product says of itself: the numbers of its origins, and their title."""

    origins: tuple[str, ...]
    title: str


def mark(layer: Gimp.Layer, origins: Iterable[Gimp.Drawable], title: str) -> None:
    """Mark a layer as made from others, which share a title; `number` completes it.

    If the layer is in an image, it belongs in the step in which that was done.
    """
    numbers = [_number_of(origin) or uuid.uuid4().hex for origin in origins]
    text = json.dumps({"origins": numbers, "title": title})
    _attach(layer, PRODUCT, text)


def number(layer: Gimp.Layer, origins: Iterable[Gimp.Drawable]) -> None:
    """Give what a layer was made from the numbers that its mark has for them.

    It changes the image's history, so it belongs in the step in which the layer is inserted.
    """
    made = mark_of(layer)
    assert made
    for origin, known in zip(origins, made.origins, strict=False):
        if origin.is_valid() and _number_of(origin) is None:
            _attach(_numbered(origin), ORIGIN, known)


def mark_of(layer: Gimp.Drawable) -> Mark | None:
    """Return what a layer says of itself, if it is a product."""
    text = _attached(layer, PRODUCT)
    if text is None:
        return None
    try:
        data = json.loads(text)
        return Mark(tuple(map(str, data["origins"])), str(data["title"]))
    except (KeyError, TypeError, ValueError):  # of another version
        return None


def origins_of(drawables: Sequence[Gimp.Drawable]) -> list[Gimp.Drawable]:
    """Return drawables, with the layers that products were made from in place of products.

    A product whose origins are gone stands for itself.
    """
    found: dict[int, Gimp.Drawable] = {}
    for drawable in drawables:
        for origin in _origins(drawable, ()):
            found[origin.get_id()] = origin
    return list(found.values())


def _origins(drawable: Gimp.Drawable, seen: tuple[int, ...]) -> Iterator[Gimp.Drawable]:
    if not drawable.is_valid():
        yield drawable  # for the caller to complain about
        return
    layer = drawable
    if isinstance(drawable, Gimp.LayerMask):
        layer = Gimp.Layer.from_mask(drawable)
    number = layer.get_id()
    direct = [] if number in seen else _direct_origins(layer)
    if not direct:
        yield drawable
    for origin in direct:
        yield from _origins(origin, (*seen, number))


def _direct_origins(layer: Gimp.Drawable) -> list[Gimp.Drawable]:
    """Return the drawables that a product was made from, as far as they are in its image."""
    found = mark_of(layer)
    if found is None:
        return []
    image = layer.get_image()
    # Of several copies of an origin, the lowest, which is the oldest unless it was moved.
    there = {_attached(item, ORIGIN): item for item in _items(image)}
    items = [there[number] for number in found.origins if number in there]
    return [item for item in items if item.get_id() != layer.get_id()]


def _items(image: Gimp.Image) -> Iterator[Gimp.Drawable]:
    """Yield an image's channels and layers, from the top."""
    yield from image.get_channels()
    waiting = [*image.get_layers()]
    while waiting:
        layer = waiting.pop(0)
        yield layer
        if layer.is_group_layer():
            waiting = [*layer.get_children(), *waiting]


def original_title(sources: Sequence[Gimp.Drawable], title: str) -> str:
    """Return the title of what a source was made from, if it is one product, or else its own."""
    found = mark_of(sources[0]) if len(sources) == 1 else None
    return found.title if found else title


def hides_origin(layer: Gimp.Layer) -> bool:
    """Return whether a layer is a product, and one that it was made from is visible."""
    return any(origin.get_visible() for origin in _direct_origins(layer))


def _number_of(origin: Gimp.Drawable) -> str | None:
    """Return the number that stays with a drawable, if it has one."""
    return _attached(_numbered(origin), ORIGIN)


def _numbered(origin: Gimp.Drawable) -> Gimp.Drawable:
    """Return what has the number of a drawable: of a mask, its layer."""
    return Gimp.Layer.from_mask(origin) if isinstance(origin, Gimp.LayerMask) else origin


def _attach(holder: Any, name: str, text: str) -> None:
    # Any other would be a step of its own, of which GIMP says that it cannot be undone.
    flags = Gimp.PARASITE_PERSISTENT | Gimp.PARASITE_UNDOABLE
    holder.attach_parasite(Gimp.Parasite.new(name, flags, text.encode()))


def _attached(holder: Any, name: str) -> str | None:
    if name not in holder.get_parasite_list():
        return None
    parasite = holder.get_parasite(name)
    return bytes(parasite.get_data()).decode(errors="replace") if parasite else None
