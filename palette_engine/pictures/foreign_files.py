"""Foreign files: kinds of file that are known by their content and not read, and what to do.

See docs/decisions.md#kinds-of-picture-files.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["RAW", "Foreign", "kind_of"]

EXPORT = "export it as PNG (in GIMP: File ▸ Export As)"
DEVELOP = "develop it in a program for raw files and export it as PNG or TIFF"
ONE_FRAME = "save a frame of it as PNG"
DRAW = "open it in the program that made it, or in Inkscape, and export it as PNG"


@dataclass(frozen=True)
class Foreign:
    """A kind of file: `title` follows “is”, and `advice` says what to do instead."""

    title: str
    advice: str


RAW = Foreign("raw data of a camera, of which only small previews are pictures", DEVELOP)

_KINDS: Sequence[tuple[re.Pattern[bytes], Foreign]] = [
    (re.compile(pattern, re.DOTALL), foreign)
    for pattern, foreign in (
        (rb"gimp xcf ", Foreign("a GIMP image (XCF)", EXPORT)),
        (rb"II\x2a\0.{4}CR[\x02\x03]", RAW),  # Canon CR2
        (rb"FUJIFILMCCD-RAW|IIR[OS]\x08|MMOR\0|IIU\0|\0MRM|FOVb|IIII\x1a", RAW),
        (rb".{4}ftypcrx ", RAW),  # Canon CR3
        (rb"%!PS|\xc5\xd0\xd3\xc6", Foreign("a PostScript file (EPS)", DRAW)),
        (rb"\xd7\xcd\xc6\x9a|\x01\0\0\0.{36} EMF", Foreign("a Windows metafile", DRAW)),
        (rb"[^\0]{1,1019}?%PDF-", Foreign("a PDF behind other bytes", "export the page as PNG")),
        (
            rb"\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n",
            Foreign("JPEG XL", "save it as PNG (djxl and GIMP do)"),
        ),
        (rb"II\xbc[\0\x01]", Foreign("JPEG XR", EXPORT)),
        (rb"\x76\x2f\x31\x01", Foreign("OpenEXR", "convert it to sRGB and export it as PNG")),
        (
            rb"#\?(?:RADIANCE|RGBE)",
            Foreign("a Radiance picture (HDR)", "convert it to sRGB and export it as PNG"),
        ),
        (rb"PF\s", Foreign("a color PFM", "convert it to sRGB and export it as PNG")),
        (rb"icns.{4}", Foreign("a Mac icon (ICNS)", EXPORT)),
        (rb"\x0a[\0-\x05]\x01[\x01\x02\x04\x08]", Foreign("PCX", EXPORT)),
        (rb"\x1f\x8b", Foreign("compressed (gzip)", "unpack it first")),
        (rb"RIFF.{4}AVI ", Foreign("a video (AVI)", ONE_FRAME)),
        (rb"\x1a\x45\xdf\xa3", Foreign("a video (Matroska or WebM)", ONE_FRAME)),
        (rb"FLV\x01|\0\0\x01\xba|\0\0\x01\xb3|OggS", Foreign("a video", ONE_FRAME)),
        (
            rb".{4}ftyp(?:isom|iso\d|mp4\d|avc1|qt  |M4V |M4A |3g\w\w|dash|MSNV|f4v )",
            Foreign("a video (MP4 or QuickTime)", ONE_FRAME),
        ),
        (
            rb"PK\x03\x04.{26}mimetypeapplication/x-krita",
            Foreign("a Krita document", "export it as PNG (in Krita: File ▸ Export)"),
        ),
        (
            rb"PK\x03\x04.{26}mimetypeimage/openraster",
            Foreign("an OpenRaster document", EXPORT),
        ),
    )
]
"""How files of a kind begin, and what they are."""


def kind_of(start: bytes) -> Foreign | None:
    """Return the kind of a file that is not read, by how it begins; None for any other."""
    return next((kind for pattern, kind in _KINDS if pattern.match(start)), None)
