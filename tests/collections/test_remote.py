"""Pictures that have addresses: servers, stores, IIIF manifests, and what goes wrong with them."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import palette_engine
from palette_engine.collections import download as module
from palette_engine.collections.iiif import parse_manifest, pictures_in
from palette_engine.collections.picture import Entry, read_row
from palette_engine.collections.row import Row
from palette_engine.collections.sources import Walk
from palette_engine.collections.table import read_table
from palette_engine.errors import InputError
from palette_engine.options import Options


def png(color: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((9, 9, 3), color, np.uint8)).save(file, "PNG")
    return file.getvalue()


RED, BLUE = png((230, 25, 75)), png((0, 0, 255))


class Site:
    """A server on this machine: bodies and headers by path, and the requests that came."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.seen: list[tuple[str, int]] = []
        self.sent = 0
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer as a server does that knows versions."""
        path = request.path
        headers = self.headers.get(path, {})
        status = int(headers.get("Status", 200 if path in self.bodies else 404))
        etag, changed = headers.get("ETag"), headers.get("Last-Modified")
        if (etag and request.headers["If-None-Match"] == etag) or (
            changed and request.headers["If-Modified-Since"] == changed
        ):
            status = 304
        body = self.bodies.get(path, b"") if status == 200 else b""
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers["Range"] or "")
        if status == 200 and wanted and "Accept-Ranges" in headers:
            status, start, end = 206, int(wanted[1]), int(wanted[2]) + 1
            told = f"bytes {start}-{end - 1}/{len(body)}"
            headers, body = {**headers, "Content-Range": told}, body[start:end]
            if request.headers["If-Match"] not in (None, etag):
                status, body = 412, b""
        self.seen.append((path, status))
        self.sent += len(body)
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            if name != "Status":
                request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Return a server that runs, with an empty folder around the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("no_proxy", "*")
    found = Site()
    thread = threading.Thread(target=found.server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def read(address: str) -> Row:
    return read_row(Entry(address), Options(colors=3))


def test_a_picture_of_a_server_has_a_row_with_its_version(site: Site) -> None:
    site.bodies["/a b.png"] = b""
    site.bodies["/a%20b.png"] = RED
    site.headers["/a%20b.png"] = {
        "ETag": '"v1"',
        "Last-Modified": "Sun, 06 Nov 1994 08:49:37 GMT",
    }
    row = read(f"{site.address}/a b.png")
    assert row.error == ""
    assert (row.etag, row.mtime, row.bytes) == ('"v1"', 784111777.0, len(RED))
    assert [each.hex for each in row.swatches] == ["#e6194b"]
    assert row.source == f"{site.address}/a b.png"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
def test_only_what_has_another_version_is_read_again(site: Site, name: str) -> None:
    first, second = "Sun, 06 Nov 1994 08:49:37 GMT", "Mon, 07 Nov 1994 08:49:37 GMT"
    for path in ("/a.png", "/b.png"):
        site.bodies[path] = RED
        site.headers[path] = {name: first}
    site.bodies["/c.png"] = RED  # without a version
    sources = [f"{site.address}{path}" for path in ("/a.png", "/b.png", "/c.png")]
    assert palette_engine.collect(sources, "t.jsonl").read == 3
    before = Path("t.jsonl").read_bytes()
    done = palette_engine.collect(sources, "t.jsonl")
    assert (done.read, done.before) == (1, 2)
    assert Path("t.jsonl").read_bytes() == before

    site.bodies["/b.png"] = BLUE
    site.headers["/b.png"] = {name: second}
    done = palette_engine.collect(sources, "t.jsonl")
    assert (done.read, done.before) == (2, 1)
    rows = [*read_table(Path("t.jsonl"))]
    assert [row.swatches[0].hex for row in rows] == ["#e6194b", "#0000ff", "#e6194b"]
    # Other options read all again.
    assert palette_engine.collect(sources, "t.jsonl", colors=3).read == 3


def test_what_goes_wrong_with_servers_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 5.0)
    address = site.address
    site.headers["/circle.png"] = {"Status": "302", "Location": f"{address}/circle.png"}
    site.headers["/ftp.png"] = {"Status": "302", "Location": "ftp://127.0.0.1:1/a.png"}
    site.headers["/file.png"] = {"Status": "302", "Location": "file:///etc/passwd"}
    site.headers["/broken.png"] = {"Status": "503"}
    for number in range(9):
        to = f"{address}/far{number + 1}.png"
        site.headers[f"/far{number}.png"] = {"Status": "301", "Location": to}
    site.bodies["/huge.png"] = RED
    site.headers["/huge.png"] = {"Content-Length": str(2**40)}
    site.bodies["/short.png"] = RED
    site.headers["/short.png"] = {"Content-Length": str(len(RED) + 5), "Connection": "close"}
    site.bodies["/page.png"] = b"<!doctype html><title>Not here</title>"
    for path, reason, said in (
        ("/none.png", "unreadable", f"{address}/none.png cannot be read: the server says 404 Not"),
        ("/broken.png", "unreadable", "the server says 503"),
        ("/circle.png", "unreadable", "cannot be read: the server sends us in a circle."),
        ("/far0.png", "unreadable", "cannot be read: the server sends us in a circle."),
        ("/file.png", "unreadable", "the server sends us to what is no web server."),
        ("/ftp.png", "unreadable", "leads to ftp://127.0.0.1:1/a.png, which is not read."),
        ("/huge.png", "too-large", "has more than 268 MB; download it, and name the file."),
        ("/short.png", "unreadable", "ended early; collect it again."),
        ("/page.png", "not-a-picture", "page.png"),
    ):
        row = read(f"{address}{path}")
        assert said in row.error
        assert row.reason == reason, row.error
    for wrong in ("http://127.0.0.1:1/a.png", "http://nothing.invalid/a.png", "https://[x/a.png"):
        row = read(wrong)
        assert row.error.startswith(f"{wrong} cannot be read: ")
        assert row.reason == "unreadable"


def test_a_body_without_a_length_is_limited(site: Site) -> None:
    site.bodies["/a.png"] = RED
    with pytest.raises(InputError, match="has more than 0 MB"):
        module.download(f"{site.address}/a.png", most=10)
    assert module.download(f"{site.address}/a.png", most=len(RED)) is not None


@pytest.mark.slow
def test_a_shard_of_a_server_is_read_member_by_member(site: Site) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in (("0001.png", RED), ("0001.json", b"{}"), ("0002.png", BLUE)):
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1000
            archive.addfile(info, io.BytesIO(data))
    site.bodies["/shard-0.tar"] = file.getvalue()
    site.bodies["/cut.tar"] = file.getvalue()[: 5 * 512 + 20]
    shard = f"{site.address}/shard-0.tar"
    done = palette_engine.collect([shard, f"{site.address}/cut.tar"], "t.jsonl")
    rows = {row.source: row for row in read_table(Path("t.jsonl"))}
    assert rows[f"{shard}/0001.png"].swatches[0].hex == "#e6194b"
    assert rows[f"{shard}/0002.png"].swatches[0].hex == "#0000ff"
    assert done.skipped == 2
    bad = [row.source for row in rows.values() if row.error]
    assert bad
    assert all("cut.tar" in source for source in bad)
    assert palette_engine.collect([shard], "t.jsonl").read == 0


def zipped(**members: bytes) -> bytes:
    """Return a zip archive of pictures by their names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.png", data)
    return file.getvalue()


def read_in(address: str) -> list[tuple[str, bytes | str]]:
    """Return the name, and the bytes or the error, of each source of an address."""
    return [
        (each.entry.path.rpartition("/")[2], each.read() if each.read else each.error)
        for each in Walk([address])
    ]


def test_a_zip_archive_of_a_server_is_read_in_parts(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palette_engine.collections.ranges.BUFFER", 1000)
    large = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(10_000))
    site.bodies["/a.zip"] = zipped(one=RED, large=large, two=BLUE)
    site.headers["/a.zip"] = {"ETag": '"v1"', "Accept-Ranges": "bytes"}
    address = f"{site.address}/a.zip"
    assert read_in(address) == [("one.png", RED), ("large.png", large), ("two.png", BLUE)]
    assert {status for _, status in site.seen} == {206}

    # Only what is near the members is read that are.
    site.sent = 0
    assert next(iter(Walk([address]))).entry.path == f"{address}/one.png"
    assert site.sent < 5000

    site.headers["/a.zip"] = {}
    said = (
        f"{address} is a zip archive on a server that sends no parts of files; download it first."
    )
    assert read_in(address) == [("a.zip", said)]
    site.headers["/a.zip"] = {"Accept-Ranges": "bytes"}
    site.bodies["/a.zip"] = site.bodies["/a.zip"][:-30]
    ((_, told),) = read_in(address)
    assert told == f"{address} is a damaged archive: File is not a zip file; pack it anew."
    ((_, told),) = read_in(f"{site.address}/none.zip")
    assert str(told).endswith("/none.zip cannot be read: HTTP Error 404: Not Found.")


@pytest.mark.parametrize("version", [{"ETag": '"v1"'}, {}])
def test_a_zip_archive_that_changes_while_it_is_read_is_an_error(
    site: Site, monkeypatch: pytest.MonkeyPatch, version: dict[str, str]
) -> None:
    monkeypatch.setattr("palette_engine.collections.ranges.BUFFER", 10)
    site.bodies["/a.zip"] = zipped(one=RED, two=BLUE)
    site.headers["/a.zip"] = {"Accept-Ranges": "bytes", **version}
    walk = iter(Walk([f"{site.address}/a.zip"]))
    first = next(walk)
    assert first.read
    assert first.read() == RED
    site.bodies["/a.zip"] += b"more"
    site.headers["/a.zip"] = {"Accept-Ranges": "bytes", "ETag": '"v2"'}
    second = next(walk)
    assert second.read
    with pytest.raises(InputError, match="has changed while it was read; collect it again"):
        second.read()


SECOND = {
    "@context": "http://iiif.io/api/presentation/2/context.json",
    "@type": "sc:Manifest",
    "sequences": [
        {
            "canvases": [
                {"images": [{"resource": each}]}
                for each in (
                    {
                        "@id": "https://a.test/1/full/full/0/default.jpg",
                        "@type": "dctypes:Image",
                        "width": 3000,
                        "height": 2000,
                        "service": {
                            "@context": "http://iiif.io/api/image/2/context.json",
                            "@id": "https://a.test/1",
                            "profile": "http://iiif.io/api/image/2/level2.json",
                        },
                    },
                    {
                        "@type": "oa:Choice",
                        "default": {
                            "@id": "https://a.test/2.jpg",
                            "@type": "dctypes:Image",
                        },
                        "item": [{"@id": "https://a.test/3.jpg", "@type": "dctypes:Image"}],
                    },
                )
            ]
        }
    ],
}


def third(*bodies: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "type": "Manifest",
        "items": [
            {"type": "Canvas", "items": [{"type": "AnnotationPage", "items": [{"body": body}]}]}
            for body in bodies
        ],
    }


def image(base: str, width: int, height: int, kind: str = "ImageService3") -> dict[str, Any]:
    return {
        "id": f"{base}/full/max/0/default.jpg",
        "type": "Image",
        "width": width,
        "height": height,
        "service": [{"id": f"{base}/", "type": kind, "profile": "level1"}],
    }


def test_pictures_of_manifests_have_the_stated_size() -> None:
    second = parse_manifest(json.dumps(SECOND).encode())
    assert [*pictures_in(second, 800)] == [
        "https://a.test/1/full/800,/0/default.jpg",
        "https://a.test/2.jpg",
    ]
    found = third(
        image("https://b.test/1", 1000, 4000),
        image("https://b.test/2", 500, 400),
        image("https://b.test/3", 500, 400, "ImageService2"),
        {"id": "https://b.test/4.png", "type": "Image"},
        {"id": "https://b.test/film.mp4", "type": "Video"},
        {"type": "Choice", "items": [{"id": "https://b.test/5.png", "type": "Image"}] * 2},
        {"id": "file:///etc/passwd", "type": "Image"},
    )
    assert [*pictures_in(parse_manifest(json.dumps(found).encode()), 800)] == [
        "https://b.test/1/full/,800/0/default.jpg",
        "https://b.test/2/full/max/0/default.jpg",
        "https://b.test/3/full/full/0/default.jpg",
        "https://b.test/4.png",
        "https://b.test/5.png",
    ]


@pytest.mark.parametrize("data", [b"", b"[" * 10**5, b"[]", b'{"type": "Image"}', b"\xff"])
def test_what_is_no_manifest_is_an_error(data: bytes) -> None:
    with pytest.raises(InputError, match="is no IIIF manifest"):
        parse_manifest(data)


@pytest.mark.slow
def test_a_collection_of_manifests_is_followed_once(site: Site) -> None:
    base = site.address
    inner = {
        "type": "Collection",
        "items": [
            {"type": "Manifest", "id": f"{base}/one/manifest.json"},
            {"type": "Collection", "id": f"{base}/top.json"},
            {"type": "Manifest", "id": f"{base}/none/manifest"},
        ],
    }
    one = third(image(f"{base}/iiif/a", 3000, 2000))
    site.bodies["/top.json"] = json.dumps(inner).encode()
    site.bodies["/one/manifest.json"] = json.dumps(one).encode()
    site.bodies["/iiif/a/full/120,/0/default.jpg"] = BLUE
    done = palette_engine.collect([f"{base}/top.json"], "t.jsonl", iiif_size=120)
    assert (done.rows, done.failed) == (2, 1)
    rows = {row.source: row for row in read_table(Path("t.jsonl"))}
    picture = rows[f"{base}/iiif/a/full/120,/0/default.jpg"]
    assert picture.swatches[0].hex == "#0000ff"
    assert "404" in rows[f"{base}/none/manifest"].error
    assert [path for path, _ in site.seen].count("/top.json") == 1


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a file system in memory with two pictures."""
    fsspec = pytest.importorskip("fsspec")
    monkeypatch.chdir(tmp_path)
    found = fsspec.filesystem("memory")
    found.pipe({"/bucket/b/two.png": BLUE, "/bucket/one.png": RED, "/bucket/notes.txt": b""})
    found.pipe({"/bucket/.hidden.png": RED})
    yield found
    found.store.clear()
    found.pseudo_dirs[:] = [""]


@pytest.mark.usefixtures("store")
def test_folders_of_stores_are_walked_in_order() -> None:
    walk = Walk(["memory://bucket"])
    found = [*walk]
    paths = [source.entry.path for source in found]
    assert paths == ["memory:///bucket/b/two.png", "memory:///bucket/one.png"]
    assert [source.entry.size for source in found] == [len(BLUE), len(RED)]
    assert walk.skipped == 1
    row = read_row(found[0].entry, Options())
    assert (row.error, row.swatches[0].hex, row.bytes) == ("", "#0000ff", len(BLUE))
    changed = read_row(Entry("memory:///bucket/one.png", size=5), Options())
    assert changed.reason == "changed"
    missing = read_row(Entry("memory:///bucket/none.png"), Options())
    assert missing.reason == "unreadable"
    assert missing.error == "memory:///bucket/none.png cannot be read: it is not there."


def test_a_file_of_a_store_that_changes_after_it_was_listed_is_an_error(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = type(store).info

    def with_version(self: Any, path: str, **options: Any) -> dict[str, Any]:
        found: dict[str, Any] = before(self, path, **options)
        return found | {"ETag": hashlib.md5(self.cat(path)).hexdigest()}

    monkeypatch.setattr(type(store), "info", with_version)
    (source,) = Walk(["memory://bucket/one.png"])
    assert read_row(source.entry, Options()).error == ""
    same_size = RED[:-1] + b"."
    store.pipe({"/bucket/one.png": same_size})
    row = read_row(source.entry, Options())
    assert (row.reason, row.etag) == ("changed", source.entry.etag)
    assert row.error.endswith("one.png has changed since it was listed; collect it again.")


def test_archives_of_stores_are_opened(store: Any) -> None:
    file = io.BytesIO()

    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("in/a.png", RED)
    store.pipe({"/bucket/a.zip": file.getvalue()})
    (found,) = Walk(["memory://bucket/a.zip"])
    assert found.entry.path == "memory://bucket/a.zip/in/a.png"
    assert found.error == ""


@pytest.mark.slow
def test_a_store_that_is_listed_with_versions_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "a.png").write_bytes(RED)
    address = f"file://{tmp_path}/p"
    done = palette_engine.collect([address], "t.jsonl")
    assert (done.read, done.failed) == (1, 0)
    assert palette_engine.collect([address], "t.jsonl").before == 1
    (tmp_path / "p" / "a.png").write_bytes(BLUE)
    assert palette_engine.collect([address], "t.jsonl").read == 1
    (row,) = read_table(tmp_path / "t.jsonl")
    assert row.swatches[0].hex == "#0000ff"


def test_stores_that_are_not_installed_say_how(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = Walk(["wire://bucket/a.png"])
    assert found.error.startswith("wire://bucket/a.png cannot be read: Protocol not known: wire")
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    (found,) = Walk(["s3://bucket/a.png"])
    assert "pip install 'palette-engine[remote]'" in found.error
