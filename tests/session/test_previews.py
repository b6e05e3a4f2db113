"""Previews: a palette and a thumbnail in its colors, coarse ones first, and none out of date."""

from __future__ import annotations

import io
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from threading import Event, Thread
from typing import Any, BinaryIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine.extraction.pipeline import coarse_colors_of, extract
from palette_engine.recoloring.recolor import recolor
from palette_engine.session import server
from palette_engine.session.requests import Requests
from palette_engine.session.server import serve
from tests.patience import PATIENCE
from tests.sample_pictures import BROWN, blocks
from tests.session.test_server import (
    COMMAND,
    PICTURE,
    RED,
    TAKEN,
    WHOLE,
    answers_in,
    ask,
    found,
    header,
    layout,
    line,
    served,
    strips,
    with_alpha,
)

pytestmark = pytest.mark.slow

SMALL = with_alpha(blocks((BROWN, 5), (RED, 1)).reshape(2, 3, 3))


def thumbnail(rgba: NDArray[np.uint8] = SMALL, *masks: NDArray[np.uint8]) -> bytes:
    planes = ["rgba", *["mask"] * len(masks)]
    return line(id="thumbnail", thumbnail=layout(rgba, planes=planes)) + strips(
        len(rgba), rgba, *masks
    )


def preview(identity: Any, dither: str = "none", **options: Any) -> bytes:
    return line(id=identity, preview={"options": options, "dither": dither})


READY = WHOLE + thumbnail()
KEPT = {"id": "thumbnail", "thumbnail": {}}


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every preview count as one that takes long."""
    monkeypatch.setattr(server, "LONG", 0.0)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no preview count as one that takes long, however busy this machine is."""
    monkeypatch.setattr(server, "LONG", float("inf"))


@pytest.mark.usefixtures("quick")
def test_a_preview_is_the_palette_and_the_thumbnail_in_its_colors() -> None:
    answers = served(READY, preview(1, colors=2), ask(2, colors=2))
    assert answers[:2] == [TAKEN, KEPT]
    first, alone = answers[2:]
    pixels = first.pop("data")
    assert first == {"id": 1, "palette": alone["palette"]}
    assert pixels == SMALL.tobytes()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("dither", ["none", "floyd-steinberg", "ordered"])
def test_the_thumbnail_is_recolored_like_a_file(photo: NDArray[np.uint8], dither: str) -> None:
    small = photo[::4, ::4]
    whole = header(with_alpha(photo)) + with_alpha(photo).tobytes()
    *_, answer = served(whole, thumbnail(with_alpha(small)), preview(1, dither, colors=6))
    expected = recolor(Image.fromarray(small), extract(photo, colors=6), dither).convert("RGBA")
    assert answer["data"] == expected.tobytes()
    assert [*found(answer)] == [swatch.hex for swatch in extract(photo, colors=6).swatches]


@pytest.mark.usefixtures("quick")
def test_alpha_and_masks_of_a_thumbnail_multiply_and_what_is_not_seen_has_the_first_color() -> None:
    mask = np.array([[255, 128, 0], [255, 255, 255]], np.uint8)
    *_, answer = served(WHOLE, thumbnail(SMALL, mask), preview(1, colors=2))
    pixels = np.frombuffer(answer["data"], np.uint8).reshape(2, 3, 4)
    assert (pixels[..., 3] == mask).all()
    assert pixels[0, 2].tolist() == [*BROWN, 0]


@pytest.mark.usefixtures("slow")
def test_what_takes_long_has_a_coarse_answer_first_and_the_same_last_one(
    photo: NDArray[np.uint8],
) -> None:
    rgba = with_alpha(photo)
    request = header(rgba) + rgba.tobytes() + thumbnail(rgba[::4, ::4]) + preview(1, colors=12)
    _, _, coarse, final = served(request)
    (alone,) = served(header(rgba) + rgba.tobytes() + ask(1, colors=12))[1:]
    assert coarse.keys() == {"id", "coarse", "data"}
    assert coarse["id"] == final["id"] == 1
    assert len(coarse["data"]) == len(final["data"]) == rgba[::4, ::4].nbytes
    assert final["palette"] == alone["palette"]
    # Both are this picture in twelve colors, one nearly as near to it as the other.
    original = photo[::4, ::4].reshape(-1, 3).astype(np.float64)
    shown = [
        np.frombuffer(answer["data"], np.uint8).reshape(-1, 4)[:, :3] for answer in (coarse, final)
    ]
    assert [len(np.unique(picture, axis=0)) for picture in shown] == [12, 12]
    errors = [np.abs(picture - original).mean() for picture in shown]
    assert errors[0] < 1.2 * errors[1]


@pytest.mark.usefixtures("slow")
def test_kept_colors_are_among_the_coarse_ones() -> None:
    *_, coarse, _final = served(READY, preview(1, colors=2, keep="#0b57d0"))
    assert coarse["coarse"] == {}
    shown = np.unique(np.frombuffer(coarse["data"], np.uint8).reshape(-1, 4), axis=0)
    assert shown.tolist() in ([[183, 80, 40, 255]], [[200, 100, 50, 255]], [[213, 75, 38, 255]])


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("options", [{"colors": "auto"}, {"mood": "people"}, {"mood": "dark"}])
def test_there_is_no_coarse_answer_that_would_take_as_long(options: dict[str, Any]) -> None:
    assert [answer["id"] for answer in served(READY, preview(1, **options))[2:]] == [1]


@pytest.mark.usefixtures("quick")
def test_what_is_quick_has_one_answer() -> None:
    with conversation() as talk:
        talk.send(READY)
        assert [talk.answer(), talk.answer()] == [TAKEN, KEPT]
        for colors in (2, 1, 2):
            talk.send(preview(colors, colors=colors))
            assert len(found(talk.answer())) == colors


def test_a_session_takes_so_long_as_its_last_preview(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([0.0, 1.0, 1.0, 1.01, 2.0, 2.01])  # the first takes long, the others do not
    monkeypatch.setattr(server, "monotonic", lambda: next(seconds))
    with conversation() as talk:
        talk.send(READY)
        assert [talk.answer(), talk.answer()] == [TAKEN, KEPT]
        kinds = []
        for number in (1, 2, 3):
            talk.send(preview(number, colors=2))
            answers = [talk.answer()]
            if "coarse" in answers[0]:
                answers.append(talk.answer())
            kinds.append(["coarse" in answer for answer in answers])
    assert kinds == [[False], [True, False], [False]]


# Out of date


class Conversation:
    """A session in this process, answer by answer."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO) -> None:
        self._requests = requests
        self._answers = answers_in(answers)

    def send(self, *parts: bytes) -> None:
        self._requests.write(b"".join(parts))
        self._requests.flush()

    def answer(self) -> dict[str, Any]:
        return next(self._answers)


def pipe() -> tuple[BufferedReader, BinaryIO]:
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")


@contextmanager
def conversation() -> Iterator[Conversation]:
    """Give a session, after its greeting, that ends with the block."""
    (requests, sending), (receiving, answers) = pipe(), pipe()
    session = Thread(target=serve, args=[requests, answers], daemon=True)
    session.start()
    talk = Conversation(sending, receiving)
    assert talk.answer()["protocol"] == server.PROTOCOL
    try:
        yield talk
    finally:
        sending.close()
        session.join(PATIENCE)
        assert not session.is_alive()
        for end in (requests, receiving, answers):
            end.close()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the numbers of colors of the palettes that are computed."""
    computed: list[int] = []
    compute: Any = vars(server)["palette_of"]

    def noted(summary: Any, options: Any, **names: Any) -> Any:
        computed.append(options.colors)
        return compute(summary, options, **names)

    monkeypatch.setattr(server, "palette_of", noted)
    return computed


class Whole(io.BytesIO):
    """Input that tells when all of it is read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.is_read = Event()

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if not line:
            self.is_read.set()
        return line


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("newer", "computed"),
    [
        ([preview(4, colors=4)], [7, 4]),
        ([ask("other", colors=5), preview(4, colors=4)], [7, 5, 4]),
        ([ask("other", colors=5)], [7, 3, 5]),
    ],
    ids=["a preview", "a preview, not at once", "no preview"],
)
def test_previews_that_wait_and_are_out_of_date_are_not_computed(
    newer: list[bytes], computed: list[int], counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = [preview(number, colors=number) for number in (1, 2, 3)]
    data = Whole(b"".join([READY, ask("first", colors=7), *waiting, *newer]))
    compute: Any = vars(server)["palette_of"]

    def after_all_is_read(*arguments: Any, **names: Any) -> Any:
        assert data.is_read.wait(PATIENCE)
        return compute(*arguments, **names)

    monkeypatch.setattr(server, "palette_of", after_all_is_read)
    answers = io.BytesIO()
    serve(data, answers)
    answers.seek(0)
    later = [*answers_in(answers)][4:]
    assert [answer["id"] for answer in later][:3] == [1, 2, 3]
    assert later[0] == {"id": 1, "superseded": {}}
    assert later[1] == {"id": 2, "superseded": {}}
    assert counted == computed
    assert len(later) == 3 + len(newer)


def test_a_picture_makes_previews_before_it_out_of_date(
    counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived = Event()
    compute: Any = vars(server)["palette_of"]

    def when_the_picture_waits(*arguments: Any, **names: Any) -> Any:
        assert arrived.wait(PATIENCE)
        return compute(*arguments, **names)

    monkeypatch.setattr(server, "palette_of", when_the_picture_waits)
    requests = seen_requests(monkeypatch)
    with conversation() as talk:
        talk.send(READY, ask("first", colors=7), preview(1, colors=2), WHOLE)
        wait_until(lambda: requests[0].has_newer_preview and not requests[0].can_read)
        arrived.set()
        answers = [talk.answer() for _ in range(5)]
    assert answers[3:] == [{"id": 1, "superseded": {}}, TAKEN]
    assert counted == [7]


def seen_requests(monkeypatch: pytest.MonkeyPatch) -> list[Requests]:
    """Return the list that will have the requests of the sessions that begin."""
    seen: list[Requests] = []

    class Seen(Requests):
        def __init__(self, source: Any) -> None:
            super().__init__(source)
            seen.append(self)

    monkeypatch.setattr(server, "Requests", Seen)
    return seen


def wait_until(probe: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not probe():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


@pytest.mark.usefixtures("slow")
def test_a_preview_in_work_ends_between_its_steps(
    counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = seen_requests(monkeypatch)
    with conversation() as talk:
        coarse = coarse_colors_of

        def interrupted(*arguments: Any) -> Any:
            monkeypatch.setattr(server, "coarse_colors_of", coarse)
            talk.send(preview(2, colors=1))
            wait_until(lambda: requests[0].has_newer_preview)
            return coarse(*arguments)

        monkeypatch.setattr(server, "coarse_colors_of", interrupted)
        talk.send(READY)
        assert [talk.answer(), talk.answer()] == [TAKEN, KEPT]
        talk.send(preview(1, colors=2))
        answers = [talk.answer() for _ in range(4)]
    assert [answer["id"] for answer in answers] == [1, 1, 2, 2]
    assert [answer.keys() - {"id", "data"} for answer in answers] == [
        {"coarse"},
        {"superseded"},
        {"coarse"},
        {"palette"},
    ]
    assert counted == [1]


# Wrong requests


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([WHOLE, preview(1)], "There is no thumbnail; send one first."),
        ([thumbnail(), preview(1)], "There is no picture to make a palette of; send one first."),
        ([READY, preview(1, "stripes")], "dither must be"),
        ([READY, preview(1, colors=0)], "colors"),
        ([READY, line(id=1, preview={})], "A request's options must be an object"),
        ([READY, line(id=1, preview=[])], "A request's preview must be an object"),
        ([READY, preview(1, colors=2, keep="#000, #fff, #f00")], "colors"),
    ],
)
def test_a_preview_that_cannot_be_is_told_and_the_session_goes_on(
    parts: list[bytes], message: str
) -> None:
    *_, answer, last = served(*parts, line(id=2))
    assert answer["id"] == 1
    assert message in answer["error"]
    assert last["id"] == 2


def test_an_error_after_a_coarse_answer_is_the_last_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any, **_names: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(server, "LONG", 0.0)
    monkeypatch.setattr(server, "palette_of", broken)
    coarse, error, last = served(READY, preview(1, colors=2), line(id=2))[2:]
    assert coarse["coarse"] == {}
    assert (error["id"], error["reason"]) == (1, "memory")
    assert last["id"] == 2


def test_a_thumbnail_of_wrong_size_ends_the_session() -> None:
    (answer,) = served(line(id=5, thumbnail=layout(SMALL, width=0)), SMALL.tobytes(), ask(1))
    assert "width, height and rows" in answer["error"]


@pytest.mark.parametrize("last", [ask(1), preview(2)])
def test_a_process_answers_what_was_piped_in_and_ends(last: bytes) -> None:
    run = subprocess.run(
        COMMAND, input=READY + last, capture_output=True, check=True, timeout=PATIENCE
    )
    *_, answer = answers_in(io.BytesIO(run.stdout))
    assert found(answer) == {"#c86432": 0.75, "#ff0000": 0.25}
    assert run.stderr == b""


# Without alpha


@pytest.mark.parametrize("masks", [0, 1, 2])
def test_a_picture_without_alpha_is_opaque(masks: int) -> None:
    mask = np.array([[255, 128], [0, 255]], np.uint8)
    planes = [mask] * masks
    names = ["mask"] * masks
    opaque = PICTURE[..., :3].copy()
    sent = [
        line(id="picture", picture=layout(picture, 1, planes=[kind, *names]))
        + strips(1, picture, *planes)
        for kind, picture in (("rgba", PICTURE), ("rgb", opaque))
    ]
    with_it, without = (served(request, ask(1))[1] for request in sent)
    assert without == with_it
    assert without["palette"]["swatches"]
