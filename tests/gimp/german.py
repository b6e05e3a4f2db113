"""A GIMP in German, and a browser that records what it opens."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.gimp.gimps import Gimp

LOCALE = "de_DE.utf8"

READER = """\
[Desktop Entry]
Type=Application
Name=Reader
Exec={program} %u
MimeType=text/html;x-scheme-handler/file;x-scheme-handler/http;
"""

DEFAULTS = """\
[Default Applications]
text/html=reader.desktop
x-scheme-handler/file=reader.desktop
x-scheme-handler/http=reader.desktop
"""


class GermanGimp(Gimp):
    """A GIMP in German, with its own profile and home beside those of another GIMP."""

    @property
    def home(self) -> Path:
        return self.folder / "german-home"

    @property
    def profile(self) -> Path:
        return self.folder / "german-profile"

    @property
    def opened(self) -> Path:
        """The file in which the browser records what it opens."""
        return self.home / "opened"

    def environment(self) -> dict[str, str]:
        return {
            **super().environment(),
            "HOME": str(self.home),
            "LANG": "de_DE.UTF-8",
            "LANGUAGE": "de",
            "LOCPATH": str(self.folder / "locales"),
        }


def german(gimp: Gimp) -> GermanGimp:
    """Return a GIMP in German with the same engine and plug-in as another one."""
    made = GermanGimp(gimp.series, gimp.folder, gimp.prefix, gimp.python, gimp.dependencies)
    # GIMP keeps the plug-in's labels in the language of its first start.
    shutil.copytree(gimp.profile, made.profile, ignore=shutil.ignore_patterns("pluginrc"))
    # A German locale would have to be built. A copy of C.utf8 with its name is enough for
    # programs to look for German texts, which they do not do in the locale C.
    locales = gimp.folder / "locales"
    locales.mkdir()
    made.call("cp", "-r", "/usr/lib/locale/C.utf8", locales / LOCALE)
    program = made.home / "reader"
    applications = made.home / ".local" / "share" / "applications"
    settings = made.home / ".config"
    applications.mkdir(parents=True)
    settings.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{made.opened}"\n')
    program.chmod(0o755)
    (applications / "reader.desktop").write_text(READER.format(program=program))
    (settings / "mimeapps.list").write_text(DEFAULTS)
    return made


__all__ = ["GermanGimp", "german"]
