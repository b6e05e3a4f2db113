"""Scope: the part of an image that a choice of scope means, opened as a `Source`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePath
from typing import TypeAlias

from gi.repository import Gimp

from extract_palette.errors import Problem
from extract_palette.pictures.source import Plane, Source
from extract_palette.translation import _, ngettext

SELECTION, LAYER, VISIBLE_SELECTION, VISIBLE = SCOPES = (
    "selection",
    "layer",
    "visible-selection",
    "visible",
)
"""The selected part of the layer, all of the layer, the same of the visible image."""

SEVERAL = LAYERS, IMAGES = ("layers", "images")
"""Layers one by one, and open images as they look: several pictures, of which each counts the same.

`opened` gives the one that the procedure was called for.
"""

WHOLE_IMAGES = (VISIBLE_SELECTION, VISIBLE, IMAGES)
"""The scopes that are no layers."""

LeavesOut: TypeAlias = Callable[[Gimp.Layer], bool]
"""Says of a layer whether it is left out of groups and of the visible image."""


class SourceError(Problem):
    """There is nothing to read."""

    is_outside = True
    is_argument = True


class ClosedError(SourceError):
    """The image is not there any more, and will not be."""

    is_outside = False


def none_of(_layer: Gimp.Layer) -> bool:
    """Leave no layer out."""
    return False


def is_read_at_once(image: Gimp.Image, drawables: list[Gimp.Drawable], scope: str) -> bool:
    """Return whether GIMP need not compute anything before the pixels can be read."""
    if scope in (*WHOLE_IMAGES, *SEVERAL) or len(drawables) != 1:
        return False
    if not (image.is_valid() and drawables[0].is_valid()):
        return False
    if _is_channel(drawables[0]):
        return True
    layer = _layer_of(drawables[0])
    return not (layer.is_group_layer() or layer.get_filters())


@contextmanager
def opened(
    image: Gimp.Image,
    drawables: list[Gimp.Drawable],
    scope: str,
    leaves_out: LeavesOut = none_of,
) -> Iterator[Source]:
    """Give the source that a scope means; raise `SourceError` if there is none.

    Temporary layers and images are deleted afterwards; the image itself is not changed.
    """
    check_there(image, drawables)
    if scope in WHOLE_IMAGES:
        reading = _visible(image, leaves_out)
    else:
        reading = _chosen(drawables, leaves_out)
    with reading as source:
        selecting = scope in (SELECTION, VISIBLE_SELECTION) and not Gimp.Selection.is_empty(image)
        yield _selected(source, image) if selecting else source


def check_there(image: Gimp.Image, drawables: list[Gimp.Drawable]) -> None:
    """Raise `SourceError` if an image or some of its drawables are not there any more."""
    if not image.is_valid():
        raise ClosedError(_("The image was closed. Open it, and start again."))
    if not all(drawable.is_valid() for drawable in drawables):
        raise SourceError(_("The layer is not there any more. Select another one, and try again."))


def explained(
    error: Exception, image: Gimp.Image, drawables: list[Gimp.Drawable]
) -> Problem | None:
    """Return the problem behind an error of GIMP's: something was closed or deleted meanwhile."""
    if isinstance(error, Problem):
        return error
    try:
        check_there(image, drawables)
    except SourceError as problem:
        return problem
    return None


@contextmanager
def _visible(image: Gimp.Image, leaves_out: LeavesOut) -> Iterator[Source]:
    """Give the visible image."""
    layers = image.get_layers()
    if not layers:
        raise SourceError(_("The image has no layers. Add one, then try again."))
    title, found = title_of(image), _left_out(layers, leaves_out)
    with _without(image, found) as shown, _projection(shown) as projection:
        source = _whole(title, "visible", Plane.of("rgba", projection))
        yield replace(source, left_out=_names(layers, found))


def _left_out(
    layers: list[Gimp.Layer], leaves_out: LeavesOut, above: tuple[int, ...] = ()
) -> list[tuple[int, ...]]:
    """Return the visible layers to leave out: their positions, those of their groups first."""
    found = []
    for number, layer in enumerate(layers):
        if not layer.get_visible():
            continue
        if leaves_out(layer):
            found.append((*above, number))
        elif layer.is_group_layer():
            found += _left_out(layer.get_children(), leaves_out, (*above, number))
    return found


def _layer_at(layers: list[Gimp.Layer], position: tuple[int, ...]) -> Gimp.Layer:
    first, *rest = position
    return _layer_at(layers[first].get_children(), tuple(rest)) if rest else layers[first]


def _names(layers: list[Gimp.Layer], positions: list[tuple[int, ...]]) -> tuple[str, ...]:
    return tuple(_layer_at(layers, position).get_name() for position in positions)


@contextmanager
def _without(image: Gimp.Image, positions: list[tuple[int, ...]]) -> Iterator[Gimp.Image]:
    """Give an image without some of its layers: itself if there are none, or else a copy."""
    if not positions:
        yield image
        return
    copy = image.duplicate()
    try:
        copy.undo_disable()
        _remove(copy, copy.get_layers, positions)
        yield copy
    finally:
        copy.delete()


@contextmanager
def _chosen(drawables: list[Gimp.Drawable], leaves_out: LeavesOut) -> Iterator[Source]:
    """Give the chosen channel or layer, or several layers as they look together."""
    if not drawables:
        raise SourceError(_("No layer is selected. Select one, then try again."))
    if any(_is_channel(drawable) for drawable in drawables):
        if len(drawables) > 1:
            raise SourceError(_("More than a channel is selected. Select one alone, or layers."))
        yield _whole(drawables[0].get_name(), "channel", Plane.of("rgba", drawables[0]))
        return
    layers = _outermost([_layer_of(drawable) for drawable in drawables])
    alone = len(layers) == 1
    with _one(layers[0], leaves_out) if alone else _together(layers, leaves_out) as source:
        yield source


def _is_channel(drawable: Gimp.Drawable) -> bool:
    """Return whether a drawable is a channel but no layer mask, which GIMP counts as one."""
    return isinstance(drawable, Gimp.Channel) and not isinstance(drawable, Gimp.LayerMask)


def _layer_of(drawable: Gimp.Drawable) -> Gimp.Layer:
    """Return the layer that the user sees: a layer mask's, or the layer itself."""
    return Gimp.Layer.from_mask(drawable) if isinstance(drawable, Gimp.LayerMask) else drawable


def _outermost(layers: list[Gimp.Layer]) -> list[Gimp.Layer]:
    """Return layers without duplicates, and without those in a group that is listed, too."""
    by_id = {layer.get_id(): layer for layer in layers}
    return [layer for layer in by_id.values() if by_id.keys().isdisjoint(_groups(layer))]


def _groups(layer: Gimp.Layer) -> list[int]:
    """Return the IDs of the groups that a layer is in, the innermost first."""
    group = layer.get_parent()
    return [group.get_id(), *_groups(group)] if group else []


@contextmanager
def _one(layer: Gimp.Layer, leaves_out: LeavesOut) -> Iterator[Source]:
    """Give a layer's own pixels, with its filters, and its mask as a further plane."""
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
    found = _left_out([*layer.get_children()], leaves_out) if layer.is_group_layer() else []
    with _filtered(layer, found) as pixels:
        source = _whole(title, "layer", Plane.of_colors(pixels), *masks)
        yield replace(source, left_out=_names([*layer.get_children()], found) if found else ())


@contextmanager
def _filtered(layer: Gimp.Layer, left_out: list[tuple[int, ...]]) -> Iterator[Gimp.Layer]:
    """Give a layer whose buffer has the visible filters of a layer applied, and lacks some layers.

    `left_out` are their positions in the group.
    """
    has_filters = any(effect.get_visible() for effect in layer.get_filters())
    if not (has_filters or left_out):
        yield layer
        return
    with scratch_of(layer.get_image()) as scratch:
        copy = _copied(layer, scratch)
        _remove(scratch, copy.get_children, left_out)
        if not has_filters:
            yield copy
            return
        if copy.is_group_layer():
            # GIMP cannot merge a group's filters, but merging the group applies them. Merging a
            # pass-through group would apply its opacity and mask as well, which must not be.
            copy.set_mode(Gimp.LayerMode.NORMAL)
            copy = copy.merge()
        else:
            copy.merge_filters()
        yield copy


@contextmanager
def _together(layers: list[Gimp.Layer], leaves_out: LeavesOut) -> Iterator[Source]:
    """Give several layers as they look together on the canvas, without the other layers."""
    image = layers[0].get_image()
    if not any(_is_on_canvas(layer) for layer in layers):
        raise SourceError(
            _("The selected layers are beyond the canvas. Move one onto it, or select only one.")
        )
    count = len(layers)
    title = ngettext("{count} layer", "{count} layers", count).format(count=count)
    with scratch_of(image) as scratch:
        for layer in sorted(layers, key=_depth, reverse=True):
            copy = _copied(layer, scratch)
            if layer.is_group_layer():
                found = _left_out(layer.get_children(), leaves_out)
                _remove(scratch, copy.get_children, found)
        with _projection(scratch) as projection:
            yield _whole(title, "layers", Plane.of("rgba", projection))


def _is_on_canvas(layer: Gimp.Layer) -> bool:
    """Return whether a layer's rectangle overlaps the canvas."""
    image = layer.get_image()
    _known, left, top = layer.get_offsets()
    across = -layer.get_width() < left < image.get_width()
    down = -layer.get_height() < top < image.get_height()
    return bool(across and down)


def _depth(layer: Gimp.Layer) -> list[int]:
    """Return a layer's position in the stack: its outermost group's first, its own last."""
    group = layer.get_parent()
    own = layer.get_image().get_item_position(layer)
    return [*_depth(group), own] if group else [own]


@contextmanager
def scratch_of(image: Gimp.Image) -> Iterator[Gimp.Image]:
    """Give an empty image of the same kind, or an RGB image if the other is indexed."""
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
    """Add a visible copy of a layer on top of an image, at the same position."""
    copy = Gimp.Layer.new_from_drawable(layer, scratch)
    scratch.insert_layer(copy, None, 0)
    copy.set_visible(True)
    return copy


def _remove(
    image: Gimp.Image,
    layers: Callable[[], list[Gimp.Layer]],
    positions: list[tuple[int, ...]],
) -> None:
    """Remove layers from an image: those at some positions among the ones that `layers` gives."""
    for position in reversed(positions):  # the others stay where they are
        image.remove_layer(_layer_at(layers(), position))


@contextmanager
def _projection(image: Gimp.Image) -> Iterator[Gimp.Layer]:
    """Give a layer that is in no image and has the pixels of a visible image."""
    layer = Gimp.Layer.new_from_visible(image, image, image.get_name())
    try:
        yield layer
    finally:
        layer.delete()


def title_of(image: Gimp.Image) -> str:
    """Return the name of an image's file without its suffix."""
    file = image.get_imported_file() or image.get_xcf_file()
    return PurePath(file.get_basename()).stem if file else _("Untitled")


def one_layer(drawables: list[Gimp.Drawable]) -> Gimp.Layer | None:
    """Return the chosen layer; None if a channel or several drawables are chosen."""
    if len(drawables) != 1 or _is_channel(drawables[0]):
        return None
    return _layer_of(drawables[0])


def _whole(title: str, kind: str, colors: Plane, *masks: Plane) -> Source:
    """Return the source of all of a drawable."""
    width, height = colors.drawable.get_width(), colors.drawable.get_height()
    return Source(title, kind, False, colors.left, colors.top, width, height, (colors, *masks))


def _selected(source: Source, image: Gimp.Image) -> Source:
    """Return the selected part of a source; raises `SourceError` if nothing is selected."""
    _known, _some, *corners = Gimp.Selection.bounds(image)
    left, top = max(source.left, corners[0]), max(source.top, corners[1])
    right = min(source.left + source.width, corners[2])
    bottom = min(source.top + source.height, corners[3])
    selection = Plane("mask", image.get_selection(), 0, 0)
    if left < right and top < bottom:
        part = replace(
            source, selected=True, left=left, top=top, width=right - left, height=bottom - top
        )
        # The bounds of a selection may overlap the source where the selection itself does not.
        if any(strip.count(0) < len(strip) for strip in replace(part, parts=(selection,)).strips()):
            return replace(part, parts=(*source.parts, selection))
    raise SourceError(
        _(
            "Nothing of “{title}” is selected. "
            "Select a part of it, or nothing at all to use the whole of it."
        ).format(title=source.title)
    )
