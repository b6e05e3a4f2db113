"""The plug-in's zip file, unpacked by hand into a profile of real GIMP."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from palette_engine.gimp.package import package
from palette_engine.gimp.plugin_files import plugin_source
from tests.gimp.gimps import Gimp, Worker
from tests.setup.plugin_folders import unpack

pytestmark = pytest.mark.gimp


@dataclass(frozen=True)
class User:
    """A user with a home and a profile, and nothing installed."""

    gimp: Gimp
    folder: Path

    @property
    def profile(self) -> Path:
        return self.folder / "profile"

    @property
    def program(self) -> Path:
        return self.gimp.folder / "engine" / "bin" / "palette-engine"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.folder / "home"),
            "XDG_CACHE_HOME": str(self.gimp.folder / "home" / ".cache"),
            "GIMP3_DIRECTORY": str(self.profile),
        }

    def link(self, folder: Path) -> Path:
        """Link the engine into a folder, as pipx and uv do."""
        folder.mkdir(parents=True)
        link = folder / "palette-engine"
        link.symlink_to(self.program)
        return link

    def worker(self, **environment: str) -> Worker:
        return Worker(self.gimp, {**self.environment, **environment})

    def extract(self, **environment: str) -> dict[str, str]:
        """Start GIMP, call the plug-in, and return the result."""
        with self.worker(**environment) as inside:
            photo = str(self.gimp.folder / "astronaut.png")
            made: dict[str, str] = inside.run(f"result = extract(load({photo!r}), colors=3)")
            return made

    def doctor(self, **environment: str) -> str:
        done = self.gimp.call(
            *(self.program, "gimp", "doctor"), check=False, env={**self.environment, **environment}
        )
        return done.stdout


@pytest.fixture
def user(gimp: Gimp, inside: Worker, tmp_path_factory: pytest.TempPathFactory) -> User:
    """Return a user whose profile has the plug-in unpacked from the engine's zip file."""
    folder = gimp.folder / f"user-{tmp_path_factory.mktemp('user').name}"
    made = User(gimp, folder)
    (folder / "home").mkdir(parents=True)
    # A profile that GIMP has used before: the first start takes long.
    inside.run("result = Gimp.version()")
    shutil.copytree(gimp.profile, made.profile, ignore=shutil.ignore_patterns("extract-palette"))
    gimp.palette_engine("gimp", "package", "-o", folder / "plug-in.zip")
    assert (folder / "plug-in.zip").read_bytes() == package()
    unzip = shutil.which("unzip")
    if unzip:
        command: list[str | Path] = [unzip, "-q", folder / "plug-in.zip"]
        subprocess.run([*command, "-d", made.profile / "plug-ins"], check=True)
    else:
        unpack(package(), made.profile / "plug-ins")
    return made


@pytest.mark.newest_gimp
def test_the_engine_is_found_on_the_path(user: User) -> None:
    # Not in the folder of its Python: GIMP takes the first python3 on the PATH for its plug-ins.
    link = user.link(user.folder / "programs")
    path = f"{link.parent}:/usr/bin:/bin"
    made = user.extract(PATH=path)
    assert made["status"] == "success", made
    assert len(made["colors"]) == 3
    doctor = user.doctor(PATH=path)
    assert "problem" not in doctor
    assert f"unpacked by hand and finds {link}, but only if GIMP is started" in doctor


@pytest.mark.newest_gimp
def test_a_python_that_does_not_search_the_plug_ins_folder_finds_its_modules(user: User) -> None:
    user.link(user.folder / "home/.local/bin")
    made = user.extract(PYTHONSAFEPATH="1")
    assert made["status"] == "success", made


def test_without_an_engine_it_says_how_to_get_one_and_then_finds_it(user: User) -> None:
    folder = user.profile / "plug-ins/extract-palette"
    photo = str(user.gimp.folder / "astronaut.png")
    code = f"result = extract(load({photo!r}), colors=3)"
    with user.worker() as inside:
        made = inside.run(code)
        assert made["status"] == "execution"
        assert f"no engine yet. README.txt in {folder} says how to install it." in made["error"]
        assert (folder / "README.txt").is_file()
        assert "problem  The plug-in in" in user.doctor()

        link = user.link(user.folder / "home/.local/bin")
        assert inside.run(code)["status"] == "success"
        assert f"unpacked by hand and finds {link}.\n" in user.doctor()

        link.unlink()
        user.gimp.call(user.program, "gimp", "install", env=user.environment)
        assert inside.run(code)["status"] == "success"


@pytest.mark.newest_gimp
def test_a_newer_one_unpacked_over_it_is_asked_anew(user: User, tmp_path: Path) -> None:
    label = (
        "procedure = Gimp.get_pdb().lookup_procedure('plug-in-extract-palette')\n"
        "result = procedure.get_menu_label()"
    )
    with user.worker() as inside:
        assert inside.run(label) == "E_xtract Palette…"
    newer = Path(shutil.copytree(plugin_source(), tmp_path / "newer"))
    entry = newer / "extract-palette.py"
    entry.write_text(entry.read_text().replace('"E_xtract Palette…"', '"Something Else"'))
    unpack(package(newer), user.profile / "plug-ins")
    with user.worker() as inside:
        assert inside.run(label) == "Something Else"
