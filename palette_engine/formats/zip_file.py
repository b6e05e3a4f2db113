"""Zip files: the container of some palette formats."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from palette_engine.errors import DAMAGE, InputError

__all__ = ["MAX_BYTES", "pack", "unpack"]

MAX_BYTES = 4 * 2**20
"""The size of the largest member that is unpacked."""


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return a zip file of members, given by their names, in their order.

    The bytes are the same on every machine: members are stored, as compressors differ, and dated
    1980-01-01.
    """
    from zipfile import ZipFile, ZipInfo

    file = BytesIO()
    with ZipFile(file, "w") as zip_file:
        for name, data in members.items():
            info = ZipInfo(name)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            zip_file.writestr(info, data)
    return file.getvalue()


def unpack(data: bytes, name: str) -> bytes:
    """Return the member of that name in a zip file, without writing to a disk.

    Raises `InputError` if there is no such member, if it is encrypted or damaged, or if it
    has more than `MAX_BYTES`, whatever size the zip file declares.
    """
    from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

    try:
        with ZipFile(BytesIO(data)) as zip_file:
            info = zip_file.getinfo(name)
            # Other methods are slow, or missing in some Pythons.
            if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise InputError(
                    f"{name} in the zip file has an unusual compression; save the palette again."
                )
            with zip_file.open(info) as member:
                content = member.read(MAX_BYTES + 1)
    except InputError:
        raise
    except KeyError as error:
        raise InputError(f"The zip file is not such a palette: it has no {name}.") from error
    except (*DAMAGE, BadZipFile) as error:
        raise InputError("The zip file is damaged or encrypted.") from error
    if len(content) > MAX_BYTES:
        raise InputError(
            f"{name} in the zip file has more than {MAX_BYTES >> 20} MB, too much for a palette."
        )
    return content
