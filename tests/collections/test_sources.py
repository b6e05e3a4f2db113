"""Which pictures sources lead to, in which order, and what is an error or skipped."""

from __future__ import annotations

import gzip
import io
import os
import socket
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from palette_engine.collections.source import Source
from palette_engine.collections.sources import Walk
from palette_engine.errors import InputError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="makes pipes, sockets and links")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each test in an empty folder."""
    monkeypatch.chdir(tmp_path)


def make(*names: str) -> None:
    """Make files that are named so."""
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(b"x")


def walked(*names: str, stdin: bytes = b"") -> tuple[list[str], list[str], int]:
    """Return the paths of pictures, those of errors, and how many files were skipped."""
    walk = Walk(names, io.BytesIO(stdin))
    found = [*walk]
    good = [source.entry.path for source in found if not source.error]
    return good, [source.entry.path for source in found if source.error], walk.skipped


def test_folders_are_walked_in_the_order_of_bytes_and_only_pictures_count() -> None:
    make(
        "a/b.png", "a/B.JPG", "a/c/d.tif", "a/readme.txt", "a/.hidden.png", "a/.x/e.png", "a/ä.gif"
    )
    assert walked("a") == (["a/B.JPG", "a/b.png", "a/c/d.tif", "a/ä.gif"], [], 1)


def test_a_file_that_is_named_counts_whatever_its_name() -> None:
    make("readme.txt", ".hidden.png")
    assert walked("readme.txt", ".hidden.png") == (["readme.txt", ".hidden.png"], [], 0)


def test_a_folder_is_entered_once_however_many_links_lead_to_it() -> None:
    make("a/one.png", "b/two.png")
    Path("a/loop").symlink_to("..")
    Path("a/other").symlink_to("../b")
    assert walked("a", "b")[:2] == (
        ["a/loop/b/two.png", "a/one.png"],
        [],
    )


def test_links_to_nothing_pipes_and_sockets_are_errors_only_if_named_as_pictures() -> None:
    make("a/good.png")
    for name in ("a/circle.png", "a/circle"):
        Path(name).symlink_to(Path(name).name)
    for name in ("a/lost.png", "a/lost"):
        Path(name).symlink_to("nothing")
    for name in ("a/pipe.png", "a/pipe"):
        os.mkfifo(name)
    for name in ("a/socket.png", "a/socket"):
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind(name)
    bad = ["a/circle.png", "a/lost.png", "a/pipe.png", "a/socket.png"]
    assert walked("a") == (["a/good.png"], bad, 4)
    assert walked("a/pipe", "nothing") == ([], ["a/pipe", "nothing"], 0)


def test_a_folder_that_cannot_be_listed_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a/b/c.png", "a/d.png")
    scandir = os.scandir

    def refuse(path: str) -> Iterator[os.DirEntry[str]]:
        if path == "a/b":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (bad,) = (source for source in Walk(["a"]) if source.error)
    assert (bad.error, bad.reason) == ("a/b cannot be read: Permission denied.", "unreadable")


def test_a_pattern_is_matched_unless_a_file_is_named_so() -> None:
    make("a/1.png", "a/2.png", "a/b/3.png", "[x].png", "x.png")
    assert walked("a/**/*.png")[0] == ["a/1.png", "a/2.png", "a/b/3.png"]
    assert walked("[x].png")[0] == ["[x].png"]
    assert walked("*.webp") == ([], ["*.webp"], 0)


def test_lists_have_lines_or_nul_bytes() -> None:
    make("a/1.png", "2.png", "line\nfeed.png")
    Path("list.txt").write_bytes(b"a\r\n\n2.png\nnone.png\n")
    assert walked("@list.txt") == (["a/1.png", "2.png"], ["none.png"], 0)
    assert walked("-", stdin=b"2.png\0line\nfeed.png\0")[0] == ["2.png", "line\nfeed.png"]
    assert walked("@nothing") == ([], ["nothing"], 0)
    make("@list.png")
    assert walked("@list.png")[0] == ["@list.png"]
    with pytest.raises(InputError, match="Standard input is closed"):
        [*Walk(["-"])]


def test_a_long_list_is_split_where_its_lines_are() -> None:
    names = [f"{number:06}.png" for number in range(20_000)]
    found = walked("-", stdin="\n".join(names).encode())
    assert found == ([], names, 0)


def test_a_name_that_is_not_utf_8_is_found() -> None:
    Path("a").mkdir()
    with open(b"a/caf\xe9.png", "wb"):  # noqa: PTH123
        pass
    assert walked("a")[0] == [os.fsdecode(b"a/caf\xe9.png")]


def members(path: str) -> dict[str, bytes]:
    """Return what the members of an archive are, by their names; errors have their sentences."""
    found = {}
    for source in Walk([path]):
        assert isinstance(source, Source)
        try:
            data = source.read() if source.read else source.error.encode()
        except InputError as error:
            data = str(error).encode()
        found[source.entry.path] = data
    return found


def test_members_of_zip_archives_are_sources() -> None:
    with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b/two.png", b"2" * 1000)
        archive.writestr("one.jpg", b"1")
        archive.writestr("b/readme.txt", b"")
        archive.writestr("__MACOSX/._one.jpg", b"")
        archive.mkdir("empty.png")
    walk = Walk(["a.zip"])
    assert [source.entry.size for source in walk] == [1000, 1]
    assert walk.skipped == 2
    assert members("a.zip") == {"a.zip/b/two.png": b"2" * 1000, "a.zip/one.jpg": b"1"}


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tar.xz", ".tgz"])
def test_members_of_tar_archives_are_sources(suffix: str) -> None:
    make("one.jpg", "b/two.png", "b/.hidden.png")
    Path("b/link.png").symlink_to("two.png")
    mode = {".tar": "w", ".tar.gz": "w:gz", ".tar.xz": "w:xz", ".tgz": "w:gz"}[suffix]
    with tarfile.open(f"a{suffix}", mode) as archive:  # type: ignore[call-overload]
        archive.add(".")
    assert members(f"a{suffix}") == {f"a{suffix}/b/two.png": b"x", f"a{suffix}/one.jpg": b"x"}
    assert walked(f"a{suffix}")[2] == 2


def test_damaged_archives_and_members_are_errors_after_what_could_be_read() -> None:
    make("a/one.png")
    Path("a/two.png").write_bytes(os.urandom(5000))
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.write("a/one.png")
        archive.write("a/two.png")
    data = bytearray(Path("a.zip").read_bytes())
    data[data.index(b"two.png") + 100] ^= 1
    Path("a.zip").write_bytes(data)
    found = members("a.zip")
    assert found["a.zip/a/one.png"] == b"x"
    assert found["a.zip/a/two.png"].startswith(b"cannot be unpacked: Bad CRC-32")
    Path("b.zip").write_bytes(data[:-50])
    assert b"is a damaged archive" in members("b.zip")["b.zip"]
    with tarfile.open("c.tar.gz", "w:gz") as packed:
        packed.add("a")
    Path("c.tar.gz").write_bytes(Path("c.tar.gz").read_bytes()[:2000])
    found = members("c.tar.gz")
    assert found["c.tar.gz/a/one.png"] == b"x"
    assert b"is a damaged archive" in found["c.tar.gz"]


@pytest.mark.parametrize(
    ("name", "mode", "read", "pack"),
    [("a.tar", "w", bytes, bytes), ("a.tar.gz", "w:gz", gzip.decompress, gzip.compress)],
)
def test_a_tar_archive_that_was_cut_between_two_members_is_an_error(
    name: str, mode: str, read: Callable[[bytes], bytes], pack: Callable[[bytes], bytes]
) -> None:
    make("one.png", "two.png")
    with tarfile.open(name, mode, format=tarfile.USTAR_FORMAT) as packed:  # type: ignore[call-overload]
        packed.add("one.png")
        packed.add("two.png")
    data = read(Path(name).read_bytes())
    assert name not in members(name)
    for end in (1024, 2048):
        Path(name).write_bytes(pack(data[:end]))
        found = members(name)
        assert len(found) == end // 1024 + 1
        assert found[f"{name}/one.png"] == b"x"
        assert b"is a damaged archive: it ends early, without the blocks at the end" in found[name]


def test_a_member_that_unpacks_to_too_much_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palette_engine.collections.archives.MEMBER_BYTES", 10**6)
    with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.png", bytes(10**7))
    assert members("a.zip")["a.zip/bomb.png"] == b"has more than 1 MB; unpack the archive"
