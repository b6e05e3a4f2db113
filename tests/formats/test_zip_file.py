"""Zip files."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest

from palette_engine.errors import InputError
from palette_engine.formats.zip_file import MAX_BYTES, pack, unpack


def zipped(members: dict[str, bytes], compression: int = ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", compression) as zip_file:
        for name, data in members.items():
            zip_file.writestr(name, data)
    return file.getvalue()


def test_members_are_stored_in_their_order_and_dated_the_same() -> None:
    data = pack({"b": b"first", "a": b"second"})
    assert data == pack({"b": b"first", "a": b"second"})
    assert b"first" in data
    with ZipFile(BytesIO(data)) as zip_file:
        assert zip_file.namelist() == ["b", "a"]
        assert zip_file.testzip() is None
        assert {info.date_time for info in zip_file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("compression", [0, ZIP_DEFLATED])
def test_a_member_is_read(compression: int) -> None:
    data = zipped({"a": b"x", "dir/b": b"some text" * 99}, compression)
    assert unpack(data, "dir/b") == b"some text" * 99


@pytest.mark.parametrize("compression", [ZIP_BZIP2, ZIP_LZMA])
def test_an_unusual_compression_is_refused(compression: int) -> None:
    with pytest.raises(InputError, match="an unusual compression"):
        unpack(zipped({"a": b"x"}, compression), "a")


def test_a_member_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="has no a"):
        unpack(zipped({"../a": b"x", "/a": b"x"}), "a")


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"PK\5\6", b"PK\5\6" + b"\0" * 18 + b"x"])
def test_what_is_no_zip_file_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        unpack(data, "a")


def test_a_bomb_is_not_unpacked() -> None:
    data = zipped({"a": b"\0" * (64 * 2**20)})
    assert len(data) < 100_000
    with pytest.raises(InputError, match="more than 4 MB"):
        unpack(data, "a")


def test_a_bomb_that_says_it_is_small_is_not_unpacked() -> None:
    size = 64 * 2**20
    data = zipped({"a": b"\0" * size})
    lie = data.replace(size.to_bytes(4, "little"), (9).to_bytes(4, "little"))
    assert lie != data
    with pytest.raises(InputError):
        unpack(lie, "a")


def test_what_fits_exactly_is_unpacked() -> None:
    assert len(unpack(zipped({"a": b"\0" * MAX_BYTES}), "a")) == MAX_BYTES


def test_an_encrypted_member_is_refused() -> None:
    data = bytearray(zipped({"a": b"x"}, 0))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(InputError, match="damaged or encrypted"):
        unpack(bytes(data), "a")


def test_of_two_members_of_a_name_one_is_read() -> None:
    file = BytesIO()
    with ZipFile(file, "w") as zip_file:
        zip_file.writestr(ZipInfo("a"), b"first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            zip_file.writestr(ZipInfo("a"), b"second")
    assert unpack(file.getvalue(), "a") == b"second"


def test_very_many_members_are_passed_over() -> None:
    members = {str(number): b"" for number in range(20_000)}
    assert unpack(zipped(members | {"a": b"x"}, 0), "a") == b"x"
