"""Help pictures: screenshots of the dialogs as the small files that the pages of help show."""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image

from palette_engine.gimp.plugin_files import plugin_source

FOLDER = plugin_source() / "help" / "images"

QUALITY = 85
"""Of WebP: text stays sharp, and a picture has at most about 60 kB."""


def main() -> None:
    """Write the screenshots of a folder, which tests/gimp/test_help_pictures.py leaves there."""
    parser = argparse.ArgumentParser(prog="python -m tools.help_pictures", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the tests put the screenshots (--shots)")
    FOLDER.mkdir(exist_ok=True)
    for path in sorted(parser.parse_args().folder.glob("*-??.png")):
        with Image.open(path) as picture:
            target = FOLDER / f"{path.stem}.webp"
            picture.convert("RGB").save(target, quality=QUALITY, method=6)
            print(f"{target.name}: {picture.width} x {picture.height}")


if __name__ == "__main__":
    main()
