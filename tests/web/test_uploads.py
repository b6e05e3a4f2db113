"""Bodies and forms as clients send them, also bad ones, over real connections."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from palette_engine.errors import PaletteError, Reason
from palette_engine.web import uploads as uploads_module
from palette_engine.web.uploads import Form, Gone, Uploads, is_unread
from tests.patience import PATIENCE

MOST = 100_000
"""How many bytes a picture may have here."""

EDGE = "edge-of-the-form"

LONG = 600.0


@dataclass
class Desk:
    """A server that takes uploads, and what it has seen."""

    uploads: Uploads
    port: int = 0
    holding: int = 0
    gone: int = 0
    forms: list[Form] = field(default_factory=list)
    checked: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[PaletteError, bool]] = field(default_factory=list)

    async def picture(self, request: Request) -> Response:
        async with self.uploads.slot():
            self.holding += 1
            try:
                data = await self.uploads.read(request)
            finally:
                self.holding -= 1
        return PlainTextResponse(f"{len(data)} bytes, {sum(data)} in all")

    async def small(self, request: Request) -> Response:
        return PlainTextResponse(await self.uploads.read_small(request, 10))

    async def form(self, request: Request) -> Response:
        def check(name: str, value: str) -> None:
            self.checked.append((name, value))
            if (name, value) != ("token", "right"):
                raise PaletteError("Forged.", Reason.BROKEN_FORM)

        form = await self.uploads.form(request, check)
        self.forms.append(form)
        return PlainTextResponse("taken")

    async def refuse(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, PaletteError)
        await self.uploads.drain(request)
        unread = is_unread(request.scope)
        self.refused.append((error, not unread))
        headers = {"Connection": "close"} if unread else {}
        return PlainTextResponse(f"{error.reason}: {error}", 400, headers)

    async def count_gone(self, _request: Request, _error: Exception) -> Response:
        self.gone += 1
        return Response()


@contextlib.contextmanager
def listening(at_once: int = 8, seconds: float = LONG, idle: float = LONG) -> Iterator[Desk]:
    desk = Desk(Uploads(MOST, at_once, seconds, idle))
    app = Starlette(
        routes=[
            Route(f"/{name}", getattr(desk, name), methods=["POST"])
            for name in ("picture", "small", "form")
        ],
        exception_handlers={PaletteError: desk.refuse, Gone: desk.count_gone},
    )
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        desk.port = listener.getsockname()[1]
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield desk
        finally:
            server.should_exit = server.force_exit = True
            thread.join()


def wait_until(reached: Callable[[], bool]) -> None:
    while not reached():
        time.sleep(0.002)


def head(path: str, *headers: str) -> bytes:
    lines = (f"POST {path} HTTP/1.1", "Host: here", *headers)
    return "\r\n".join((*lines, "", "")).encode()


def connected(desk: Desk, *pieces: bytes) -> socket.socket:
    """Return a connection on which pieces have been sent."""
    connection = socket.create_connection(("127.0.0.1", desk.port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for piece in pieces:
        connection.sendall(piece)
    return connection


def answer_of(connection: socket.socket) -> str:
    """Return the status line and the body of an answer."""
    with connection.makefile("rb") as file:
        status, length = file.readline().decode().strip(), -1
        assert status, "the connection was closed without an answer"
        while line := file.readline().decode().strip().lower():
            if line.startswith("content-length:"):
                length = int(line.partition(":")[2])
        return f"{status}\n{file.read(length).decode()}"


def told(desk: Desk, *pieces: bytes) -> str:
    """Send pieces, and return the answer."""
    with connected(desk, *pieces) as connection:
        return answer_of(connection)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def part(name: str, value: bytes, *more: str) -> bytes:
    """Return a field of a form, or a file if there is more to its name."""
    disposition = "; ".join(("form-data", f'name="{name}"', *more))
    return f"--{EDGE}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + value + b"\r\n"


def file_part(value: bytes, filename: str = "a.png") -> bytes:
    return part("picture", value, f'filename="{filename}"')


TOKEN = part("token", b"right")
END = f"--{EDGE}--\r\n".encode()


def form_head(body: bytes, edge: str = EDGE) -> bytes:
    kind = f"Content-Type: multipart/form-data; boundary={edge}"
    return head("/form", kind, f"Content-Length: {len(body)}")


# Bodies


@pytest.mark.parametrize("size", [0, 1, MOST])
def test_a_body_is_read_whole(size: int) -> None:
    body = bytes([7]) * size
    with listening() as desk:
        declared = told(desk, head("/picture", f"Content-Length: {size}") + body)
        in_chunks = told(
            desk,
            head("/picture", "Transfer-Encoding: chunked"),
            *(chunk(body[start : start + 30_000]) for start in range(0, size, 30_000)),
            b"0\r\n\r\n",
        )
    assert declared == in_chunks == f"HTTP/1.1 200 OK\n{size} bytes, {7 * size} in all"


def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes() -> None:
    with listening() as desk:
        asking = head("/picture", f"Content-Length: {MOST + 1}", "Expect: 100-continue")
        answer = told(desk, asking)  # and no word to go on before it
    assert answer == (
        "HTTP/1.1 400 Bad Request\ntoo-large: The picture has more than 0.1 MB; make it smaller, "
        "or start the page with --max-megabytes."
    )
    assert desk.refused[0][1] is False  # so the connection is closed


def test_who_asks_whether_to_send_is_told_to() -> None:
    with (
        listening() as desk,
        connected(desk, head("/picture", "Content-Length: 2", "Expect: 100-continue")) as client,
    ):
        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"\1\2")
        assert answer_of(client).endswith("2 bytes, 3 in all")


def test_who_sends_a_refused_body_all_the_same_gets_the_answer_and_can_go_on() -> None:
    # More than what connections hold between the two ends.
    size = 20_000_000
    with (
        listening() as desk,
        connected(desk, head("/picture", f"Content-Length: {size}"), bytes(size)) as client,
    ):
        assert "too-large" in answer_of(client)
        client.sendall(head("/picture", "Content-Length: 1") + b"\5")
        assert answer_of(client).endswith("1 bytes, 5 in all")


def test_a_body_in_chunks_is_refused_as_soon_as_it_is_too_large() -> None:
    with (
        listening() as desk,
        connected(desk, head("/picture", "Transfer-Encoding: chunked")) as client,
    ):
        client.sendall(chunk(bytes(MOST)))
        wait_until(lambda: desk.holding == 1)
        client.sendall(chunk(b"\0"))
        wait_until(lambda: desk.holding == 0)
        client.sendall(b"0\r\n\r\n")
        assert "too-large" in answer_of(client)


def test_what_never_ends_is_not_thrown_away_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads_module, "DRAINED_BYTES", 1_000_000)
    with (
        listening() as desk,
        connected(desk, head("/picture", "Transfer-Encoding: chunked")) as client,
        contextlib.suppress(ConnectionError),
    ):
        while True:
            client.sendall(chunk(bytes(50_000)))
    [(error, drained)] = desk.refused
    assert error.reason == "too-large"
    assert not drained


def test_a_client_that_stops_sending_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads_module, "DRAINED_IDLE", 0.01)
    with listening(idle=0.05) as desk:
        answer = told(desk, head("/picture", "Content-Length: 2"), b"\0")
    assert answer.endswith("too-slow: Nothing more came for 0.05 seconds; send it again.")


def test_a_client_that_sends_byte_by_byte_is_told_when_it_is_too_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads_module, "DRAINED_SECONDS", 0.1)
    with (
        listening(seconds=0.1) as desk,
        connected(desk, head("/picture", "Content-Length: 10000")) as client,
    ):
        wait_until(lambda: desk.holding == 1)
        while desk.holding:
            client.sendall(b"\0")
            time.sleep(0.002)
        assert answer_of(client).endswith(
            "too-slow: It took more than 0.1 seconds to send this; send it again."
        )


def test_a_client_that_goes_away_frees_its_place() -> None:
    with listening(at_once=1) as desk:
        with connected(desk, head("/picture", "Content-Length: 100"), b"\0"):
            wait_until(lambda: desk.holding == 1)
        wait_until(lambda: desk.gone == 1)
        assert told(desk, head("/picture", "Content-Length: 1"), b"\1").endswith("1 in all")


def test_a_body_that_is_longer_than_it_says_is_no_request() -> None:
    with listening() as desk, connected(desk) as client:
        client.sendall(head("/picture", "Content-Length: 1") + b"\1 and more\r\n\r\n")
        answers = b""
        while piece := client.recv(65536):
            answers += piece
    assert b"1 bytes, 1 in all" in answers
    assert answers.count(b"HTTP/1.1") == 2
    assert b"HTTP/1.1 400 Bad Request" in answers


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 5000, "one", "1, 2"])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    with listening() as desk:
        answer = told(desk, head("/picture", f"Content-Length: {length}", "Connection: close"))
    assert answer.startswith("HTTP/1.1 4")
    assert not desk.holding


def test_more_uploads_than_there_may_be_are_refused_at_once() -> None:
    with listening(at_once=2) as desk, contextlib.ExitStack() as stack:
        asked = head("/picture", "Content-Length: 3")
        held = [stack.enter_context(connected(desk, asked, b"\1")) for _ in range(2)]
        wait_until(lambda: desk.holding == 2)
        assert "too-many: Too many pictures are coming in" in told(desk, asked, b"\1\1\1")
        for client in held:
            client.sendall(b"\1\1")
            assert answer_of(client).endswith("3 bytes, 3 in all")
        assert told(desk, asked, b"\1\1\1").endswith("3 bytes, 3 in all")


def test_of_fifty_uploads_at_once_each_is_taken_or_refused_and_then_taken() -> None:
    async def one(port: int) -> int:
        """Return how often it was refused."""
        for refusals in range(10_000):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head("/picture", f"Content-Length: {MOST}", "Connection: close"))
            writer.write(b"\1" * MOST)
            answer = await reader.read()
            writer.close()
            if b"too-many" not in answer:
                assert answer.endswith(f"{MOST} bytes, {MOST} in all".encode())
                return refusals
        raise AssertionError("always refused")

    async def all_at_once(port: int) -> list[int]:
        return await asyncio.gather(*(one(port) for _ in range(50)))

    with listening(at_once=3) as desk:
        refusals = asyncio.run(all_at_once(desk.port))
        assert len(refusals) == 50
        assert sum(refusals) == len(desk.refused)
        assert all(drained for _, drained in desk.refused)


def test_a_palette_has_its_own_limit() -> None:
    with listening() as desk:
        asked = head("/small", "Transfer-Encoding: chunked")
        assert told(desk, asked, chunk(b"0123456789"), b"0\r\n\r\n").endswith("0123456789")
        assert told(desk, asked, chunk(b"0123456789a"), b"0\r\n\r\n").endswith(
            "too-large: The palette has more than 10 bytes; take one with fewer colors."
        )


# Forms

TRICKY = b"\r\n--edge-of-the\r\n--\r\n\r--edge\n" + bytes(range(256)) * 20 + b"\r\n--"


@pytest.mark.parametrize("size", [1, 7, 10**6])
def test_a_form_is_read_in_whatever_pieces_it_comes(size: int) -> None:
    body = b"".join(
        (
            TOKEN,
            part("keep", b"#e6194b"),
            part("keep", "ü\r\n".encode()),
            part("empty", b""),
            file_part(TRICKY, "Bücher &quot;<b>.png"),
            part("last", b"\xff"),
            END,
        )
    )
    with listening() as desk:
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        assert told(desk, form_head(body), *pieces).endswith("taken")
    [form] = desk.forms
    assert form.fields == [
        ("token", "right"),
        ("keep", "#e6194b"),
        ("keep", "ü\r\n"),
        ("empty", ""),
        ("last", "\ufffd"),
    ]
    assert form.file == TRICKY
    assert form.filename == "Bücher &quot;<b>.png"
    assert desk.checked == [("token", "right")]


def test_a_form_without_a_picture_has_an_empty_one() -> None:
    body = TOKEN + file_part(b"", "") + END
    with listening() as desk:
        assert told(desk, form_head(body), body).endswith("taken")
    assert desk.forms == [Form([("token", "right")], "", bytearray())]


def test_the_picture_of_a_form_may_be_as_large_as_any() -> None:
    fits, exceeds = (TOKEN + file_part(bytes(size)) + END for size in (MOST, MOST + 1))
    with listening() as desk:
        assert told(desk, form_head(fits), fits).endswith("taken")
        assert "too-large: The picture has more than 0.1 MB" in told(
            desk, form_head(exceeds), exceeds
        )
    assert [len(form.file) for form in desk.forms] == [MOST]


def test_a_form_that_says_it_is_too_large_is_refused_before_it_comes() -> None:
    kind = f"Content-Type: multipart/form-data; boundary={EDGE}"
    with listening() as desk:
        asked = head("/form", kind, "Content-Length: 9999999", "Expect: 100-continue")
        assert "too-large: The picture has more than" in told(desk, asked)


@pytest.mark.parametrize(
    "first",
    [part("token", b"wrong"), part("other", b"right"), part("token", b"")],
    ids=["wrong", "another field", "empty"],
)
def test_a_forged_form_is_refused_before_its_picture_comes(
    first: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads_module, "DRAINED_IDLE", 0.01)
    with listening() as desk:
        # Of the picture, nothing comes but the edge.
        begun = first + file_part(bytes(1000))[:60]
        assert told(desk, form_head(first + bytes(1000)), begun).endswith("broken: Forged.")
    assert not desk.forms


@pytest.mark.parametrize("body", [file_part(b"a") + TOKEN + END, END], ids=["file", "nothing"])
def test_a_form_that_does_not_begin_with_a_field_is_forged(body: bytes) -> None:
    with listening() as desk:
        assert told(desk, form_head(body), body).endswith("broken: Forged.")
    assert desk.checked == [("", "")]
    assert not desk.forms


def test_a_form_has_one_picture() -> None:
    body = TOKEN + file_part(b"a") + file_part(b"b") + END
    with listening() as desk:
        assert told(desk, form_head(body), body).endswith("Send one picture at a time.")


@pytest.mark.parametrize("first", [b"", TOKEN], ids=["first", "later"])
def test_a_huge_field_is_refused(first: bytes) -> None:
    body = first + part("token", bytes(50_000)) + END
    with listening() as desk:
        assert told(desk, form_head(body), body).endswith(
            "too-large: A field of the form has more than 16,384 bytes; shorten it."
        )
    assert not desk.forms


BROKEN = {
    "no end": TOKEN + file_part(b"a"),
    "cut in a file": TOKEN + file_part(b"a" * 100)[:-50],
    "cut in an edge": (TOKEN + END)[:-5],
    "cut in a head": TOKEN[:30],
    "no bytes": b"",
    "another edge": (TOKEN + END).replace(EDGE.encode(), b"another"),
    "no disposition": TOKEN + f"--{EDGE}\r\nContent-Type: a/b\r\n\r\n1\r\n".encode() + END,
    "bare line feeds": (TOKEN + END).replace(b"\r\n", b"\n"),
    "too many fields": TOKEN + part("keep", b"red") * 200 + END,
    "huge head": TOKEN + part("a" * 20_000, b"") + END,
    "wrong length": TOKEN.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n") + END,
    "head not in UTF-8": TOKEN + part("?", b"").replace(b"?", b"\xff") + END,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_broken_form_is_refused_with_a_sentence(body: bytes) -> None:
    with listening() as desk:
        assert "broken: The form did not arrive as a browser sends it;" in told(
            desk, form_head(body), body
        )
    assert not desk.forms


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: multipart/form-data",
        "Content-Type: multipart/form-data; boundary=",
        f"Content-Type: multipart/mixed; boundary={EDGE}",
    ],
)
def test_what_is_no_form_is_refused_with_a_sentence(kind: str) -> None:
    body = TOKEN + END
    headers = [kind] if kind else []
    with listening() as desk:
        asked = head("/form", *headers, f"Content-Length: {len(body)}")
        assert "broken: The form did not arrive" in told(desk, asked, body)
