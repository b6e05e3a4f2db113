"""Archive: the zip files that some palettes are."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from palette_engine.errors import DAMAGE, InputError

__all__ = ["MOST_BYTES", "packed", "unpacked"]

MOST_BYTES = 4 * 2**20
"""How much of a member is ever unpacked."""


def packed(members: Mapping[str, bytes]) -> bytes:
    """Return a zip file of members in their order.

    Stored, as compressors differ from one machine to another, and dated 1980-01-01.
    """
    from zipfile import ZipFile, ZipInfo

    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name, data in members.items():
            info = ZipInfo(name)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return file.getvalue()


def unpacked(data: bytes, name: str) -> bytes:
    """Return one member of a zip file; nothing is ever written to a disk.

    Raises `InputError` if there is no such member, it is encrypted or damaged, or has more
    than `MOST_BYTES`, whatever the file says of its size.
    """
    from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

    try:
        with ZipFile(BytesIO(data)) as archive:
            info = archive.getinfo(name)
            # The others are slow, or not in every Python.
            if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise InputError(f"{name} in the zip file is packed in an unusual way.")
            with archive.open(info) as member:
                content = member.read(MOST_BYTES + 1)
    except InputError:
        raise
    except KeyError as error:
        raise InputError(f"The zip file is not such a palette: it has no {name}.") from error
    except (*DAMAGE, BadZipFile) as error:
        raise InputError("The zip file is damaged or encrypted.") from error
    if len(content) > MOST_BYTES:
        raise InputError(f"{name} in the zip file has more than {MOST_BYTES >> 20} MB.")
    return content
