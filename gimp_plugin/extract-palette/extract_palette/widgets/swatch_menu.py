"""Swatch menu: what can be done to a swatch, as a menu and by keys, from one table.

See docs/decisions.md#edits-in-the-dialog.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402  (after require_version)

SAME = {"KP_Add": "plus", "KP_Subtract": "minus", "KP_Delete": "Delete"}
"""Keys of the number pad, and those that mean the same."""


class Item(NamedTuple):
    """One line of a menu: its words, its key as GTK writes it, and what it does.

    With `items`, it is a menu of its own; without words, it is a line between others.
    """

    words: str = ""
    key: str = ""
    do: Callable[[], None] | None = None
    items: Sequence[Item] = ()


LINE = Item()


def menu_of(items: Sequence[Item]) -> Gtk.Menu:
    """Return a menu; what cannot be done now is grayed out."""
    menu = Gtk.Menu()
    for item in items:
        menu.append(_line(item))
    menu.show_all()
    return menu


def _line(item: Item) -> Gtk.MenuItem:
    if not item.words:
        return Gtk.SeparatorMenuItem()
    line = Gtk.MenuItem.new_with_mnemonic(item.words)
    if item.items:
        line.set_submenu(menu_of(item.items))
    if item.key:
        line.get_child().set_accel(*Gtk.accelerator_parse(item.key))
    if item.do:
        line.connect("activate", _activate, item.do)
    line.set_sensitive(bool(item.do or item.items))
    return line


def _activate(_line: Gtk.MenuItem, do: Callable[[], None]) -> None:
    do()


def press(items: Sequence[Item], event: Gdk.EventKey) -> bool:
    """Do what belongs to a key; return whether the key has a meaning here."""
    pressed = _pressed(event)
    for item in _flat(items):
        if item.key and tuple(Gtk.accelerator_parse(item.key)) in pressed:
            if item.do:
                item.do()
            return True
    return False


def _flat(items: Sequence[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _flat(item.items)


def _pressed(event: Gdk.EventKey) -> list[tuple[int, Gdk.ModifierType]]:
    """Return what an event may mean, as `Gtk.accelerator_parse` writes it.

    On many keyboards, a plus sign is typed with Shift.
    """
    modifiers = event.state & Gtk.accelerator_get_default_mod_mask()
    name = Gdk.keyval_name(event.keyval) or ""
    key = Gdk.keyval_from_name(SAME.get(name, name))
    meanings = [(Gdk.keyval_to_lower(key), modifiers)]
    if not name.isalpha() or len(name) > 1:
        meanings.append((key, modifiers & ~Gdk.ModifierType.SHIFT_MASK))
    return meanings
