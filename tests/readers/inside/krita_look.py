"""Runs inside Krita: prints every palette of its profile, and how Krita sees it."""

import json

from krita import Krita, Palette


def look(palette):
    """Return a palette's groups: the name, and each swatch's name, color and model."""
    total, columns = palette.colorsCountTotal(), palette.columnCount()
    groups = []
    for group in palette.groupNames():
        swatches = []
        for index in range(total):
            row, column = divmod(index, columns)
            # Krita takes the row for the column and the other way round.
            swatch = palette.colorSetEntryFromGroup(column * columns + row, group)
            if swatch.isValid():
                color = swatch.color()
                model = (color.colorModel(), color.colorDepth(), color.colorProfile())
                swatches.append((swatch.name(), color.components(), model))
        groups.append((group, swatches))
    return {"total": total, "columns": columns, "groups": groups}


def main(*_):
    found = Krita.instance().resources("palette").values()
    print(json.dumps({r.filename(): {"name": r.name(), **look(Palette(r))} for r in found}))
