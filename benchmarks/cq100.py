"""CQ100: a public set of pictures for color quantization, in a folder of the user's.

M. E. Celebi and M.-L. Pérez-Delgado, "CQ100: a high-quality image dataset for color quantization
research", Journal of Electronic Imaging 32(3), 2023.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["VARIABLE", "WHERE", "cq100_pictures"]

VARIABLE = "PALETTE_ENGINE_CQ100"
"""The environment variable that names the folder if the option does not."""

WHERE = (
    "CQ100 is at https://doi.org/10.17632/vw5ys9hfxw (CC BY-SA 4.0, so it is not part of this "
    f"repository); unpack it and name the folder of its pictures: --cq100 DIR, or {VARIABLE}=DIR"
)


def cq100_pictures(folder: str | None, every: int) -> list[Path]:
    """Return every n-th picture in a folder, or in that of the environment variable, by name.

    Raises `FileNotFoundError`, which says where the pictures are, if there are none.
    """
    named = folder or os.environ.get(VARIABLE, "")
    files = sorted(Path(named).rglob("*.p[np][gm]")) if named else []
    found = list({path.stem: path for path in files}.values())  # there may be PPM and PNG
    if not found:
        raise FileNotFoundError(f"There are no pictures in {named}; {WHERE}." if named else WHERE)
    return found[every // 2 :: every]
