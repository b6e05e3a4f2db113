"""README and the pages of docs show what the program really does."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

import palette_engine
from palette_engine import FORMATS, OPTIONS, Palette, Swatch
from palette_engine.cli import palette_engine as program
from palette_engine.formats import dumps
from tests.collections.test_film import write_video
from tests.test_imports import STREETS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md"))
}

SUFFIXES = {".cfg", ".css", ".html", ".js", ".json", ".md", ".mjs", ".py", ".toml", ".txt", ".yaml"}

COMMAND_LINE, FORMATS_PAGE = PAGES["docs/command-line.md"], PAGES["docs/formats.md"]


def blocks(language: str, page: str = COMMAND_LINE) -> list[str]:
    """Return the code blocks of a language on a page."""
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def anchors(page: str) -> list[str]:
    """Return what links to the headings of a page end with, as Markdown programs make them."""
    titles = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles]


def texts() -> Iterator[Path]:
    """Yield the files that people write: programs, pages, settings."""
    folders = ("palette_engine", "gimp_plugin", "tests", "tools", "benchmarks", "docs")
    for path in (*ROOT.iterdir(), *(path for name in folders for path in (ROOT / name).rglob("*"))):
        if path.is_file() and (path.suffix in SUFFIXES or path.name == "Makefile"):
            yield path


def run(*arguments: str, folder: Path = ROOT) -> tuple[list[str], list[str]]:
    """Return the lines that the command writes to standard output and standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "palette_engine", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines(), done.stderr.splitlines()


def printed_by(code: str, folder: Path) -> str:
    """Return what Python code prints when it is run in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


def same_color(one: str, other: str) -> bool:
    """Tell whether two hex colors are as near as two JPEG decoders are."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return all(abs(a - b) <= 2 for a, b in pairs)


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_the_table_of_options_is_the_programs(option: object) -> None:
    from palette_engine import Option

    assert isinstance(option, Option)
    long = f"`--{option.name.replace('_', '-')}`"
    flags = f"`{option.flag}`, {long}" if option.flag else long
    shown = "none" if option.default in ((), None) else option.default
    default = f"{shown:,}" if isinstance(shown, int) else shown
    assert f"| {flags} | {option.takes} | {default} | {option.help} |" in COMMAND_LINE


def test_the_table_of_formats_is_the_programs() -> None:
    table = FORMATS_PAGE.partition("| format | suffix | is | for |\n|---|---|---|---|\n")[2]
    rows = []
    for name, row in FORMATS.items():
        suffixes = ", ".join(f"`{suffix}`" for suffix in row.suffixes)
        ways = {"read": row.loads, "written": row.dumps}
        is_ = " and ".join(way for way, function in ways.items() if function)
        rows.append(f"| `{name}` | {suffixes} | {is_} | {row.title} |\n")
    assert table.startswith("".join(rows) + "\n")


@pytest.mark.parametrize("name", program.commands)
def test_every_command_has_its_row(name: str) -> None:
    assert f"\n| `{name}` | " in COMMAND_LINE


def test_the_architecture_has_every_street_in_the_order_of_imports() -> None:
    table = PAGES["docs/architecture.md"].partition("| street | holds |")[2].partition("\n\n")[0]
    streets = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?`) \| ", table, re.MULTILINE)))
    assert streets == [name for name in STREETS if name not in ("", "__main__")]


@pytest.mark.parametrize("name", ["README.md", "docs/command-line.md"])
def test_the_example_prints_what_it_prints(name: str) -> None:
    (example,) = (block for block in blocks("console", PAGES[name]) if "-n 5\n#ca" in block)
    _, *shown = example.splitlines()
    printed, _ = run("extract", "docs/astronaut.jpg", "-n", "5")
    assert len(printed) == len(shown)
    assert all(same_color(a, b) for a, b in zip(printed, shown, strict=True))


def test_the_example_with_too_few_colors_says_so(tmp_path: Path) -> None:
    (example,) = (block for block in blocks("console") if "two-colors.png" in block)
    picture = Image.new("RGB", (4, 4), "#ffffff")
    picture.paste("#e6194b", (0, 0, 4, 3))
    picture.save(tmp_path / "two-colors.png")
    printed, said = run("extract", "two-colors.png", "-n", "5", folder=tmp_path)
    assert example.splitlines()[1:] == printed + said


def test_the_example_of_a_file_says_what_it_wrote(tmp_path: Path) -> None:
    (example,) = (block for block in blocks("console") if "-o astronaut.gpl" in block)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    command, *shown = example.splitlines()
    printed, said = run(*command.split()[2:], folder=tmp_path)
    assert (printed, said) == ([], shown)


def test_the_example_of_a_conversion_says_what_it_wrote(tmp_path: Path) -> None:
    (example,) = (block for block in blocks("console", FORMATS_PAGE) if "convert" in block)
    colors = tuple(Swatch((gray, gray, gray)) for gray in range(12))
    (tmp_path / "brand.ase").write_bytes(dumps(Palette(colors), "ase"))
    command, *shown = example.splitlines()
    assert run(*command.split()[2:], folder=tmp_path) == ([], shown)


def test_the_example_of_recoloring_says_what_it_wrote(tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    for example in (block for block in blocks("console") if "recolor" in block):
        command, *shown = example.splitlines()
        assert run(*command.split()[2:], folder=tmp_path) == ([], shown)
    modes = {}
    for path in tmp_path.glob("*.png"):
        with Image.open(path) as image:
            modes[path.name] = (image.size, image.mode)
    assert modes == {"poster.png": ((512, 512), "P"), "blue.png": ((512, 512), "RGB")}


def test_the_example_of_a_separation_says_what_it_wrote(tmp_path: Path) -> None:
    (example,) = (block for block in blocks("console") if "separate" in block)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    command, *shown = example.splitlines()
    assert run(*command.split()[2:], folder=tmp_path) == ([], shown)
    assert len([*(tmp_path / "screens").iterdir()]) == 6


@pytest.mark.parametrize("name", ["README.md", "docs/python.md"])
def test_the_first_example_in_python_prints_colors_and_shares(name: str, tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    first, *_ = blocks("python", PAGES[name])
    assert re.fullmatch(r"(#[0-9a-f]{6} \d+\.\d%\n){5}", printed_by(first, tmp_path))


def test_all_examples_on_the_page_on_python_run(tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    printed = printed_by("\n".join(blocks("python", PAGES["docs/python.md"])), tmp_path)
    assert re.search(r"^8 \d+\.\d+$", printed, re.MULTILINE)
    assert "\nTrue\n(512, 512) (0, 0, 512, 512) (" in printed
    assert "\n255\n" in printed
    assert printed.splitlines()[-1].startswith("colors must be a whole number from 1 to 256")
    assert {path.name for path in tmp_path.iterdir()} == {
        "docs",
        "astronaut.ase",
        "astronaut.webp",
        "blue.png",
        "poster.png",
    }


def test_all_examples_in_python_on_the_page_on_collections_run(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "astronaut.jpg").symlink_to(ROOT / "docs" / "astronaut.jpg")
    _, first, second, *_ = blocks("python", PAGES["docs/collections.md"])
    lines = printed_by(first, tmp_path).splitlines()
    assert re.fullmatch(r"docs/astronaut\.jpg \[('#[0-9a-f]{6}'(, )?){5}\] ", lines[0])
    assert lines[1] == (
        "no-such-picture.png [] no-such-picture.png cannot be read: No such file or directory."
    )
    (tmp_path / "example.py").write_text(second)
    done = subprocess.run(
        [sys.executable, "example.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1 0\n"


def test_the_example_with_a_film_runs(tmp_path: Path) -> None:
    write_video(tmp_path / "film.mp4")
    example = blocks("python", PAGES["docs/collections.md"])[0]
    first, second = printed_by(example, tmp_path).splitlines()
    assert re.fullmatch(r"0\.0 0\.0 \[('#[0-9a-f]{6}'(, )?){3}\]", first)
    assert second.startswith("2.0 2.0 ")
    with Image.open(tmp_path / "film.png") as strip:
        assert strip.size == (2000, 400)


@pytest.mark.slow
def test_the_examples_with_joblib_run(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    for name in ("a.jpg", "b.jpg", "c.jpg", "pictures/a.jpg"):
        (tmp_path / name).symlink_to(ROOT / "docs" / "astronaut.jpg")
    found = [each for each in blocks("python", PAGES["docs/collections.md"]) if "joblib" in each]
    pool, parallel = found
    printed_by(pool, tmp_path)
    assert len((tmp_path / "pictures.csv").read_text().splitlines()) == 2
    printed = printed_by(f"{parallel}\nprint(*(row['source'] for row in found))", tmp_path)
    assert printed == "a.jpg b.jpg c.jpg\n"


def test_the_page_on_python_has_every_public_function() -> None:
    functions = {name for name in palette_engine.__all__ if name.islower() and name[0] != "_"}
    described = re.findall(r"^\| `(\w+)\(", PAGES["docs/python.md"], re.MULTILINE)
    assert {*described} == functions


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_picture_is_there(name: str) -> None:
    folder = (ROOT / name).parent
    for target, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([\w-]+))?\)", PAGES[name]):
        path = folder / target if target else ROOT / name
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8"))


def test_every_decision_that_is_linked_has_its_heading() -> None:
    headings = anchors(PAGES["docs/decisions.md"])
    assert len({*headings}) == len(headings), "two decisions have the same heading"
    for path in texts():
        linked = re.findall(r"decisions\.md#([\w-]*)", path.read_text(encoding="utf-8"))
        missing = {*linked} - {*headings}
        assert not missing, f"{path.relative_to(ROOT)} links to {missing}"


@pytest.mark.parametrize(
    "name", ["CONTRIBUTING.md", "docs/architecture.md", "docs/decisions.md", "docs/testing.md"]
)
def test_every_module_that_a_page_names_is_there(name: str) -> None:
    paths = [path.as_posix() for path in texts()]
    named = set(re.findall(r"`((?:[\w-]+/)*[a-z_]+\.py)`", PAGES[name]))
    assert sorted(each for each in named if not any(p.endswith(f"/{each}") for p in paths)) == []


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_function_and_constant_that_a_page_names_is_there(name: str) -> None:
    sources = [path.read_text(encoding="utf-8") for path in texts() if path.suffix == ".py"]
    words = set(re.findall(r"\w+", "".join(sources)))
    prose = re.sub(r"```.*?```", "", PAGES[name], flags=re.DOTALL)
    named = set(re.findall(r"`(?:\w+\.)?(\w*_\w+|[A-Z]{4,})(?:\(\))?`", prose))
    assert named - words == set()


def test_the_contents_of_the_decisions_are_all_their_topics() -> None:
    text = PAGES["docs/decisions.md"]
    topics = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert re.findall(r"^- \[(.*)\]\(#", text, re.MULTILINE) == topics


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    assert len(README.encode()) < 7000
    for name in PAGES:
        assert name == "README.md" or f"]({name})" in README


def test_every_target_of_make_that_a_page_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {
        target for line in re.findall(r"^([\w. -]+):", makefile, re.M) for target in line.split()
    }
    for name, text in PAGES.items():
        for target in re.findall(r"(?:`|\$ |sudo )make ([a-z][\w.-]*)", text):
            assert target in targets, f"{name} names make {target}"


def test_no_host_of_a_package_registry_and_no_path_of_a_machine_is_named() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout")
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    registries = (
        "p" + "ypi.org",
        "files.p" + "ythonhosted",
        "deb.d" + "ebian.org",
        "registry.n" + "pmjs",
    )
    for name in filter(None, tracked):
        text = (ROOT / name).read_text(errors="ignore") if (ROOT / name).exists() else ""
        assert not any(host in text for host in registries), name
