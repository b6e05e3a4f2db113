"""Request bodies as clients send them, also bad ones, over real connections."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest

from palette_engine.web import request_body
from tests.web.body_server import (
    MAX_BYTES,
    answer_of,
    answer_to,
    chunk,
    connected,
    head,
    listening,
    wait_until,
)


@pytest.mark.parametrize("size", [0, 1, MAX_BYTES])
def test_a_body_is_read_whole(size: int) -> None:
    body = bytes([7]) * size
    with listening() as server:
        declared = answer_to(server, head("/picture", f"Content-Length: {size}") + body)
        in_chunks = answer_to(
            server,
            head("/picture", "Transfer-Encoding: chunked"),
            *(chunk(body[start : start + 30_000]) for start in range(0, size, 30_000)),
            b"0\r\n\r\n",
        )
    assert declared == in_chunks == f"HTTP/1.1 200 OK\n{size} bytes, {7 * size} in all"


def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes() -> None:
    with listening() as server:
        asking = head("/picture", f"Content-Length: {MAX_BYTES + 1}", "Expect: 100-continue")
        answer = answer_to(server, asking)  # and no word to go on before it
    assert answer == (
        "HTTP/1.1 400 Bad Request\ntoo-large: The picture has more than 0.1 MB; make it smaller, "
        "or start the page with --max-megabytes."
    )
    assert server.refused[0][1] is False  # so the connection is closed


def test_who_asks_whether_to_send_is_told_to() -> None:
    with (
        listening() as server,
        connected(server, head("/picture", "Content-Length: 2", "Expect: 100-continue")) as client,
    ):
        assert client.recv(1000).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"\1\2")
        assert answer_of(client).endswith("2 bytes, 3 in all")


def test_who_sends_a_refused_body_all_the_same_gets_the_answer_and_can_go_on() -> None:
    # More than what connections hold between the two ends.
    size = 20_000_000
    with (
        listening() as server,
        connected(server, head("/picture", f"Content-Length: {size}"), bytes(size)) as client,
    ):
        assert "too-large" in answer_of(client)
        client.sendall(head("/picture", "Content-Length: 1") + b"\5")
        assert answer_of(client).endswith("1 bytes, 5 in all")


def test_a_body_in_chunks_is_refused_as_soon_as_it_is_too_large() -> None:
    with (
        listening() as server,
        connected(server, head("/picture", "Transfer-Encoding: chunked")) as client,
    ):
        client.sendall(chunk(bytes(MAX_BYTES)))
        wait_until(lambda: server.holding == 1)
        client.sendall(chunk(b"\0"))
        wait_until(lambda: server.holding == 0)
        client.sendall(b"0\r\n\r\n")
        assert "too-large" in answer_of(client)


def test_what_never_ends_is_not_thrown_away_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body, "DRAINED_BYTES", 1_000_000)
    with (
        listening() as server,
        connected(server, head("/picture", "Transfer-Encoding: chunked")) as client,
        contextlib.suppress(ConnectionError),
    ):
        while True:
            client.sendall(chunk(bytes(50_000)))
    [(error, drained)] = server.refused
    assert error.reason == "too-large"
    assert not drained


def test_a_client_that_stops_sending_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body, "DRAINED_IDLE", 0.01)
    with listening(idle=0.05) as server:
        answer = answer_to(server, head("/picture", "Content-Length: 2"), b"\0")
    assert answer.endswith("too-slow: Nothing more came for 0.05 seconds; send it again.")


def test_a_client_that_sends_byte_by_byte_is_told_when_it_is_too_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_body, "DRAINED_SECONDS", 0.1)
    with (
        listening(seconds=0.1) as server,
        connected(server, head("/picture", "Content-Length: 10000")) as client,
    ):
        wait_until(lambda: server.holding == 1)
        while server.holding:
            client.sendall(b"\0")
            time.sleep(0.002)
        assert answer_of(client).endswith(
            "too-slow: It took more than 0.1 seconds to send this; send it again."
        )


def test_a_client_that_goes_away_frees_its_place() -> None:
    with listening(at_once=1) as server:
        with connected(server, head("/picture", "Content-Length: 100"), b"\0"):
            wait_until(lambda: server.holding == 1)
        wait_until(lambda: server.disconnects == 1)
        assert answer_to(server, head("/picture", "Content-Length: 1"), b"\1").endswith("1 in all")


def test_a_body_that_is_longer_than_it_says_is_no_request() -> None:
    with listening() as server, connected(server) as client:
        client.sendall(head("/picture", "Content-Length: 1") + b"\1 and more\r\n\r\n")
        answers = b""
        while piece := client.recv(65536):
            answers += piece
    assert b"1 bytes, 1 in all" in answers
    assert answers.count(b"HTTP/1.1") == 2
    assert b"HTTP/1.1 400 Bad Request" in answers


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 5000, "one", "1, 2"])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    with listening() as server:
        answer = answer_to(
            server, head("/picture", f"Content-Length: {length}", "Connection: close")
        )
    assert answer.startswith("HTTP/1.1 4")
    assert not server.holding


def test_more_uploads_than_there_may_be_are_refused_at_once() -> None:
    with listening(at_once=2) as server, contextlib.ExitStack() as stack:
        asked = head("/picture", "Content-Length: 3")
        held = [stack.enter_context(connected(server, asked, b"\1")) for _ in range(2)]
        wait_until(lambda: server.holding == 2)
        assert "too-many: Too many pictures are coming in" in answer_to(server, asked, b"\1\1\1")
        for client in held:
            client.sendall(b"\1\1")
            assert answer_of(client).endswith("3 bytes, 3 in all")
        assert answer_to(server, asked, b"\1\1\1").endswith("3 bytes, 3 in all")


def test_of_fifty_uploads_at_once_each_is_taken_or_refused_and_then_taken() -> None:
    async def one(port: int) -> int:
        """Return how often it was refused."""
        for refusals in range(10_000):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head("/picture", f"Content-Length: {MAX_BYTES}", "Connection: close"))
            writer.write(b"\1" * MAX_BYTES)
            answer = await reader.read()
            writer.close()
            if b"too-many" not in answer:
                assert answer.endswith(f"{MAX_BYTES} bytes, {MAX_BYTES} in all".encode())
                return refusals
        raise AssertionError("always refused")

    async def all_at_once(port: int) -> list[int]:
        return await asyncio.gather(*(one(port) for _ in range(50)))

    with listening(at_once=3) as server:
        refusals = asyncio.run(all_at_once(server.port))
        assert len(refusals) == 50
        assert sum(refusals) == len(server.refused)
        assert all(drained for _, drained in server.refused)


def test_a_palette_has_its_own_limit() -> None:
    with listening() as server:
        asked = head("/small", "Transfer-Encoding: chunked")
        assert answer_to(server, asked, chunk(b"0123456789"), b"0\r\n\r\n").endswith("0123456789")
        assert answer_to(server, asked, chunk(b"0123456789a"), b"0\r\n\r\n").endswith(
            "too-large: The palette has more than 10 bytes; take one with fewer colors."
        )
