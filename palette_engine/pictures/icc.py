"""ICC profiles: what can be read of one without converting colors."""

from __future__ import annotations

import io

from PIL import ImageCms

__all__ = ["MODES", "cicp_of", "is_usable"]

MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
"""Pillow's mode for each color space that an ICC profile can describe."""

TABLE = 132
"""Where the table of tags begins, behind their number (ICC.1:2022, section 7.3)."""

MAX_TAGS = 100


def is_usable(profile: bytes, mode: str) -> bool:
    """Return whether a profile converts pixels in a mode, which is empty if it is not known.

    A profile for RGB also converts gray; that for gray converts RGB only if all of it is gray,
    which is not known here.
    """
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        own = MODES.get(opened.profile.xcolor_space.strip(), "")
        usable = {"L": ("L", "RGB"), "CMYK": ("CMYK",), "": ("L", "RGB", "CMYK")}
        if own not in usable.get(mode, ("RGB",)):
            return False
        ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), own, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return False
    return True


def cicp_of(profile: bytes) -> tuple[int, int, bool] | None:
    """Return primaries, transfer and full range in a profile's ``cicp`` tag; None if it has none.

    Profiles of HDR have it (ICC.1:2022, section 9.2.17), with tables for programs that do not.
    """
    count = min(int.from_bytes(profile[TABLE - 4 : TABLE], "big"), MAX_TAGS)
    for start in range(TABLE, TABLE + 12 * count, 12):
        if profile[start : start + 4] == b"cicp":
            offset = int.from_bytes(profile[start + 4 : start + 8], "big")
            body = profile[offset : offset + 12]
            if len(body) == 12 and body[:4] == b"cicp":
                return body[8], body[9], body[11] != 0
    return None
