"""Separation dialog: GIMP's dialog for the procedure that separates colors, with its layers."""

from __future__ import annotations

from extract_palette.calls import arguments
from extract_palette.calls.procedure_call import Call
from extract_palette.calls.sent_picture import SentPicture, read_view
from extract_palette.calls.separation_settings import MASKS, check_image, settings_of, swatches_of
from extract_palette.dialogs.preview_window import PreviewWindow
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import separate_thumbnail
from extract_palette.engine.session import Engine
from extract_palette.images.separated_items import Settings, Swatch, from_dark_to_light
from extract_palette.pictures.masks import masked
from extract_palette.pictures.separated_pixels import flat_layer, flat_layers, pixel_layer
from extract_palette.pictures.small_picture import SmallPicture
from extract_palette.translation import _
from extract_palette.widgets.captions import caption_of
from extract_palette.widgets.layer_list import ALL, LayerList, ListedLayer
from extract_palette.widgets.option_widgets import grid_of
from extract_palette.widgets.palette_chooser import with_chooser


class SeparationDialog(PreviewWindow):
    """Shows the layers that OK makes, alone and together."""

    def __init__(self, call: Call, engine: Engine | None) -> None:
        super().__init__(call, engine, _("Separate Colors"))
        rows = arguments.separation_rows()
        grid = grid_of(self._config, [(row,) for row in rows])
        top = rows.index(arguments.CONTENT)
        self._content = [grid.get_child_at(column, top) for column in (0, 1)]
        self._list = LayerList(self._show_layer)
        self._swatches: list[Swatch] = []
        self._masks: dict[int, bytes] = {}
        self._separated: SmallPicture | None = None
        """The thumbnail that the masks are of."""
        self._settings = Settings("", "", "")
        self.fill([self.pictures(), self._list, self.status()], with_chooser(self.dialog, grid))
        for name in ("palette", *(row.name for row in rows)):
            self._config.connect(f"notify::{name}", self._changed)
        self._changed()

    def run(self) -> tuple[Call, Engine] | None:
        """Return the call and the engine, or None if the user cancels."""
        return (self.call, self.engine()) if self.run_until_ok() else None

    def _changed(self, *_notified: object) -> None:
        has_content = self._config.get_property(arguments.INTO.name) != "channels"
        for widget in self._content:
            widget.set_sensitive(has_content)
        self.preview.request(self._update)

    def _update(self, engine: Engine) -> Exchange[None]:
        arguments.check(self._config, arguments.separation_rows())
        settings = settings_of(self._config)
        sent = yield from self.read(engine, self._send_nothing)
        yield from self.arrived(sent)
        swatches = swatches_of(self._config.get_property("palette"))
        check_image(self._call.image, swatches, settings)
        small = self.thumbnail
        codes = [swatch.hex for swatch in swatches]
        kind = MASKS[settings.edges]
        masks = yield from separate_thumbnail(engine, small, codes, kind)
        self._swatches, self._masks, self._settings = swatches, masks, settings
        self._separated = small
        sums = {index: sum(mask) for index, mask in masks.items()}
        total = sum(sums.values()) or 1
        ordered = from_dark_to_light(swatches).items()
        self._list.show_layers([ListedLayer(i, s, sums.get(i, 0) / total) for i, s in ordered])
        self._show_layer(self._list.chosen)
        self.say(caption_of(len(swatches)))

    def _show_layer(self, index: int) -> None:
        """Show the layer of a color, or all together."""
        if self._separated:
            name = _("All together") if index == ALL else self._swatches[index].name
            self.show_after(self._separated, self._pixels(index), name)

    def _pixels(self, index: int) -> bytes:
        small = self._separated
        assert small
        count = small.width * small.height
        has_pixels = self._settings.into != "channels" and self._settings.content == "pixels"
        codes = [swatch.hex for swatch in self._swatches]
        if index == ALL:
            if has_pixels:
                return masked(count, small.planes)
            return flat_layers(codes, self._masks, count)
        mask = self._masks.get(index, bytes(count))
        if has_pixels:
            return pixel_layer(small.planes[: 4 * count], mask)
        return flat_layer(codes[index], mask)

    def send_view(self, engine: Engine, scope: str) -> Exchange[SentPicture]:
        """Read what is seen, with as many pixels as there is room for."""
        return (yield from self._send_nothing(engine, scope))

    def _send_nothing(self, _engine: Engine, scope: str) -> Exchange[SentPicture]:
        """Send no picture: the thumbnail goes with each request."""
        return (yield from read_view(self._call, scope, self._pair.viewport))
