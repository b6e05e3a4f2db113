"""Runs in LibreOffice's Python: prints what LibreOffice sees in the tables of a folder.

Usage: ``office_look.py FOLDER PROFILE``
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

PIPE = "pipe,name=readers;urp;StarOffice.ComponentContext"

WAYS = {
    # Commas, double quotes, UTF-8, from the first line; what has quotes is text.
    "usual": "44,34,76,1,,0,true",
    # All that could be a number, a date or a formula becomes one.
    "eager": "44,34,76,1,,0,false,true,true,false,false,0,true",
    # With all that may stand between two cells on somebody's machine.
    "split": "44/59/9/124,34,76,1,,0,false,true,true,false,false,0,true",
}


def connected():
    """Return the context of the LibreOffice that was started, once it listens."""
    resolver = uno.getComponentContext().ServiceManager.createInstance(
        "com.sun.star.bridge.UnoUrlResolver"
    )
    until = time.monotonic() + 600
    while True:
        try:
            return resolver.resolve(f"uno:{PIPE}")
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def setting(name, value):
    one = PropertyValue()
    one.Name, one.Value = name, value
    return one


def table(desktop, path, options):
    """Return the rows of a CSV file: the kind, formula and text of each cell."""
    load = {"Hidden": True, "FilterName": "Text - txt - csv (StarCalc)", "FilterOptions": options}
    document = desktop.loadComponentFromURL(
        path.as_uri(), "_blank", 0, tuple(setting(*pair) for pair in load.items())
    )
    sheet = document.Sheets.getByIndex(0)
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress
    rows = []
    for row in range(last.EndRow + 1):
        cells = [sheet.getCellByPosition(column, row) for column in range(last.EndColumn + 1)]
        rows.append([(cell.Type.value, cell.Formula, cell.String) for cell in cells])
    document.close(True)
    return rows


def color_table(context, path, profile):
    """Return the colors and names of a color table, taken as the user's own standard one."""
    shutil.copy(path, profile / "user/config/standard.soc")
    colors = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.drawing.ColorTable", context
    )
    return [(name, colors.getByName(name)) for name in colors.ElementNames]


def main(folder, profile):
    office = subprocess.Popen(
        [
            *("soffice", "--headless", "--norestore", "--nologo", "--nodefault"),
            *(f"-env:UserInstallation={profile.as_uri()}", f"--accept={PIPE}"),
        ]
    )
    try:
        context = connected()
        desktop = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context
        )
        files = sorted(folder.glob("*.csv"))
        (profile / "user/config").mkdir(parents=True, exist_ok=True)
        found = {
            way: {file.stem.split("-")[0]: table(desktop, file, options) for file in files}
            for way, options in WAYS.items()
        }
        found["soc"] = {
            file.stem.split("-")[0]: color_table(context, file, profile)
            for file in sorted(folder.glob("*.soc"))
        }
        desktop.terminate()
        office.wait(timeout=30)
    finally:
        office.kill()
    print(json.dumps(found))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
