"""Palette file dialogs: the windows in which the user chooses a palette file to read or write."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import gi

from extract_palette.calls import arguments
from extract_palette.calls.palette_files import (
    check_file,
    document_in,
    export_options,
    read_file,
    suffix_in,
    suffix_of,
    write_file,
)
from extract_palette.calls.procedure_call import PaletteCall
from extract_palette.dialogs.help_page import replace_help
from extract_palette.engine.command import EngineError
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import write_palette
from extract_palette.engine.session import Engine
from extract_palette.errors import Problem
from extract_palette.installed_files import installed_formats
from extract_palette.pictures.swatches import hexes
from extract_palette.translation import _, ngettext
from extract_palette.widgets.color_grid import ColorGrid
from extract_palette.widgets.option_widgets import SPACING, grid_of

gi.require_version("Gtk", "3.0")
from gi.repository import Gio, Gtk  # noqa: E402  (after require_version)

T = TypeVar("T")
U = TypeVar("U")


class PaletteFileDialog(Generic[T]):
    """A window to choose a file, with options, a grid of colors and a sentence below the files."""

    def __init__(
        self,
        call: PaletteCall,
        engine: Engine | None,
        title: str,
        action: Gtk.FileChooserAction,
        button: str,
        rows: list[arguments.Row],
    ) -> None:
        self._call, self._started = call, engine
        self.dialog = Gtk.FileChooserDialog(title=title, action=action)
        self.dialog.add_button(_("_Help"), Gtk.ResponseType.HELP)
        self.dialog.add_buttons(_("_Cancel"), Gtk.ResponseType.CANCEL, button, Gtk.ResponseType.OK)
        self.dialog.set_default_response(Gtk.ResponseType.OK)
        self.dialog.set_local_only(False)
        replace_help(self.dialog, self.say)
        self.colors = ColorGrid()
        self._sentence = Gtk.Label(xalign=0, wrap=True, selectable=True, max_width_chars=80)
        below = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=SPACING)
        for widget in (
            grid_of(call.config, [(row,) for row in rows]),
            self.colors,
            self._sentence,
        ):
            below.pack_start(widget, False, False, 0)
        below.show_all()
        self.dialog.set_extra_widget(below)

    def run(self) -> T | None:
        """Return what is made of the chosen file, or None if the user cancels.

        If nothing can be made of it, the window says why and stays.
        """
        while self.dialog.run() == Gtk.ResponseType.OK:
            file = self.dialog.get_file()
            try:
                if file is not None:
                    return self.result(file)
            except Problem as problem:
                self.say(str(problem))
        return None

    def close(self) -> None:
        """Close the window and end the engine."""
        self.dialog.destroy()
        if self._started:
            self._started.stop()

    def say(self, sentence: str) -> None:
        """Show a sentence."""
        self._sentence.set_text(sentence)

    def result(self, file: Gio.File) -> T:
        """Return what is made of a file; raises `Problem`."""
        raise NotImplementedError

    def engine(self) -> Engine:
        """Return the engine, started if there is none; raises `EngineError`."""
        if self._started is None:
            self._started = Engine(process=self._call.early.take())
        return self._started

    def asked(self, exchange: Exchange[U]) -> U:
        """Return the result of an exchange; another engine is started after one that failed."""
        try:
            return self.engine().run(exchange)
        except EngineError:
            if self._started:
                self._started.stop()
            self._started = None
            raise


class ImportDialog(PaletteFileDialog[tuple[Gio.File, dict[str, Any]]]):
    """Shows the palette in the chosen file."""

    def __init__(self, call: PaletteCall, engine: Engine | None) -> None:
        action = Gtk.FileChooserAction.OPEN
        rows = arguments.import_rows()
        super().__init__(call, engine, _("Import Palette File"), action, _("_Import"), rows)
        suffixes = {s for row in installed_formats() if row["is_read"] for s in row["suffixes"]}
        for title, patterns in (
            (_("Palette files"), [f"*{case}" for s in sorted(suffixes) for case in (s, s.upper())]),
            (_("All files"), ["*"]),
        ):
            found = Gtk.FileFilter()
            found.set_name(title)
            for pattern in patterns:
                found.add_pattern(pattern)
            self.dialog.add_filter(found)
        last = call.config.get_property("file")
        if last is not None and (folder := last.get_parent()) is not None:
            self.dialog.set_current_folder_file(folder)
        self.dialog.connect("selection-changed", self._show)

    def _show(self, _dialog: Gtk.Widget) -> None:
        """Show the palette in the selected file, or why there is none."""
        file = self.dialog.get_file()
        self.colors.show_colors(())
        if file is None or file.query_file_type(Gio.FileQueryInfoFlags.NONE, None) in (
            Gio.FileType.DIRECTORY,
            Gio.FileType.UNKNOWN,
        ):
            self.say("")
            return
        try:
            self.result(file)
        except Problem as problem:
            self.say(str(problem))

    def result(self, file: Gio.File) -> tuple[Gio.File, dict[str, Any]]:
        """Return a file and its palette document, and show its colors."""
        data = read_file(file)
        document = self.asked(document_in(self.engine(), file, data))
        colors = hexes(document)
        self.colors.show_colors(colors)
        words = ngettext("{name}: {count} color.", "{name}: {count} colors.", len(colors))
        self.say(f"{words.format(name=document['name'], count=len(colors))} {document['note']}")
        return file, document


class ExportDialog(PaletteFileDialog[tuple[Gio.File, list[str]]]):
    """Shows the palette that is written."""

    def __init__(self, call: PaletteCall, engine: Engine | None, document: dict[str, Any]) -> None:
        action = Gtk.FileChooserAction.SAVE
        rows = [arguments.FORMAT, *arguments.arrangement_rows()]
        super().__init__(call, engine, _("Export Palette File"), action, _("_Export"), rows)
        self._document = document
        self.dialog.set_do_overwrite_confirmation(True)
        name = document["name"].replace("/", "-").replace("\\", "-").strip(". ") or _("Untitled")
        chosen = call.config.get_property(arguments.FORMAT.name)
        self.dialog.set_current_name(f"{name}{suffix_of(chosen) or '.gpl'}")
        last = call.config.get_property("file")
        if last is not None and (folder := last.get_parent()) is not None:
            self.dialog.set_current_folder_file(folder)
        self.colors.show_colors(hexes(document))
        call.config.connect(f"notify::{arguments.FORMAT.name}", self._change_suffix)

    def _change_suffix(self, *_notified: object) -> None:
        """Give the file's name the suffix of the format."""
        name = self.dialog.get_current_name() or ""
        suffix = suffix_of(self._call.config.get_property(arguments.FORMAT.name))
        if suffix and not name.lower().endswith(suffix):
            stem = name[: len(name) - len(suffix_in(name))]
            self.dialog.set_current_name(stem + suffix)

    def result(self, file: Gio.File) -> tuple[Gio.File, list[str]]:
        """Write the file; return it, and what is left out."""
        check_file(file, is_replaced=True)  # the window has asked
        options = export_options(self._call.config, file.get_basename() or "")
        data, remarks = self.asked(write_palette(self.engine(), self._document, options))
        write_file(file, data)
        return file, remarks
