"""Color change dialog: GIMP's dialog for the procedure that changes colors, with the layer."""

from __future__ import annotations

from typing import Any

import gi

from extract_palette.calls import arguments
from extract_palette.calls.procedure_call import Call
from extract_palette.calls.sent_picture import SentPicture, send
from extract_palette.calls.swaps import chosen_swaps, text_of
from extract_palette.dialogs.preview import State
from extract_palette.dialogs.preview_window import PreviewWindow
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import get_palette, swap_thumbnail
from extract_palette.engine.session import Engine
from extract_palette.images.results import check_image
from extract_palette.pictures.masks import masked
from extract_palette.pictures.swatches import hexes, swatches_of
from extract_palette.translation import _, ngettext
from extract_palette.widgets.captions import caption_of, lacking_of
from extract_palette.widgets.change_list import ChangeList, ListedColor
from extract_palette.widgets.option_widgets import grid_of

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402  (after require_version)


class ColorChangeDialog(PreviewWindow):
    """Shows the layer that OK makes, and the colors that can be changed."""

    def __init__(self, call: Call, engine: Engine | None) -> None:
        super().__init__(call, engine, _("Change Colors"))
        rows = [*arguments.palette_size_rows(), arguments.CHANGED_AREA]
        self._list = ChangeList(self._change)
        self._document: dict[str, Any] = {}
        self._options: dict[str, int] = {}
        right = grid_of(self._config, [(row,) for row in rows])
        self.fill([self.pictures(), self._list, self.status()], right)
        for row in arguments.change_rows():
            self._config.connect(f"notify::{row.name}", self._changed)
        self.preview.request(self._update)

    def run(self) -> tuple[Call, Engine, list[str]] | None:
        """Return the call, the engine and the palette, or None if the user cancels."""
        return (self.call, self.engine(), hexes(self._document)) if self.run_until_ok() else None

    def _changed(self, *_notified: object) -> None:
        self.preview.request(self._update)

    def _change(self, old: str, new: str) -> None:
        """Let a color become another one, or itself again."""
        others = {each: color for each, color in self._swaps().items() if each != old}
        wanted = others if new == old else {**others, old: new}
        self._config.set_property(arguments.SWAPS.name, text_of(wanted))

    def _swaps(self) -> dict[str, str]:
        return chosen_swaps(self._config)

    def _update(self, engine: Engine) -> Exchange[None]:
        arguments.check(self._config, arguments.change_rows())
        swaps, options = self._swaps(), arguments.palette_options(self._config)
        sent = yield from self.read(engine, self._send)
        if sent and self._sent is None:
            self._document = {}  # that of another picture
        yield from self.arrived(sent)
        if not self._document or self._options != options:
            self._document = yield from get_palette(engine, options)
            self._options = options
        colors = hexes(self._document)
        small = self.thumbnail
        if swaps:
            check_image(self._call.image, [*swaps.values()])
            colors, pixels = yield from swap_thumbnail(engine, colors, swaps)
        else:
            check_image(self._call.image, [])
            pixels = masked(small.width * small.height, small.planes)
        self._show_colors(colors)
        words = ngettext("{count} color changed", "{count} colors changed", len(swaps))
        self.show_after(small, pixels, words.format(count=len(swaps)) if swaps else _("After"))
        self.say(self._sentence_of(colors, swaps))

    def _show_colors(self, colors: list[str]) -> None:
        """List colors: those of the palette, and then those that were added to it."""
        shares = [swatch.text for swatch in swatches_of(self._document)]
        shares += [""] * (len(colors) - len(shares))
        listed = [ListedColor(*row) for row in zip(colors, shares, strict=True)]
        # Not those of this update: a color may be dragged further meanwhile.
        self._list.show_colors(listed, self._swaps())

    def _sentence_of(self, colors: list[str], swaps: dict[str, str]) -> str:
        found = "; ".join([caption_of(len(colors)), *lacking_of(self._document)])
        if swaps:
            return found
        return _("{colors}. Click on one at the right to change it.").format(colors=found)

    def _send(self, engine: Engine, scope: str) -> Exchange[SentPicture]:
        return (yield from send(engine, self._call, scope, self.show_progress, self.size()))

    def _show_state(self, state: State, sentence: str) -> None:
        super()._show_state(state, sentence)
        if not self._config.get_property(arguments.SWAPS.name):
            self.dialog.set_response_sensitive(Gtk.ResponseType.OK, False)
