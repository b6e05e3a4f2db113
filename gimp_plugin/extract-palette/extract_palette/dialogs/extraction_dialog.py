"""Extraction dialog: GIMP's dialog for the procedure that extracts, with the palette as preview."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

import gi

from extract_palette.calls import arguments
from extract_palette.calls.arguments import Row
from extract_palette.calls.members import (
    Member,
    chosen_members,
    left_out_sentence,
    listed_members,
    text_of,
)
from extract_palette.calls.procedure_call import Call
from extract_palette.calls.sent_members import SentMembers
from extract_palette.calls.sent_picture import EarlyPicture, SentPicture, read_view, send
from extract_palette.dialogs.preview import State
from extract_palette.dialogs.preview_window import BORDER, PreviewWindow
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import (
    begin_preview,
    begin_thumbnail,
    find_places,
    get_preview,
    measure_palette,
)
from extract_palette.engine.session import Engine
from extract_palette.images.results import check_folder, check_image
from extract_palette.images.scope import IMAGES, SEVERAL
from extract_palette.pictures.small_picture import SmallPicture
from extract_palette.pictures.swatches import hexes, swatches_of
from extract_palette.translation import _, ngettext
from extract_palette.widgets.captions import caption_of, fit_of, numbers_of, sentences
from extract_palette.widgets.editable_swatches import EditableBar, EditableList
from extract_palette.widgets.member_list import MemberList
from extract_palette.widgets.option_widgets import SPACING, Line, grid_of, is_set
from extract_palette.widgets.palette_editor import PaletteEditor
from extract_palette.widgets.picture_view import PictureView
from extract_palette.widgets.seen_palette import Plan, Seen, carried, in_sequence
from extract_palette.widgets.swatch_actions import SwatchActions
from extract_palette.widgets.swatch_buttons import SwatchButtons
from extract_palette.widgets.swatch_menu import menu_of, press

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GObject, Gtk  # noqa: E402  (after require_version)


class ExtractionDialog(PreviewWindow):
    """Shows the palette that OK makes."""

    def __init__(self, call: Call, engine: Engine | None, picture: EarlyPicture | None) -> None:
        super().__init__(call, engine, _("Extract Palette"))
        self._early = picture
        self._editor = PaletteEditor(self._config, self._request, self.locate)
        self._turn = 0
        """Counts what makes the palette of a search that still runs out of date."""
        self._recolored: tuple[list[str], dict[str, Any]] | None = None
        """The colors that the thumbnail is seen in, and how they are dithered."""
        self._mapped: tuple[list[str], Any, Any] | None = None
        """The colors whose places are known, and what belongs to none."""
        self._pointed: int | None = None
        self._members = SentMembers()
        self._listed: tuple[str, list[Member]] | None = None
        """The scope and the members that were found when the image was last looked at."""
        self._counted: list[Member] = []
        """The members that the palette is made of, if it is one of several."""
        self._left_out = ""
        self._member_list = MemberList(self._tick, self._request)
        self._actions = SwatchActions(self.dialog, self._editor)
        self._bar = EditableBar(self._editor.toggle, self._point, self._menu)
        self._list = self._actions.list = EditableList(
            self._editor.toggle, self._point, self._menu, self._actions.move
        )
        self._view = PictureView(self._pair, self._point, self._pick, self._words)
        self.dialog.connect("key-press-event", self._press_key)
        self._list.set_size_request(-1, 112)
        self._buttons = SwatchButtons(self._actions, self._list, self._menu)
        table = Gtk.Box(spacing=SPACING)
        table.pack_start(self._list, True, True, 0)
        table.pack_start(self._buttons.box, False, False, 0)
        self.fill([self.pictures(), self._bar, table, self.status()], self._options())
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
        return self.call, self.engine(), self.document

    def check(self) -> None:
        """Raise `Problem` if what the dialog shows cannot be made."""
        super().check()
        check_folder(len(self.document["swatches"]))

    @property
    def document(self) -> dict[str, Any]:
        """The palette that is seen."""
        seen = self._editor.history.current
        assert seen
        return seen.document

    def _options(self) -> Gtk.Widget:
        rows = {row.name: row for row in arguments.extraction_rows()}

        def some(*names: str) -> list[Line]:
            return [(rows.pop(name),) for name in names if name in rows]

        def together(*names: str) -> list[Line]:
            return [tuple(rows.pop(name) for name in names)] if names[0] in rows else []

        del rows[arguments.PICTURES.name]  # has a list of its own
        first = together("colors", "auto-colors") + some("tolerance")
        first += some("emphasis", "order", "scope")
        name = some("palette-name")
        also = some("recolored-layer", "dither", "swatch-strip")
        ignore = together("ignore", "ignore-white", "ignore-black")
        keep = some("keep")
        within = some("ignore-distance")
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=BORDER)
        for lines in (first, name):
            grid = grid_of(self._config, lines)
            self.align(grid)
            box.pack_start(grid, False, False, 0)
            if lines is first:
                self._member_list.show_all()
                self._member_list.set_no_show_all(True)
                self._member_list.hide()
                box.pack_start(self._member_list, False, False, 0)
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
        # Tab then goes to what it has opened.
        expander.connect("mnemonic-activate", lambda widget, _cycling: widget.grab_focus())
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
        if not self._editor.is_setting:
            self._request()

    def _request(self) -> None:
        self.preview.request(self._update)

    def _update(self, engine: Engine) -> Exchange[None]:
        arguments.check(self._config, arguments.extraction_rows())
        sent = yield from self._read(engine)
        small = self.thumbnail
        is_new, is_other, worked = bool(sent), self._sent is None, False
        if is_new:
            self._view.show_places(None)
        if self._editor.is_waiting:
            self._turn += 1
            yield from self.arrived(sent)
            sent = ()
            worked = yield from self._editor.carry_out(engine)
        options = arguments.chosen_options(self._config, "extraction")
        settings = self._editor.settings
        plan = self._plan(options, worked)
        dither = self._dither()
        seen = self._editor.history.current
        if seen and plan is Plan.STAY:
            self._turn += 1
            yield from self.arrived(sent)
            document = seen.document
            if options != seen.options:
                document = {**document, "kept": len(self._editor.kept)}
            if is_other:  # and not only a larger thumbnail
                document = yield from measure_palette(engine, document, options)
            pixels = yield from self._pixels(engine, document, dither, is_new)
        else:
            found = yield from self._found(engine, sent, small, options, plan)
            if found is None:
                return
            document, pixels = found
        stays = seen is not None and plan is not Plan.SEARCH
        is_moved = stays and seen is not None and seen.is_moved
        self._editor.history.add(Seen(document, options, settings, stays, is_moved))
        self._show(small, document, pixels, dither)
        yield from self._map(engine, small, hexes(document), options)

    def _read(self, engine: Engine) -> Exchange[Collection[int]]:
        """Send what the palette is made of, and the thumbnail, unless that is done already."""
        scope = arguments.value(self._config, arguments.SCOPE)
        self._member_list.set_visible(scope in SEVERAL)
        self._counted, self._left_out = [], ""
        if scope in SEVERAL:
            if self._listed is None or self._listed[0] != scope:
                self._listed = scope, listed_members(self._call, scope)
            listed = self._listed[1]
            own = self._call.image if scope == IMAGES else self._call.sources[0]
            members = chosen_members(self._call, listed, scope)
            ticked = {member.number for member in members}
            self._member_list.show_members(listed, ticked, own.get_id())
            self._counted = yield from self._members.send(engine, members, self.show_progress)
            left_out = [member.title for member in members if member not in self._counted]
            self._left_out = left_out_sentence(left_out)
        return (yield from self.read(engine, self._send))

    def what(self) -> object:
        """Return what is read: the scope, or of several pictures which, and which is shown."""
        if not self._counted:
            return super().what()
        return [member.number for member in self._counted], self._shown()

    def _shown(self) -> Member:
        """Return the member that the pictures before and after show."""
        for number in (self._member_list.shown, self._call.image.get_id()):
            for member in self._counted:
                if member.number == number:
                    return member
        return self._counted[0]

    def _tick(self, numbers: Collection[int]) -> None:
        self._config.set_property(arguments.PICTURES.name, text_of(numbers))

    def _update_again(self) -> None:
        self._listed = None
        self._members.forget()
        super()._update_again()

    def _plan(self, options: dict[str, Any], worked: bool) -> Plan:
        """Return what is to be done for the options, after edits or without any."""
        seen = self._editor.history.current
        if seen is None:
            return Plan.SEARCH
        if worked and seen.options == options:
            return Plan.STAY
        return seen.plan(options)

    def _dither(self) -> dict[str, Any]:
        has_layer = self._config.get_property("recolored-layer")
        return arguments.chosen_options(self._config, "recoloring") if has_layer else {}

    def _pixels(
        self, engine: Engine, document: dict[str, Any], dither: dict[str, Any], is_new: bool
    ) -> Exchange[bytes | None]:
        """Return the thumbnail in the colors of a palette, or None if that is seen already."""
        if not is_new and self._recolored == (hexes(document), dither):
            return None
        return (yield from self.recolored(engine, hexes(document), dither)).data

    def _found(
        self,
        engine: Engine,
        sent: Collection[int],
        small: SmallPicture,
        options: dict[str, Any],
        plan: Plan,
    ) -> Exchange[tuple[dict[str, Any], bytes] | None]:
        """Return the palette that the engine finds, and the thumbnail in it.

        None if they are out of date.
        """
        turn, seen = self._turn, self._editor.history.current
        start = {"start": hexes(seen.document)} if seen and plan is Plan.START else {}
        # Requested before the engine has taken the picture, as it need not wait for the window.
        number = begin_preview(engine, {**options, **start}, self._dither())
        yield from self.arrived(sent)
        found = yield from get_preview(number, partial(self._show_coarse, small))
        if found is None or turn != self._turn:
            return None
        document, pixels = found
        if seen is None:
            return document, pixels
        document = carried(document, seen.document)
        if start and seen.is_moved and seen.options["order"] == options["order"]:
            document = in_sequence(document, hexes(seen.document))
        return document, pixels

    def _show(
        self,
        small: SmallPicture,
        document: dict[str, Any],
        pixels: bytes | None,
        dither: dict[str, Any],
    ) -> None:
        self._show_palette()
        colors = hexes(document)
        if arguments.wants_layer(self._config):
            check_image(self._call.image, colors)
        if pixels is not None:
            self._recolored = colors, dither
            self.show_after(small, pixels, caption_of(len(colors)))

    def _send(self, engine: Engine, scope: str) -> Exchange[SentPicture]:
        early, self._early = self._early, None
        if self._counted:
            return (yield from self._send_shown(engine))
        if early and early.engine is engine:
            return (yield from early.rest())
        return (yield from send(engine, self._call, scope, self.show_progress, self.size()))

    def send_view(self, engine: Engine, scope: str) -> Exchange[SentPicture]:
        """Send a thumbnail of what is seen, with as many pixels as there is room for."""
        if self._counted:
            return (yield from self._send_shown(engine))
        return (yield from super().send_view(engine, scope))

    def _send_shown(self, engine: Engine) -> Exchange[SentPicture]:
        """Send the thumbnail of the member that is shown."""
        member, count = self._shown(), len(self._counted)
        read = yield from read_view(member.call, member.scope, self._pair.viewport)
        number = yield from begin_thumbnail(engine, read.small)
        words = ngettext("{count} picture", "one of {count} pictures", count).format(count=count)
        note = "; ".join(filter(None, (words, read.note)))
        return read._replace(title=member.title, note=note, numbers=(number,))

    def _show_coarse(self, small: SmallPicture, pixels: bytes) -> None:
        """Show only the picture: the order of the colors is not known yet.

        See docs/decisions.md#coarse-previews.
        """
        self.show_after(small, pixels, self.after.caption)

    def _show_palette(self) -> None:
        document = self.document
        swatches, kept = swatches_of(document), self._editor.kept
        self._actions.swatches = swatches
        self._bar.show_palette(swatches, kept)
        self._list.show_palette(swatches, kept)
        self._buttons.refresh()
        fit = document["difference"] or {}
        said = fit_of(document)
        if self._left_out:
            said = sentences(said, self._left_out)
        self.say(said, numbers_of(fit.get("mean"), fit.get("p95")))

    def _show_state(self, state: State, sentence: str) -> None:
        if state is State.REFUSED:
            self._editor.forget()
        super()._show_state(state, sentence)

    def _map(
        self, engine: Engine, small: SmallPicture, colors: list[str], options: dict[str, Any]
    ) -> Exchange[None]:
        """Find the places of the swatches, once for each palette and thumbnail."""
        mapped = colors, options["ignore"], options["ignore_distance"]
        if small is not self.thumbnail or (self._view.has_places and self._mapped == mapped):
            return
        self._view.show_places(None)  # those of other swatches
        places = yield from find_places(engine, colors, options)
        if small is self.thumbnail:
            self._view.show_places(places)
            self._mapped = mapped

    def _point(self, index: int | None) -> None:
        """Light a swatch in the picture, the bar and the list, or none."""
        swatches = self._actions.swatches
        if index is not None and index >= len(swatches):
            index = None
        if index == self._pointed:
            return
        self._pointed = index
        self._bar.light(index)
        self._list.light(index)
        self._view.light(index, "" if index is None else swatches[index].hex)

    def _pick(self, x: float, y: float) -> None:
        """Keep the color of the picture around a point, or let it go."""
        self._editor.pick(x, y, self._pair.viewport.scale)

    def _words(self, index: int) -> str:
        hint = _("Click to keep the color under the pointer.")
        return f"{self._actions.swatches[index].words}\n{hint}"

    def _menu(self, index: int) -> Gtk.Menu:
        menu = menu_of(self._actions.items(index))
        menu.attach_to_widget(self._list, None)
        return menu

    def _press_key(self, _dialog: Gtk.Dialog, event: Gdk.EventKey) -> bool:
        """Do what a key means: for the swatch that has the focus, or anywhere but in a text."""
        if isinstance(self.dialog.get_focus(), Gtk.Entry):
            return False
        items = [*self._actions.steps(), self._actions.again()]
        index = self._list.index
        if index is not None and self._list.has_focus and index < len(self._actions.swatches):
            items = [*items, *self._actions.items(index)]
        return press(items, event)
