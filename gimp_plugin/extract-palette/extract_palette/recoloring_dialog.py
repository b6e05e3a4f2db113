"""Recoloring dialog: GIMP's dialog for the procedure that recolors, with the layer as preview."""

from __future__ import annotations

import gi

from extract_palette import arguments
from extract_palette.captions import caption_of, numbers_of
from extract_palette.engine import Engine
from extract_palette.exchange import Exchange
from extract_palette.option_widgets import SPACING, grid_of
from extract_palette.preview_window import PreviewWindow
from extract_palette.procedure_call import Call
from extract_palette.results import check_image, colors_of
from extract_palette.sent_picture import SentPicture, read_view
from extract_palette.translation import _

gi.require_version("Gtk", "3.0")
from gi.repository import GObject, Gtk  # noqa: E402  (after require_version)


class RecoloringDialog(PreviewWindow):
    """Shows the layer that OK makes."""

    def __init__(self, call: Call, engine: Engine | None) -> None:
        super().__init__(call, engine, _("Recolor with Palette"))
        chooser = self.dialog.get_widget("palette", GObject.TYPE_NONE)
        lines = [(row,) for row in arguments.recoloring_rows()]
        grid = grid_of(self._config, lines)
        spacing = grid.get_column_spacing()
        if isinstance(chooser, Gtk.Grid):  # in GIMP 3.2
            chooser.set_column_spacing(spacing)
        else:
            chooser.set_spacing(spacing)
        self.align(grid, chooser.get_label())
        right = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=SPACING)
        right.pack_start(chooser, False, False, 0)
        right.pack_start(grid, False, False, 0)
        self.fill([self.pictures(), self.status()], right)
        for name in ("palette", *(row.name for row in arguments.recoloring_rows())):
            self._config.connect(f"notify::{name}", self._changed)
        self.preview.request(self._update)

    def run(self) -> tuple[Call, Engine] | None:
        """Return the call and the engine, or None if the user cancels."""
        return (self.call, self.engine()) if self.run_until_ok() else None

    def _changed(self, *_notified: object) -> None:
        self.preview.request(self._update)

    def _update(self, engine: Engine) -> Exchange[None]:
        arguments.check(self._config, arguments.recoloring_rows())
        sent = yield from self.read(engine, self._send_nothing)
        yield from self.arrived(sent)
        palette = self._config.get_property("palette")
        colors = colors_of(palette)
        check_image(self._call.image, colors)
        options = arguments.chosen_options(self._config, "recoloring")
        small = self.thumbnail
        after = yield from self.recolored(engine, colors, options)
        self.show_after(small, after.data, palette.get_name())
        self.say(caption_of(len(colors), after.difference), numbers_of(after.difference))

    def send_view(self, engine: Engine, scope: str) -> Exchange[SentPicture]:
        """Read what is seen, with as many pixels as there is room for."""
        return (yield from self._send_nothing(engine, scope))

    def _send_nothing(self, _engine: Engine, scope: str) -> Exchange[SentPicture]:
        """Send no picture: the thumbnail goes with each request."""
        return (yield from read_view(self._call, scope, self._pair.viewport))
