"""What the real server refuses to take, wait for or keep, and that it is well afterwards."""

from __future__ import annotations

import contextlib
import json
import lzma
import socket
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from palette_engine import Options
from palette_engine.web.jobs import read_picture
from tests.patience import PATIENCE
from tests.sample_pictures import encoded, noise, png
from tests.tiff_files import Value, tiff_file
from tests.web.limited import limited
from tests.web.processes import megabytes, own_megabytes, tree, watched
from tests.web.serving import Reply, Server, read_reply, serving

LARGE = 1_200_000
"""More bytes than the server that `small` returns takes."""


@pytest.fixture(scope="module")
def small() -> Iterator[Server]:
    """Return a server that takes pictures of up to 1 MB, a million pixels and 10 MB of memory."""
    limits = ("--max-megabytes", "1", "--max-pixels", "1000000", "--max-memory", "10")
    with serving(*limits) as server:
        yield server


@pytest.fixture(scope="module")
def hasty() -> Iterator[Server]:
    """Return a server that soon loses its patience, but serves others on a busy machine."""
    with limited(idle=2, receiving=3, working=8, head=2) as server:
        yield server


def still_well(server: Server) -> None:
    assert server.take(encoded(Image.new("RGB", (2, 2)), "PNG")).status == 201


def form(server: Server, data: bytes) -> Reply:
    kind = {"X-Palette-Token": "", "Content-Type": "multipart/form-data; boundary=edge"}
    head = '--edge\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    file = '--edge\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\n\r\n'
    body = (head.format("token", server.token) + file).encode() + data + b"\r\n--edge--\r\n"
    return server.post("/form", body, kind)


# Bytes and pixels


def test_a_picture_with_too_many_bytes_is_refused_in_a_sentence(small: Server) -> None:
    wanted = (
        413,
        "The picture has more than 1 MB; make it smaller, or start the page with --max-megabytes.",
    )
    pieces = (bytes(100_000) for _ in range(LARGE // 100_000))
    for reply in (
        small.take(bytes(LARGE)),
        small.post("/pictures", pieces),  # in chunks
        form(small, bytes(LARGE)),
    ):
        assert (reply.status, reply.error) == wanted
        assert reply.json()["reason"] == "too-large"
    still_well(small)


def test_a_browser_that_sends_far_too_much_still_reads_the_answer(small: Server) -> None:
    pieces = iter([bytes(1_000_000)] * 100)
    reply = small.post("/pictures", pieces, {"Content-Length": str(100_000_000)})
    assert reply.status == 413


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(small: Server) -> None:
    picture = encoded(Image.new("1", (30_000, 30_000)), "PNG")
    assert len(picture) < 200_000
    before = megabytes(small.process.pid)
    with watched(small.process.pid) as peak:
        for reply in (small.take(picture, "huge.png"), form(small, picture)):
            assert (reply.status, reply.error) == (
                413,
                "The picture has 30,000 x 30,000 pixels, and the page takes up to 1,000,000 in "
                "all; make it smaller, or start the page with --max-pixels.",
            )
    assert peak.megabytes - before < 100
    still_well(small)


def test_a_picture_that_takes_too_much_memory_is_refused_before_it_is_decoded(
    small: Server,
) -> None:
    reply = small.take(encoded(Image.new("RGB", (1000, 1000)), "WEBP"), "large.webp")
    assert (reply.status, reply.json()["reason"]) == (422, "too-much-memory")
    assert reply.error == (
        "The picture takes 16 MB of memory to decode, and the page takes up to 10; make it "
        "smaller, or start the page with --max-memory."
    )
    assert small.take(encoded(Image.new("RGB", (1000, 1000)), "PNG")).status == 201


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


ZEROS = zlib.compress(bytes(500_000_000), 9)

BOMBS = {
    "pixels": png(8, 2, b"", (b"IDAT", ZEROS), size=(1000, 1000)),
    "profile": png(8, 2, bytes(6), (b"iCCP", b"p\0\0" + ZEROS)),
    "text": png(8, 2, bytes(6), (b"zTXt", b"t\0\0" + ZEROS)),
    "international text": png(8, 2, bytes(6), (b"iTXt", b"t\0\1\0\0\0" + ZEROS)),
    "width": png(8, 2, b"", (b"IDAT", ZEROS), size=(2**31 - 1, 2**31 - 1)),
}
"""Half a gigabyte in half a megabyte, at several places."""


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_what_unpacks_to_half_a_gigabyte_does_not_fill_the_memory(
    small: Server, bomb: bytes
) -> None:
    assert len(bomb) < 1_000_000
    still_well(small)
    before = megabytes(small.process.pid)
    with watched(small.process.pid) as peak:
        reply = small.take(bomb)
    assert reply.status in (201, 413, 415, 422), reply.body
    assert peak.megabytes - before < 200
    still_well(small)


# Seconds


def time_bomb() -> bytes:
    """Return a picture of 64 megapixels whose strips are all the same noise: 20 seconds of work."""
    noise = np.random.default_rng(0).integers(0, 64, 8000 * 100 * 3, np.uint8)
    tags: dict[int, Value] = {
        256: 8000,
        257: 8000,
        258: [8] * 3,
        259: 34925,
        262: 2,
        277: 3,
        278: 100,
    }
    strip = lzma.compress(noise.tobytes(), preset=1)
    return tiff_file({**tags, 273: [8] * 80, 279: [len(strip)] * 80}, strip)


def test_a_picture_that_takes_too_long_is_given_up_while_others_are_served(hasty: Server) -> None:
    still_well(hasty)
    processes = len(tree(hasty.process.pid))
    bomb = time_bomb()
    with ThreadPoolExecutor() as threads:
        slow = [threads.submit(hasty.take, bomb, "bomb.tif")]
        still_well(hasty)
        # And now there is one for each worker.
        slow.append(threads.submit(hasty.take, bomb, "bomb.tif"))
        replies = [each.result() for each in slow]
    for reply in replies:
        assert (reply.status, reply.json()["reason"]) == (503, "too-slow")
        assert reply.error == (
            "This takes longer than 8 seconds; make the picture smaller, or save it anew in "
            "another format."
        )
        # Trying again would take as long again.
        assert "retry-after" not in reply.headers
    still_well(hasty)
    until = time.monotonic() + PATIENCE
    while (
        len(tree(hasty.process.pid)) != processes
    ):  # those in place of the killed ones may be late
        assert time.monotonic() < until
        time.sleep(0.2)


def test_a_client_that_stops_sending_is_answered_while_others_are_served(hasty: Server) -> None:
    asked = hasty.head("POST", "/pictures", "Content-Length: 100")
    with hasty.connected(asked, b"\x89PNG") as connection, connection.makefile("rb") as file:
        still_well(hasty)
        reply = read_reply(file)
    assert reply
    assert (reply.status, reply.error) == (
        408,
        "Nothing more came for 2 seconds; send it again.",
    )
    assert reply.headers["connection"] == "close"


def test_a_client_that_drips_is_answered_while_others_are_served(hasty: Server) -> None:
    asked = hasty.head("POST", "/pictures", "Transfer-Encoding: chunked")
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not over.wait(0.1):
                connection.sendall(b"1\r\n\0\r\n")

    with hasty.connected(asked) as connection:
        thread = threading.Thread(target=drip, args=[connection])
        thread.start()
        still_well(hasty)
        # What is still dripping when the connection is closed can take the answer with it.
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        over.set()
        thread.join()
    assert answer[:12] in (b"HTTP/1.1 408", b"")
    still_well(hasty)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: ", b"\r\n"])
def test_a_connection_that_asks_for_nothing_is_closed(hasty: Server, sent: bytes) -> None:
    with hasty.connected(sent) as connection:
        assert connection.recv(65536)[:12] in (b"", b"HTTP/1.1 400")


def test_a_head_that_drips_is_not_waited_for(hasty: Server) -> None:
    with hasty.connected(b"GET / HTTP/1.1\r\n") as connection, contextlib.suppress(OSError):
        connection.settimeout(0.1)
        while True:
            connection.sendall(b"a")
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1):
                    break
    still_well(hasty)


def test_a_body_that_nobody_asked_for_holds_no_connection(hasty: Server) -> None:
    head = hasty.head("GET", "/assets/icon.svg", "Content-Length: 9")
    replies = hasty.replies(head, b"1")
    assert [reply.status for reply in replies] == [200]
    assert replies[0].headers["connection"] == "close"


def test_an_answer_that_nobody_reads_is_not_kept() -> None:
    grays = [{"hex": f"#{level:02x}{level:02x}{level:02x}"} for level in range(256)]
    sent = json.dumps({"schema": 1, "swatches": grays}).encode()
    # Few colors are recolored soon, and noise of them is as long as any.
    picture = encoded(Image.fromarray(noise(3, 2500, 2500)[..., 0]), "PNG", compress_level=0)
    with limited(response=0.5) as server:
        taken = server.take(picture, colors=1).json()["picture"]
        path = f"/pictures/{taken}/recolored?size=full"
        head = server.head("POST", path, f"Content-Length: {len(sent)}")
        with server.connected(head + sent) as connection:
            # What the system keeps for a client is not ours to limit.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**16)
            received = len(connection.recv(2**10))  # the answer has begun
            time.sleep(2)
            with contextlib.suppress(ConnectionResetError):
                while piece := connection.recv(2**16):
                    received += len(piece)
        assert 0 < received < len(server.post(path, sent).body)


def test_connections_that_ask_for_nothing_keep_nobody_out(hasty: Server) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(400):
            stack.enter_context(hasty.connected())
        while True:
            # Until they have been closed, there may be too many.
            with contextlib.suppress(OSError):
                if hasty.request("HEAD", "/").status == 200:
                    break
            time.sleep(0.05)
    still_well(hasty)


# Many at once


def test_fifty_pictures_at_once_are_all_taken_in_the_end_and_memory_is_bounded() -> None:
    picture = encoded(Image.fromarray(noise(1, 600, 800)), "JPEG", quality=95)
    statuses: Counter[int] = Counter()
    with limited(bytes=4_000_000, held=32_000_000) as server:

        def send(number: int) -> None:
            while True:
                reply = server.take(picture, f"{number}.jpg", colors=1)
                statuses[reply.status] += 1
                if reply.status == 201:
                    assert reply.json()["palette"]["name"] == str(number)
                    return
                assert reply.status in (429, 503), reply.body
                assert reply.error.endswith("try again in a moment.")
                time.sleep(float(reply.headers["retry-after"]))

        for number in range(4):
            send(number)
        before = megabytes(server.process.pid)
        statuses.clear()
        with watched(server.process.pid) as peak, ThreadPoolExecutor(50) as threads:
            assert [*threads.map(send, range(50))] == [None] * 50
        assert statuses[201] == 50
        assert statuses[429] > 0
        # Without limits it is half a gigabyte.
        assert peak.megabytes - before < 250
        still_well(server)


# Forgetting


def test_a_picture_that_is_not_used_is_forgotten() -> None:
    picture = encoded(Image.new("RGB", (2, 2)), "PNG")
    with serving("--forget-after", "0.005") as server:
        path = f"/pictures/{server.take(picture).json()['picture']}"
        time.sleep(0.35)
        for what in ("palette", "original"):
            reply = server.post(f"{path}/{what}")
            assert (reply.status, reply.json()["reason"]) == (410, "forgotten")
            assert reply.error == (
                "This picture was not used for 0.3 seconds, and is forgotten; drop it again."
            )


def test_the_memory_of_forgotten_pictures_is_free_again() -> None:
    picture = encoded(Image.fromarray(noise(1, 1000, 1000)), "PNG")
    with limited(forget=0.2) as server:
        held = []
        for _ in range(16):
            assert server.take(picture, colors=1).status == 201
            time.sleep(0.3)
            # Not the workers', which keep no picture, but grow while they warm up.
            held.append(own_megabytes(server.process.pid))
    # Each holds 32 MB: twelve would be twice as much.
    assert held[-1] - held[3] < 192


def test_older_pictures_make_room_for_newer_ones() -> None:
    picture = encoded(Image.fromarray(noise(1, 500, 500)), "PNG")
    with limited(bytes=1_000_000, held=8_000_000) as server:
        taken = [server.take(picture).json()["picture"] for _ in range(4)]
        replies = [server.post(f"/pictures/{name}/palette") for name in taken]
        assert replies[-1].status == 200
        gone = [reply for reply in replies if reply.status == 410]
        assert gone
        assert gone[0].error == "This picture had to make room for newer ones; drop it again."


# The end


def test_stopping_does_not_wait_for_what_takes_long() -> None:
    with limited() as server, ThreadPoolExecutor() as threads:
        slow = threads.submit(server.take, time_bomb(), "bomb.tif")
        still_well(server)
        processes = tree(server.process.pid)
        server.stop()
        with contextlib.suppress(OSError):
            assert slow.result().status in (500, 503)
    for number in processes:
        assert tree(number) == [number]


# Uploads that are given up


def test_a_picture_whose_client_has_gone_is_not_kept(portrait: bytes) -> None:
    stored = len(portrait) + len(read_picture(portrait, "picture.png", Options()).summary)
    # There is room for one, and one job is done after the other.
    with limited(held=stored * 3 // 2, bytes=len(portrait), workers=1) as server:
        picture = server.take(portrait).json()["picture"]
        head = server.head("POST", "/pictures", f"Content-Length: {len(portrait)}")
        server.connected(head, portrait).close()
        # The others wait for the worker that reads the second picture.
        for _ in range(5):
            assert server.post(f"/pictures/{picture}/palette?colors=3").status == 200
