"""Layer palettes dialog: GIMP's dialog for the palettes of layers, with one of them."""

from __future__ import annotations

from collections.abc import Collection

import gi

from extract_palette.calls import arguments
from extract_palette.calls.members import (
    Member,
    chosen_members,
    left_out_sentence,
    listed_members,
    text_of,
)
from extract_palette.calls.procedure_call import Call
from extract_palette.calls.sent_members import SentMembers
from extract_palette.calls.sent_picture import SentPicture, send_view
from extract_palette.dialogs.preview_window import PreviewWindow
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import begin_preview, get_preview
from extract_palette.engine.session import Engine
from extract_palette.images.results import check_folder
from extract_palette.images.scope import LAYER, LAYERS, SourceError
from extract_palette.pictures.swatches import Swatch, colors_in, swatches_of
from extract_palette.translation import _, ngettext
from extract_palette.widgets.captions import caption_of, fit_of, numbers_of, sentences
from extract_palette.widgets.member_list import ALL, MemberList
from extract_palette.widgets.option_widgets import SPACING, Line, grid_of
from extract_palette.widgets.swatch_widgets import SwatchBar

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402  (after require_version)


class PlainBar(SwatchBar):
    """The colors of a palette that is not edited."""

    def _hints(self, swatch: Swatch) -> list[str]:
        if swatch.hex in self._kept:
            return [_("Click to let it go.")]
        return [_("Click to keep it in all palettes.")]


class LayerPalettesDialog(PreviewWindow):
    """Shows the layers that get a palette, and the palette of one of them."""

    def __init__(self, call: Call, engine: Engine | None) -> None:
        super().__init__(call, engine, _("Palettes of Layers"))
        self._listed: list[Member] = []
        self._members = SentMembers()
        self._list = MemberList(self._tick, self._request)
        self._bar = PlainBar(self._toggle)
        grid = grid_of(self._config, [*_lines()])
        self.align(grid)
        right = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=SPACING)
        right.pack_start(self._list, True, True, 0)
        right.pack_start(grid, False, False, 0)
        self.fill([self.pictures(), self._bar, self.status()], right)
        for row in arguments.layer_rows():
            self._config.connect(f"notify::{row.name}", self._request)
        self.preview.request(self._update)

    def run(self) -> tuple[Call, Engine] | None:
        """Return the call and the engine, or None if the user cancels."""
        return (self.call, self.engine()) if self.run_until_ok() else None

    def check(self) -> None:
        """Raise `Problem` if the palettes cannot be made."""
        super().check()
        check_folder()

    def _request(self, *_notified: object) -> None:
        self.preview.request(self._update)

    def _tick(self, numbers: Collection[int]) -> None:
        self._config.set_property(arguments.PICTURES.name, text_of(numbers))

    def _toggle(self, code: str) -> None:
        """Keep a color in the palettes of all layers, or no longer keep it."""
        kept = colors_in(self._config.get_property("keep") or "")
        others = [other for other in kept if other != code]
        wanted = others if code in kept else [*kept, code]
        self._config.set_property("keep", ", ".join(wanted))

    def _update_again(self) -> None:
        self._listed = []
        self._members.forget()
        super()._update_again()

    def _update(self, engine: Engine) -> Exchange[None]:
        arguments.check(self._config, arguments.layer_rows())
        if not self._listed:
            self._listed = listed_members(self._call, LAYERS)
        members = chosen_members(self._call, self._listed, LAYERS)
        ticked = {member.number for member in members}
        own = self._call.sources[0].get_id() if self._call.drawables else ALL
        self._list.show_members(self._listed, ticked, own)
        if not members:
            raise SourceError(_("No picture is chosen. Tick at least one in the list."))
        count = len(members)
        words = ngettext("{count} layer is ticked.", "{count} layers are ticked.", count)
        words = words.format(count=count)
        yield from self.arrived((yield from self.read(engine, self._send)))
        try:
            yield from self._members.send(engine, [self._shown()], self.show_progress)
        except SourceError:
            self._show_none(words)
            return
        options = arguments.chosen_options(self._config, "extraction")
        small = self.thumbnail
        number = begin_preview(engine, options, {})
        found = yield from get_preview(number, lambda _pixels: None)
        if found is None:
            return
        document, pixels = found
        kept = colors_in(self._config.get_property("keep") or "")
        self._bar.show_palette(swatches_of(document), kept)
        self.show_after(small, pixels, caption_of(len(document["swatches"])))
        fit = document["difference"] or {}
        numbers = numbers_of(fit.get("mean"), fit.get("p95"))
        self.say(sentences(words, fit_of(document)), numbers)

    def _show_none(self, words: str) -> None:
        """Show that the layer in the selected row has no colors, which stops nothing."""
        small = self.thumbnail
        self._bar.show_palette((), ())
        blank = bytes(4 * small.width * small.height)
        self.show_after(small, blank, caption_of(0))
        self.say(sentences(words, left_out_sentence([self._shown().title])))

    def scope(self) -> str:
        """Return that whole layers are read."""
        return LAYER

    def what(self) -> object:
        """Return what is read: the layer in the selected row."""
        return self._shown().number

    def _shown(self) -> Member:
        """Return the layer of which the palette is shown."""
        numbers = [member.number for member in self._listed]
        wanted = self._list.shown
        return self._listed[numbers.index(wanted) if wanted in numbers else 0]

    def _send(self, engine: Engine, _scope: str) -> Exchange[SentPicture]:
        """Send the thumbnail of the layer in the selected row."""
        member = self._shown()
        return (yield from send_view(engine, member.call, member.scope, self._pair.viewport))

    def send_view(self, engine: Engine, scope: str) -> Exchange[SentPicture]:
        """Send a thumbnail of what is seen, with as many pixels as there is room for."""
        return (yield from self._send(engine, scope))


def _lines() -> list[Line]:
    """Return the options that are offered, line by line."""
    rows = {row.name: row for row in arguments.engine_rows("extraction")}
    names: list[tuple[str, ...]] = [
        ("colors", "auto-colors"),
        ("tolerance",),
        ("emphasis",),
        ("mood",),
        ("order",),
        ("names",),
        ("swatch",),
        ("min-distance",),
        ("ignore", "ignore-white", "ignore-black"),
    ]
    return [tuple(rows[name] for name in line) for line in names if line[0] in rows]
