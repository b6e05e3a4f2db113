"""The catalogs of translations, without GIMP."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message

from palette_engine.errors import PaletteError, Reason
from palette_engine.gimp.plugin_files import plugin_source
from palette_engine.options import OPTIONS, Options
from palette_engine.recoloring.recolor import check_recoloring
from tests.setup.plugin_modules import plugin_module
from tools import catalogs
from tools.provisioning.debian import REPOSITORY

PLUGIN_FILES = sorted(plugin_source().rglob("*.py"))
ENGINE_FILES = sorted(
    path
    for path in (REPOSITORY / "palette_engine").rglob("*.py")
    # The plug-in knows nothing of these.
    if not {"collections", "web", "workers"} & {*path.relative_to(REPOSITORY).parts}
)

REFRESH = "“make translations” brings the catalogs in line"

MNEMONIC = re.compile(r"_(\w)")

BUTTONS = {
    "en": ("_OK", "_Cancel", "_Reset", "_Help", "_Load Saved Settings", "_Save Settings"),
    "de": (
        *("_OK", "Abbre_chen", "_Zurücksetzen", "_Hilfe"),
        *("_Gespeicherte Einstellungen laden", "Einstellungen _speichern"),
    ),
}
"""What GIMP's own buttons in a procedure's dialog say; see tests/gimp/test_german.py."""

WITH_KEYS = {
    "extraction": (
        *("_Number of colors", "A_uto", "_Balance", "Sort b_y", "Take colors _from"),
        *("_Palette name", "More opt_ions", "Also crea_te", "Try A_gain"),
        *("Na_mes", "K_eep colors apart", "_Keep", "Lea_ve out"),
        *("Recolored l_ayer", "_Dithering", "Split vie_w"),
    ),
    "recoloring": ("_Palette", "_Area", "_Dithering", "Split vie_w", "Try A_gain"),
    "color change": ("_Number of colors", "_Area", "Split vie_w", "Try A_gain"),
    "separation": (
        *("_Palette", "_Area", "_Make", "Co_ntent", "E_dges", "Split vie_w", "Try A_gain"),
    ),
    "layer palettes": (
        *("_Number of colors", "A_uto", "_Balance", "Sort b_y", "Na_mes", "K_eep colors apart"),
        *("Lea_ve out", "Split vie_w", "Try A_gain"),
    ),
}
"""The labels in each dialog that have a key, also those in sections that may be folded."""


def messages(language: str) -> list[Message]:
    """Return the sentences of a language, without the header."""
    found = catalogs.read(catalogs.po_file(language), language)
    return [message for message in found if message.id]


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return a text, or all plural forms of one."""
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def placeholders(text: str) -> Counter[tuple[str, str | None]]:
    """Return the names in braces, with how they are to be written."""
    return Counter((name, spec) for _, name, spec, _ in Formatter().parse(text) if name is not None)


def test_the_template_holds_what_the_plug_in_says() -> None:
    assert catalogs.TEMPLATE.read_bytes() == catalogs.written(catalogs.template()), REFRESH


def test_there_is_a_german_translation() -> None:
    assert "de" in catalogs.LANGUAGES


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_a_languages_file_has_all_that_is_said_and_nothing_else(language: str) -> None:
    expected = catalogs.written(catalogs.updated(language))
    assert catalogs.po_file(language).read_bytes() == expected, REFRESH


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_the_compiled_file_is_that_of_the_written_one(language: str) -> None:
    catalog = catalogs.read(catalogs.po_file(language), language)
    assert catalogs.mo_file(language).read_bytes() == catalogs.compiled(catalog), REFRESH


def test_every_compiled_file_has_a_source() -> None:
    compiled = sorted(plugin_source().rglob("*.mo"))
    assert compiled == [catalogs.mo_file(language) for language in catalogs.LANGUAGES]


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_nothing_is_left_untranslated_or_in_doubt(language: str) -> None:
    plurals = catalogs.read(catalogs.po_file(language), language).num_plurals
    for message in messages(language):
        assert all(forms(message.string)), message.id
        assert not message.fuzzy, message.id
        assert len(forms(message.string)) == (plurals if message.pluralizable else 1), message.id


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_a_translation_has_the_same_placeholders(language: str) -> None:
    for message in messages(language):
        expected = placeholders(forms(message.id)[-1])
        for form in forms(message.string):
            assert placeholders(form) == expected, form


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_a_translation_has_a_mnemonic_where_the_original_has_one(language: str) -> None:
    for message in messages(language):
        texts = (*forms(message.id), *forms(message.string))
        counts = {len(MNEMONIC.findall(text)) for text in texts}
        assert len(counts) == 1, message.id


@pytest.mark.parametrize("dialog", WITH_KEYS)
@pytest.mark.parametrize("language", ["en", *catalogs.LANGUAGES])
def test_no_two_labels_of_a_dialog_have_one_mnemonic(language: str, dialog: str) -> None:
    said: dict[str, str] = {}
    for message in catalogs.template() if language == "en" else messages(language):
        said[forms(message.id)[0]] = forms(message.string)[0] or forms(message.id)[0]
    labels = [*(said[label] for label in WITH_KEYS[dialog]), *BUTTONS[language]]
    keys = Counter(key.lower() for label in labels for key in MNEMONIC.findall(label))
    assert set(keys.values()) == {1}, keys
    assert keys.total() == len(labels)


FILE_DIALOGS = {
    "import": ("_Palette name", "_Help", "_Cancel", "_Import"),
    "export": ("Fo_rmat", "Sort b_y", "Na_mes", "_Help", "_Cancel", "_Export"),
}
"""The labels with a key below the files, in the windows for palette files."""


@pytest.mark.parametrize("language", ["en", *catalogs.LANGUAGES])
@pytest.mark.parametrize("dialog", FILE_DIALOGS)
def test_keys_in_the_windows_for_palette_files_lead_to_one_widget(
    language: str, dialog: str
) -> None:
    said = {forms(message.id)[0]: forms(message.string)[0] for message in messages("de")}
    labels = [said[label] if language == "de" else label for label in FILE_DIALOGS[dialog]]
    keys = Counter(key.lower() for label in labels for key in MNEMONIC.findall(label))
    assert set(keys.values()) == {1}, keys


def test_every_option_with_a_mnemonic_is_compared() -> None:
    keyed = {each.label for each in OPTIONS.values() if each.scope == "any" and "_" in each.label}
    assert keyed <= {*WITH_KEYS["extraction"]}


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_a_language_has_a_page_of_help(language: str) -> None:
    catalog: Catalog = catalogs.read(catalogs.po_file(language), language)
    page = catalog["en.html"].string
    assert page == f"{language}.html"
    assert (plugin_source() / "help" / page).is_file()


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls in a file, with the name of what is called."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize("path", PLUGIN_FILES, ids=lambda path: path.name)
def test_what_is_marked_for_translation_is_plain_text(path: Path) -> None:
    for name, call in calls(path):
        count = {"_": 1, "ngettext": 2}.get(name, 0)
        assert all(map(is_text, call.args[:count])), ast.unparse(call)


@pytest.mark.parametrize("path", PLUGIN_FILES, ids=lambda path: path.name)
def test_no_error_is_in_english_only(path: Path) -> None:
    errors = {
        "Problem",
        "ArgumentError",
        "EngineError",
        "FileError",
        "Refusal",
        "ResultError",
        "SourceError",
    }
    for name, call in calls(path):
        if name in errors:
            bare = [arg for arg in call.args if is_text(arg) or isinstance(arg, ast.JoinedStr)]
            assert not bare, ast.unparse(call)


ABOUT_FILES = {
    Reason.BEYOND_PICTURE,
    Reason.EMPTY_FRAME,
    Reason.FORMAT_MISSING,
    Reason.NOT_A_PICTURE,
    Reason.TOO_MANY_PIXELS,
    Reason.TOO_MUCH_MEMORY,
}
"""Reasons of files, which the plug-in never sends."""


def reasons() -> dict[str, set[str]]:
    """Return the reasons that the engine has for errors, with the names of their numbers."""
    found: dict[str, set[str]] = {}
    for path in ENGINE_FILES:
        for name, call in calls(path):
            # The reason of an error, or of the errors that an option of some kind raises.
            given = [call.args[1:], [each.value for each in call.keywords if name == "Kind"]]
            texts = [ast.unparse(value) for value in chain(*given)]
            named = [text.removeprefix("Reason.") for text in texts if text.startswith("Reason.")]
            numbers = {str(each.arg) for each in call.keywords if name != "Kind"}
            for reason in (Reason[each].value for each in named):
                found[reason] = found.get(reason, numbers) & numbers
    return found


@pytest.fixture
def german_errors(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the plug-in's module of errors, in German."""
    return plugin_module(monkeypatch, "errors", language="de")


def refusal(work: Callable[[], object]) -> dict[str, object]:
    """Return how a session tells what the engine raises."""
    with pytest.raises(PaletteError) as caught:
        work()
    error = caught.value
    return {"error": str(error), "reason": error.reason, "values": error.values}


def test_every_reason_that_an_error_has_is_in_use() -> None:
    engine = (REPOSITORY / "palette_engine").rglob("*.py")
    sources = "".join(path.read_text("utf-8") for path in engine)
    assert [reason.name for reason in Reason if f"Reason.{reason.name}" not in sources] == []


def test_every_reason_of_the_engine_is_said_in_the_users_language(
    german_errors: ModuleType,
) -> None:
    known = reasons()
    assert german_errors.SENTENCES.keys() == known.keys() - ABOUT_FILES
    for reason, sentence in german_errors.SENTENCES.items():
        assert {name for name, _ in placeholders(sentence)} <= known[reason]


def test_a_refusal_is_said_in_german(german_errors: ModuleType) -> None:
    answer = refusal(lambda: Options(colors=2, keep=("#111", "#222", "#333")))
    assert german_errors.sentence_of(answer) == (
        "Es sollen mehr Farben behalten werden (3), als die Palette haben darf (2). "
        "Erhöhen Sie die Anzahl der Farben, oder behalten Sie weniger."
    )
    answer = refusal(lambda: check_recoloring(9000, "none"))
    assert "hat 9000 Farben" in german_errors.sentence_of(answer)


@pytest.mark.parametrize(
    "rest",
    [
        {},
        {"reason": "of-tomorrow", "values": {}},
        {"reason": ["too-wide"], "values": {}},
        {"reason": "too-wide"},
        {"reason": "too-wide", "values": {"wide": 3}},
        {"reason": "all-ignored", "values": {"distance": [3]}},
        {"reason": "all-ignored", "values": {"distance": "three"}},
    ],
)
def test_what_has_no_words_of_its_own_is_said_by_the_engine(
    german_errors: ModuleType, rest: dict[str, object]
) -> None:
    assert german_errors.sentence_of({"error": "It is {so}.", **rest}) == "It is {so}."
