"""Driver of a real GIMP: its own indexed mode, in one GIMP without windows."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from benchmarks.cache import cache_path
from benchmarks.tools.drivers.protocol import Refused, Timed, serve
from tests.gimp.gimps import Gimp, Worker, available, missing

__all__ = ["gimp"]

CONVERT = """
start = time.perf_counter()
image = load({path!r})
if image.get_base_type() == Gimp.ImageBaseType.INDEXED:
    image.convert_rgb()
if image.get_precision() != Gimp.Precision.U8_NON_LINEAR:
    image.convert_precision(Gimp.Precision.U8_NON_LINEAR)
if image.get_color_profile() and image.get_base_type() == Gimp.ImageBaseType.RGB:
    intent = Gimp.ColorRenderingIntent.RELATIVE_COLORIMETRIC
    image.convert_color_profile(Gimp.ColorProfile.new_rgb_srgb(), intent, True)
image.convert_indexed(
    Gimp.ConvertDitherType.{dither}, Gimp.ConvertPaletteType.GENERATE, {colors}, False, False, ""
)
encoding = Babl.format("R'G'B' u8")
colors = [list(color.get_bytes(encoding).get_data()) for color in image.get_palette().get_colors()]
result = {{"colors": colors, "seconds": time.perf_counter() - start}}
if {output!r}:
    image.convert_rgb()
    result["size"] = save_pixels(image.get_layers()[0], {output!r})[2:]
image.delete()
status = Path(f"/proc/{{os.getppid()}}/status").read_text()
result["peak"] = int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
"""


@contextmanager
def gimp(series: str) -> Iterator[Gimp]:
    """Yield the GIMP of a series; raise `FileNotFoundError` if it is missing.

    Its first start makes a profile, which takes seconds; later ones begin with a copy of it.
    """
    profile = cache_path(f"tools/gimp-{series}")
    with TemporaryDirectory() as folder:
        found = available(series, Path(folder))
        if found is None:
            raise FileNotFoundError(missing(series))
        Path(folder, "home").mkdir()
        if profile.exists():
            shutil.copytree(profile, found.profile)
        yield found
        if found.profile.exists() and not profile.exists():
            shutil.copytree(found.profile, profile)


def indexed(worker: Worker, shared: Path, path: str, colors: int) -> Timed:
    """Image > Mode > Indexed, with an optimum palette of `colors` colors and no dither."""
    answer = _convert(worker, shared, path, colors, "NONE", "")
    return Timed(answer["colors"], answer["seconds"], answer["peak"])


def recolored(
    worker: Worker, shared: Path, path: str, colors: int, dither: bool, output: str
) -> None:
    """Do the same with Floyd-Steinberg dithering or none, and write the picture."""
    raw = shared / "recolored.raw"
    answer = _convert(worker, shared, path, colors, "FS" if dither else "NONE", str(raw))
    image = Image.frombytes("RGBA", tuple(answer["size"]), raw.read_bytes())
    image.convert("RGB").save(output)
    raw.unlink()


def _convert(
    worker: Worker, shared: Path, path: str, colors: int, dither: str, output: str
) -> dict[str, Any]:
    """Return GIMP's answer; if `output` is not empty, it writes the pixels to that file."""
    here = shutil.copy(path, shared)  # a GIMP in a Debian root sees only this folder
    code = CONVERT.format(path=str(here), colors=colors, dither=dither, output=output)
    try:
        answer: dict[str, Any] = worker.run(code)
    except AssertionError as failure:
        if match := re.search(r"GLib\.G?Error: (.*)", str(failure)):
            raise Refused(match[1]) from failure
        raise
    finally:
        Path(here).unlink()
    return answer


def main(series: str) -> None:
    """Answer with a GIMP that runs until the input ends."""
    with gimp(series) as found, Worker(found) as worker:
        serve(partial(indexed, worker, found.folder), partial(recolored, worker, found.folder))


if __name__ == "__main__":
    main(sys.argv[1])
