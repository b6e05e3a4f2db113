"""Lean imports: scikit-learn and scikit-image without the parts of them that nothing here uses.

`import_leanly` imports names, and postpones packages that are imported on the way but hardly
needed. Such a package is in `sys.modules`, but its own code, which would import all of its modules,
runs only when somebody asks it for a name or imports another of its modules. From Python 3.15 on,
Python's own lazy imports are used. If anything is unusual, everything is imported as always.

See docs/decisions.md#lean-imports.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from threading import get_ident
from types import ModuleType
from typing import Any

__all__ = ["import_leanly"]

VARIABLE = "PALETTE_ENGINE_PLAIN_IMPORTS"
"""The environment variable that turns lean imports off, if it is set to anything."""

TESTED: Mapping[str, tuple[str, tuple[int, int], tuple[int, int]]] = {
    "skimage": ("scikit_image", (0, 24), (0, 26)),
    "sklearn": ("scikit_learn", (1, 5), (1, 9)),
    "scipy": ("scipy", (1, 11), (1, 18)),
}
"""For each library its distribution, and the first and the last version for which this is tested.

Others are imported as always.
"""

ROOTS = (*TESTED, "joblib")
"""Libraries that nobody may have imported before, so that it is known what they have imported."""

PACKAGES: Mapping[str, Mapping[str, str]] = {
    package: {name: module for module, names in modules.items() for name in names.split()}
    for package, modules in {
        "joblib": {"parallel": "Parallel cpu_count delayed effective_n_jobs"},
        "numpy.f2py": {},
        "numpy.polynomial": {},
        "numpy.testing": {},
        "scipy.integrate": {"_quadrature": "trapezoid"},
        "scipy.linalg": {
            "_basic": "inv",
            "_cblas": "_cblas",
            "_clapack": "_clapack",
            "_fblas_64": "_fblas_64",
            "_flapack_64": "_flapack_64",
            "_misc": "norm",
            "blas": "blas get_blas_funcs",
            "lapack": "get_lapack_funcs lapack",
        },
        "scipy.optimize": {"_lsap": "linear_sum_assignment"},
        "scipy.sparse.csgraph": {"_laplacian": "laplacian"},
        "scipy.sparse.linalg": {"_interface": "LinearOperator", "_isolve.iterative": "cg"},
        "scipy.sparse.linalg._isolve": {},
        "scipy.spatial": {"_kdtree": "KDTree", "_qhull": "ConvexHull", "distance": "distance"},
        "scipy.special": {"_ufuncs": "boxcox inv_boxcox rel_entr"},
        "scipy.stats": {},
        "sklearn.cluster": {"_kmeans": "KMeans"},
        "sklearn.metrics": {"pairwise": "pairwise_distances_argmin"},
        "sklearn.preprocessing": {"_data": "normalize", "_encoders": "OneHotEncoder"},
    }.items()
}
"""The packages that are postponed, and for some of their names the modules that define them.

While names are imported leanly, asking for these imports only that module. If it has the same name,
it is the value, and may be missing. All modules are found whose names begin with an underscore.
"""


def import_leanly(names: Sequence[tuple[str, str]]) -> list[Any]:
    """Return the values of names, given as pairs of a module and a name in it.

    `PACKAGES` that are imported on the way are postponed if possible. Raises what importing the
    names raises.
    """
    # Whatever libraries raise because of the order; what they lack then, they import below.
    with suppress(Exception):
        if _is_usual():
            with _lazy() if hasattr(sys, "set_lazy_imports") else _lean():
                return _values(names)
    return _values(names)


def _values(names: Sequence[tuple[str, str]]) -> list[Any]:
    return [getattr(import_module(module), name) for module, name in names]


def _is_usual() -> bool:
    """Return whether nothing is known that speaks against lean imports."""
    return not (
        os.environ.get(VARIABLE)
        or sys.implementation.name != "cpython"
        or getattr(sys, "frozen", False)
        or _ModuleLock is None
        or _is_debugged()
        or any(root in sys.modules for root in ROOTS)
        or not all(map(_is_tested, TESTED))
    )


def _is_debugged() -> bool:
    """Return whether a debugger or a measurement of coverage watches this thread."""
    if sys.gettrace() is not None:
        return True
    monitoring = getattr(sys, "monitoring", None)  # since Python 3.12
    return monitoring is not None and any(
        monitoring.get_tool(tool) for tool in (monitoring.DEBUGGER_ID, monitoring.COVERAGE_ID)
    )


def _is_tested(library: str) -> bool:
    """Return whether the version of a library that would be imported is a tested one.

    `importlib.metadata` would take longer to import than this takes.
    """
    distribution, first, last = TESTED[library]
    spec = PathFinder.find_spec(library)
    if spec is None or not spec.origin:
        return False
    pattern = re.compile(rf"{distribution}-(\d+)\.(\d+)[^-]*\.(dist|egg)-info", re.IGNORECASE)
    folder = os.path.dirname(os.path.dirname(spec.origin))  # noqa: PTH120  pathlib takes longer
    found = [match for match in map(pattern.fullmatch, os.listdir(folder)) if match]  # noqa: PTH208
    return len(found) == 1 and first <= (int(found[0][1]), int(found[0][2])) <= last


# From Python 3.15 on


@contextmanager
def _lazy() -> Iterator[None]:
    """Make the imports of these libraries lazy, in Python's own way."""
    system: Any = sys
    mode, chooser = system.get_lazy_imports(), system.get_lazy_imports_filter()
    system.set_lazy_imports_filter(_is_lazy)
    system.set_lazy_imports("all")
    try:
        yield
    finally:
        system.set_lazy_imports(mode)
        system.set_lazy_imports_filter(chooser)


def _is_lazy(importer: str, _imported: str, _names: tuple[str, ...] | None) -> bool:
    """Return whether an import statement is lazy: all statements of these libraries."""
    return importer.partition(".")[0] in ROOTS


# Before Python 3.15


_threads: set[int] = set()
"""The threads that import leanly just now."""


@contextmanager
def _lean() -> Iterator[None]:
    """Postpone the packages that this thread imports."""
    finder, thread = _Finder(), get_ident()
    _threads.add(thread)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        _threads.discard(thread)
        if finder in sys.meta_path:
            sys.meta_path.remove(finder)


class _Finder:
    """Finds packages that are postponed. See `importlib.abc.MetaPathFinder`."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load a package later, or None for everything else."""
        if name not in PACKAGES or get_ident() not in _threads:
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        specs = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            # No `importlib.abc.Loader`, which takes longer to import than it is worth.
            spec.loader = _Postponement(spec.loader)  # type: ignore[assignment]
        return spec


class _Postponement:
    """Loads a package without running its code. See `importlib.abc.Loader`."""

    def __init__(self, loader: SourceFileLoader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> None:
        """Let Python create an ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        """Make the module one that runs its code later, by its own loader."""
        spec = module.__spec__
        assert spec is not None
        spec.loader = module.__loader__ = self._loader
        module.__class__ = _PostponedPackage


class _PostponedPackage(ModuleType):
    """A package whose code has not run. It becomes an ordinary module as soon as it has.

    Then its methods go on with `ModuleType`, as `super()` would not find this class any more.
    """

    def __getattr__(self, name: str) -> object:
        if name == "__warningregistry__":  # many look for it in all modules; its code creates it
            raise AttributeError(name)
        if get_ident() in _threads:
            known = PACKAGES[self.__name__]
            module = known.get(name, name if re.match("_[^_]", name) else None)
            path = f"{self.__name__}.{module}"
            try:
                if module is not None:
                    found = import_module(path)
                    return found if module == name else getattr(found, name)
            except (AttributeError, ImportError) as error:
                if known.get(name) == name and getattr(error, "name", None) == path:
                    raise AttributeError(f"There is no module {path}", name=name) from None
                # The name is no module, or defined elsewhere in this version.
        _run(self)
        return ModuleType.__getattribute__(self, name)

    def __getattribute__(self, name: str) -> object:
        # Python asks for the path before it imports names or another module from the package.
        if name in ("__dict__", "__doc__") or (name == "__path__" and get_ident() not in _threads):
            _run(self)
        return ModuleType.__getattribute__(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        # Python makes each module that it has imported an attribute of its package.
        if sys.modules.get(f"{self.__name__}.{name}") is not value:
            _run(self)
        ModuleType.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        _run(self)
        ModuleType.__delattr__(self, name)

    def __dir__(self) -> Iterable[str]:
        _run(self)
        return ModuleType.__dir__(self)


_ModuleLock = getattr(sys.modules["_frozen_importlib"], "_ModuleLockManager", None)
"""The lock that a thread holds while it imports a module, by the module's name.

It is private to `importlib`, but nothing else lets imports of the package wait for `_run`, and ends
deadlocks of imports in several threads.
"""

_running: set[str] = set()
"""The packages whose code is running."""


class _TooEarlyError(RuntimeError):
    """A package asks for names of another that needs it; no `ImportError`, which some ignore."""


def _run(package: ModuleType) -> None:
    """Run the code of a postponed package unless it has run, as importing it would have done."""
    spec = package.__spec__
    assert spec is not None
    assert spec.loader is not None
    assert _ModuleLock is not None
    with _ModuleLock(spec.name):
        if type(package) is not _PostponedPackage or spec.name in _running:
            return  # it has run in another thread, or this one is running it
        if get_ident() in _threads and _is_importing(f"{spec.name}."):
            raise _TooEarlyError(f"A module of {spec.name} needs the package before it has run.")
        _running.add(spec.name)
        # Other threads that import it wait for the lock.
        spec._initializing = True  # type: ignore[attr-defined]
        try:
            spec.loader.exec_module(package)
        finally:
            spec._initializing = False  # type: ignore[attr-defined]
            _running.discard(spec.name)
        ModuleType.__setattr__(package, "__class__", ModuleType)


def _is_importing(prefix: str) -> bool:
    """Return whether a module whose name begins like this is not yet completely imported."""
    return any(
        getattr(getattr(module, "__spec__", None), "_initializing", False)
        for name, module in [*sys.modules.items()]
        if name.startswith(prefix)
    )
