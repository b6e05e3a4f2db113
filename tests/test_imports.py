"""Which module may import which, and what an import must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import palette_engine
from tests.patience import PATIENCE

PACKAGE = Path(palette_engine.__file__).parent
PLUGIN = PACKAGE.parent / "gimp_plugin"

STREETS = (
    "errors",
    "lean_imports",
    "libraries",
    "color",
    "option_kinds",
    "options",
    "palette",
    "",  # palette_engine itself, whose public names of these streets are loaded at once
    "pictures",
    "extraction",
    "drawing",
    "recoloring",
    "formats",
    "workers",
    "session",
    "collections",
    "gimp",
    "web",
    "cli",
    "__main__",
)
"""The streets, lowest first.

A module imports only from its own street, without circles, and from those before it. They are
described in docs/architecture.md.
"""

PLUGIN_STREETS = (
    "installed_files",
    "translation",
    "errors",
    "pictures",
    "engine",
    "images",
    "calls",
    "widgets",
    "dialogs",
    "procedures",
)
"""The streets of the plug-in's package, lowest first, under the same rule."""

HEAVY = ("numpy", "PIL", "skimage", "sklearn", "scipy", "tifffile", "threadpoolctl", "click")

MODULES = sorted(PACKAGE.rglob("*.py"))
PLUGIN_FILES = sorted(PLUGIN.rglob("*.py"))
PLUGIN_PACKAGE = PLUGIN / "extract-palette" / "extract_palette"
PLUGIN_MODULES = sorted(PLUGIN_PACKAGE.glob("**/[!_]*.py"))


def name_of(path: Path, package: Path = PACKAGE) -> str:
    """Return the dotted name of a module of a package."""
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path, package: Path = PACKAGE) -> Iterator[str]:
    """Yield the dotted names in all import statements of a file, also in its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} has a relative import"
            for alias in node.names:
                module = node.module or ""
                inner = package.parent.joinpath(*module.split("."), alias.name)
                is_module = inner.is_dir() or inner.with_suffix(".py").is_file()
                yield f"{module}.{alias.name}" if is_module else module


def level(module: str) -> int:
    """Return the index in `STREETS` of the street of a module."""
    return STREETS.index(module.removeprefix("palette_engine").removeprefix(".").split(".")[0])


def own_imports(path: Path) -> Iterator[str]:
    """Yield the modules of the package that a file imports."""
    yield from (name for name in imports_of(path) if name.split(".")[0] == "palette_engine")


def packages_of(path: Path) -> set[str]:
    """Return the top-level packages that a file imports from."""
    return {name.split(".")[0] for name in imports_of(path)}


# Not palette_engine/__init__.py: it has names of all streets, and loads the heavy ones late.
@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.parent != PACKAGE or p.stem != "__init__"], ids=name_of
)
def test_a_module_imports_only_from_its_street_and_those_before_it(path: Path) -> None:
    module = name_of(path)
    for name in own_imports(path):
        is_neighbor = level(name) == level(module) and path.parent != PACKAGE
        assert level(name) < level(module) or is_neighbor, f"{module} imports {name}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name_of(path): {*own_imports(path)} for path in MODULES if path.parent != PACKAGE}
    TopologicalSorter(graph).prepare()  # raises CycleError


@pytest.mark.parametrize("path", PLUGIN_MODULES, ids=lambda path: path.stem)
def test_a_module_of_the_plugin_imports_only_from_its_street_and_those_before_it(
    path: Path,
) -> None:
    street = name_of(path, PLUGIN_PACKAGE).split(".")[1]
    for name in imports_of(path, PLUGIN_PACKAGE):
        package, _, rest = name.partition(".")
        if package == PLUGIN_PACKAGE.name:
            other = rest.split(".")[0]
            is_neighbor = other == street and path.parent != PLUGIN_PACKAGE
            lower = PLUGIN_STREETS.index(other) < PLUGIN_STREETS.index(street)
            assert lower or is_neighbor, f"{path.stem} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_package_never_imports_gimp(path: Path) -> None:
    assert not packages_of(path) & {"gi", "gimp", "gimpfu"}


@pytest.mark.parametrize("path", PLUGIN_FILES, ids=lambda path: path.name)
def test_the_plugin_never_imports_the_engine_or_what_it_needs(path: Path) -> None:
    assert not packages_of(path) & {"palette_engine", *HEAVY}


@pytest.mark.parametrize("module", ["errors", "options", "palette/value", "session/protocol"])
def test_what_other_programs_read_needs_only_the_standard_library(module: str) -> None:
    own = {"palette_engine", *sys.stdlib_module_names}
    assert packages_of(PACKAGE / f"{module}.py") <= own


@pytest.mark.parametrize("path", [p for p in MODULES if p.stem != "__main__"], ids=name_of)
def test_a_modules_public_names_are_real_and_sorted(path: Path) -> None:
    module = import_module(name_of(path))
    names: list[str] = getattr(module, "__all__", [])
    for name in names:
        assert hasattr(module, name), f"{module.__name__} has no {name}"
    kinds = [(not name.isupper(), not name[0].isupper(), name) for name in names]
    assert kinds == sorted(kinds)
    assert len({*names}) == len(names)


def packages_loaded_by(code: str) -> set[str]:
    """Return the top-level packages that a new interpreter loads while it runs some code."""
    code += "\nimport sys; print(*{name.split('.')[0] for name in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-I", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return {*run.stdout.split()}


@pytest.mark.parametrize("module", ["palette_engine", "palette_engine.session.protocol"])
def test_importing_the_package_loads_nothing_heavy(module: str) -> None:
    assert not packages_loaded_by(f"import {module}") & {*HEAVY}


def test_the_server_of_the_page_loads_nothing_heavy() -> None:
    assert not packages_loaded_by("import palette_engine.web.server") & {*HEAVY} - {"click"}


def test_reading_a_palette_file_loads_nothing_heavy() -> None:
    code = "from palette_engine import FORMATS; FORMATS['gpl'].loads(b'GIMP Palette')"
    assert not packages_loaded_by(code) & {*HEAVY}


def test_the_pipeline_and_the_session_import_scikit_learn_and_scikit_image_late() -> None:
    code = "import palette_engine.extraction.pipeline, palette_engine.session.server"
    assert not packages_loaded_by(code) & {"skimage", "sklearn", "scipy"}


def test_late_names_are_the_real_ones() -> None:
    late = {name for name in palette_engine.__all__ if name not in vars(palette_engine)}
    for name in {*palette_engine._LATE}:
        module = import_module(palette_engine._LATE[name])
        assert getattr(palette_engine, name) is getattr(module, name)
    assert late <= {*palette_engine._LATE}


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'palette_engine' has no attribute 'extrakt'"):
        palette_engine.extrakt  # noqa: B018
