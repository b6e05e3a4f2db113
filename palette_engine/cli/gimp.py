"""``palette-engine gimp``: installs, checks, removes and packs the plug-in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from palette_engine import __version__
from palette_engine.cli.messages import say
from palette_engine.cli.output_files import check_output, write_file
from palette_engine.cli.parameters import FILE, force_option
from palette_engine.errors import OptionError, SetupError
from palette_engine.gimp.profiles import chosen_profile, find_profiles

__all__ = ["gimp"]

_profile_option = click.option(
    "--profile",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A profile, GIMP's folder for its settings.  [default: every profile of GIMP 3]",
)


@click.group()
def gimp() -> None:
    """Install, check, remove or pack the plug-in for GIMP 3."""


@gimp.command()
@_profile_option
@click.option("--create", is_flag=True, help="Create the profile's folder if it does not exist.")
def install(profile: Path | None, create: bool) -> None:
    """Copy the plug-in into GIMP's profiles.

    The engine will run in the Python environment of this command. A plug-in that was installed
    by this program is replaced.
    """
    from palette_engine.gimp import installation

    if create:
        folder = profile or chosen_profile(os.environ, Path.home())
        if folder is None:
            raise OptionError("--create needs a folder; name it with --profile DIR.")
        if not folder.is_dir():
            installation.create_profile(folder)
            _say(f"Created {folder}")
    profiles = _profiles(profile)
    if not profiles:
        raise SetupError(
            f"{_no_profiles()}; start GIMP 3 once and try again, or use --profile DIR --create."
        )

    def install_in(folder: Path) -> None:
        installed = installation.install(folder)
        _say(f"Installed Palette Engine {__version__} in {installed.folder}")
        _say(f"GIMP will run it with {installed.interpreter}")

    failures = _failures(install_in, profiles)
    if len(failures) < len(profiles):
        _say("Start GIMP again, then look in Colors > Info > Extract Palette…")
    _raise_together(failures)


@gimp.command()
@_profile_option
def uninstall(profile: Path | None) -> None:
    """Remove the plug-in from GIMP's profiles, but no files that you changed or added."""
    from palette_engine.gimp import installation

    profiles = _profiles(profile)
    if not profiles:
        raise SetupError(f"{_no_profiles()}; name one with --profile DIR.")

    def uninstall_from(folder: Path) -> None:
        former = installation.uninstall(folder)
        if former is None:
            _say(f"The plug-in is not installed in {folder}")
            return
        _say(f"Removed Palette Engine {former.version} from {former.folder}")
        for name in former.changed:
            _say(f"Left {former.folder / name}, which was changed after it was installed")
        for name in former.extra:
            _say(f"Left {former.folder / name}, which Palette Engine did not install")

    _raise_together(_failures(uninstall_from, profiles))


@gimp.command()
@_profile_option
@click.pass_context
def doctor(context: click.Context, profile: Path | None) -> None:
    """Check GIMP, the plug-in and the engine, and say how to fix each problem.

    The exit code is 3 if there is a problem.
    """
    from palette_engine.gimp.doctor import examine

    # A folder that was named is examined even if it is missing: then that is the problem.
    folder = profile or chosen_profile(os.environ, Path.home())
    findings = examine(_profiles(folder), os.environ, Path.home())
    for finding in findings:
        _say(f"{finding.verdict:<7}  {finding.sentence}")
        if finding.fix:
            _say(f"{'':<7}  {finding.fix}")
    if any(finding.verdict == "problem" for finding in findings):
        context.exit(SetupError.exit_code)


@gimp.command()
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=FILE,
    help="Write this file.  [default: extract-palette-VERSION.zip]",
)
@force_option
def package(output: str | None, force: bool) -> None:
    """Write the plug-in as a zip file, to unpack into the plug-ins folder of a profile.

    The plug-in then searches for the engine itself; its README.txt says how to install the engine.
    """
    from palette_engine.gimp.package import FILE_NAME, package

    path = Path(output or FILE_NAME)
    check_output(path, force)
    write_file(path, package(), force)
    say(f"wrote the plug-in {__version__} to {path}")


def _profiles(profile: Path | None) -> list[Path]:
    """Return the profile that was named, or all profiles on this machine."""
    return [profile] if profile else find_profiles(sys.platform, os.environ, Path.home())


def _no_profiles() -> str:
    """Return the beginning of a sentence about why there is no profile."""
    chosen = chosen_profile(os.environ, Path.home())
    if chosen is None:
        return "No profile of GIMP 3 was found"
    return f"There is no folder {chosen}, which GIMP3_DIRECTORY names"


def _failures(action: Callable[[Path], None], profiles: list[Path]) -> list[SetupError]:
    """Call `action` for every profile, and return the errors of those that failed."""
    failures = []
    for profile in profiles:
        try:
            action(profile)
        except SetupError as error:
            failures.append(error)
    return failures


def _raise_together(failures: list[SetupError]) -> None:
    """Raise one error with the messages of all failures, if there are any."""
    if failures:
        raise SetupError(" ".join(str(error) for error in failures)) from failures[0]


def _say(line: str) -> None:
    # A path may contain bytes that are not text, which would keep the line from being printed.
    click.echo(click.format_filename(line))
