"""Isolated process: decodes what it gets on standard input with a library that may crash.

`isolated.output_of` calls `main` in a new interpreter; the tasks are those of `TASKS`. Before it
looks at the file, it gives up the rights to open files and to use much memory, where the system
allows that. Exit code 1 with a sentence if the file cannot be decoded. See
docs/decisions.md#decoders-in-a-process-of-their-own.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

__all__ = ["TASKS", "main"]

MEMORY = 4 * 10**9
"""The bytes of address space of the process, at most."""

SECONDS = 30
"""The time that the processor works for it, at most; the parent waits less for drawings."""


def main(task: str, *arguments: str) -> int:
    """Carry out a task, write its result to standard output, and return an exit code."""
    try:
        result = TASKS[task](*arguments)
    except Exception as error:  # noqa: BLE001  the parent reports whatever it is
        print(str(error) or type(error).__name__, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(result)
    return 0


def _give_up_rights() -> None:
    """Allow no file to be opened and no more than `MEMORY`; Windows has no such limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _svg(side: str, pixels: str) -> bytes:
    """Return an SVG as a PNG; `side`, ``width`` or ``height``, has so many pixels."""
    import resvg_py

    _give_up_rights()
    text = sys.stdin.buffer.read().decode()
    # Fonts differ between machines, and so would palettes. An inch is 96 pixels in CSS.
    draw = partial(resvg_py.svg_to_bytes, svg_string=text, dpi=96, skip_system_fonts=True)
    return draw(height=int(pixels)) if side == "height" else draw(width=int(pixels))


def _pdf(pixels: str) -> bytes:
    """Return the first page of a PDF as a PNG with so many pixels on its longer side."""
    import pypdfium2
    from PIL import Image

    Image.preinit()  # which opens files
    _give_up_rights()
    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    page = document[0]
    longer = max(page.get_size())
    image = page.render(scale=int(pixels) / longer).to_pil()
    image.thumbnail((int(pixels), int(pixels)))
    file = io.BytesIO()
    image.convert("RGB").save(file, "PNG")
    return file.getvalue()


def _heic_picture() -> Any:
    """Return the primary picture of a HEIC file, whose header was read."""
    import pi_heif

    _give_up_rights()
    file = pi_heif.HeifFile(
        io.BytesIO(sys.stdin.buffer.read()), convert_hdr_to_8bit=False, hdr_to_16bit=False
    )
    return file[file.primary_index]


def _heic_header() -> bytes:
    """Return the size, mode, bits and profile of a HEIC file as JSON."""
    picture = _heic_picture()
    return json.dumps(
        {
            "width": picture.size[0],
            "height": picture.size[1],
            "mode": picture.mode.split(";")[0],
            "bits": int(picture.info.get("bit_depth", 8)),
            "profile": (picture.info.get("icc_profile") or b"").hex(),
        }
    ).encode()


def _heic_pixels() -> bytes:
    """Return the numbers of a HEIC file, the rows without gaps."""
    picture = _heic_picture()
    data = memoryview(picture.data)
    width, height = picture.size
    size = len(picture.mode.split(";")[0]) * (2 if int(picture.info["bit_depth"]) > 8 else 1)
    row, stride = width * size, picture.stride
    if row == stride:
        return bytes(data[: row * height])
    return b"".join(data[at * stride : at * stride + row] for at in range(height))


TASKS: Mapping[str, Callable[..., bytes]] = {
    "svg": _svg,
    "pdf": _pdf,
    "heic-header": _heic_header,
    "heic-pixels": _heic_pixels,
}
"""Each returns what the parent reads."""
