"""Recoloring dialog: GIMP's dialog for the procedure that recolors, with the layer as preview."""

from __future__ import annotations

from collections.abc import Sequence

import gi

from extract_palette.calls import arguments
from extract_palette.calls.procedure_call import Call
from extract_palette.calls.sent_picture import SentPicture, read_view
from extract_palette.dialogs.preview_window import PreviewWindow
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import begin_thumbnail, measure_places
from extract_palette.engine.session import Engine
from extract_palette.images.results import check_image, colors_of, labels_of
from extract_palette.pictures.small_picture import SmallPicture
from extract_palette.pictures.swatches import Swatch, percent
from extract_palette.translation import _
from extract_palette.widgets.captions import caption_of, numbers_of
from extract_palette.widgets.option_widgets import grid_of
from extract_palette.widgets.palette_chooser import with_chooser
from extract_palette.widgets.picture_view import PictureView
from extract_palette.widgets.shown_swatches import ShownBar, ShownList

gi.require_version("Gtk", "3.0")
from gi.repository import Gimp  # noqa: E402  (after require_version)


class RecoloringDialog(PreviewWindow):
    """Shows the layer that OK makes, and the palette."""

    def __init__(self, call: Call, engine: Engine | None) -> None:
        super().__init__(call, engine, _("Recolor with Palette"))
        rows = arguments.recoloring_rows()
        grid = grid_of(self._config, [(row,) for row in rows])
        self._swatches: Sequence[Swatch] = ()
        self._pointed: int | None = None
        self._mapped: tuple[SmallPicture, list[str]] | None = None
        """The thumbnail and the colors whose places are known."""
        self._bar, self._list = ShownBar(self._point), ShownList(self._point)
        self._view = PictureView(self._pair, self._point, None, self._words)
        right = with_chooser(self.dialog, grid)
        self.fill([self.pictures(), self._bar, self._list, self.status()], right)
        for name in ("palette", *(row.name for row in rows)):
            self._config.connect(f"notify::{name}", self._changed)
        self.preview.request(self._update)

    def run(self) -> tuple[Call, Engine] | None:
        """Return the call and the engine, or None if the user cancels."""
        return (self.call, self.engine()) if self.run_until_ok() else None

    def _changed(self, *_notified: object) -> None:
        self.preview.request(self._update)

    def _update(self, engine: Engine) -> Exchange[None]:
        arguments.check(self._config, arguments.recoloring_rows())
        sent = yield from self.read(engine, self._send)
        if sent:
            self._view.show_places(None)
        yield from self.arrived(sent)
        palette = self._config.get_property("palette")
        colors = colors_of(palette)
        check_image(self._call.image, colors)
        options = arguments.chosen_options(self._config, "recoloring")
        small = self.thumbnail
        after = yield from self.recolored(engine, colors, options)
        self.show_after(small, after.data, palette.get_name())
        self.say(caption_of(len(colors), after.difference), numbers_of(after.difference))
        yield from self._map(engine, small, palette, colors)

    def _map(
        self, engine: Engine, small: SmallPicture, palette: Gimp.Palette, colors: list[str]
    ) -> Exchange[None]:
        """Show the palette and find the places of its colors, once for each thumbnail."""
        if self._mapped == (small, colors):
            return
        self._view.show_places(None)  # those of other swatches
        places = yield from measure_places(engine, colors)
        if small is not self.thumbnail:
            return
        labels = labels_of(palette)
        self._swatches = [
            Swatch(code, labels.get(code, ""), percent(share), share)
            for code, share in zip(colors, places.shares, strict=True)
        ]
        self._point(None)
        self._bar.show_palette(self._swatches, ())
        self._list.show_palette(self._swatches)
        self._view.show_places(places)
        self._mapped = small, colors

    def _point(self, index: int | None) -> None:
        """Light a swatch in the picture, the bar and the list, or none."""
        if index is not None and index >= len(self._swatches):
            index = None
        if index == self._pointed:
            return
        self._pointed = index
        self._bar.light(index)
        self._list.light(index)
        self._view.light(index, "" if index is None else self._swatches[index].hex)

    def _words(self, index: int) -> str:
        return self._swatches[index].words

    def send_view(self, engine: Engine, scope: str) -> Exchange[SentPicture]:
        """Send a thumbnail of what is seen, with as many pixels as there is room for."""
        return (yield from self._send(engine, scope))

    def _send(self, engine: Engine, scope: str) -> Exchange[SentPicture]:
        """Send only the thumbnail: no palette is made of the picture."""
        read = yield from read_view(self._call, scope, self._pair.viewport)
        thumbnail = yield from begin_thumbnail(engine, read.small)
        return read._replace(numbers=(thumbnail,))
