"""The plug-in as a zip file to unpack by hand, and in the wheel."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from palette_engine import __version__
from palette_engine.gimp.installation import install, uninstall
from palette_engine.gimp.manifest import installed
from palette_engine.gimp.package import package
from palette_engine.gimp.plugin_files import plugin_source
from palette_engine.session.protocol import PROTOCOL
from tests.cli.program import run
from tests.setup.plugin_folders import MODULE, TRANSLATION, make_source, manifest, snapshot, unpack

REPOSITORY = Path(__file__).resolve().parents[2]

posix = pytest.mark.skipif(os.name == "nt", reason="permissions as POSIX knows them")


def opened(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(data))


def test_it_is_one_folder_with_what_gimp_needs_and_nothing_else(source: Path) -> None:
    (source / ".DS_Store").write_text("left by a file manager")
    names = opened(package(source)).namelist()
    assert names == sorted(names)
    files = ("extract-palette.py", "engine.py", MODULE, TRANSLATION, "engine.json", "options.json")
    assert {*names} == {f"extract-palette/{name}" for name in files}


def test_it_says_whose_it_is_where_it_goes_and_what_one_may_do_with_it() -> None:
    archive = opened(package())
    assert archive.read("extract-palette/LICENSE") == (REPOSITORY / "LICENSE").read_bytes()
    text = archive.read("extract-palette/README.txt").decode("ascii")
    for place in ("~/.config/GIMP", "%APPDATA%\\GIMP", "~/Library/Application Support/GIMP"):
        assert place in text
    assert "palette-engine gimp doctor" in text


def test_only_the_entry_program_is_executable(source: Path) -> None:
    modes = {info.filename: info.external_attr >> 16 for info in opened(package(source)).infolist()}
    assert modes.pop("extract-palette/extract-palette.py") == stat.S_IFREG | 0o755
    assert {*modes.values()} == {stat.S_IFREG | 0o644}


def test_the_same_files_give_the_same_bytes_whenever_and_wherever(
    source: Path, tmp_path: Path
) -> None:
    other = make_source(tmp_path / "elsewhere")
    for path in other.rglob("*.py"):
        path.chmod(0o600)
        os.utime(path, (1, 1))
    assert package(other) == package(source)


def test_other_files_have_another_date(source: Path) -> None:
    # GIMP and Python take a file of the same date for one that they have read already.
    def dates() -> set[tuple[int, ...]]:
        return {info.date_time for info in opened(package(source)).infolist()}

    (before,) = dates()
    (source / "engine.py").write_text("ENGINE = 2\n")
    (after,) = dates()
    assert before != after
    assert 1980 <= min(before, after)[0] <= max(before, after)[0] < 2026


def test_what_was_unpacked_by_hand_is_known_and_looks_for_its_engine(
    profile: Path, source: Path
) -> None:
    unpack(package(source), profile / "plug-ins")
    found = installed(profile)
    assert found
    assert found.is_current
    assert found.interpreter is None
    assert (found.changed, found.missing, found.extra) == ((), (), ())


@posix
def test_installing_over_it_upgrades_it(profile: Path, source: Path) -> None:
    unpack(package(source), profile / "plug-ins")
    (source / "engine.py").write_text("ENGINE = 2\n")
    install(profile, source)
    folder = profile / "plug-ins/extract-palette"
    assert (folder / "engine.py").read_text() == "ENGINE = 2\n"
    assert manifest(folder)["interpreter"] == sys.executable
    fresh = profile.with_name("fresh")
    fresh.mkdir()
    install(fresh, source)
    assert snapshot(folder) == snapshot(fresh / "plug-ins/extract-palette")


def test_uninstalling_removes_it_and_nothing_else(profile: Path, source: Path) -> None:
    unpack(package(source), profile / "plug-ins")
    notes = profile / "plug-ins/extract-palette/notes.txt"
    notes.write_text("mine")
    uninstall(profile)
    assert [path for path in profile.rglob("*") if path.is_file()] == [notes]


def test_unpacking_over_an_installation_gives_a_folder_to_unpack(
    profile: Path, source: Path
) -> None:
    install(profile, source)
    unpack(package(source), profile / "plug-ins")
    found = installed(profile)
    assert found
    assert (found.interpreter, found.changed, found.extra) == (None, (), ())


# On the command line


def test_the_command_writes_a_file_named_after_the_version(tmp_path: Path) -> None:
    ended = run("gimp", "package", folder=tmp_path)
    name = f"extract-palette-{__version__}.zip"
    assert (ended.code, ended.out) == (0, b"")
    assert ended.line == f"wrote the plug-in {__version__} to {name}"
    assert (tmp_path / name).read_bytes() == package()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_command_replaces_a_file_only_when_told_to(tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_text("mine")
    refused = run("gimp", "package", "-o", "mine.zip", folder=tmp_path)
    assert refused.code == 2
    assert refused.line == "mine.zip exists; use --force to replace it, or choose another name."
    assert (tmp_path / "mine.zip").read_text() == "mine"
    assert run("gimp", "package", "-o", "mine.zip", "--force", folder=tmp_path).code == 0
    assert (tmp_path / "mine.zip").read_bytes() == package()


# In the wheel


def test_a_wheel_has_every_file_of_the_plug_in_and_packs_the_same(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    leave = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__", "tests")
    shutil.copytree(REPOSITORY, checkout, ignore=leave)
    plugin = checkout / "gimp_plugin/extract-palette"
    for name in (TRANSLATION, "help/index.html", "help/de/index.html", "help/images/dialog.png"):
        (plugin / name).parent.mkdir(parents=True, exist_ok=True)
        (plugin / name).write_bytes(b"\0shipped")
    # Without options a wheel is built from the sdist, so this is about both.
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path / "built", checkout],
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "built").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    shipped = tmp_path / "site/palette_engine/gimp/plugin"
    assert snapshot(shipped) == snapshot(plugin)
    for path in checkout.glob("palette_engine/**/*.py"):
        is_shipped = (tmp_path / "site" / path.relative_to(checkout)).is_file()
        assert is_shipped == path.with_name("__init__.py").exists(), path
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from palette_engine.gimp.package import package; sys.stdout.buffer.write(package())"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, tmp_path / "site"], check=True, capture_output=True
    )
    assert done.stdout == package(plugin)


def test_the_manifest_names_versions_but_no_python() -> None:
    content = json.loads(opened(package()).read("extract-palette/engine.json"))
    assert (content["version"], content["protocol"]) == (__version__, PROTOCOL)
    assert "interpreter" not in content
    on_disk = {path.name for path in plugin_source().iterdir() if path.is_file()}
    assert {*content["files"]} >= on_disk - {"__init__.py"}
