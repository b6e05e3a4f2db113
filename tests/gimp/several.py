"""Pictures for tests of several layers and images."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.gimp.gimps import Gimp, Worker

PICTURES = {
    "sand": Image.linear_gradient("L").convert("RGB").resize((300, 90)),
    "sea": Image.fromarray(np.full((40, 60, 3), (20, 90, 160), np.uint8)),
    "sun": Image.fromarray(np.full((200, 200, 3), (240, 200, 40), np.uint8)),
}


@pytest.fixture(scope="module")
def several(gimp: Gimp) -> Mapping[str, Path]:
    """Return a file of each picture, and one of nothing visible."""
    paths = {name: gimp.folder / f"several-{name}.png" for name in PICTURES}
    for name, path in paths.items():
        PICTURES[name].save(path)
    paths["air"] = gimp.folder / "several-air.png"
    Image.new("RGBA", (30, 30), (200, 0, 0, 0)).save(paths["air"])
    return paths


def run(inside: Worker, files: Mapping[str, Path], code: str) -> Any:
    """Run Python in GIMP, where `images` has all pictures by their names and nothing else is."""
    paths = {name: str(path) for name, path in files.items()}
    return inside.run(f"""
others = Gimp.get_images()
images = {{name: load(path) for name, path in {paths!r}.items()}}
ids = lambda *names: ", ".join(str(images[name].get_id()) for name in names)
before = len(Gimp.get_images()), len(Gimp.palettes_get_list(""))
try:
{chr(10).join("    " + line for line in code.splitlines())}
finally:
    for image in images.values():
        if image.is_valid():
            image.delete()
""")


ANIMATION = """
frames = images["sand"]
for name in ("sea", "sun", "air"):
    layer = Gimp.Layer.new_from_drawable(images[name].get_layers()[0], frames)
    layer.set_name(name)
    frames.insert_layer(layer, None, 0)
air, sun, sea, sand = frames.get_layers()
"""
