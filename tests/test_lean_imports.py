"""Lean imports: what is not imported, and that other users of the libraries notice nothing.

Each test runs a program of its own, as scikit-learn can be imported for the first time only once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from typing import Any

import pytest
from PIL import Image

from palette_engine.lean_imports import PACKAGES, VARIABLE
from tests.patience import PATIENCE

NATIVE = sys.version_info >= (3, 15)
"""Whether Python itself imports lazily."""

MONITORED = (
    ["import sys; sys.monitoring.use_tool_id(sys.monitoring.DEBUGGER_ID, 'debugger')"]
    if hasattr(sys, "monitoring")  # since Python 3.12
    else []
)

NEWEST = version("scikit-learn").split(".")[:2] != ["1", "5"]
"""Whether scikit-learn is new enough not to ask joblib for nearly all names that it has."""

UNUSED = (
    "numpy.f2py.f2py2e",
    "pandas",
    "scipy.fft",
    "scipy.integrate._ode",
    "scipy.interpolate",
    "scipy.ndimage",
    "scipy.optimize._optimize",
    "scipy.spatial.transform",
    "scipy.stats._stats_py",
    "sklearn.cluster._dbscan",
    "sklearn.decomposition",
    "sklearn.linear_model",
    "sklearn.manifold",
    "sklearn.metrics._classification",
    "sklearn.model_selection",
    "sklearn.neighbors",
    *(("asyncio", "joblib.memory", "numpy.testing._private", "ssl", "unittest") if NEWEST else ()),
)
"""Modules that no palette needs and that plain imports load, or did in the lowest versions."""

LOAD = "from palette_engine import libraries; libraries.load()\n"

POSTPONED = """
def postponed():
    import sys
    from palette_engine.lean_imports import PACKAGES
    kinds = {name: type(sys.modules.get(name)).__name__ for name in PACKAGES}
    return [name for name, kind in kinds.items() if kind == "_PostponedPackage"]
"""


def run(code: str, *arguments: str, **environment: str) -> Any:
    """Return what a new program prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=os.environ | environment,
        check=False,
    )
    assert not done.returncode, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Draw a picture with a few thousand colors."""
    path = tmp_path_factory.mktemp("lean") / "gradient.png"
    gradient = Image.linear_gradient("L").resize((64, 64))
    Image.merge("RGB", (gradient, gradient.rotate(90), gradient.rotate(45))).save(path)
    return str(path)


@pytest.fixture(scope="module")
def loaded(picture: str) -> set[str]:
    """Return the modules that one command loads."""
    code = """
import json, sys
from palette_engine.__main__ import main
sys.argv = ["palette-engine", "extract", sys.argv[1], "-n", "5", "-o", sys.argv[1] + ".gpl"]
try:
    main()
except SystemExit as end:
    assert not end.code
print(json.dumps([*sys.modules]))
"""
    return {*run(code, picture)}


@pytest.mark.parametrize("module", UNUSED)
def test_a_command_does_not_load(module: str, loaded: set[str]) -> None:
    assert "sklearn.cluster._kmeans" in loaded
    assert not [name for name in loaded if f"{name}.".startswith(f"{module}.")]


def test_palettes_and_recolored_pictures_are_those_of_plain_imports(
    picture: str,
) -> None:
    code = """
import json, sys
from palette_engine import Options, extract, recolor
every = [dict(colors=5), dict(colors="auto"), dict(colors=64), dict(mood="people")]
found = [[swatch.hex for swatch in extract(sys.argv[1], **each).swatches] for each in every]
palette = extract(sys.argv[1], colors=4)
for each in ("none", "floyd-steinberg"):
    found.append(recolor(sys.argv[1], palette, each).tobytes().hex())
print(json.dumps(found))
"""
    assert run(code, picture) == run(code, picture, **{VARIABLE: "1"})


def test_the_same_libraries_are_limited_to_one_thread() -> None:
    code = LOAD + (
        "import json\nfrom palette_engine.extraction.kmeans import _pools\n"
        "print(json.dumps(sorted(each['filepath'] for each in _pools().info())))"
    )
    assert run(code) == run(code, **{VARIABLE: "1"})


@pytest.mark.skipif(NATIVE, reason="Python postpones names instead of packages")
class TestPostponedPackages:
    """Packages that are in sys.modules without having run."""

    DESCRIBED = """
import importlib, json, sys
def described(value):
    names = [getattr(value, name, None) for name in ("__module__", "__qualname__", "__name__")]
    return [type(value).__name__, *map(str, names)]
found = {}
for name in PACKAGES:
    ask(importlib.import_module(name))
for name in PACKAGES:
    module = sys.modules[name]
    assert type(module) is type(sys)
    names = {key: described(value) for key, value in vars(module).items() if key != "__builtins__"}
    found[name] = names, sorted(getattr(module, "__all__", [])), sorted(dir(module)), module.__doc__
print(json.dumps(found, sort_keys=True))
"""

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("ask", "packages"),
        [
            ("dir", [*PACKAGES]),
            ("vars", [*PACKAGES][::-1]),
            ("lambda module: module.__doc__", [*PACKAGES]),
            ("lambda module: module.__path__", [*PACKAGES][::-1]),
        ],
        ids=["dir", "vars", "doc", "path"],
    )
    def test_they_become_what_plain_imports_make_of_them(
        self, ask: str, packages: list[str]
    ) -> None:
        code = f"PACKAGES = {packages}\nask = {ask}\n{LOAD}{self.DESCRIBED}"
        assert run(code) == run(code, **{VARIABLE: "1"})

    def test_names_that_were_imported_leanly_are_those_of_the_packages(self) -> None:
        code = f"""
import importlib, json, sys
{LOAD}{POSTPONED}
assert "scipy.stats" in postponed()
from palette_engine.lean_imports import PACKAGES
wrong = []
for package, names in PACKAGES.items():
    for name, module in names.items():
        module = sys.modules.get(f"{{package}}.{{module}}")
        if module is not None:
            real = getattr(importlib.import_module(package), name, None)
            if real is not getattr(module, name, module):
                wrong.append([package, name])
for module, name in libraries.NAMES:
    if getattr(importlib.import_module(module), name) is not vars(libraries.load())[name]:
        wrong.append([module, name])
print(json.dumps(wrong))
"""
        assert run(code) == []

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("statement", "result"),
        [
            ("from sklearn.metrics import accuracy_score; result = accuracy_score([1], [1])", 1.0),
            ("from sklearn.metrics import *; result = accuracy_score([1], [1])", 1.0),
            ("import scipy.stats; result = scipy.stats.norm.cdf(0)", 0.5),
            ("import scipy.stats as s; result = s.norm.cdf(0)", 0.5),
            (
                "from scipy.stats import _morestats as m; result = m.__name__",
                "scipy.stats._morestats",
            ),
            ("import scipy.stats.qmc as m; result = m.__name__", "scipy.stats.qmc"),
            ("import scipy; result = scipy.linalg.det([[2.0]])", 2.0),
            ("import numpy; result = numpy.polynomial.Polynomial([1.0])(0)", 1.0),
            ("import sklearn.metrics as m; m.f = 7; result = dir(m) and m.f", 7),
            ("import scipy.stats as m; m.norm = 7; result = m.norm", 7),
            ("import scipy.stats as m; del m.norm; result = hasattr(m, 'norm')", False),
            ("import scipy.stats as m; result = hasattr(m, 'nothing')", False),
            ("import scipy.stats as m; result = hasattr(m, '__warningregistry__')", False),
            (
                "import scipy.stats as m; from importlib import reload; result = reload(m) is m",
                True,
            ),
            ("import scipy.stats as m, inspect; result = 'norm' in inspect.getsource(m)", True),
            (
                "from importlib.resources import files\n"
                "result = files('scipy.stats').joinpath('__init__.py').is_file()",
                True,
            ),
            (
                "import pickle\nimport scipy.special as m\n"
                "result = pickle.loads(pickle.dumps(m.expit))(0)",
                0.5,
            ),
            (
                "import pickle, sklearn.metrics as m; "
                "result = pickle.loads(pickle.dumps(m.f1_score)) is m.f1_score",
                True,
            ),
            (
                "from unittest.mock import patch\n"
                "with patch('sklearn.metrics.f1_score', 7):\n"
                "    from sklearn.metrics import f1_score as inside\n"
                "from sklearn.metrics import f1_score\n"
                "result = [inside, callable(f1_score)]",
                [7, True],
            ),
        ],
    )
    def test_a_program_may_use_them_in_any_way(self, statement: str, result: object) -> None:
        code = f"{LOAD}{POSTPONED}\nassert 'scipy.stats' in postponed()\n{statement}\n"
        assert run(f"{code}import json; print(json.dumps(result, default=float))") == result

    def test_many_threads_may_ask_for_them_at_once(self) -> None:
        code = f"""
import json, sys, threading
{LOAD}{POSTPONED}
waiting, failed = threading.Barrier(16), []
sys.setswitchinterval(1e-5)
def ask(name):
    waiting.wait()
    try:
        module = __import__(name, fromlist=["__all__"])
        missing = [each for each in getattr(module, "__all__", []) if not hasattr(module, each)]
        assert not missing, missing
    except BaseException as error:
        failed.append(f"{{name}}: {{error!r}}")
threads = [threading.Thread(target=ask, args=[name]) for name in postponed()[:8] * 2]
assert len(threads) == 16
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps(failed))
"""
        assert run(code) == []

    def test_other_threads_import_as_always_meanwhile(self) -> None:
        code = f"""
import json, sys, threading
found = []
def spy(event, values):
    if event == "import" and values[0] == "scipy.linalg._flapack" and not found:
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
def ask():
    for name in [each for each in sys.modules if each.startswith("numpy.f2py")]:
        found.append(type(sys.modules.pop(name)).__name__)
    import numpy.f2py
    found.append(type(numpy.f2py).__name__)
sys.addaudithook(spy)
{LOAD}
print(json.dumps(found[-1]))
"""
        assert run(code) == "module"

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("module", "error"),
        [
            ("sklearn", "ImportError"),
            ("sklearn.metrics.pairwise", "ValueError"),
            ("scipy.linalg._basic", "ImportError"),
            ("scipy.sparse._base", "RecursionError"),
            ("skimage.color.colorconv", "AttributeError"),
        ],
    )
    def test_if_anything_fails_everything_is_imported_as_always(
        self, module: str, error: str
    ) -> None:
        code = f"""
import json, sys
from palette_engine import lean_imports
class Fault:
    done = False
    def find_spec(self, name, path=None, target=None):
        if name == {module!r} and not Fault.done:
            Fault.done = True
            raise {error}("injected")
sys.meta_path.insert(0, Fault())
{LOAD}
assert Fault.done
from sklearn.cluster import DBSCAN, KMeans
from sklearn.linear_model import LogisticRegression
import scipy.stats
assert KMeans is libraries.load().KMeans
scores = KMeans(2, n_init=1).fit([[0.0], [1.0]]).score([[0.0], [1.0]])
hooks = [each for each in sys.meta_path if type(each).__module__ == lean_imports.__name__]
print(json.dumps([scores, scipy.stats.norm.cdf(0), len(hooks), len(lean_imports._threads)]))
"""
        assert run(code) == [0.0, 0.5, 0, 0]

    def test_an_error_that_stays_is_raised(self) -> None:
        code = """
import json, sys
class Fault:
    def find_spec(self, name, path=None, target=None):
        if name == "sklearn":
            raise ImportError("injected", name=name)
sys.meta_path.insert(0, Fault())
from palette_engine import libraries
try:
    libraries.load()
except ImportError as error:
    print(json.dumps(error.name))
"""
        assert run(code) == "sklearn"

    @pytest.mark.parametrize(
        "oddity",
        [
            f"import os; os.environ[{VARIABLE!r}] = '1'",
            "import sys; sys.frozen = True",
            "import os; os.listdir = lambda _: 1 / 0",
            "import sys; sys.settrace(lambda *_: None)",
            "import sklearn",
            "import scipy",
            "import joblib",
            "from palette_engine.lean_imports import TESTED as t; t['scipy'] = 'scipy', (0,), (1,)",
            "from palette_engine import lean_imports as l; l._ModuleLock = None",
            *MONITORED,
        ],
    )
    def test_nothing_is_postponed_if_something_is_unusual(self, oddity: str) -> None:
        code = f"{oddity}\n{LOAD}{POSTPONED}\nimport json; print(json.dumps(postponed()))"
        assert run(code) == []

    def test_versions_of_these_tests_are_known(self) -> None:
        code = f"{LOAD}{POSTPONED}\nimport json; print(json.dumps(postponed()))"
        assert "sklearn.metrics" in run(code), "extend TESTED in palette_engine/lean_imports.py"


STEPS = {
    "palette": "import palette_engine; palette_engine.extract(sys.argv[1], colors=3)",
    "estimators": """
from sklearn.cluster import DBSCAN, KMeans
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator
for estimator in (DBSCAN(), StandardScaler(), KNeighborsClassifier()):
    check_estimator(estimator)
assert KMeans(2, n_init=1).fit([[0.0], [1.0]]).score([[0.0], [1.0]]) == 0
""",
    "scipy": """
import scipy.interpolate, scipy.optimize, scipy.stats
assert scipy.stats.norm.cdf(0) == 0.5
assert abs(scipy.optimize.brentq(lambda x: x - 1, 0, 3) - 1) < 1e-9
assert scipy.interpolate.BSpline([0, 0, 1, 1], [1.0, 1.0], 1)(0.5) == 1
""",
}
"""What a program does with the libraries, beside making palettes."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "order",
    [
        ("palette", "estimators", "scipy"),
        ("scipy", "palette", "estimators"),
        ("estimators", "scipy", "palette"),
    ],
    ids="-".join,
)
def test_a_program_that_uses_the_libraries_itself_works_in_any_order(
    order: tuple[str, ...], picture: str
) -> None:
    steps = "\n".join(STEPS[step] for step in order)
    ignore = "import sys, warnings; warnings.simplefilter('ignore')"
    assert run(f"{ignore}\n{steps}\nprint('true')", picture) is True


@pytest.mark.skipif(NATIVE, reason="Python has its own functions")
@pytest.mark.parametrize("failing", [False, True], ids=["working", "failing"])
def test_lazy_imports_of_python_are_used_and_switched_off_again(failing: bool) -> None:
    code = f"""
import json, sys
state = {{"mode": "normal", "filter": None}}
changes = []
def set_mode(mode): state["mode"] = mode; changes.append(mode)
def set_filter(chooser): state["filter"] = chooser
sys.set_lazy_imports, sys.get_lazy_imports = set_mode, lambda: state["mode"]
sys.set_lazy_imports_filter, sys.get_lazy_imports_filter = set_filter, lambda: state["filter"]
from palette_engine.lean_imports import import_leanly
class Spy:
    seen = None
    def find_spec(self, name, path=None, target=None):
        if name == "sklearn.cluster" and not Spy.seen:
            choose = state["filter"]
            chosen = [choose(each, "x", None) for each in ("sklearn.base", "os")]
            Spy.seen = [state["mode"], *chosen]
            if {failing}:
                raise ValueError("injected")
sys.meta_path.insert(0, Spy())
[value] = import_leanly([("sklearn.cluster", "KMeans")])
print(json.dumps([value.__name__, Spy.seen, changes, state["filter"]]))
"""
    assert run(code) == ["KMeans", ["all", True, False], ["all", "normal"], None]
