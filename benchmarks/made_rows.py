"""Made rows: rows of pictures that there are not, for what many rows take."""

from __future__ import annotations

import base64

import numpy as np

from palette_engine.collections.families import FAMILIES
from palette_engine.collections.row import Row, RowSwatch
from palette_engine.collections.sketch import sketch_of
from palette_engine.color.cielab import lab_of

__all__ = ["made_rows"]


def made_rows(count: int) -> list[Row]:
    """Return rows of ten random colors each."""
    chance = np.random.default_rng(1)
    colors = chance.integers(0, 256, (count, 10, 3), np.uint8)
    lab = lab_of(colors.reshape(-1, 3)).reshape(count, 10, 3)
    share = chance.dirichlet(np.ones(10), count)
    rows = []
    for number in range(count):
        swatches = tuple(
            RowSwatch(f"#{bytes(rgb).hex()}", round(part, 6), *map(float, values), css="red")  # type: ignore[misc, arg-type]
            for rgb, part, values in zip(
                colors[number].tolist(), share[number].tolist(), lab[number].round(3), strict=True
            )
        )
        sketch = base64.b64encode(sketch_of(lab[number], share[number]).tobytes()).decode()
        families = dict(zip(FAMILIES, share[number].round(6).tolist(), strict=False))
        rows.append(
            Row(f"shelf/{number:06}.jpg", swatches=swatches, families=families, sketch=sketch)
        )
    return rows
