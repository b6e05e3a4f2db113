"""Installing the plug-in in a profile, installing again, and removing it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from palette_engine import OPTIONS, OptionError, SetupError, __version__
from palette_engine.cli import palette_engine
from palette_engine.drawing.swatch_strip import MAX_WIDTH
from palette_engine.gimp.installation import create_profile, install, uninstall
from palette_engine.gimp.manifest import installed
from palette_engine.gimp.plugin_files import plugin_source
from palette_engine.options import DITHER
from palette_engine.recoloring.recolor import MAX_COLORS
from palette_engine.session.protocol import PROTOCOL
from tests.setup.plugin_folders import (
    MODULE,
    TRANSLATION,
    make_source,
    manifest,
    rewrite_manifest,
    snapshot,
)

REPOSITORY = Path(__file__).resolve().parents[2]

posix = pytest.mark.skipif(os.name == "nt", reason="permissions as POSIX knows them")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    folder = tmp_path / "GIMP" / "3.0"
    (folder / "plug-ins" / "other").mkdir(parents=True)
    (folder / "plug-ins" / "other" / "other.py").write_text("somebody else's")
    return folder


@pytest.fixture
def folder(profile: Path) -> Path:
    return profile / "plug-ins" / "extract-palette"


# Installed files


def test_everything_is_copied_but_caches_and_package_files(
    profile: Path, folder: Path, source: Path
) -> None:
    install(profile, source)
    files = {name for name, content in snapshot(folder).items() if content != "folder"}
    written = {"engine.json", "options.json"}
    assert files == {"extract-palette.py", "engine.py", MODULE, TRANSLATION, *written}
    assert (folder / TRANSLATION).read_bytes() == b"\0binary"


def test_the_manifest_says_what_the_plug_in_needs(
    profile: Path, folder: Path, source: Path
) -> None:
    install(profile, source)
    written = manifest(folder)
    assert written["installed_by"] == "palette-engine"
    assert written["version"] == __version__
    assert written["protocol"] == PROTOCOL
    assert written["interpreter"] == sys.executable
    assert written["files"] == {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("extract-palette.py", "engine.py", MODULE, TRANSLATION, "options.json")
    }


def test_the_options_that_make_sense_for_a_layer_come_along(
    profile: Path, folder: Path, source: Path
) -> None:
    install(profile, source)
    table = json.loads((folder / "options.json").read_bytes())
    assert {*table} == {"extraction", "recoloring", "formats", "limits"}
    assert [row["name"] for row in table["extraction"]] == [
        name for name, option in OPTIONS.items() if option.scope == "any"
    ]
    assert [row["name"] for row in table["recoloring"]] == ["dither"]
    for row in (*table["extraction"], *table["recoloring"]):
        option = {**OPTIONS, "dither": DITHER}[row["name"]]
        assert set(row) == {
            *("name", "kind", "default", "label", "help", "minimum", "maximum", "choices"),
            *("named", "is_list"),
        }
        default = json.loads(json.dumps(option.default))
        assert (row["default"], row["maximum"]) == (default, option.maximum)
        assert type(row["default"]) is type(default)  # which is that of the argument in GIMP
        assert [choice["name"] for choice in row["choices"]] == list(option.keys)
        assert all(set(choice) == {"name", "label", "help"} for choice in row["choices"])
    named = {row["name"]: row["named"] for row in table["extraction"] if row["named"]}
    assert named == {"colors": ["auto"], "ignore": ["white", "black"]}
    assert [row["name"] for row in table["extraction"] if row["is_list"]] == ["keep", "ignore"]
    assert table["limits"] == {"recoloring_colors": MAX_COLORS, "strip_width": MAX_WIDTH}


@posix
def test_gimp_can_execute_it_whatever_the_umask_and_the_source(
    profile: Path, folder: Path, source: Path
) -> None:
    (source / "extract-palette.py").chmod(0o600)
    former = os.umask(0o077)
    try:
        install(profile, source)
    finally:
        os.umask(former)
    assert stat.S_IMODE((folder / "extract-palette.py").stat().st_mode) == 0o755


def test_files_are_as_new_as_the_installation(profile: Path, folder: Path, source: Path) -> None:
    for name in ("extract-palette.py", "engine.py"):
        os.utime(source / name, (1, 1))
    before = time.time() - 2
    install(profile, source)
    assert (folder / "extract-palette.py").stat().st_mtime > before
    assert (folder / "engine.py").stat().st_mtime > before


@posix
def test_a_virtual_environments_python_is_recorded_as_it_is(tmp_path: Path, profile: Path) -> None:
    # The environment is empty, so this also shows that installing needs only Python.
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", "--symlinks", tmp_path / "environment"],
        check=True,
    )
    python = tmp_path / "environment/bin/python"
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "from palette_engine.gimp.installation import install; install(Path(sys.argv[2]))"
    )
    subprocess.run([python, "-I", "-c", code, REPOSITORY, profile], check=True)
    recorded = manifest(profile / "plug-ins/extract-palette")["interpreter"]
    assert recorded == str(python)
    assert Path(recorded).is_symlink()


def test_nothing_else_in_the_profile_changes(profile: Path, source: Path) -> None:
    before = snapshot(profile)
    install(profile, source)
    after = snapshot(profile)
    ours = "plug-ins/extract-palette"
    assert {name: after[name] for name in after if not name.startswith(ours)} == before
    uninstall(profile)
    assert snapshot(profile) == before


def test_the_plug_ins_folder_is_created(tmp_path: Path, source: Path) -> None:
    found = install(tmp_path, source)
    assert found.folder == tmp_path / "plug-ins" / "extract-palette"
    assert found.is_current
    assert (found.changed, found.missing, found.extra) == ((), (), ())


def test_the_checkout_has_the_plug_in() -> None:
    assert plugin_source() == REPOSITORY / "gimp_plugin" / "extract-palette"
    assert (plugin_source() / "extract-palette.py").is_file()


# Profiles that do not exist


def test_a_missing_profile_is_refused_and_not_created(tmp_path: Path, source: Path) -> None:
    with pytest.raises(SetupError, match=r"There is no folder .*start GIMP 3 once"):
        install(tmp_path / "missing", source)
    assert not (tmp_path / "missing").exists()


def test_a_profile_is_created_when_asked(tmp_path: Path, source: Path) -> None:
    create_profile(tmp_path / "some" / "where")
    create_profile(tmp_path / "some" / "where")
    assert install(tmp_path / "some" / "where", source).is_current


def test_a_profile_cannot_be_created_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="cannot be created"):
        create_profile(tmp_path / "file" / "profile")


def test_the_plug_ins_folder_is_not_taken_for_a_profile(profile: Path, source: Path) -> None:
    with pytest.raises(SetupError, match="is inside a profile"):
        install(profile / "plug-ins", source)


# Installing again


def test_an_older_version_is_replaced_and_its_old_files_go(
    profile: Path, folder: Path, source: Path
) -> None:
    (source / "former.py").write_text("no longer needed")
    (source / "attic").mkdir()
    (source / "attic" / "former.py").write_text("no longer needed")
    install(profile, source)
    rewrite_manifest(folder, version="0.0.1", protocol=0)
    old = installed(profile)
    assert old
    assert not old.is_current
    shutil.rmtree(source / "attic")
    (source / "former.py").unlink()
    (source / "engine.py").write_text("ENGINE = 2\n")
    install(profile, source)
    assert (folder / "engine.py").read_text() == "ENGINE = 2\n"
    assert not (folder / "former.py").exists()
    assert not (folder / "attic").exists()
    assert manifest(folder)["version"] == __version__
    assert [path.name for path in profile.iterdir()] == ["plug-ins"]


def test_a_missing_file_comes_back(profile: Path, folder: Path, source: Path) -> None:
    install(profile, source)
    (folder / "engine.py").unlink()
    broken = installed(profile)
    assert broken
    assert broken.missing == ("engine.py",)
    assert install(profile, source).missing == ()


def test_other_peoples_files_stay_where_they_are(profile: Path, folder: Path, source: Path) -> None:
    install(profile, source)
    (folder / "notes.txt").write_text("mine")
    (folder / "locale/pl/mine.txt").write_text("mine too")
    (folder / "deep/er").mkdir(parents=True)
    (folder / "deep/er/link").symlink_to("/nowhere")
    again = install(profile, source)
    assert again.extra == ("deep/er/link", "locale/pl/mine.txt", "notes.txt")
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "deep/er/link").is_symlink()
    assert [path.name for path in profile.iterdir()] == ["plug-ins"]


@pytest.mark.parametrize(
    ("extra", "new"),
    [("dialog.py", "dialog.py"), ("data", "data/colors.txt"), ("data/mine.txt", "data")],
)
def test_other_peoples_files_are_not_overwritten_by_a_new_version(
    profile: Path, folder: Path, source: Path, extra: str, new: str
) -> None:
    install(profile, source)
    for path in (folder / extra, source / new):
        path.parent.mkdir(exist_ok=True)
        path.write_text(str(path))
    before = snapshot(profile)
    with pytest.raises(SetupError, match=r"is in the place of a file of the plug-in; move it away"):
        install(profile, source)
    assert snapshot(profile) == before


# Files that the package did not write


@pytest.mark.parametrize(
    "junk",
    [
        None,
        "",
        "junk",
        "[]",
        "{}",
        '{"installed_by": "another installer", "files": {}}',
        '{"installed_by": "palette-engine"}',
        "[" * 100_000,
        b"\xff\xfe\x00",
    ],
    ids=["none", "empty", "junk", "list", "no values", "other", "no files", "deep", "binary"],
)
def test_a_folder_without_our_manifest_is_left_alone(
    profile: Path, folder: Path, source: Path, junk: str | bytes | None
) -> None:
    folder.mkdir()
    (folder / "extract-palette.py").write_text("an incumbent of the same name")
    if junk is not None:
        (folder / "engine.json").write_bytes(junk if isinstance(junk, bytes) else junk.encode())
    before = snapshot(profile)
    for action in (installed, uninstall):
        with pytest.raises(SetupError, match=r"was not put there by Palette Engine; move it away"):
            action(profile)
    with pytest.raises(SetupError, match=r"was not put there by Palette Engine; move it away"):
        install(profile, source)
    assert snapshot(profile) == before


@pytest.mark.parametrize(
    "name",
    [
        *("../other/other.py", "/etc/passwd", "a/../../other/other.py", "", ".", "./engine.py"),
        *("C:\\other.py", "..\\other.py", "engine.json", "a//b"),
    ],
)
def test_a_manifest_that_leads_out_of_its_folder_is_not_ours(
    profile: Path, folder: Path, source: Path, name: str
) -> None:
    install(profile, source)
    victim = profile / "plug-ins/other/other.py"
    digest = hashlib.sha256(victim.read_bytes()).hexdigest()
    rewrite_manifest(folder, files={name: digest})
    with pytest.raises(SetupError, match="was not put there"):
        uninstall(profile)
    assert victim.exists()


@pytest.mark.parametrize(
    "values", [{"files": {"engine.py": 1}}, {"files": []}, {"version": 1}, {"protocol": "1"}]
)
def test_a_manifest_with_values_of_another_kind_never_fails_otherwise(
    profile: Path, folder: Path, source: Path, values: dict[str, object]
) -> None:
    install(profile, source)
    rewrite_manifest(folder, **values)
    before = snapshot(profile)
    with pytest.raises(SetupError):
        install(profile, source)
    assert snapshot(profile) == before


def test_a_file_in_the_folders_place_is_left_alone(
    profile: Path, folder: Path, source: Path
) -> None:
    folder.write_text("a file")
    with pytest.raises(SetupError, match="was not put there by Palette Engine"):
        install(profile, source)
    assert folder.read_text() == "a file"


def test_a_link_in_the_folders_place_is_left_alone(
    tmp_path: Path, profile: Path, folder: Path, source: Path
) -> None:
    install(tmp_path, source)
    for target in (tmp_path / "plug-ins/extract-palette", Path("/nowhere")):
        folder.symlink_to(target)
        before = snapshot(tmp_path)
        with pytest.raises(SetupError, match=r"is a link.*remove the link and try again"):
            install(profile, source)
        with pytest.raises(SetupError, match="is a link"):
            uninstall(profile)
        assert snapshot(tmp_path) == before
        folder.unlink()


def test_a_manifest_that_is_a_link_is_not_ours(
    tmp_path: Path, profile: Path, folder: Path, source: Path
) -> None:
    install(profile, source)
    (folder / "engine.json").rename(tmp_path / "engine.json")
    (folder / "engine.json").symlink_to(tmp_path / "engine.json")
    with pytest.raises(SetupError, match="was not put there"):
        uninstall(profile)


# Files that the user changed


def change_text(path: Path) -> None:
    path.write_text("the user's own version")


def change_to_link(path: Path) -> None:
    twin = path.with_name("twin")
    path.rename(twin)
    path.symlink_to(twin)


def change_to_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "mine").write_text("mine")


@pytest.mark.parametrize("change", [change_text, change_to_link, change_to_folder])
def test_a_changed_file_is_neither_overwritten_nor_removed(
    profile: Path, folder: Path, source: Path, change: object
) -> None:
    install(profile, source)
    assert callable(change)
    change(folder / "engine.py")
    before = snapshot(profile)
    with pytest.raises(SetupError, match=r"engine\.py was changed after .*; move it away"):
        install(profile, source)
    assert snapshot(profile) == before
    former = uninstall(profile)
    assert former
    assert former.changed == ("engine.py",)
    left = snapshot(folder)
    assert left.pop("engine.py") == before["plug-ins/extract-palette/engine.py"]
    assert not set(left) - {"twin", "engine.py/mine"}


def test_files_behind_a_linked_folder_are_left_alone(
    tmp_path: Path, profile: Path, folder: Path, source: Path
) -> None:
    install(profile, source)
    (folder / "locale").rename(tmp_path / "locale")
    (folder / "locale").symlink_to(tmp_path / "locale")
    with pytest.raises(SetupError, match="was changed after"):
        install(profile, source)
    former = uninstall(profile)
    assert former
    assert (former.changed, former.extra) == ((TRANSLATION,), ("locale",))
    assert (tmp_path / TRANSLATION).exists()
    assert set(snapshot(folder)) == {"locale"}


def test_moving_a_changed_file_away_makes_installing_possible(
    tmp_path: Path, profile: Path, folder: Path, source: Path
) -> None:
    install(profile, source)
    change_text(folder / "engine.py")
    (folder / "engine.py").rename(tmp_path / "my-engine.py")
    assert install(profile, source).changed == ()


# Removing


def test_nothing_to_remove(profile: Path, tmp_path: Path) -> None:
    assert uninstall(profile) is None
    assert uninstall(tmp_path / "missing") is None


def test_removing_takes_pythons_caches_and_empty_folders_along(
    profile: Path, folder: Path, source: Path
) -> None:
    install(profile, source)
    subprocess.run([sys.executable, "-m", "compileall", "-q", folder], check=True)
    assert list(folder.glob("__pycache__/engine*.pyc"))
    former = uninstall(profile)
    assert former
    assert (former.version, former.extra) == (__version__, ())
    assert not folder.exists()
    assert [path.name for path in profile.iterdir()] == ["plug-ins"]


def test_removing_leaves_everything_else(profile: Path, folder: Path, source: Path) -> None:
    install(profile, source)
    (folder / "notes.txt").write_text("mine")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__/engine.cpython-311.pyc").write_text("cache")
    (folder / "__pycache__/mine.txt").write_text("mine")
    former = uninstall(profile)
    assert former
    assert former.extra == ("__pycache__/mine.txt", "notes.txt")
    assert snapshot(folder) == {
        "notes.txt": b"mine",
        "__pycache__": "folder",
        "__pycache__/mine.txt": b"mine",
    }
    assert [path.name for path in profile.iterdir()] == ["plug-ins"]


def test_an_incomplete_installation_can_be_removed(
    profile: Path, folder: Path, source: Path
) -> None:
    install(profile, source)
    (folder / "engine.py").unlink()
    uninstall(profile)
    assert not folder.exists()


# Failures


@contextmanager
def without_privileges() -> Iterator[Path]:
    """Run the block as an ordinary user, whom permissions stop, even if root runs the tests."""
    place = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.chown(place, 65534, 65534)
            os.seteuid(65534)
        yield place
    finally:
        if is_root:
            os.seteuid(0)
        for parent, folders, _ in os.walk(place):
            for folder in folders:  # before the walk goes into it
                Path(parent, folder).chmod(0o700)
        shutil.rmtree(place)


@posix
@pytest.mark.parametrize("closed", [".", "plug-ins", "plug-ins/extract-palette"])
def test_what_may_not_be_written_stays_as_it_is(closed: str) -> None:
    with without_privileges() as place:
        source, profile = make_source(place / "source"), place / "profile"
        profile.mkdir()
        install(profile, source)
        notes = profile / "plug-ins/extract-palette/notes.txt"
        before = snapshot(profile)
        (profile / closed).chmod(0o500)
        with pytest.raises(SetupError, match=r"\(Permission denied\), so nothing was changed"):
            install(profile, source)
        with pytest.raises(SetupError, match=r"cannot be removed .*nothing was changed"):
            uninstall(profile)
        assert snapshot(profile) == before
        (profile / closed).chmod(0o700)
        notes.write_text("mine")
        before = snapshot(profile)
        (profile / closed).chmod(0o500)
        with pytest.raises(SetupError, match="nothing was changed"):
            install(profile, source)
        if closed != "plug-ins":  # there it can be done, one file after the other
            with pytest.raises(SetupError, match="nothing was changed"):
                uninstall(profile)
        assert snapshot(profile) == before


@posix
def test_what_fails_halfway_is_undone() -> None:
    with without_privileges() as place:
        source, profile = make_source(place / "source"), place / "profile"
        profile.mkdir()
        folder = install(profile, source).folder
        for name in ("deep/notes.txt", "a.txt", "z.txt"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text("mine")
        before = snapshot(profile)
        # The folder, its new version and a.txt can be moved, deep/notes.txt cannot.
        (folder / "deep").chmod(0o500)
        with pytest.raises(SetupError, match="nothing was changed"):
            install(profile, source)
        assert snapshot(profile) == before
        (folder / "deep").chmod(0o700)
        # Some of our files can be moved, the translation cannot.
        (folder / TRANSLATION).parent.chmod(0o500)
        with pytest.raises(SetupError, match="nothing was changed"):
            uninstall(profile)
        assert snapshot(profile) == before


def test_what_cannot_be_put_back_is_named_and_kept(
    profile: Path, folder: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(profile, source)
    (folder / "notes.txt").write_text("mine")
    rename, calls = Path.rename, []

    def failing_rename(path: Path, target: Path) -> Path:
        calls.append(path)
        if len(calls) > 1:
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing_rename)
    with pytest.raises(SetupError, match="rename it yourself") as caught:
        install(profile, source)
    (old,) = profile.glob(".extract-palette-*/old")
    assert str(old) in str(caught.value)
    assert (old / "notes.txt").read_text() == "mine"


@posix
def test_a_full_disk_leaves_the_old_plug_in(profile: Path, source: Path) -> None:
    import resource

    install(profile, source)
    (source / "engine.py").write_text("x" * 1000)
    before = snapshot(profile)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(SetupError, match="so nothing was changed"):
            install(profile, source)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert snapshot(profile) == before


def test_a_file_called_plug_ins_is_left_alone(tmp_path: Path, source: Path) -> None:
    (tmp_path / "plug-ins").write_text("a file")
    with pytest.raises(SetupError, match=r"is not a folder; move it away"):
        install(tmp_path, source)
    assert (tmp_path / "plug-ins").read_text() == "a file"
    assert uninstall(tmp_path) is None


def test_a_dangling_link_called_plug_ins_is_left_alone(tmp_path: Path, source: Path) -> None:
    (tmp_path / "plug-ins").symlink_to("/nowhere/at/all")
    with pytest.raises(SetupError, match=r"is not a folder; move it away"):
        install(tmp_path, source)


def test_plug_ins_may_be_a_link_to_another_place(tmp_path: Path, source: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "plug-ins"
    elsewhere.mkdir(parents=True)
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "plug-ins").symlink_to(elsewhere)
    install(profile, source)
    assert (elsewhere / "extract-palette/engine.json").is_file()
    assert [path.name for path in elsewhere.parent.iterdir()] == ["plug-ins"]
    uninstall(profile)
    assert list(elsewhere.iterdir()) == []


@posix
def test_a_folder_that_cannot_be_read_is_a_sentence() -> None:
    with without_privileges() as place:
        source, profile = make_source(place / "source"), place / "profile"
        profile.mkdir()
        folder = install(profile, source).folder
        folder.chmod(0)
        with pytest.raises(SetupError, match=r"cannot be read \(Permission denied\); make it"):
            installed(profile)
        folder.chmod(0o700)
        (folder / "locale").chmod(0)
        with pytest.raises(SetupError, match="cannot be read"):
            uninstall(profile)


def test_a_source_without_the_plug_in_is_a_sentence(tmp_path: Path, profile: Path) -> None:
    with pytest.raises(SetupError, match="install Palette Engine again"):
        install(profile, tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SetupError, match=r"no extract-palette\.py .*install Palette Engine again"):
        install(profile, tmp_path / "empty")


# On the command line


def run(home: Path, *arguments: str | Path, **environment: str) -> Result:
    names = ("GIMP3_DIRECTORY", "XDG_CONFIG_HOME", "APPDATA")
    return CliRunner().invoke(
        palette_engine,
        ["gimp", *map(str, arguments)],
        env={**dict.fromkeys(names), "HOME": str(home), "USERPROFILE": str(home), **environment},
    )


def test_install_and_uninstall_say_what_they_did(tmp_path: Path) -> None:
    profile = tmp_path / "3.0"
    folder = profile / "plug-ins" / "extract-palette"
    done = run(tmp_path, "install", "--profile", profile, "--create")
    assert done.exception is None
    assert done.stdout.splitlines() == [
        f"Created {profile}",
        f"Installed Palette Engine {__version__} in {folder}",
        f"GIMP will run it with {sys.executable}",
        "Start GIMP again, then look in Colors > Info > Extract Palette…",
    ]
    (folder / "notes.txt").write_text("mine")
    client = folder / "extract_palette/engine/session.py"
    change_text(client)
    done = run(tmp_path, "uninstall", "--profile", profile)
    assert done.exception is None
    assert done.stdout.splitlines() == [
        f"Removed Palette Engine {__version__} from {folder}",
        f"Left {client}, which was changed after it was installed",
        f"Left {folder / 'notes.txt'}, which Palette Engine did not install",
    ]


def test_uninstall_of_nothing_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, "uninstall", "--profile", tmp_path)
    assert done.stdout == f"The plug-in is not installed in {tmp_path}\n"
    assert done.exit_code == 0


def test_no_profile_says_to_start_gimp_or_name_one(tmp_path: Path) -> None:
    done = run(tmp_path, "install")
    assert isinstance(done.exception, SetupError)
    assert "start GIMP 3 once" in str(done.exception)
    assert "--profile DIR --create" in str(done.exception)
    assert isinstance(run(tmp_path, "uninstall").exception, SetupError)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_gimp3_directory_is_named(tmp_path: Path) -> None:
    done = run(tmp_path, "install", GIMP3_DIRECTORY="mine")
    assert isinstance(done.exception, SetupError)
    assert f"no folder {tmp_path / 'mine'}, which GIMP3_DIRECTORY names" in str(done.exception)


def test_create_works_for_gimp3_directory(tmp_path: Path) -> None:
    done = run(tmp_path, "install", "--create", GIMP3_DIRECTORY="mine")
    assert done.exception is None
    assert installed(tmp_path / "mine")


def test_create_needs_a_name(tmp_path: Path) -> None:
    done = run(tmp_path, "install", "--create")
    assert isinstance(done.exception, OptionError)
    assert "--profile DIR" in str(done.exception)


def test_a_missing_profile_is_not_created_unasked(tmp_path: Path) -> None:
    done = run(tmp_path, "install", "--profile", tmp_path / "missing")
    assert isinstance(done.exception, SetupError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the profiles are elsewhere there")
def test_a_profile_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    good, bad = (tmp_path / ".config/GIMP" / name for name in ("3.2", "3.0"))
    good.mkdir(parents=True)
    foreign = bad / "plug-ins/extract-palette"
    foreign.mkdir(parents=True)
    for command in ("install", "uninstall"):
        done = run(tmp_path, command)
        assert isinstance(done.exception, SetupError)
        assert str(foreign) in str(done.exception)
        assert str(good / "plug-ins/extract-palette") in done.stdout
    assert installed(good) is None


@posix
def test_a_path_that_is_no_text_can_be_printed(tmp_path: Path) -> None:
    profile = tmp_path / os.fsdecode(b"caf\xe9")
    done = run(tmp_path, "install", "--create", "--profile", profile)
    assert done.exception is None
    assert "caf\ufffd" in done.stdout
    assert installed(profile)


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import json, sys, palette_engine.cli.gimp, palette_engine.gimp.doctor;"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert not {"numpy", "PIL", "skimage", "sklearn"} & set(json.loads(done.stdout))
