"""Catalog: all tools, one row each, with their source and method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.tools.drivers.own import has_plain
from benchmarks.tools.environments import Debian, Environment, Gimp, Here, Npm, PyPI

__all__ = ["COLORS", "OURS", "TOOLS", "Tool"]

COLORS = 10
"""The number of colors in the main tables; tools with a lower limit take part as well."""

PILLOW = "pillow==13.0.0"
SHARP = "sharp@0.35.5"


@dataclass(frozen=True)
class Tool:
    """A tool, or one way to use it.

    `most` is the largest number of colors that it accepts. `is_command` is true for a program that
    runs once for each picture, `only_png` for one that reads only PNG files.
    """

    name: str
    title: str
    method: str
    environment: Environment
    most: int = 256
    is_command: bool = False
    only_png: bool = False


ENGINE = Here("own", "palette-engine")
RECIPE = Here("recipes", "scikit-learn")
MATERIAL = PyPI(("materialyoucolor==3.0.4", PILLOW))
IN_PILLOW = PyPI((PILLOW,))
PYLETTE = PyPI(("pylette==6.0.0", PILLOW))
VIBRANT = Npm(("node-vibrant@4.0.4",))
MAGICK = Debian("imagemagick", ("magick", "convert"))

OURS = ("palette-engine", "palette-engine-plain")
"""The names of the engine's own rows."""

_ROWS = (
    Tool("palette-engine", "**Palette Engine**", "defaults", ENGINE),
    Tool("palette-engine-plain", "**Palette Engine**, plain", "no emphasis, means", ENGINE),
    Tool("materialyoucolor-1", "materialyoucolor, quality 1", "Wu, k-means in Lab", MATERIAL),
    Tool("materialyoucolor-10", "materialyoucolor, quality 10", "Wu, k-means in Lab", MATERIAL),
    Tool(
        "libimagequant",
        "libimagequant",
        "median cut, k-means",
        PyPI(("libimagequant==2.17.0.0", PILLOW)),
    ),
    Tool("imagequant", "imagequant", "median cut, k-means", PyPI(("imagequant==1.1.5", PILLOW))),
    Tool("pillow-mediancut", "Pillow, median cut", "median cut", IN_PILLOW),
    Tool("pillow-maxcoverage", "Pillow, maximum coverage", "maximum coverage", IN_PILLOW),
    Tool("pillow-fastoctree", "Pillow, fast octree", "octree", IN_PILLOW),
    Tool("pillow-libimagequant", "Pillow, libimagequant", "median cut, k-means", IN_PILLOW),
    Tool("pylette-kmeans", "pylette, k-means", "k-means in RGB of 256 x 256", PYLETTE),
    Tool("pylette-oklab", "pylette, Oklab", "k-means in Oklab of 256 x 256", PYLETTE),
    Tool("colorthief-py", "colorthief (Python)", "median cut", PyPI(("colorthief==0.2.1", PILLOW))),
    Tool(
        "modern-colorthief", "modern-colorthief", "median cut", PyPI(("modern-colorthief==0.3.0",))
    ),
    Tool(
        "fast-colorthief",
        "fast-colorthief",
        "median cut",
        PyPI(("fast-colorthief==0.0.5", PILLOW)),
    ),
    Tool("thumbleweed", "thumbleweed", "median cut", PyPI(("thumbleweed==0.2.1",))),
    Tool("colorgram", "colorgram.py", "fixed cells", PyPI(("colorgram.py==1.2.0", PILLOW))),
    Tool("extcolors", "extcolors", "merges in Lab", PyPI(("extcolors==1.0.0", PILLOW))),
    Tool("haishoku", "haishoku", "27 cells", PyPI(("haishoku==1.1.8", PILLOW)), most=8),
    Tool(
        "principal-colors",
        "principal-colors",
        "farthest in Oklab",
        PyPI(("principal-colors==0.3.0", PILLOW)),
    ),
    Tool(
        "dsp-palette",
        "dsp-palette",
        "median cut, then distinct ones",
        PyPI(("dsp-palette==1.1.0", PILLOW)),
    ),
    Tool("recipe-thumbnail", "recipe: thumbnail, RGB", "k-means in RGB of 200 x 400", RECIPE),
    Tool("recipe-pixels", "recipe: 5,000 pixels, RGB", "k-means in RGB, random starts", RECIPE),
    Tool("recipe-lab", "recipe: 5,000 pixels, Lab", "k-means++ in Lab, 4 starts", RECIPE),
    Tool(
        "colorthief-npm",
        "Color Thief 3 (npm)",
        "median cut in OKLCH",
        Npm(("colorthief@3.5.0", SHARP)),
        most=20,
    ),
    Tool("node-vibrant", "node-vibrant, swatches", "median cut, six roles", VIBRANT, most=6),
    Tool("node-vibrant-quantizer", "node-vibrant, quantizer", "median cut", VIBRANT),
    Tool(
        "extract-colors",
        "extract-colors (npm)",
        "merges in HSL",
        Npm(("extract-colors@4.2.1", SHARP)),
    ),
    Tool(
        "material-color-utilities",
        "material-color-utilities",
        "Wu, k-means in Lab",
        Npm(("@material/material-color-utilities@0.4.0", SHARP)),
    ),
    Tool("image-q", "image-q", "Wu", Npm(("image-q@4.0.0", SHARP))),
    Tool("gifenc", "gifenc", "pairwise nearest neighbor", Npm(("gifenc@1.0.3", SHARP))),
    Tool("imagemagick", "ImageMagick", "octree in RGB", MAGICK, is_command=True),
    Tool("imagemagick-lab", "ImageMagick, Lab", "octree in Lab", MAGICK, is_command=True),
    Tool(
        "pngquant",
        "pngquant",
        "median cut, k-means",
        Debian("pngquant", ("pngquant",)),
        is_command=True,
        only_png=True,
    ),
    Tool("gimp-3.0", "GIMP 3.0, indexed", "median cut in Lab", Gimp("3.0")),
    Tool("gimp-3.2", "GIMP 3.2, indexed", "median cut in Lab", Gimp("3.2")),
)

TOOLS: Mapping[str, Tool] = {
    tool.name: tool for tool in _ROWS if tool.name != "palette-engine-plain" or has_plain()
}
"""All tools by name; without the plain row if the engine lacks its options."""
