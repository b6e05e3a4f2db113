"""Drawing process: draws an SVG or a PDF that it gets on standard input, and writes a PNG.

``python -m palette_engine.pictures.drawing_process svg|pdf width|height PIXELS``. Before it reads
anything, it gives up the rights to open files and to use much memory, where the system allows that.
Exit code 1 with a sentence if the drawing cannot be drawn. See
docs/decisions.md#drawings-in-a-process.
"""

from __future__ import annotations

import io
import sys
from functools import partial

__all__ = ["main"]

MEMORY = 2 * 10**9
SECONDS = 10


def main(kind: str, side: str, pixels: int) -> int:
    """Draw standard input, and return an exit code."""
    draw = _svg if kind == "svg" else _pdf
    try:
        png = draw(side, pixels)
    except Exception as error:  # noqa: BLE001  the parent reports whatever it is
        print(str(error) or type(error).__name__, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(png)
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


def _svg(side: str, pixels: int) -> bytes:
    import resvg_py

    _give_up_rights()
    text = sys.stdin.buffer.read().decode()
    # Fonts differ between machines, and so would palettes. An inch is 96 pixels in CSS.
    draw = partial(resvg_py.svg_to_bytes, svg_string=text, dpi=96, skip_system_fonts=True)
    return draw(height=pixels) if side == "height" else draw(width=pixels)


def _pdf(_side: str, pixels: int) -> bytes:
    import pypdfium2
    from PIL import Image

    Image.preinit()  # which opens files
    _give_up_rights()
    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    page = document[0]
    width, height = page.get_size()
    image = page.render(scale=pixels / max(width, height)).to_pil()
    image.thumbnail((pixels, pixels))
    file = io.BytesIO()
    image.convert("RGB").save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
