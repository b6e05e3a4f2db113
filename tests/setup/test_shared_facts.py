"""Facts that the plug-in and the engine share, compared, as neither imports the other."""

from __future__ import annotations

import ast
import io
import locale
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_engine.drawing.swatch_strip import MAX_WIDTH
from palette_engine.errors import OptionError
from palette_engine.formats import FORMATS, MAX_BYTES
from palette_engine.gimp.installation import install
from palette_engine.gimp.plugin_files import plugin_source
from palette_engine.option_kinds import KINDS
from palette_engine.options import DITHER, OPTIONS
from palette_engine.palette.value import percent, plain_text
from palette_engine.recoloring.recolor import MAX_COLORS
from palette_engine.session.protocol import PROTOCOL
from palette_engine.session.strips import Layout, Strips
from tests.setup.plugin_modules import plugin_module

Load = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def load() -> Any:
    """Return a function that loads a module of the plug-in, in English."""
    with pytest.MonkeyPatch.context() as patch:
        yield lambda name: plugin_module(patch, name)


def literal_keys(module: str, name: str) -> set[Any]:
    """Return the keys of a dictionary in a module that cannot be imported without GIMP."""
    text = (plugin_source() / "extract_palette" / f"{module}.py").read_text("utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if name in map(ast.unparse, targets):
                return {ast.literal_eval(key) for key in node.value.keys if key}
    raise AssertionError(f"{module}.py has no {name}")


def test_both_speak_one_protocol(load: Load) -> None:
    assert load("engine.session").PROTOCOL == PROTOCOL


def test_every_kind_of_option_in_a_dialog_has_a_widget() -> None:
    shown = [option for option in (*OPTIONS.values(), DITHER) if option.scope == "any"]
    assert {option.kind for option in shown} <= literal_keys("widgets/option_widgets", "WIDGETS")


def test_every_word_that_an_option_takes_beside_its_values_has_a_flag() -> None:
    words = {
        (option.name, word)
        for option in OPTIONS.values()
        if option.scope == "any"
        for word in KINDS[option.kind].named
    }
    assert literal_keys("calls/arguments", "NAMED") == words


def test_the_installed_table_has_the_options_and_limits(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = load("installed_files")
    monkeypatch.setattr(files, "FOLDER", install(tmp_path).folder)
    names = [row["name"] for row in files.installed_options("extraction")]
    assert names == [option.name for option in OPTIONS.values() if option.scope == "any"]
    (dither,) = files.installed_options("recoloring")
    assert [choice["name"] for choice in dither["choices"]] == [*DITHER.keys]
    assert files.limit("recoloring_colors") == MAX_COLORS
    assert files.limit("strip_width") == MAX_WIDTH


def test_the_installed_table_has_the_palette_formats(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = load("installed_files")
    monkeypatch.setattr(files, "FOLDER", install(tmp_path).folder)
    rows = {row["name"]: row for row in files.installed_formats()}
    assert [*rows] == [*FORMATS]
    for name, row in rows.items():
        known = FORMATS[name]
        assert (row["title"], tuple(row["suffixes"])) == (known.title, known.suffixes)
        assert row["is_read"] == (known.loads is not None)
        assert row["is_written"] == (known.dumps is not None)


def test_the_plug_in_reads_no_more_of_a_file_than_the_engine_takes() -> None:
    text = (plugin_source() / "extract_palette" / "calls" / "palette_files.py").read_text("utf-8")
    (found,) = (
        node.value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MAX_BYTES"
    )
    assert eval(ast.unparse(found)) == MAX_BYTES


@pytest.mark.parametrize("table", [None, "", "[]", "{", "7", "\0"])
def test_without_a_table_there_are_no_options_and_no_limits(
    table: str | None, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = load("installed_files")
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    if table is not None:
        (tmp_path / "options.json").write_text(table)
    assert files.installed_options("extraction") == []
    assert files.installed_formats() == []
    assert files.limit("strip_width") is None


def test_only_limits_of_the_table_are_asked_for() -> None:
    asked = set()
    for path in (plugin_source() / "extract_palette").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "limit":
                asked.add(ast.literal_eval(node.args[0]))
    assert asked == {"recoloring_colors", "strip_width"}


@given(text=st.text(), limit=st.integers(0, 100))
def test_names_are_cleaned_in_the_same_way(load: Load, text: str, limit: int) -> None:
    text = text.encode(errors="replace").decode()
    assert load_once(load, "images.names").one_line(text, limit) == plain_text(text, limit)


@given(share=st.floats(0, 1))
def test_shares_have_the_same_digits(load: Load, share: float) -> None:
    assert locale.localeconv()["decimal_point"] == "."
    written = load_once(load, "pictures.swatches").percent(share)
    assert written.replace(" %", "%") == percent(share)


@given(
    codes=st.lists(
        st.tuples(
            st.sampled_from(["#", ""]),
            st.from_regex(r"([0-9a-fA-F]{3}){1,2}", fullmatch=True),
            st.sampled_from([",", " ", ", ", ",,", "\n"]),
        ),
        max_size=8,
    )
)
def test_colors_to_keep_are_read_in_the_same_way(
    load: Load, codes: list[tuple[str, str, str]]
) -> None:
    text = "".join(f"{mark}{digits}{end}" for mark, digits, end in codes)
    assert load_once(load, "pictures.swatches").colors_in(text) == [*OPTIONS["keep"].read(text)]


@given(text=st.text("#0123abcF ,", max_size=30))
def test_what_the_engine_takes_for_colors_the_plug_in_does_too(load: Load, text: str) -> None:
    try:
        colors = OPTIONS["keep"].read(text)
    except OptionError:
        return
    assert load_once(load, "pictures.swatches").colors_in(text) == [*colors]


@given(
    planes=st.integers(1, 3).flatmap(
        lambda masks: st.tuples(st.just(masks - 1), st.binary(min_size=35, max_size=35))
    )
)
def test_masks_are_multiplied_in_the_same_way(load: Load, planes: tuple[int, bytes]) -> None:
    masks, values = planes
    data = values[: 5 * (4 + masks)]
    (strip,) = Strips(io.BytesIO(data), Layout(5, 1, 1, masks))
    masked = np.frombuffer(load_once(load, "pictures.masks").masked(5, data), np.uint8).reshape(-1, 4)
    assert masked[:, :3].tolist() == strip.rgb.tolist()
    assert masked[:, 3].tolist() == strip.weight.tolist()


LOADED: dict[str, ModuleType] = {}


def load_once(load: Load, name: str) -> ModuleType:
    """Return a module without loading it anew for each example."""
    if name not in LOADED:
        LOADED[name] = load(name)
    return LOADED[name]
