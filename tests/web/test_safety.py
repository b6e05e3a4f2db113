"""What nobody can have the real server do."""

from __future__ import annotations

import json
import re
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from PIL import Image

from palette_engine.formats import FORMATS
from palette_engine.formats.json_palette import to_object
from palette_engine.palette.value import Palette, Swatch
from palette_engine.web.server import host_names
from tests.sample_pictures import encoded, noise
from tests.web.processes import deleted_files
from tests.web.serving import ANY_PORT, COMMAND, Reply, Server, read_reply, running, serving

POSTS = (
    "/pictures",
    "/pictures/nobody/palette",
    "/pictures/nobody/original",
    "/pictures/nobody/recolored",
    "/pictures/nobody/forget",
    "/palettes",
    "/palettes/gpl",
    "/form",
)
"""Whatever changes or costs something."""

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' blob: data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

PAGE = {"Accept": "text/html,application/xhtml+xml"}


def strangers(server: Server) -> list[str]:
    """Return values of `Host` that a name which was made to point here would send."""
    port = server.host.partition(":")[2]
    return [
        f"evil.example:{port}",
        "evil.example",
        "127.0.0.1",
        "localhost",
        "",
        f"127.0.0.1:{int(port) % 65535 + 1}",
        f"127.0.0.1:{port}.evil.example",
        f"evil.example@127.0.0.1:{port}",
        f"[::1]:{port}",
        f"0.0.0.0:{port}",
        f"localhost.:{port}",
    ]


# Other names, other pages


@pytest.mark.parametrize("path", ["/", "/assets/app.js", "/nothing", *POSTS])
def test_a_name_that_points_here_by_mistake_or_malice_gets_nothing(
    server: Server, path: str
) -> None:
    method = "POST" if path in POSTS else "GET"
    own = {"Origin": f"http://{server.host}", "X-Palette-Token": server.token}
    for host in strangers(server):
        for accepted in ({}, PAGE):
            reply = server.request(method, path, b"", {**own, **accepted, "Host": host})
            assert reply.status == 421, host
            assert f"This page is at http://{server.host}/".encode() in reply.body
            assert server.token.encode() not in reply.body


@pytest.mark.parametrize(
    "hosts", [(), ("{here}", "evil.example"), ("evil.example", "{here}"), ("{here}", "{here}")]
)
def test_a_request_has_one_host(server: Server, hosts: tuple[str, ...]) -> None:
    lines = "".join(f"Host: {host.format(here=server.host)}\r\n" for host in hosts)
    for version in ("1.0", "1.1"):
        asked = f"GET / HTTP/{version}\r\n{lines}Connection: close\r\n\r\n".encode()
        [reply] = server.replies(asked)
        assert reply.status in (400, 421)
        assert server.token.encode() not in reply.body


def test_a_whole_address_in_a_request_is_no_way_around_the_host(server: Server) -> None:
    own = f"Host: {server.host}\r\nConnection: close\r\n\r\n"
    stranger = "Host: evil.example\r\nConnection: close\r\n\r\n"
    [reply] = server.replies(f"GET http://evil.example/ HTTP/1.1\r\n{own}".encode())
    assert reply.status == 404
    [reply] = server.replies(f"GET http://{server.host}/ HTTP/1.1\r\n{stranger}".encode())
    assert reply.status == 421


def test_browsers_leave_the_port_out_if_it_is_80() -> None:
    assert host_names(7253) == {"127.0.0.1:7253", "localhost:7253"}
    assert host_names(80) == {"127.0.0.1:80", "localhost:80", "127.0.0.1", "localhost"}


def test_the_page_is_there_under_its_two_names(server: Server) -> None:
    port = server.host.partition(":")[2]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        headers = {"Host": host, "Origin": f"http://{host}", "X-Palette-Token": server.token}
        assert server.request("GET", "/", headers={"Host": host}).status == 200
        assert server.request("POST", "/pictures/nobody/forget", b"", headers).status == 204


@pytest.mark.parametrize("path", POSTS)
def test_only_the_page_itself_may_send_anything(server: Server, path: str) -> None:
    port = server.host.partition(":")[2]
    for origin in (
        "",
        "null",
        "http://evil.example",
        "http://127.0.0.1",
        f"https://{server.host}",
        f"http://localhost:{port}",  # another origin than 127.0.0.1
        f"http://{server.host}.evil.example",
        f"http://{server.host}/",
    ):
        reply = server.post(path, b"", {"Origin": origin})
        assert (reply.status, reply.error[:20]) == (403, "Only the page itself"), origin
    for site in ("cross-site", "same-site", "none"):
        assert server.post(path, b"", {"Sec-Fetch-Site": site}).status == 403
    [reply] = server.replies(
        server.head("POST", path, "Origin: http://evil.example", "Connection: close")
    )
    assert reply.status == 403


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("token", ["", "x", "ü", "{token}x", "{token}\t{token}", "{upper}"])
def test_only_who_has_read_the_page_may_send_anything(
    server: Server, path: str, token: str
) -> None:
    sent = token.format(token=server.token, upper=server.token.swapcase())
    kind = {"Content-Type": "multipart/form-data; boundary=edge"} if path == "/form" else {}
    reply = server.post(path, b"--edge--" if kind else b"", {"X-Palette-Token": sent, **kind})
    assert (reply.status, reply.error) == (
        403,
        "This is not the page of this run any more; load it again.",
    )


def test_every_run_has_another_token(server: Server) -> None:
    with serving() as other:
        assert other.token != server.token
        assert len(other.token) >= 40
        assert other.post("/palettes", b"", {"X-Palette-Token": server.token}).status == 403


@pytest.mark.parametrize(
    "method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "GETS"]
)
def test_other_methods_do_nothing(server: Server, method: str) -> None:
    for path in ("/", "/pictures", "/assets/app.js"):
        for origin in (f"http://{server.host}", "http://evil.example"):
            asked = {
                "Origin": origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "x-palette-token",
                "Access-Control-Request-Private-Network": "true",
            }
            reply = server.request(method, path, headers=asked)
            assert reply.status in (403, 405)
            assert not [name for name in reply.headers if name.startswith("access-control")]


def test_asking_for_the_head_gives_no_body(server: Server) -> None:
    reply = server.request("HEAD", "/")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["content-length"]) > 1000


@pytest.mark.parametrize("path", POSTS)
def test_what_changes_something_cannot_be_had_by_a_link(server: Server, path: str) -> None:
    assert server.request("GET", f"{path}?token={server.token}").status == 405


# What every answer says


def test_every_answer_says_what_a_page_may_do(server: Server, flag: Palette) -> None:
    picture = encoded(Image.new("RGB", (2, 2)), "PNG")
    sent = urlencode({"document": json.dumps(to_object(flag))}).encode()
    taken = server.take(picture)
    path = f"/pictures/{taken.json()['picture']}"
    replies = {
        "page": server.request("GET", "/"),
        "asset": server.request("GET", "/assets/style.css"),
        "taken": taken,
        "palette": server.post(f"{path}/palette"),
        "picture": server.post(f"{path}/original"),
        "file": server.post("/palettes/gpl", sent),
        "forgotten": server.post(f"{path}/forget"),
        "option": server.post("/pictures?colours=1"),
        "nothing": server.request("GET", "/nothing"),
        "redirect": server.request("GET", "/assets/"),
        "method": server.post("/"),
        "gone": server.post("/pictures/nobody/palette"),
        "no picture": server.take(b"text"),
        "empty": server.take(b""),
        "host": server.request("GET", "/", headers={"Host": "evil.example"}),
        "origin": server.post("/pictures", b"", {"Origin": "http://evil.example"}),
        "token": server.post("/pictures", b"", {"X-Palette-Token": "forged"}),
        "too large": server.replies(
            server.head("POST", "/pictures", "Content-Length: 99999999999", "Connection: close")
        )[0],
        "head": server.request("HEAD", "/"),
    }
    for name, reply in replies.items():
        found = {key.lower(): value for key, value in reply.headers.items()}
        assert {key: found.get(key) for key in HEADERS} == HEADERS, name
        assert not [key for key in found if key.startswith("access-control")]
        assert "server" not in found
    statuses = {name: reply.status for name, reply in replies.items()}
    assert {*statuses.values()} >= {200, 201, 204, 400, 403, 404, 405, 410, 413, 415, 421, 422}


# Names


NAMES = {
    "markup": '<script>alert(1)</script><img src=x onerror="alert(1)">.png',
    "quotes": """a"b'c`d\\"e.png""",
    "template": "{{ 7 * 7 }}{% raw %}${token}.png",
    "line breaks": "a\r\nSet-Cookie: a=b\r\n\r\n<b>.png",
    "other line breaks": "a\u2028b\u2029c\x85d.png",
    "direction": "photo\u202egnp.exe\u2066x\u2069.png",
    "control": "a\0b\x1b[31mc\x7f.png",
    "entities": "&lt;script&gt;&quot;.png",
    "not UTF-8": "a%ED%A0%80%FFb.png",
    "long": "é" * 1500 + ".png",
    "dots": "..",
    "path": "../../../../etc/passwd",
    "device": "\\\\?\\C:\\con.png",
}


def kept(name: str) -> None:
    """Check that a name which the server has kept is one clean line."""
    assert not re.search("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069/]", name), repr(name)
    assert len(name.encode()) <= 200


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_files_name_is_never_taken_for_anything_else(server: Server, name: str) -> None:
    picture = encoded(Image.new("RGB", (2, 2), "red"), "PNG")
    reply = server.post(f"/pictures?name={quote(name, safe='%')}", picture)
    assert reply.headers["content-type"] == "application/json"
    view = reply.json()["palette"]
    kept(view["name"])
    kept(view["document"]["source"])
    sent = urlencode({"document": json.dumps(view["document"])}).encode()
    file = server.post("/palettes/gpl", sent)
    filename = file.headers["content-disposition"]
    assert re.fullmatch(r'attachment; filename="[a-z0-9]([a-z0-9-]*[a-z0-9])?\.gpl"', filename)
    assert len(filename) < 300
    assert "set-cookie" not in {header.lower() for header in file.headers}
    assert file.headers["content-type"] == "application/octet-stream"


def form_body(server: Server, filename: str, data: bytes, **fields: str) -> bytes:
    """Return the form with a file as a browser sends it."""
    quoted = filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    body = b""
    for name, value in {"token": server.token, **fields}.items():
        body += (
            f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        )
    head = f'--edge\r\nContent-Disposition: form-data; name="picture"; filename="{quoted}"\r\n\r\n'
    return body + head.encode() + data + b"\r\n--edge--\r\n"


def form(server: Server, filename: str, data: bytes, **fields: str) -> Reply:
    """Send the form as a browser without JavaScript does."""
    kind = {"X-Palette-Token": "", "Content-Type": "multipart/form-data; boundary=edge"}
    return server.post("/form", form_body(server, filename, data, **fields), {**PAGE, **kind})


class Structure(HTMLParser):
    """The elements of a page, with the names of their attributes."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize(
    "data", [encoded(Image.new("RGB", (2, 2)), "PNG"), b"text"], ids=["picture", "text"]
)
def test_a_files_name_is_only_text_on_the_page(server: Server, name: str, data: bytes) -> None:
    plain, reply = form(server, "plain.png", data), form(server, name, data)
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.status == plain.status
    assert Structure(reply.body).found == Structure(plain.body).found
    page = unescape(reply.body.decode())
    assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", page)
    if "{{" in name:
        assert "{{ 7 * 7 }}" in page  # and not worked out


@pytest.mark.parametrize("value", ['"><script>alert(1)</script>', "{{ 7 * 7 }}", "\r\nX: y"])
def test_what_comes_in_a_field_is_only_text_on_the_page(server: Server, value: str) -> None:
    picture = encoded(Image.new("RGB", (2, 2)), "PNG")
    plain = Structure(form(server, "a.png", picture, colors="x").body).found
    for name in ("colors", "keep", "order", value.strip()):
        reply = form(server, "a.png", picture, **{name: value})
        assert reply.status == 400
        assert Structure(reply.body).found == plain
        if "{{" in value:
            assert "{{ 7 * 7 }}" in unescape(reply.body.decode())
        reply = server.post(f"/pictures?{urlencode({name: value})}", picture)
        assert (reply.status, reply.headers["content-type"]) == (400, "application/json")


def test_a_palette_from_elsewhere_cannot_name_a_header_or_a_path(server: Server) -> None:
    for name in (*NAMES.values(), "", "💣", 'x"; filename="evil.exe', "/etc/passwd"):
        palette = Palette((Swatch((1, 2, 3), 1.0, name[:300]),), name=name[:300])
        sent = urlencode({"document": json.dumps(to_object(palette))}, errors="replace").encode()
        reply = server.post("/palettes/css", sent)
        assert re.fullmatch(
            r'attachment; filename="[a-z0-9-]+\.css"', reply.headers["content-disposition"]
        )


# Addresses


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../app.py",
        "/assets/..%2fapp.py",
        "/assets/%2e%2e/app.py",
        "/assets/%2e%2e%2fapp.py",
        "/assets/..%5capp.py",
        "/assets/....//app.py",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/index.html",
        "/assets/app.js%00.css",
        "/assets/app.js/",
        "/assets/APP.JS",
        "/assets/.",
        "/assets",
        "/../../../etc/passwd",
        "//etc/passwd",
        "/app.py",
        "/.git/config",
        "/docs",
        "/openapi.json",
    ],
)
def test_nothing_but_the_page_can_be_read(server: Server, path: str) -> None:
    asked = server.head("GET", path, "Connection: close")
    [reply] = server.replies(asked)
    assert reply.status in (307, 404)
    assert b"root:" not in reply.body
    assert b"import" not in reply.body


@pytest.mark.parametrize("path", ["/pictures", "/assets/app.js"])
def test_an_address_with_a_slash_too_many_leads_nowhere_else(server: Server, path: str) -> None:
    reply = server.request("GET", f"{path}//evil.example/..")
    assert reply.status == 404
    reply = server.request("GET", "//evil.example/")
    assert not reply.headers.get("location", "").startswith("//")
    assert reply.status == 404


# Requests that are not what they seem


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Content-Length: 5", "Content-Length: 0"),
        ("Transfer-Encoding: gzip, chunked",),
        ("Transfer-Encoding: chunked, identity",),
        ("Transfer-Encoding: xchunked", "Content-Length: 5"),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Transfer-Encoding : chunked",),
        ("Content-Length: +5",),
        ("Content-Length: 0x5",),
        ("X: y\rContent-Length: 5",),
        (" Content-Length: 5",),
    ],
    ids=" & ".join,
)
def test_nobody_can_hide_a_request_in_another(server: Server, lines: tuple[str, ...]) -> None:
    hidden = server.head("GET", "/assets/app.js")
    replies = server.replies(server.head("POST", "/palettes", *lines) + b"0\r\n\r\n" + hidden)
    statuses = [reply.status for reply in replies]
    assert statuses in ([400], [403, 400])  # and never 200


@pytest.mark.parametrize("body", [b"zz\r\n\r\n", b"-1\r\n\r\n", b"5\r\nabcdefgh\r\n", b"\r\n0\r\n"])
def test_a_broken_chunk_ends_the_connection(server: Server, body: bytes) -> None:
    asked = server.head("POST", "/palettes", "Transfer-Encoding: chunked")
    replies = server.replies(asked + body + server.head("GET", "/"))
    assert [reply.status for reply in replies] in ([400], [])


def test_two_requests_in_a_row_get_two_answers(server: Server) -> None:
    first = server.head("POST", "/palettes", "Content-Length: 2") + b"{}"
    last = server.head("GET", "/nothing", "Connection: close")
    assert [reply.status for reply in server.replies(first + last)] == [422, 404]


def test_a_refused_request_leaves_nothing_for_the_next(server: Server) -> None:
    inner = server.head("GET", "/nothing")
    outer = server.head("POST", "/pictures/nobody/palette", f"Content-Length: {len(inner)}")
    last = server.head("HEAD", "/", "Connection: close")
    with server.connected(outer + inner + last) as connection:
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"410", b"200"]


def test_who_waits_for_a_word_before_sending_is_answered_and_let_go(server: Server) -> None:
    asked = server.head("POST", "/nothing", "Content-Length: 100", "Expect: 100-continue")
    [reply] = server.replies(asked)
    assert (reply.status, reply.headers["connection"]) == (404, "close")


@pytest.mark.parametrize(
    "pieces",
    [
        [b"a: " + b"b" * 20_000 + b"\r\n"] * 20,
        [b"h%d: x\r\n" % number for number in range(20_000)],
        [b"x" * 20_000] * 20,
    ],
    ids=["large", "many", "endless"],
)
def test_a_huge_head_is_refused(server: Server, pieces: list[bytes]) -> None:
    with server.connected(f"GET / HTTP/1.1\r\nHost: {server.host}\r\n".encode()) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            answer = connection.recv(65536)
        except ConnectionError:
            answer = b""
    assert answer[:12] in (b"", b"HTTP/1.1 400")
    assert server.request("HEAD", "/").status == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
        b"\0" * 100,
        b"GET\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_no_request_ends_the_connection(server: Server, sent: bytes) -> None:
    with server.connected(sent + b"\r\n\r\n") as connection:
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer[:12] in (b"", b"HTTP/1.1 400", b"HTTP/1.1 421")


def test_a_long_query_is_no_defect(server: Server) -> None:
    for query in ("keep=%23e6194b&" * 1000, "a" * 20_000, "%ff%fe=%00", "colors=" + "9" * 5000):
        reply = server.post(f"/pictures?{query}", b"")
        assert reply.status in (400, 422)
        assert reply.error.endswith(".")


# The disk

WRITELESS = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def test_nothing_is_written_to_any_file(tmp_path: Path, flag: Palette) -> None:
    folders = {name: tmp_path / name for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME")}
    for folder in folders.values():
        folder.mkdir()
    picture = encoded(Image.fromarray(noise(1, 1100, 1100)), "TIFF")  # beyond what others spool
    command = [sys.executable, "-c", WRITELESS, *COMMAND[1:], *ANY_PORT]
    with running(command, {name: str(folder) for name, folder in folders.items()}) as server:
        seen: set[str] = set()
        kind = "Content-Type: multipart/form-data; boundary=edge"
        for path, body in (
            ("/pictures?name=a.tif", picture),
            ("/form", form_body(server, "a.tif", picture)),
        ):
            asked = server.head("POST", path, kind, f"Content-Length: {len(body)}")
            half = len(body) // 2
            with server.connected(asked, body[:half]) as connection:
                seen |= deleted_files(server.process.pid)
                connection.sendall(body[half:])
                with connection.makefile("rb") as file:
                    reply = read_reply(file)
            seen |= deleted_files(server.process.pid)
            assert reply
            assert reply.status in (200, 201), reply.body
        taken = server.take(picture).json()
        path = f"/pictures/{taken['picture']}"
        sent = json.dumps(taken["palette"]["document"]).encode()
        assert server.post(f"{path}/original").status == 200
        assert server.post(f"{path}/recolored?size=full", sent).status == 200
        for name, row in FORMATS.items():
            if row.dumps:
                body = urlencode({"document": json.dumps(to_object(flag))}).encode()
                assert server.post(f"/palettes/{name}", body).status == 200
        seen |= deleted_files(server.process.pid)
        printed, said = server.stop()
    assert not seen
    assert not [path for folder in folders.values() for path in folder.rglob("*")]
    assert printed == ""
    assert said.count("\n") == 2, said
