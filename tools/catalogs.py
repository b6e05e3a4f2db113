"""Catalogs: refreshes the translations of the GIMP plug-in.

Usage, in the repository: ``make translations``, which runs ``python -m tools.catalogs``. It
collects the messages of the plug-in and of the tables of options and formats in a template, updates
each language's .po file, and compiles these to the .mo files that the plug-in reads. A new language
starts with a new file, made by ``pybabel init -i gimp_plugin/po/extract-palette.pot -l fr -o
gimp_plugin/po/fr.po``; CONTRIBUTING.md has the other steps.

The .po files are not in the plug-in's folder, because users do not need them. See
docs/decisions.md#translations-by-gettext.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from palette_engine.formats import FORMATS
from palette_engine.gimp.plugin_files import plugin_source
from palette_engine.options import DITHER, OPTIONS
from tools.provisioning.debian import REPOSITORY

__all__ = [
    "LANGUAGES",
    "TEMPLATE",
    "compiled",
    "mo_file",
    "po_file",
    "read",
    "template",
    "updated",
    "written",
]

DOMAIN = "extract-palette"

SOURCES = REPOSITORY / "gimp_plugin" / "po"

TEMPLATE = SOURCES / f"{DOMAIN}.pot"

LANGUAGES = sorted(path.stem for path in SOURCES.glob("*.po"))

MARKS = {"_": None, "ngettext": (1, 2)}
"""The functions whose arguments are translated."""

COMMENTS = ("TRANSLATORS:",)

TABLE = "palette_engine/options.py"

FORMATS_TABLE = "palette_engine/formats/__init__.py"

WIDTH = 96


HEADER = """\
# What the GIMP plug-in of Palette Engine says.
# The texts in braces, such as {count}, stand for values: keep them as they are. An underscore
# stands before the letter that leads to a widget together with the Alt key.
#"""


class Lasting(Catalog):
    """A catalog whose header does not change with the date or with the version of Babel."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header's names and values, without those that Babel sets."""
        headers = [("Project-Id-Version", "Extract Palette")]
        if self.locale:
            headers += [("Language", str(self.locale)), ("Plural-Forms", self.plural_forms)]
        return [*headers, ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8")]

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        pass


def template() -> Catalog:
    """Return all messages to translate: the marked strings, then those of options and formats."""
    catalog = Lasting(header_comment=HEADER, fuzzy=False)
    for path in sorted(plugin_source().rglob("*.py")):
        name = path.relative_to(REPOSITORY).as_posix()
        found = extract_from_file("python", path, keywords=MARKS, comment_tags=COMMENTS)
        for _line, message, comments, _context in found:
            catalog.add(message, locations=[(name, 0)], auto_comments=comments)
    for sentence in option_texts():
        catalog.add(sentence, locations=[(TABLE, 0)])
    for row in FORMATS.values():
        if row.dumps is not None:
            catalog.add(row.title, locations=[(FORMATS_TABLE, 0)])
    for entry in catalog:
        entry.flags.discard("python-format")  # Babel takes “95 % of” for a format
    return catalog


def option_texts() -> Iterator[str]:
    """Yield the messages of the options that a dialog for a layer shows."""
    for option in (*OPTIONS.values(), DITHER):
        if option.scope == "any":
            yield from (option.label, option.help)
            for choice in option.choices:
                yield from (choice.label, choice.help)


def po_file(language: str) -> Path:
    """Return the path of the .po file of a language, which translators edit."""
    return SOURCES / f"{language}.po"


def mo_file(language: str) -> Path:
    """Return the path of the .mo file of a language, which the plug-in reads."""
    return plugin_source() / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.mo"


def read(path: Path, language: str | None = None) -> Catalog:
    """Return the catalog in a file."""
    with path.open("rb") as file:
        found = read_po(file, locale=language, abort_invalid=True)
    catalog = Lasting(locale=language, header_comment=HEADER, fuzzy=False)
    for message in found:
        if message.id:
            catalog[message.id] = message
    return catalog


def written(catalog: Catalog) -> bytes:
    """Return a catalog as a .po file."""
    file = BytesIO()
    # Without line numbers, which would change with every edit.
    write_po(file, catalog, width=WIDTH, ignore_obsolete=True, include_lineno=False)
    return file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Return a catalog as a .mo file."""
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def updated(language: str) -> Catalog:
    """Return the catalog of a language, with new messages and without removed ones."""
    catalog = read(po_file(language), language)
    catalog.update(template(), no_fuzzy_matching=True)
    return catalog


def main() -> None:
    """Refresh all catalogs."""
    TEMPLATE.write_bytes(written(template()))
    for language in LANGUAGES:
        catalog = updated(language)
        po_file(language).write_bytes(written(catalog))
        mo_file(language).parent.mkdir(parents=True, exist_ok=True)
        mo_file(language).write_bytes(compiled(catalog))


if __name__ == "__main__":
    main()
