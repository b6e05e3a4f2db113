"""What `palette-engine gimp doctor` finds, with shell scripts in place of programs."""

from __future__ import annotations

import os
import stat
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from palette_engine import __version__
from palette_engine.cli import palette_engine
from palette_engine.gimp.doctor import examine
from palette_engine.gimp.finding import Finding
from palette_engine.gimp.installation import install
from palette_engine.gimp.package import package
from palette_engine.gimp.programs import clean_environment
from palette_engine.session.protocol import PROTOCOL
from tests.setup.plugin_folders import TRANSLATION, make_source, rewrite_manifest, unpack
from tests.setup.plugin_modules import plugin_module

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")

GREETING = f'{{"protocol": {PROTOCOL}, "version": "{__version__}"}}'
TAKEN = '{"id": 1, "picture": {}}'
PALETTE = '{"id": 2, "palette": {"swatches": [{}, {}]}}'
LIBRARIES = "pillow 12.0\nnumpy 2.0\nscikit-image 0.25\nscikit-learn 1.6"

Program = Callable[..., Path]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Return a function that makes a shell script in a folder of programs."""

    def write(name: str, *lines: str) -> Path:
        path = tmp_path / "programs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(("#!/bin/sh", *lines, "")))
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def interpreter(program: Program, profile: Path, source: Path) -> Program:
    """Return a function that makes the Python of an installed plug-in a shell script.

    It has all libraries, and runs the given lines in place of the engine.
    """

    def write(*lines: str) -> Path:
        path = program(
            "python",
            'if [ "$2" = -c ]; then',
            f"printf '{LIBRARIES}\\n'".replace("\n", "\\n"),
            "exit; fi",
            *lines,
        )
        rewrite_manifest(install(profile, source).folder, interpreter=str(path))
        return path

    return write


@pytest.fixture
def healthy(interpreter: Program, profile: Path) -> Path:
    """Return the folder of a plug-in whose engine works."""
    interpreter(say(GREETING, TAKEN, PALETTE))
    return profile / "plug-ins" / "extract-palette"


@pytest.fixture
def other(profile: Path) -> Path:
    """Return a second profile, without the plug-in."""
    folder = profile.with_name("3.2")
    folder.mkdir()
    return folder


def problems(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.verdict == "problem"]


def only_problem(findings: list[Finding]) -> Finding:
    (problem,) = problems(findings)
    assert problem.fix
    return problem


def look(*profiles: Path, home: Path, path: str = "", patience: float = 60) -> list[Finding]:
    return examine(profiles, {"PATH": path}, home, patience)


def say(*lines: str) -> str:
    return "printf '%s\\n' " + " ".join(f"'{line}'" for line in lines)


# The whole chain, with the real engine


def test_all_is_well_with_a_real_installation(profile: Path, tmp_path: Path) -> None:
    install(profile)
    findings = look(profile, home=tmp_path)
    assert problems(findings) == []
    sentences = "\n".join(finding.sentence for finding in findings)
    assert f"The plug-in {__version__} is installed in {profile}" in sentences
    assert f"{sys.executable} loads pillow " in sentences
    assert f"The engine {__version__} answers when {sys.executable} runs it." in sentences


def test_the_command_prints_findings_and_ends_with_0_or_3(profile: Path, tmp_path: Path) -> None:
    environment = {"GIMP3_DIRECTORY": "missing", "HOME": str(tmp_path), "PATH": ""}
    ill = CliRunner().invoke(palette_engine, ["gimp", "doctor"], env=environment)
    assert ill.exit_code == 3
    assert f"problem  There is no folder {tmp_path / 'missing'}." in ill.stdout
    assert "\n         Start GIMP 3 once, or run: palette-engine gimp install" in ill.stdout
    install(profile)
    arguments = ["gimp", "doctor", "--profile", str(profile)]
    well = CliRunner().invoke(palette_engine, arguments, env=environment)
    assert well.exit_code == 0
    assert {line.split()[0] for line in well.stdout.splitlines()} == {"ok", "note"}


def test_the_engine_is_examined_before_anything_is_installed(tmp_path: Path) -> None:
    findings = look(home=tmp_path)
    problem = only_problem(findings)
    assert problem.sentence == "No profile of GIMP 3 was found."
    assert "palette-engine gimp install" in problem.fix
    assert any(finding.sentence.startswith("The engine") for finding in findings)


# The environment


def test_nothing_of_gimps_python_reaches_the_engine(
    interpreter: Program, profile: Path, tmp_path: Path
) -> None:
    interpreter(f"env > '{tmp_path}/seen'", say(GREETING, TAKEN, PALETTE))
    names = ("PYTHONHOME", "PYTHONPATH", "LD_PRELOAD_X", "DYLD_X", "GI_TYPELIB_PATH")
    bad = dict.fromkeys((*names, "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"), "/bogus")
    findings = examine([profile], {**bad, "PATH": "/usr/bin:/bin", "LANG": "C"}, tmp_path)
    assert problems(findings) == []
    seen = (tmp_path / "seen").read_text()
    assert "/bogus" not in seen
    assert "LANG=C" in seen


def test_the_plug_in_cleans_the_environment_in_the_same_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine_command = plugin_module(monkeypatch, "engine.command")
    for name in ("PYTHONHOME", "LD_X", "DYLD_X", "GI_TYPELIB_PATH", "VIRTUAL_ENV", "LANG", "X"):
        monkeypatch.setenv(name, "/bogus")
    assert engine_command.clean_environment() == clean_environment(os.environ)


# The engine and its Python


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([say('{"protocol": 99, "version": "9.9"}')], "is of version 9.9 (protocol 99), but this"),
        ([say(f'{{"protocol": {PROTOCOL}, "version": "0.0.1"}}')], "is of version 0.0.1"),
        ([say("junk")], "does not answer as the engine does"),
        ([say("[]")], "does not answer as the engine does"),
        ([r"printf '\377\376\000'"], "does not answer as the engine does"),
        (["head -c 300000 /dev/zero"], "does not answer as the engine does"),
        (["exit 0"], "does not start"),
        (["echo 'No module named palette_engine' >&2; exit 1"], "(No module named palette_engine)"),
        (["kill -9 $$"], "does not start"),
        ([say(GREETING)], "gives no palette"),
        ([say(GREETING, "junk")], "gives no palette"),
        ([say(GREETING, TAKEN)], "gives no palette"),
        ([say(GREETING, TAKEN, '{"id": 2, "palette": 7}')], "gives no palette"),
        ([say(GREETING), "echo 'Killed' >&2; exit 1"], "gives no palette (Killed)"),
        ([say(GREETING, '{"id": 1, "error": "I am ill."}')], "refuses a picture: I am ill."),
        ([say(GREETING, TAKEN, '{"id": 2, "error": "I fail."}')], "refuses a picture: I fail."),
        (
            [say(GREETING, TAKEN, '{"id": 2, "palette": {"swatches": [{}]}}')],
            "finds 1, not 2 colors",
        ),
    ],
)
def test_an_engine_that_does_not_work_is_a_problem(
    interpreter: Program, profile: Path, tmp_path: Path, lines: list[str], expected: str
) -> None:
    python = interpreter(*lines)
    problem = only_problem(look(profile, home=tmp_path, path="/usr/bin:/bin"))
    assert expected in problem.sentence
    assert str(python) in problem.sentence
    assert "palette-engine gimp install" in problem.fix


def test_an_engine_that_hangs_is_a_problem(
    interpreter: Program, profile: Path, tmp_path: Path
) -> None:
    interpreter(say(GREETING), "exec /bin/sleep 600")
    problem = only_problem(look(profile, home=tmp_path, patience=2))
    assert "did not end within 2 seconds" in problem.sentence


def test_a_python_that_is_gone_is_a_problem(
    healthy: Path, profile: Path, other: Path, source: Path, tmp_path: Path
) -> None:
    assert healthy.is_dir()
    rewrite_manifest(install(other, source).folder, interpreter=str(tmp_path / "gone/python"))
    problem = only_problem(look(profile, other, home=tmp_path))
    assert f"{tmp_path}/gone/python, is not there any more" in problem.sentence
    assert problem.fix == f"Run: palette-engine gimp install --profile {other}"


def test_a_python_that_is_no_program_is_a_problem(
    interpreter: Program, profile: Path, tmp_path: Path
) -> None:
    python = interpreter()
    python.write_bytes(b"\x7fELF, or so it says")
    sentences = [finding.sentence for finding in problems(look(profile, home=tmp_path))]
    assert sentences
    assert all("cannot be started (Exec format error)" in sentence for sentence in sentences)


def test_a_library_that_does_not_load_is_named(
    program: Program, profile: Path, source: Path, tmp_path: Path
) -> None:
    python = program(
        "python",
        f'[ "$2" = -m ] && {{ {say(GREETING, TAKEN, PALETTE)}; exit; }}',
        say("pillow 12.0", "numpy 2.0"),
        "echo 'ImportError: libgomp.so.1 is missing' >&2; exit 1",
    )
    rewrite_manifest(install(profile, source).folder, interpreter=str(python))
    problem = only_problem(look(profile, home=tmp_path))
    expected = f"{python} cannot load scikit-image (ImportError: libgomp.so.1 is missing)."
    assert problem.sentence == expected
    assert problem.fix == f"Run: {python} -m pip install --force-reinstall scikit-image"


# The plug-in in its profile


def test_a_healthy_plug_in_is_ok(healthy: Path, profile: Path, tmp_path: Path) -> None:
    findings = look(profile, home=tmp_path)
    assert problems(findings) == []
    assert f"The plug-in {__version__} is installed in {healthy}." in [
        finding.sentence for finding in findings
    ]


@pytest.mark.parametrize("values", [{"version": "0.0.1"}, {"protocol": PROTOCOL + 1}])
def test_another_version_is_a_problem(
    healthy: Path, profile: Path, tmp_path: Path, values: dict[str, object]
) -> None:
    rewrite_manifest(healthy, **values)
    problem = only_problem(look(profile, home=tmp_path))
    assert f"but this is version {__version__}" in problem.sentence
    assert problem.fix == f"Run: palette-engine gimp install --profile {profile}"


def test_changed_and_missing_files_are_problems(
    healthy: Path, profile: Path, tmp_path: Path
) -> None:
    (healthy / "engine.py").write_text("changed")
    (healthy / TRANSLATION).unlink()
    changed, missing = problems(look(profile, home=tmp_path))
    assert changed.sentence == f"{healthy / 'engine.py'} was changed after it was installed."
    assert changed.fix.startswith("Move it away, then run: palette-engine gimp install")
    assert missing.sentence == f"{healthy / TRANSLATION} is missing."


def test_a_plug_in_that_cannot_be_executed_is_a_problem(
    healthy: Path, profile: Path, tmp_path: Path
) -> None:
    entry = healthy / "extract-palette.py"
    entry.chmod(0o644)
    problem = only_problem(look(profile, home=tmp_path))
    assert problem.fix == f"Run: chmod +x {entry}"
    os.system(problem.fix.removeprefix("Run: "))
    assert stat.S_IMODE(entry.stat().st_mode) == 0o755
    assert problems(look(profile, home=tmp_path)) == []


def test_other_peoples_files_are_a_remark(healthy: Path, profile: Path, tmp_path: Path) -> None:
    (healthy / "json.py").write_text("")
    findings = look(profile, home=tmp_path)
    assert problems(findings) == []
    assert any("json.py" in finding.sentence for finding in findings if finding.verdict == "note")


def test_another_plug_in_of_that_name_is_a_problem(
    healthy: Path, profile: Path, other: Path, tmp_path: Path
) -> None:
    assert healthy.is_dir()
    (other / "plug-ins/extract-palette").mkdir(parents=True)
    problem = only_problem(look(profile, other, home=tmp_path))
    assert "was not put there by Palette Engine" in problem.sentence
    assert "palette-engine gimp install" in problem.fix


def test_a_profile_without_the_plug_in_is_a_remark_if_another_has_it(
    healthy: Path, profile: Path, other: Path, tmp_path: Path
) -> None:
    assert healthy.is_dir()
    findings = look(profile, other, home=tmp_path)
    assert problems(findings) == []
    assert f"The plug-in is not installed in {other}." in [finding.sentence for finding in findings]


def test_no_profile_with_the_plug_in_is_a_problem(
    profile: Path, other: Path, tmp_path: Path
) -> None:
    problem = only_problem(look(profile, other, home=tmp_path))
    assert problem.sentence == "No profile has the plug-in."
    assert problem.fix == f"Run: palette-engine gimp install --profile {other}"


def test_a_profile_that_is_not_there_is_a_problem(
    healthy: Path, profile: Path, tmp_path: Path
) -> None:
    assert healthy.is_dir()
    folder = tmp_path / "it's gone"
    problem = only_problem(look(profile, folder, home=tmp_path))
    assert problem.sentence == f"There is no folder {folder}."
    assert problem.fix.endswith("--create")
    assert """it'"'"'s gone'""" in problem.fix


# GIMP itself


def test_no_gimp_among_the_programs_is_a_remark(
    healthy: Path, profile: Path, tmp_path: Path
) -> None:
    assert healthy.is_dir()
    assert look(profile, home=tmp_path)[0].verdict == "note"


@pytest.mark.parametrize(
    ("names", "verdict", "expected"),
    [
        ({"gimp": "3.0.4"}, "ok", "GIMP 3.0.4 is "),
        ({"gimp-console": "3.2.6"}, "ok", "GIMP 3.2.6 is "),
        ({"gimp": "2.10.34"}, "problem", "is GIMP 2.10.34, which cannot run the plug-in"),
        ({"gimp": "2.10.34", "gimp-3": "3.0.4"}, "ok", "GIMP 3.0.4 is "),
        ({"gimp": "?"}, "note", "does not say which version it is"),
    ],
)
def test_gimp_among_the_programs(
    program: Program,
    healthy: Path,
    profile: Path,
    tmp_path: Path,
    names: dict[str, str],
    verdict: str,
    expected: str,
) -> None:
    assert healthy.is_dir()
    for name, version in names.items():
        program(name, say(f"GNU Image Manipulation Program version {version}"))
    finding = look(profile, home=tmp_path, path=str(tmp_path / "programs"))[0]
    assert finding.verdict == verdict
    assert expected in finding.sentence
    assert bool(finding.fix) == (verdict == "problem")


def test_a_gimp_that_hangs_is_a_problem(
    program: Program, healthy: Path, profile: Path, tmp_path: Path
) -> None:
    assert healthy.is_dir()
    program("gimp", "exec /bin/sleep 600")
    findings = look(profile, home=tmp_path, path=str(tmp_path / "programs"), patience=2)
    assert "did not end within 2 seconds" in only_problem(findings).sentence


def test_flatpak_is_a_remark_that_says_how_to_find_out(
    program: Program, source: Path, tmp_path: Path
) -> None:
    python = program("python", f'[ "$2" = -c ] && {say(*LIBRARIES.splitlines())} && exit')
    profile = tmp_path / ".var/app/org.gimp.GIMP/config/GIMP/3.0"
    profile.mkdir(parents=True)
    rewrite_manifest(install(profile, source).folder, interpreter=str(python))
    notes = [finding for finding in look(profile, home=tmp_path) if finding.verdict == "note"]
    (remark,) = (note for note in notes if note.sentence.startswith("GIMP from Flatpak runs in"))
    assert f"flatpak run --command={python} org.gimp.GIMP -I" in remark.fix


def test_an_ordinary_profile_is_remarked_on_if_flatpak_has_gimp(
    healthy: Path, profile: Path, tmp_path: Path
) -> None:
    assert healthy.is_dir()

    def remarks() -> list[str]:
        found = look(profile, home=tmp_path)
        return [finding.sentence for finding in found if "from Flatpak runs" in finding.sentence]

    assert remarks() == []
    (tmp_path / ".local/share/flatpak/app/org.gimp.GIMP").mkdir(parents=True)
    assert len(remarks()) == 1


def test_snap_is_a_remark(interpreter: Program, tmp_path: Path, source: Path) -> None:
    python = interpreter(say(GREETING, TAKEN, PALETTE))
    profile = tmp_path / "snap/gimp/current/.config/GIMP/3.0"
    profile.mkdir(parents=True)
    rewrite_manifest(install(profile, source).folder, interpreter=str(python))
    findings = look(profile, home=tmp_path)
    assert problems(findings) == []
    assert any("from Snap" in finding.sentence for finding in findings)


# A plug-in that was unpacked by hand


@pytest.fixture
def unpacked(profile: Path, source: Path) -> Path:
    """Return the folder of a plug-in that was unpacked by hand."""
    unpack(package(source), profile / "plug-ins")
    return profile / "plug-ins" / "extract-palette"


@pytest.fixture
def own_engine(tmp_path: Path) -> Path:
    """Return a working engine in the folder where pipx puts it."""
    path = tmp_path / ".local/bin/palette-engine"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n[ $1 = session ] && {say(GREETING, TAKEN, PALETTE)}\n")
    path.chmod(0o755)
    return path


def test_the_engine_is_examined_that_the_plug_in_finds(
    unpacked: Path, own_engine: Path, profile: Path, tmp_path: Path
) -> None:
    findings = look(profile, home=tmp_path)
    assert problems(findings) == []
    sentences = [finding.sentence for finding in findings if finding.verdict == "ok"]
    assert sentences == [
        f"The plug-in {__version__} is installed in {unpacked}.",
        f"The plug-in in {unpacked} was unpacked by hand and finds {own_engine}.",
        f"The engine {__version__} answers when {own_engine} runs it.",
    ]


def test_the_real_program_is_an_engine_that_is_found(profile: Path, tmp_path: Path) -> None:
    unpack(package(), profile / "plug-ins")
    script = Path(sysconfig.get_path("scripts"), "palette-engine")
    findings = look(profile, home=tmp_path, path=str(script.parent))
    assert problems(findings) == []
    sentences = [finding.sentence for finding in findings]
    assert f"The engine {__version__} answers when {script} runs it." in sentences


def test_an_engine_that_only_a_terminal_finds_is_a_remark(
    unpacked: Path, own_engine: Path, profile: Path, tmp_path: Path
) -> None:
    elsewhere = own_engine.rename(tmp_path / "palette-engine")
    findings = look(profile, home=tmp_path, path=f"{tmp_path}:/usr/bin:/bin")
    assert problems(findings) == []
    (remark,) = (note for note in findings if "unpacked by hand" in note.sentence)
    assert remark.verdict == "note"
    assert f"{unpacked} was unpacked by hand and finds {elsewhere}, but only if" in remark.sentence
    assert f"palette-engine gimp install --profile {profile}" in remark.fix
    findings = examine([profile], {"PALETTE_ENGINE": str(elsewhere)}, tmp_path)
    assert problems(findings) == []
    assert remark in findings


def test_no_engine_to_be_found_is_a_problem(unpacked: Path, profile: Path, tmp_path: Path) -> None:
    problem = only_problem(look(profile, home=tmp_path))
    assert f"{unpacked} was unpacked by hand and finds no engine" in problem.sentence
    assert problem.fix == f"Run: palette-engine gimp install --profile {profile}"


def test_a_variable_that_names_no_program_is_a_problem(
    unpacked: Path, own_engine: Path, profile: Path, tmp_path: Path
) -> None:
    assert unpacked.is_dir()
    own_engine.chmod(0o644)
    problem = only_problem(examine([profile], {"PALETTE_ENGINE": str(own_engine)}, tmp_path))
    assert f"There is no program {own_engine}, which PALETTE_ENGINE names." == problem.sentence
    assert "Unset PALETTE_ENGINE" in problem.fix


@pytest.mark.parametrize("protocol", [PROTOCOL - 1, PROTOCOL + 1])
def test_an_engine_of_another_protocol_is_a_problem_also_if_it_was_found(
    protocol: int, unpacked: Path, own_engine: Path, profile: Path, tmp_path: Path
) -> None:
    assert unpacked.is_dir()
    greeting = f'{{"protocol": {protocol}, "version": "9.9"}}'
    own_engine.write_text(f"#!/bin/sh\n{say(greeting)}\n")
    problem = only_problem(look(profile, home=tmp_path))
    assert f"is of version 9.9 (protocol {protocol}), but this is" in problem.sentence


def test_a_plug_in_of_another_version_than_the_engine_is_a_problem(
    unpacked: Path, own_engine: Path, profile: Path, tmp_path: Path
) -> None:
    assert own_engine.is_file()
    rewrite_manifest(unpacked, version="9.9", protocol=PROTOCOL + 1)
    problem = only_problem(look(profile, home=tmp_path))
    assert f"is of version 9.9 (protocol {PROTOCOL + 1}), but this" in problem.sentence
    assert problem.fix.startswith("Update the older one, or run: palette-engine gimp install")


def test_a_mode_that_was_lost_in_unpacking_is_a_problem(
    unpacked: Path, own_engine: Path, profile: Path, tmp_path: Path
) -> None:
    assert own_engine.is_file()
    (unpacked / "extract-palette.py").chmod(0o644)
    problem = only_problem(look(profile, home=tmp_path))
    assert problem.fix == f"Run: chmod +x {unpacked / 'extract-palette.py'}"


@pytest.mark.parametrize(
    "place", [".", "plug-ins/extract-palette-0.1.0", "plug-ins/extract-palette"]
)
def test_a_plug_in_in_the_wrong_folder_is_a_problem(
    place: str, profile: Path, source: Path, tmp_path: Path
) -> None:
    unpack(package(source), profile / place)
    problem = only_problem(look(profile, home=tmp_path))
    wrong, right = profile / place / "extract-palette", profile / "plug-ins/extract-palette"
    assert problem.sentence == f"The plug-in is in {wrong}, where GIMP does not see it."
    inner = place == "plug-ins/extract-palette"
    assert problem.fix == f"Move {'the files in it up into' if inner else 'it to'} {right}."


def test_a_plug_in_folder_of_another_name_is_a_problem(
    profile: Path, source: Path, tmp_path: Path
) -> None:
    unpack(package(source), profile / "plug-ins")
    right = profile / "plug-ins/extract-palette"
    wrong = right.rename(profile / "plug-ins/extract-palette (1)")
    problem = only_problem(look(profile, home=tmp_path))
    assert problem.sentence == f"The plug-in is in {wrong}, where GIMP does not see it."


def test_a_program_without_its_folder_is_a_problem(profile: Path, tmp_path: Path) -> None:
    (profile / "plug-ins").mkdir()
    entry = profile / "plug-ins/extract-palette.py"
    entry.write_text("")
    problem = only_problem(look(profile, home=tmp_path))
    assert problem.sentence == f"{entry} is not in a folder of its own, so GIMP does not see it."


def test_a_second_copy_in_the_wrong_folder_is_a_problem_too(
    healthy: Path, profile: Path, source: Path, tmp_path: Path
) -> None:
    assert healthy.is_dir()
    unpack(package(source), profile / "plug-ins/downloads")
    problem = only_problem(look(profile, home=tmp_path))
    assert str(profile / "plug-ins/downloads/extract-palette") in problem.sentence


def test_folders_of_others_are_not_taken_for_the_plug_in(
    healthy: Path, profile: Path, tmp_path: Path
) -> None:
    assert healthy.is_dir()
    make_source(profile / "plug-ins/other")
    make_source(profile / "plug-ins/other/extract-palette")
    assert problems(look(profile, home=tmp_path)) == []
