"""The real server in a process of its own, and requests to it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from tests.patience import PATIENCE

__all__ = ["ANY_PORT", "COMMAND", "Reply", "Server", "read_reply", "running", "serving"]

COMMAND = (sys.executable, "-m", "palette_engine", "serve", "--no-open")

ANY_PORT = ("--port", "0")


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The sentence that says what is wrong."""
        sentence: str = self.json()["error"]
        return sentence


def read_reply(file: IO[bytes]) -> Reply | None:
    """Return one answer as it comes over a connection, or nothing if there is none."""
    status = file.readline()
    if not status:
        return None
    headers = {}
    while line := file.readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = file.read(int(headers.get("content-length", -1)))
    return Reply(int(status.split()[1]), headers, body)


@dataclass
class Server:
    """A server that runs, at an address such as ``http://127.0.0.1:7253/``."""

    address: str
    process: subprocess.Popen[str]
    token: str = field(init=False)

    def __post_init__(self) -> None:
        page = self.request("GET", "/").body.decode()
        found = re.search(r'name="token" value="([^"]+)"', page)
        assert found, page
        self.token = found[1]

    @property
    def host(self) -> str:
        """The name and the port."""
        return urlsplit(self.address).netloc

    def request(
        self,
        method: str,
        path: str,
        body: bytes | Iterator[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request with just these headers, and return the answer."""
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Reply(response.status, dict(response.getheaders()), response.read())

    def connected(self, *pieces: bytes) -> socket.socket:
        """Return a connection on which pieces were sent, as they are."""
        name, port = self.host.split(":")
        connection = socket.create_connection((name, int(port)), timeout=PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        return connection

    def head(self, method: str, path: str, *lines: str) -> bytes:
        """Return the head of a request as the page sends it, with more lines."""
        own = (f"Host: {self.host}", f"Origin: http://{self.host}")
        token = f"X-Palette-Token: {self.token}"
        return "\r\n".join((f"{method} {path} HTTP/1.1", *own, token, *lines, "", "")).encode()

    def replies(self, *pieces: bytes) -> list[Reply]:
        """Send pieces, and return all answers until the connection is closed."""
        with self.connected(*pieces) as connection, connection.makefile("rb") as file:
            found: list[Reply] = []
            try:
                while reply := read_reply(file):
                    found.append(reply)
            except ConnectionResetError:
                # Closing resets a connection of which not all was read; that may come soon.
                if not found:
                    raise
            return found

    def post(
        self,
        path: str,
        body: bytes | Iterator[bytes] = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request as the page does; headers that are empty are left out."""
        own = {"Origin": f"http://{self.host}", "X-Palette-Token": self.token, **(headers or {})}
        given = {name: value for name, value in own.items() if value}
        return self.request("POST", path, body, given)

    def take(self, data: bytes, name: str = "picture.png", **options: object) -> Reply:
        """Send a picture."""
        return self.post(f"/pictures?{urlencode({'name': name, **options})}", data)

    def stop(self) -> tuple[str, str]:
        """Stop as Ctrl+C does, and return what has been printed to standard output and error."""
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=PATIENCE)


@contextlib.contextmanager
def serving(
    *arguments: str,
    port: tuple[str, ...] = ANY_PORT,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a server with more arguments and settings, and stop it afterwards."""
    with running([*COMMAND, *port, *arguments], environment or {}) as server:
        yield server


@contextlib.contextmanager
def running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Server]:
    """Run a program that prints a server's address, and stop it afterwards."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
        cwd=Path(__file__).parents[2],
    )
    try:
        assert process.stdout
        address = process.stdout.readline().strip()
        assert address, process.communicate()[1]
        yield Server(address, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.communicate(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
