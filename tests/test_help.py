"""The plug-in's pages of help, without GIMP; their scripts: tests/gimp/test_scripts_in_help.py."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from palette_engine.gimp.plugin_files import plugin_source
from palette_engine.options import DITHER, OPTIONS, Options
from tools import catalogs

FOLDER = plugin_source() / "help"
PAGES = sorted(FOLDER.glob("*.html"))

VOID = {"img", "meta"}
"""The elements of the pages that have no end."""

Row = tuple[str, str]
"""The name of an argument or choice in scripts, and its English label without the mnemonic."""


@dataclass
class Page(HTMLParser):
    """The elements and the texts of a page."""

    path: Path
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1], data))

    def all(self, tag: str) -> list[str]:
        """Return the text of all elements of a kind."""
        return [text for name, text in self.texts if name == tag]

    def attributes(self, name: str) -> list[str]:
        """Return all values of an attribute."""
        return [value for _, found in self.elements if (value := found.get(name))]


@cache
def page(path: Path) -> Page:
    return Page(path)


def named(path: Path) -> list[tuple[str, str]]:
    """Return the labels that have a name for scripts behind them, and that name."""
    pattern = r"(?:<b>|<th scope=\"row\">)([^<]+)(?:</b> )?<code>([\w-]+)</code>"
    return [(name, label) for label, name in re.findall(pattern, path.read_text(encoding="utf-8"))]


def plain(label: str) -> str:
    return label.replace("_", "")


def engine_rows() -> list[Row]:
    """Return the engine's options and their choices."""
    rows: list[Row] = []
    for option in (*OPTIONS.values(), DITHER):
        if option.scope == "any":
            rows.append((option.name.replace("_", "-"), option.label))
            rows += [(choice.name, choice.label) for choice in option.choices]
    return rows


def own_rows() -> list[Row]:
    """Return the arguments of the plug-in itself and their choices that are written out."""
    rows: list[Row] = []
    tree = ast.parse(
        (plugin_source() / "extract_palette" / "calls" / "arguments.py").read_text(encoding="utf-8")
    )
    scopes = {"SELECTION": "selection", "LAYER": "layer", "VISIBLE": "visible"}
    scopes |= {"VISIBLE_SELECTION": "visible-selection", "LAYERS": "layers", "IMAGES": "images"}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        index = {"Row": 3, "Choice": 1}.get(node.func.id)
        label = node.args[index] if index and len(node.args) > index else None
        if isinstance(label, ast.Call) and isinstance(label.func, ast.Name):
            first = node.args[0]
            name = scopes[first.attr] if isinstance(first, ast.Attribute) else None
            text = ast.literal_eval(label.args[0]) if label.func.id == "_" else ""
            if text:
                rows.append((name or ast.literal_eval(first), text))
    return rows


def translation(path: Path) -> Callable[[str], str]:
    """Return what translates into the language of a page."""
    if path.stem == "en":
        return lambda text: text
    catalog = catalogs.read(catalogs.po_file(path.stem), path.stem)
    return lambda text: str(catalog[text].string)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_names_every_option_and_choice_by_its_label(path: Path) -> None:
    rows = [*engine_rows(), *own_rows()]
    assert len(own_rows()) >= len(("scope", "palette-name", "swatch-strip"))
    translate, shown = translation(path), named(path)
    for name, label in rows:
        assert (name, plain(translate(label))) in shown, f"{name} is missing"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_pictures_of_a_page_are_there_in_its_language_and_described(path: Path) -> None:
    pictures = [found for tag, found in page(path).elements if tag == "img"]
    assert pictures
    for found in pictures:
        source = found["src"] or ""
        assert source.endswith(f"-{path.stem}.webp")
        with Image.open(FOLDER / source) as picture:
            assert (found["width"], found["height"]) == tuple(map(str, picture.size))
        assert len(found["alt"] or "") > len("a picture")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_has_the_bounds_of_the_number_of_colors(path: Path) -> None:
    def numbers(name: str) -> set[int]:
        text = path.read_text(encoding="utf-8").partition(f"<code>{name}</code></th><td>")[2]
        return {*map(int, re.findall(r"\d+", text.partition("</td>")[0]))}

    colors = OPTIONS["colors"]
    assert numbers("colors") == {colors.minimum, colors.maximum, colors.default}
    assert numbers("auto-colors") == {Options(colors="auto").bounds[1]}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_says_what_a_language_page_must(path: Path) -> None:
    elements = dict(page(path).elements)
    assert elements["html"]["lang"] == path.stem
    assert page(path).all("title")
    assert path.read_bytes().startswith(b"<!doctype html>")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_to_an_anchor_in_the_page(path: Path) -> None:
    anchors = page(path).attributes("id")
    links = page(path).attributes("href")
    assert len({*anchors}) == len(anchors)
    assert {link.removeprefix("#") for link in links if link.startswith("#")} == {*anchors}
    assert all(link.startswith("#") for link in links)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_loads_nothing_but_its_own_pictures(path: Path) -> None:
    tags = {tag for tag, _ in page(path).elements}
    assert not tags & {"script", "link", "iframe", "object", "embed", "base", "form"}
    text = re.sub(r'<img src="images/[\w-]+\.webp" ', "", path.read_text(encoding="utf-8"))
    assert not re.search(r"url\(|@import|https?:|\bsrc=", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_all_pages_have_one_shape(path: Path) -> None:
    english = page(FOLDER / "en.html")
    assert page(path).all("style") == english.all("style")
    assert page(path).attributes("id") == english.attributes("id")
    assert page(path).all("code") == english.all("code")
    same = [tag for tag, _ in page(path).elements if tag not in ("b", "i")]
    assert same == [tag for tag, _ in english.elements if tag not in ("b", "i")]
