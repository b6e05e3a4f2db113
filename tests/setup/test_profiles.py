"""The profiles of GIMP that are found on each system."""

from __future__ import annotations

from pathlib import Path

import pytest

from palette_engine.gimp.profiles import chosen_profile, find_profiles, sandbox


def make(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def test_nothing_is_found_where_there_is_no_gimp(tmp_path: Path) -> None:
    for platform in ("linux", "darwin", "win32"):
        assert find_profiles(platform, {}, tmp_path) == []


def test_linux_has_native_flatpak_and_snap_profiles(tmp_path: Path) -> None:
    expected = [
        make(tmp_path / ".config/GIMP/3.0"),
        make(tmp_path / ".config/GIMP/3.2"),
        make(tmp_path / ".var/app/org.gimp.GIMP/config/GIMP/3.0"),
        make(tmp_path / "snap/gimp/current/.config/GIMP/3.0"),
    ]
    assert find_profiles("linux", {}, tmp_path) == expected
    assert [sandbox(profile) for profile in expected] == ["", "", "flatpak", "snap"]


def test_xdg_config_home_takes_the_place_of_dot_config(tmp_path: Path) -> None:
    make(tmp_path / "home/.config/GIMP/3.0")
    elsewhere = make(tmp_path / "elsewhere/GIMP/3.0")
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "elsewhere")}
    assert find_profiles("linux", environment, tmp_path / "home") == [elsewhere]


@pytest.mark.parametrize("value", ["", "relative/folder"])
def test_xdg_config_home_counts_only_if_absolute(tmp_path: Path, value: str) -> None:
    profile = make(tmp_path / ".config/GIMP/3.0")
    assert find_profiles("linux", {"XDG_CONFIG_HOME": value}, tmp_path) == [profile]


def test_windows_profiles_are_below_appdata(tmp_path: Path) -> None:
    profile = make(tmp_path / "Roaming/GIMP/3.0")
    environment = {"APPDATA": str(tmp_path / "Roaming")}
    assert find_profiles("win32", environment, tmp_path / "home") == [profile]


def test_windows_without_appdata_uses_its_usual_place(tmp_path: Path) -> None:
    profile = make(tmp_path / "AppData/Roaming/GIMP/3.2")
    assert find_profiles("win32", {}, tmp_path) == [profile]


def test_macos_profiles_are_below_application_support(tmp_path: Path) -> None:
    profile = make(tmp_path / "Library/Application Support/GIMP/3.0")
    make(tmp_path / ".config/GIMP/3.0")
    assert find_profiles("darwin", {}, tmp_path) == [profile]


def test_versions_are_sorted_by_number(tmp_path: Path) -> None:
    for name in ("3.10", "3.2", "3.0"):
        make(tmp_path / ".config/GIMP" / name)
    found = find_profiles("linux", {}, tmp_path)
    assert [profile.name for profile in found] == ["3.0", "3.2", "3.10"]


def test_other_versions_and_other_things_are_not_profiles(tmp_path: Path) -> None:
    for name in ("2.10", "2.99", "3.x", "3.", "3.0-old", "3.²", "4.0", "3"):
        make(tmp_path / ".config/GIMP" / name)
    (tmp_path / ".config/GIMP/3.2").write_text("a file")
    assert find_profiles("linux", {}, tmp_path) == []


def test_a_folder_reached_in_two_ways_is_one_profile(tmp_path: Path) -> None:
    profile = make(tmp_path / ".config/GIMP/3.0")
    make(tmp_path / ".var/app/org.gimp.GIMP/config")
    (tmp_path / ".var/app/org.gimp.GIMP/config/GIMP").symlink_to(profile.parent)
    assert find_profiles("linux", {}, tmp_path) == [profile]


def test_gimp3_directory_is_the_only_profile(tmp_path: Path) -> None:
    make(tmp_path / ".config/GIMP/3.0")
    chosen = make(tmp_path / "chosen")
    assert find_profiles("linux", {"GIMP3_DIRECTORY": str(chosen)}, tmp_path) == [chosen]


def test_a_relative_gimp3_directory_begins_at_the_home_folder(tmp_path: Path) -> None:
    chosen = make(tmp_path / "gimp/mine")
    assert find_profiles("linux", {"GIMP3_DIRECTORY": "gimp/mine"}, tmp_path) == [chosen]


def test_an_empty_gimp3_directory_is_the_home_folder_as_in_gimp(tmp_path: Path) -> None:
    assert find_profiles("linux", {"GIMP3_DIRECTORY": ""}, tmp_path) == [tmp_path]


def test_a_missing_gimp3_directory_is_no_profile_but_known(tmp_path: Path) -> None:
    make(tmp_path / ".config/GIMP/3.0")
    environment = {"GIMP3_DIRECTORY": "missing"}
    assert find_profiles("linux", environment, tmp_path) == []
    assert chosen_profile(environment, tmp_path) == tmp_path / "missing"
    assert chosen_profile({}, tmp_path) is None
