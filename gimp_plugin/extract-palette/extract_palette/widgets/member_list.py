"""Member list: the layers or images that can be ticked, of which one is seen in the preview."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import gi

from extract_palette.calls.members import Member
from extract_palette.translation import _

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk, Pango  # noqa: E402  (after require_version)

ALL = -1
"""The number of the row that stands for all members."""

HEIGHT = 130
"""The least height of the list in pixels: about five rows."""


class MemberList(Gtk.ScrolledWindow):  # type: ignore[misc]
    """Members with ticks; `tick` gets the numbers that are ticked, `show` is called for a row.

    A click on the tick, the space bar and Enter change it.
    """

    def __init__(self, tick: Callable[[Collection[int]], None], show: Callable[[], None]) -> None:
        super().__init__(shadow_type=Gtk.ShadowType.IN)
        self.set_policy(Gtk.PolicyType.NEVER, Gtk.PolicyType.AUTOMATIC)
        self.set_size_request(-1, HEIGHT)
        self._tick, self._show = tick, show
        self._store = Gtk.ListStore(int, bool, bool, str)  # number, ticked, only partly, title
        view = Gtk.TreeView(model=self._store, headers_visible=False)
        column, box = Gtk.TreeViewColumn(""), Gtk.CellRendererToggle()
        text = Gtk.CellRendererText(ellipsize=Pango.EllipsizeMode.END)
        column.pack_start(box, False)
        column.pack_start(text, True)
        column.set_attributes(box, active=1, inconsistent=2)
        column.set_attributes(text, text=3)
        box.connect("toggled", lambda _box, path: self._toggle(path))
        view.append_column(column)
        view.connect("row-activated", lambda _view, path, _column: self._toggle(path))
        view.get_accessible().set_name(_("The pictures that count"))
        view.set_tooltip_text(
            _("Tick the pictures that count. The one in the selected row is seen above.")
        )
        self._selection = view.get_selection()
        self._selection.set_mode(Gtk.SelectionMode.BROWSE)
        self._handler = self._selection.connect("changed", lambda _selection: self._show())
        self.add(view)

    @property
    def shown(self) -> int:
        """The number of the member to be seen, or `ALL`."""
        store, row = self._selection.get_selected()
        return int(store[row][0]) if row else ALL

    def show_members(self, members: Sequence[Member], ticked: Collection[int], shown: int) -> None:
        """Show members; the selected row stays selected, or else that of `shown` is."""
        rows = [[m.number, m.number in ticked, False, m.title] for m in members]
        count = sum(member.number in ticked for member in members)
        rows.insert(0, [ALL, count == len(members), 0 < count < len(members), _("All of them")])
        if rows == [[*row] for row in self._store]:
            return
        numbers = [row[0] for row in rows]
        wanted = self.shown if self.shown in numbers[1:] else shown
        with self._selection.handler_block(self._handler):
            if numbers == [row[0] for row in self._store]:
                for old, new in zip(self._store, rows, strict=True):
                    old[1], old[2], old[3] = new[1:]
                return
            self._store.clear()
            for row in rows:
                self._store.append(row)
            self._selection.select_path(numbers.index(wanted) if wanted in numbers else 0)

    def _toggle(self, path: str | Gtk.TreePath) -> None:
        row = self._store[path]
        ticked = {number for number, is_ticked, *_rest in self._store if is_ticked} - {ALL}
        if row[0] == ALL:
            ticked = set() if row[1] else {each[0] for each in self._store} - {ALL}
        else:
            ticked ^= {row[0]}
        self._tick(ticked)
