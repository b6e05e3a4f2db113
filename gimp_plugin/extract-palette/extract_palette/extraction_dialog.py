"""Extraction dialog: GIMP's dialog for the procedure that extracts, with the palette as preview."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gi

from extract_palette import arguments
from extract_palette.arguments import Row
from extract_palette.captions import caption_of, fit_of, numbers_of
from extract_palette.engine import Engine
from extract_palette.engine_requests import (
    begin_preview,
    get_preview,
)
from extract_palette.exchange import Exchange
from extract_palette.option_widgets import SPACING, Line, grid_of, is_set
from extract_palette.preview_window import BORDER, PreviewWindow
from extract_palette.procedure_call import Call
from extract_palette.results import check_folder, check_image
from extract_palette.sent_picture import EarlyPicture, SentPicture, send
from extract_palette.swatch_widgets import SwatchBar, SwatchList
from extract_palette.swatches import colors_in, hexes, swatches_of
from extract_palette.translation import _

gi.require_version("Gtk", "3.0")
from gi.repository import GObject, Gtk  # noqa: E402  (after require_version)


class ExtractionDialog(PreviewWindow):
    """Shows the palette that OK makes."""

    def __init__(self, call: Call, engine: Engine | None, picture: EarlyPicture | None) -> None:
        super().__init__(call, engine, _("Extract Palette"))
        self.document: dict[str, Any] | None = None
        self._early = picture
        self._bar = SwatchBar(self._toggle)
        self._list = SwatchList(self._toggle)
        self._list.set_size_request(-1, 120)
        self.fill([self.pictures(), self._bar, self._list, self.status()], self._options())
        for row in arguments.extraction_rows():
            if row is not arguments.PALETTE_NAME:
                self._config.connect(f"notify::{row.name}", self._changed)
        if picture:
            self.preview.run_now(self._update)
        else:
            self.preview.request(self._update)

    def run(self) -> tuple[Call, Engine, dict[str, Any]] | None:
        """Return the call, the engine and the palette document, or None if the user cancels."""
        if not self.run_until_ok():
            return None
        assert self.document
        return self.call, self.engine(), self.document

    def check(self) -> None:
        """Raise `Problem` if what the dialog shows cannot be made."""
        super().check()
        assert self.document
        check_folder(len(self.document["swatches"]))

    def _options(self) -> Gtk.Widget:
        rows = {row.name: row for row in arguments.extraction_rows()}

        def some(*names: str) -> list[Line]:
            return [(rows.pop(name),) for name in names if name in rows]

        def together(*names: str) -> list[Line]:
            return [tuple(rows.pop(name) for name in names)] if names[0] in rows else []

        first = together("colors", "auto-colors") + some("tolerance")
        first += some("emphasis", "order", "scope", "palette-name")
        also = some("recolored-layer", "dither", "swatch-strip")
        ignore = together("ignore", "ignore-white", "ignore-black")
        keep = some("keep")
        within = some("ignore-distance")
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=BORDER)
        grid = grid_of(self._config, first)
        self.align(grid)
        box.pack_start(grid, False, False, 0)
        more = [*some(*rows), *keep, *ignore, *within]
        for title, lines in ((_("More opt_ions"), more), (_("Also crea_te"), also)):
            grid = grid_of(self._config, lines)
            self.align(grid)
            expander = self._section(title, [row for line in lines for row in line])
            grid.set_margin_top(SPACING)
            # Otherwise GTK would count the mnemonics of folded options, and a mnemonic that occurs
            # twice would only move the focus.
            grid.show_all()
            grid.set_no_show_all(True)
            expander.bind_property("expanded", grid, "visible", GObject.BindingFlags.SYNC_CREATE)
            expander.add(grid)
            box.pack_start(expander, False, False, 0)
        return box

    def _section(self, title: str, rows: Sequence[Row]) -> Gtk.Expander:
        """Return a section that is open if something in it is set, and says how much is."""
        expander = Gtk.Expander(use_underline=True)
        # A kept color has its lock in the bar and in the list.
        counted = [row for row in rows if row.name not in ("keep", "dither")]

        def show_count(*_changed: object) -> None:
            count = sum(is_set(self._config, row) for row in counted)
            expander.set_label(f"{title} ({count})" if count else title)

        for row in counted:
            self._config.connect(f"notify::{row.name}", show_count)
        show_count()
        expander.set_expanded(any(is_set(self._config, row) for row in counted))
        return expander

    def _changed(self, *_notified: object) -> None:
        self.preview.request(self._update)

    def _update(self, engine: Engine) -> Exchange[None]:
        arguments.check(self._config, arguments.extraction_rows())
        sent = yield from self.read(engine, self._send)
        options = arguments.chosen_options(self._config, "extraction")
        has_layer = self._config.get_property("recolored-layer")
        dither = arguments.chosen_options(self._config, "recoloring") if has_layer else {}
        # Requested before the engine has taken the picture, as it need not wait for the window.
        number = begin_preview(engine, options, dither)
        yield from self.arrived(engine, sent)
        found = yield from get_preview(number, self._show_coarse)
        if found is None:
            return
        self.document, pixels = found
        self._show_palette()
        colors = hexes(self.document)
        if arguments.wants_layer(self._config):
            check_image(self._call.image, colors)
        self.show_after(pixels, caption_of(len(colors)))

    def _send(self, engine: Engine, scope: str) -> Exchange[SentPicture]:
        early, self._early = self._early, None
        if early and early.engine is engine:
            return (yield from early.rest())
        return (yield from send(engine, self._call, scope, self.show_progress, self.size()))

    def _show_coarse(self, pixels: bytes) -> None:
        """Show only the picture: the order of the colors is not known yet.

        See docs/decisions.md#coarse-previews.
        """
        self.show_after(pixels, self.after.caption)

    def _show_palette(self) -> None:
        assert self.document
        swatches, kept = swatches_of(self.document), self._kept()
        self._bar.show_palette(swatches, kept)
        self._list.show_palette(swatches, kept)
        fit = self.document["difference"] or {}
        self.say(fit_of(self.document), numbers_of(fit.get("mean"), fit.get("p95")))

    def _kept(self) -> list[str]:
        return colors_in(self._config.get_property("keep") or "")

    def _toggle(self, code: str) -> None:
        """Keep a color, or no longer keep it."""
        kept = self._kept()
        others = [other for other in kept if other != code]
        wanted = others if code in kept else [*kept, code]
        self._config.set_property("keep", ", ".join(wanted))
