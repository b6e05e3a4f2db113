"""Members: the layers or images that a palette is made of together, or each by itself.

See docs/decisions.md#members.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from gi.repository import Gimp

from extract_palette.calls import arguments
from extract_palette.calls.arguments import ArgumentError
from extract_palette.calls.procedure_call import Call
from extract_palette.images.products import origins_of
from extract_palette.images.scope import IMAGES, LAYER, SourceError, check_there, title_of
from extract_palette.pictures.source import Source
from extract_palette.translation import _, ngettext

NO_NUMBER = 0
"""No image or layer has this number: alone, it means that none is chosen."""


class Member(NamedTuple):
    """One of several layers or images: its number in GIMP, its title, and how it is read."""

    number: int
    title: str
    call: Call
    scope: str

    def opened(self) -> AbstractContextManager[Source]:
        """Give its source; raises `SourceError` if there is none."""
        return self.call.opened(self.scope)


def listed_members(call: Call, scope: str) -> list[Member]:
    """Return all layers or images that can be chosen; raise `SourceError` if there are none."""
    check_there(call.image, [])
    if scope == IMAGES:
        images = sorted(Gimp.get_images(), key=Gimp.Image.get_id)
        titles = _titles((image.get_id(), title_of(image)) for image in images)
        return [_of_image(call, image, titles[image.get_id()]) for image in images]
    layers = listed_layers(call)
    if not layers:
        raise SourceError(_("The image has no layers. Add one, then try again."))
    titles = _titles((layer.get_id(), layer.get_name()) for layer in layers)
    return [_of_layer(call, layer, titles[layer.get_id()]) for layer in layers]


def listed_layers(call: Call) -> list[Gimp.Drawable]:
    """Return the layers that can be chosen, from the top: the ones of a script, or all others.

    Of the user's, those that the plug-in made are left out, while what they were made from is
    there.
    """
    if call.drawables and not call.is_of_user:
        return call.drawables
    layers: list[Gimp.Drawable] = [*call.image.get_layers()]
    if call.is_of_user:
        layers = origins_of(layers)
        listed = {layer.get_id() for layer in layers}
        # Those in groups.
        layers += [layer for layer in call.sources if layer.get_id() not in listed]
    return layers


def chosen_members(call: Call, listed: Sequence[Member], scope: str) -> list[Member]:
    """Return the members whose numbers are chosen; if none are, those that are by default.

    These are all, but for the user the selected layers if there are several. None may be left, if
    the user has ticked none. Raises `ArgumentError` for a number of a script that none has.
    """
    numbers = chosen_numbers(call)
    known = {member.number for member in listed}
    wrong = [number for number in numbers if number not in known]
    if wrong and not call.is_of_user:
        sentence = _("{name} has {number}, which is the number of nothing that is there.")
        raise ArgumentError(sentence.format(name=arguments.PICTURES.name, number=wrong[0]))
    if not numbers:
        numbers = default_numbers(call, listed, scope)
    return [member for member in listed if member.number in numbers]


def default_numbers(call: Call, listed: Sequence[Member], scope: str) -> set[int]:
    """Return the numbers of the members that are chosen if nobody has chosen."""
    if scope != IMAGES and call.is_of_user and len(call.sources) > 1:
        return {layer.get_id() for layer in call.sources}
    return {member.number for member in listed}


def chosen_numbers(call: Call) -> set[int]:
    """Return the numbers that the arguments name; raises `ArgumentError`."""
    text = arguments.value(call.config, arguments.PICTURES)
    if not re.fullmatch(r"[\s,]*(\d{1,9}([\s,]+|$))*", text):
        sentence = _("{name} takes numbers such as 3, 5, not “{value}”.")
        raise ArgumentError(sentence.format(name=arguments.PICTURES.name, value=text))
    return {int(number) for number in re.findall(r"\d+", text)}


def text_of(numbers: Collection[int]) -> str:
    """Return numbers as the argument has them."""
    return ", ".join(map(str, sorted(numbers) or [NO_NUMBER]))


def left_out_sentence(titles: Sequence[str]) -> str:
    """Return which members do not count because they have no colors; empty if there are none."""
    if not titles:
        return ""
    sentence = ngettext(
        "“{titles}” has no colors and is left out.",
        "“{titles}” have no colors and are left out.",
        len(titles),
    )
    return sentence.format(titles="”, “".join(titles))


def _titles(names: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Return the names of numbers, with their numbers behind those that occur twice."""
    known = dict(names)
    counts = Counter(known.values())
    return {
        number: f"{name} ({number})" if counts[name] > 1 else name for number, name in known.items()
    }


def _of_image(call: Call, image: Gimp.Image, title: str) -> Member:
    drawables = call.drawables
    if image.get_id() != call.image.get_id():
        drawables = image.get_selected_drawables()
    return Member(image.get_id(), title, call._replace(image=image, drawables=drawables), IMAGES)


def _of_layer(call: Call, layer: Gimp.Drawable, title: str) -> Member:
    return Member(layer.get_id(), title, call._replace(drawables=[layer]), LAYER)
