"""Driver of the packages from PyPI: run as a module by the Python of the package's environment."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from functools import partial
from importlib import import_module
from typing import Any

from benchmarks.tools.drivers.protocol import Color, Palette, Recolor, serve

__all__ = ["PALETTES"]


def materialyoucolor(quality: int, path: str, colors: int) -> Iterable[Color]:
    """Wu's start and weighted k-means in CIELAB on every `quality`-th pixel."""
    quantize = import_module("materialyoucolor.quantize").ImageQuantizeCelebi
    found = quantize(path, quality, colors)
    return [_of_argb(argb) for argb in sorted(found, key=found.get, reverse=True)]


def libimagequant(path: str, colors: int) -> Iterable[Color]:
    """`Image.quantize` with the library's defaults, on Pillow's pixels."""
    library, image = import_module("libimagequant"), _open(path).convert("RGBA")
    attributes = library.Attr()
    attributes.max_colors = colors
    pixels = attributes.create_rgba(image.tobytes(), image.width, image.height, 0)
    found = pixels.quantize(attributes).get_palette()
    return [(color.r, color.g, color.b) for color in found if color.a]


def recolor_with_libimagequant(path: str, colors: int, dither: bool, output: str) -> None:
    """`Image.quantize` and `Result.remap_image`, with full dithering or none, as in its example."""
    library, image = import_module("libimagequant"), _open(path).convert("RGBA")
    attributes = library.Attr()
    attributes.max_colors = colors
    pixels = attributes.create_rgba(image.tobytes(), image.width, image.height, 0)
    result = pixels.quantize(attributes)
    result.dithering_level = float(dither)
    indices = result.remap_image(pixels)
    recolored = import_module("PIL.Image").frombytes("P", image.size, bytes(indices))
    entries = [(color.r, color.g, color.b, color.a) for color in result.get_palette()]
    recolored.putpalette([channel for entry in entries for channel in entry], "RGBA")
    recolored.save(output)


def imagequant(path: str, colors: int) -> Iterable[Color]:
    """From and to a Pillow image, as in its documentation."""
    image = import_module("imagequant").quantize_pil_image(_open(path), max_colors=colors)
    return _used(image)


def pillow(method: str, path: str, colors: int) -> Iterable[Color]:
    """`Image.quantize`; median cut and maximum coverage take no alpha channel."""
    enumeration = import_module("PIL.Image").Quantize
    takes_alpha = method in ("FASTOCTREE", "LIBIMAGEQUANT")
    image = _open(path).convert("RGBA" if takes_alpha else "RGB")
    return _used(image.quantize(colors, enumeration[method]))


def pylette(mode: str, path: str, colors: int) -> Iterable[Color]:
    """`extract_colors`, which uses 256 x 256 pixels."""
    found = import_module("pylette").extract_colors(path, palette_size=colors, mode=mode)
    return [color.rgb for color in found.colors]


def colorthief(path: str, colors: int) -> Iterable[Color]:
    """`get_palette` of the file, every tenth pixel."""
    found: list[Color] = import_module("colorthief").ColorThief(path).get_palette(colors)
    return found


def modern_colorthief(path: str, colors: int) -> Iterable[Color]:
    """`get_palette` of the file."""
    found: list[Color] = import_module("modern_colorthief").get_palette(path, colors)
    return found


def fast_colorthief(path: str, colors: int) -> Iterable[Color]:
    """`get_palette` of the file."""
    found: list[Color] = import_module("fast_colorthief").get_palette(path, colors)
    return found


def thumbleweed(path: str, colors: int) -> Iterable[Color]:
    """`get_palette` of the module that it calls colorthief."""
    found: list[Color] = import_module("colorthief").get_palette(path, colors)
    return found


def colorgram(path: str, colors: int) -> Iterable[Color]:
    """`extract` of the file."""
    return [color.rgb for color in import_module("colorgram").extract(path, colors)]


def extcolors(path: str, colors: int) -> Iterable[Color]:
    """`extract_from_path` with its own tolerance."""
    found, _ = import_module("extcolors").extract_from_path(path, limit=colors)
    return [color for color, _ in found]


def haishoku(path: str, colors: int) -> Iterable[Color]:
    """`getPalette`, which returns at most eight colors."""
    found = import_module("haishoku.haishoku").Haishoku.getPalette(path)
    return [color for _, color in found][:colors]


def principal_colors(path: str, colors: int) -> Iterable[Color]:
    """`extract_palette` of the file."""
    extract = import_module("principal_colors").extract_palette
    found: list[Color] = extract(path, num_colors=colors, return_format="rgb")
    return found


def dsp_palette(path: str, colors: int) -> Iterable[Color]:
    """`select_palette` of the picture."""
    found: Iterable[Color] = (
        import_module("dsp.selector").select_palette(_open(path), colors).palette_rgb.tolist()
    )
    return found


def _open(path: str) -> Any:
    return import_module("PIL.Image").open(path)


def _used(image: Any) -> list[Color]:
    """Return the colors of the pixels of a Pillow image in mode P, without the transparent one."""
    palette = bytes(image.convert("P").getpalette("RGBA"))
    entries = [palette[4 * index : 4 * index + 4] for _, index in image.getcolors()]
    return [tuple(entry[:3]) for entry in entries if entry[3]]


def _of_argb(argb: int) -> Color:
    return (argb >> 16 & 255, argb >> 8 & 255, argb & 255)


PALETTES: Mapping[str, Palette] = {
    "materialyoucolor-1": partial(materialyoucolor, 1),
    "materialyoucolor-10": partial(materialyoucolor, 10),
    "libimagequant": libimagequant,
    "imagequant": imagequant,
    "pillow-mediancut": partial(pillow, "MEDIANCUT"),
    "pillow-maxcoverage": partial(pillow, "MAXCOVERAGE"),
    "pillow-fastoctree": partial(pillow, "FASTOCTREE"),
    "pillow-libimagequant": partial(pillow, "LIBIMAGEQUANT"),
    "pylette-kmeans": partial(pylette, "KMeans"),
    "pylette-oklab": partial(pylette, "OKLab"),
    "colorthief-py": colorthief,
    "modern-colorthief": modern_colorthief,
    "fast-colorthief": fast_colorthief,
    "thumbleweed": thumbleweed,
    "colorgram": colorgram,
    "extcolors": extcolors,
    "haishoku": haishoku,
    "principal-colors": principal_colors,
    "dsp-palette": dsp_palette,
}
"""The function that runs each package, by the tool's name in the catalog."""

RECOLORINGS: Mapping[str, Recolor] = {"libimagequant": recolor_with_libimagequant}
"""The function of each package that also recolors pictures here."""

if __name__ == "__main__":
    serve(PALETTES[sys.argv[1]], RECOLORINGS.get(sys.argv[1]))
