"""ICC profiles: what can be read of one without converting colors."""

from __future__ import annotations

import io

from PIL import ImageCms

__all__ = ["cicp_of", "is_readable"]

TABLE = 132
"""Where the table of tags begins, behind their number (ICC.1:2022, section 7.3)."""

MAX_TAGS = 100


def is_readable(profile: bytes) -> bool:
    """Return whether littleCMS can open a profile; it may still be for other colors."""
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return False
    return True


def cicp_of(profile: bytes) -> tuple[int, int] | None:
    """Return primaries and transfer in the ``cicp`` tag of a profile, None if it has none.

    Profiles of HDR have it (ICC.1:2022, section 9.2.17), with tables for programs that do not.
    """
    count = min(int.from_bytes(profile[TABLE - 4 : TABLE], "big"), MAX_TAGS)
    for start in range(TABLE, TABLE + 12 * count, 12):
        if profile[start : start + 4] == b"cicp":
            offset = int.from_bytes(profile[start + 4 : start + 8], "big")
            body = profile[offset : offset + 12]
            if len(body) == 12 and body[:4] == b"cicp":
                return body[8], body[9]
    return None
