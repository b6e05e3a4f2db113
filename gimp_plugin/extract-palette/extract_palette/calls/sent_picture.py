"""Sent picture: a part of an image that the engine gets, with its thumbnail."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import NamedTuple

from extract_palette.calls.procedure_call import Call
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import begin_picture, begin_thumbnail
from extract_palette.engine.session import Engine
from extract_palette.images.products import mark_of
from extract_palette.images.scope import SELECTION, VISIBLE_SELECTION
from extract_palette.pictures.small_picture import SmallPicture
from extract_palette.pictures.source import Source
from extract_palette.pictures.viewport import Size, Viewport
from extract_palette.translation import _

THUMBNAIL = (300, 225)
"""The greatest width and height of the pictures before and after, in pixels, at first.

They get more pixels as soon as there is more room: see `PreviewWindow.read`.
"""


class SentPicture(NamedTuple):
    """What the dialog shows of a picture, and the numbers of the requests that sent it."""

    title: str
    note: str
    small: SmallPicture
    size: Size
    """That of the whole picture."""
    numbers: Collection[int] = ()


def send(
    engine: Engine,
    call: Call,
    scope: str,
    progress: Callable[[float], None],
    size: Size = THUMBNAIL,
) -> Exchange[SentPicture]:
    """Send a part of the image, and the thumbnail of it; raises `SourceError`."""
    with call.opened(scope) as source:
        note = note_of(call, source, scope)
        whole = source.width, source.height
        small = SmallPicture(source.planes, whole, size)
        picture = yield from begin_picture(engine, source, progress, small.add)
    thumbnail = yield from begin_thumbnail(engine, small)
    return SentPicture(source.title, note, small, whole, (picture, thumbnail))


def note_of(call: Call, source: Source, scope: str) -> str:
    """Return what the title of a source does not tell: why it is not what was selected."""
    notes = []
    own = [layer.get_name() for layer in call.drawables if layer.is_valid() and mark_of(layer)]
    if source.kind != "visible" and own and call.sources != call.drawables:
        notes.append(_("“{product}” was made from it").format(product=own[0]))
    if source.left_out:
        notes.append(_("without “{layers}”").format(layers="”, “".join(source.left_out)))
    if scope in (SELECTION, VISIBLE_SELECTION) and not source.selected:
        notes.append(_("all of it, nothing is selected"))
    return "; ".join(notes)


def send_view(engine: Engine, call: Call, scope: str, viewport: Viewport) -> Exchange[SentPicture]:
    """Send what is seen of a picture that was sent; raises `SourceError`."""
    read = yield from read_view(call, scope, viewport)
    thumbnail = yield from begin_thumbnail(engine, read.small)
    return read._replace(numbers=(thumbnail,))


def read_view(call: Call, scope: str, viewport: Viewport) -> Exchange[SentPicture]:
    """Read what is seen of a picture, without sending it; raises `SourceError`.

    The window can be drawn between its rows.
    """
    with call.opened(scope) as source:
        whole = source.width, source.height
        view = viewport.of(whole)
        small = yield from source.reading(view.box, view.pixels)
        return SentPicture(source.title, note_of(call, source, scope), small, whole)


class EarlyPicture:
    """A picture that begins to be sent before there is a dialog, which sends the rest.

    See docs/decisions.md#the-engine-before-gtk.
    """

    def __init__(self, engine: Engine, sending: Exchange[SentPicture]) -> None:
        self.engine = engine
        self._sending = sending
        self._sent: SentPicture | None = None
        self._pending: bytes | int = b""
        self._step()

    def _step(self) -> None:
        try:
            self._pending = next(self._sending)
        except StopIteration as end:
            self._sent = end.value

    def send(self, seconds: float) -> None:
        """Send as much as possible in some seconds."""
        until = time.monotonic() + seconds
        while self._sent is None and isinstance(self._pending, bytes):
            left = until - time.monotonic()
            if left <= 0 or not self.engine.wait_until_sent(left):
                return
            self.engine.post(self._pending)
            self._step()

    def rest(self) -> Exchange[SentPicture]:
        """Send what is left."""
        while self._sent is None:
            yield self._pending
            self._step()
        return self._sent
