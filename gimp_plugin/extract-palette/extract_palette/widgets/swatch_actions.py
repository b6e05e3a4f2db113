"""Swatch actions: what the dialog offers to do to each swatch, with its words and keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import gi

from extract_palette.images.gimp_colors import color_of
from extract_palette.pictures.swatches import Swatch
from extract_palette.translation import _
from extract_palette.widgets.color_window import choose_color
from extract_palette.widgets.editable_swatches import EditableList
from extract_palette.widgets.palette_editor import PaletteEditor
from extract_palette.widgets.swatch_menu import LINE, Item

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gimp, Gtk  # noqa: E402  (after require_version)

NUDGES = (
    (_("_Lighter"), "plus", {"lightness": 0.03}),
    (_("_Darker"), "minus", {"lightness": -0.03}),
    (_("More _Vivid"), "<Primary>plus", {"chroma": 0.02}),
    (_("Less Vi_vid"), "<Primary>minus", {"chroma": -0.02}),
    (_("Turn the Hue _Forward"), "<Alt>Right", {"hue": 8.0}),
    (_("Turn the Hue _Back"), "<Alt>Left", {"hue": -8.0}),
)
"""Small steps in OKLCH, each with its words and its key."""


class SwatchActions:
    """The actions for the swatches that a list shows, carried out by an editor."""

    def __init__(self, window: Gtk.Window, editor: PaletteEditor) -> None:
        self._window = window
        self._editor = editor
        self.list: EditableList | None = None
        self.swatches: Sequence[Swatch] = ()

    @property
    def can_undo(self) -> bool:
        """Whether there is a step before."""
        return self._editor.history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone, and none was made since."""
        return self._editor.history.can_redo

    def undo(self) -> None:
        """Go one step back."""
        self._editor.undo()

    def redo(self) -> None:
        """Do the step again that was undone."""
        self._editor.redo()

    def steps(self) -> list[Item]:
        """Return the steps back and forth."""
        return [
            Item(_("_Undo"), "<Primary>z", self.undo if self.can_undo else None),
            Item(_("R_edo"), "<Primary><Shift>z", self.redo if self.can_redo else None),
        ]

    def again(self) -> Item:
        """Return the other key for the step forth."""
        return Item("", "<Primary>y", self.redo if self.can_redo else None)

    def items(self, index: int) -> list[Item]:
        """Return what can be done to a swatch."""
        swatch, last = self.swatches[index], len(self.swatches) - 1
        is_kept = swatch.hex in self._editor.kept
        edit = partial(self._editor.edit, index=index)
        nudges = [Item(words, key, partial(edit, "nudge", **step)) for words, key, step in NUDGES]
        others = [
            Item(plain(other.words), do=partial(edit, "merge", other=number))
            for number, other in enumerate(self.swatches)
            if number != index
        ]
        return [
            Item(plain(swatch.words)),
            Item(
                _("Let It _Go") if is_kept else _("_Keep It"),
                do=partial(self._editor.toggle, swatch.hex),
            ),
            LINE,
            Item(_("_Replace…"), "<Primary>r", partial(self._replace, index)),
            Item(_("_Change a Little"), items=nudges),
            Item(
                _("_Merge with the Next"),
                "<Primary>m",
                partial(edit, "merge", other=index + 1) if index < last else None,
            ),
            Item(_("Merge _with"), items=others),
            Item(_("Re_name…"), "F2", partial(self._rename, index)),
            Item(_("Move U_p"), "<Alt>Up", partial(self.move, index, index - 1) if index else None),
            Item(
                _("Move _Down"),
                "<Alt>Down",
                partial(self.move, index, index + 1) if index < last else None,
            ),
            Item(_("Remo_ve"), "Delete", partial(self.remove, index) if last else None),
            LINE,
            Item(_("Copy _Hex"), "<Primary>c", partial(copy_text, swatch.hex)),
            Item(_("Set as _Foreground Color"), do=_setter(Gimp.context_set_foreground, swatch)),
            Item(_("Set as _Background Color"), do=_setter(Gimp.context_set_background, swatch)),
            LINE,
            *self.steps(),
        ]

    def move(self, index: int, to: int) -> None:
        """Move a swatch; the focus goes with it at once, for the next key."""
        self._editor.edit("move", index, to=to)
        if self.list:
            self.list.focus_row(to)

    def remove(self, index: int) -> None:
        """Remove a swatch; the focus stays in the list."""
        self._editor.edit("remove", index)
        if self.list and index == len(self.swatches) - 1:
            self.list.focus_row(index - 1)

    def _replace(self, index: int) -> None:
        code = choose_color(self._window, self.swatches[index].hex)
        if code:
            self._editor.edit("replace", index, color=code)

    def _rename(self, index: int) -> None:
        if self.list:
            self.list.rename(index, lambda name: self._editor.edit("rename", index, name=name))


def plain(words: str) -> str:
    """Return words of which no letter is a mnemonic."""
    return words.replace("_", "__")


def copy_text(text: str) -> None:
    """Put a text on the clipboard, where it stays after the dialog is closed."""
    clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
    clipboard.set_text(text, -1)
    clipboard.store()


def _setter(set_color: Callable[..., object], swatch: Swatch) -> Callable[[], None]:
    def do() -> None:
        set_color(color_of(swatch.hex))

    return do
