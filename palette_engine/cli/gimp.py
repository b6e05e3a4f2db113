"""``palette-engine gimp``: puts the plug-in into GIMP, checks it, takes it out, and packs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from palette_engine import __version__
from palette_engine.cli.choosing import FILE
from palette_engine.cli.output import check_destination, force_option, write
from palette_engine.cli.terminal import say
from palette_engine.errors import OptionError, SetupError
from palette_engine.gimp.profiles import chosen_profile, find_profiles

__all__ = ["gimp"]

_profile_option = click.option(
    "--profile",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="GIMP's folder for its settings.  [default: every GIMP 3 profile there is]",
)


@click.group()
def gimp() -> None:
    """Install, check, remove or pack the plug-in for GIMP 3."""


@gimp.command()
@_profile_option
@click.option("--create", is_flag=True, help="Create the profile's folder if it does not exist.")
def install(profile: Path | None, create: bool) -> None:
    """Copy the plug-in into GIMP's profiles; the Python that runs this runs the engine.

    A plug-in that this program installed before is replaced.
    """
    from palette_engine.gimp import installation

    if create:
        folder = profile or chosen_profile(os.environ, Path.home())
        if folder is None:
            raise OptionError("--create needs to know which folder; name it with --profile DIR.")
        if not folder.is_dir():
            installation.create_profile(folder)
            _say(f"Created {folder}")
    profiles = _profiles(profile)
    if not profiles:
        raise SetupError(
            f"{_none_found()}; start GIMP 3 once and try again, or say --profile DIR --create."
        )

    def install_in(folder: Path) -> None:
        done = installation.install(folder)
        _say(f"Installed Palette Engine {__version__} in {done.folder}")
        _say(f"GIMP will run it with {done.interpreter}")

    failures = _failures(install_in, profiles)
    if len(failures) < len(profiles):
        _say("Start GIMP again, then look in Colors > Info > Extract Palette…")
    _raise_together(failures)


@gimp.command()
@_profile_option
def uninstall(profile: Path | None) -> None:
    """Remove from GIMP's profiles what was installed, and nothing else."""
    from palette_engine.gimp import installation

    profiles = _profiles(profile)
    if not profiles:
        raise SetupError(f"{_none_found()}; name one with --profile DIR.")

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
    """Check GIMP, the plug-in and the engine, and name the fix for what is broken.

    Ends with 3 if there is a problem.
    """
    from palette_engine.gimp.doctor import examine

    # A folder that was named is looked at even if it is not there: then that is the problem.
    named = profile or chosen_profile(os.environ, Path.home())
    findings = examine(_profiles(named), os.environ, Path.home())
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
    """Write the plug-in as a zip file, to be unpacked into a profile's plug-ins folder.

    The plug-in then looks for the engine itself; its README.txt says how to install that.
    """
    from palette_engine.gimp.package import FILE_NAME, package

    path = Path(output or FILE_NAME)
    check_destination(path, force)
    write(path, package(), force)
    say(f"wrote the plug-in {__version__} to {path}")


def _profiles(profile: Path | None) -> list[Path]:
    """Return the profile that was named, or all there are."""
    return [profile] if profile else find_profiles(sys.platform, os.environ, Path.home())


def _none_found() -> str:
    """Return the beginning of a sentence on why there is no profile."""
    chosen = chosen_profile(os.environ, Path.home())
    if chosen is None:
        return "No profile of GIMP 3 was found"
    return f"There is no folder {chosen}, which GIMP3_DIRECTORY names"


def _failures(action: Callable[[Path], None], profiles: list[Path]) -> list[SetupError]:
    """Do something for every profile, and return the errors of those where it failed."""
    failures = []
    for profile in profiles:
        try:
            action(profile)
        except SetupError as error:
            failures.append(error)
    return failures


def _raise_together(failures: list[SetupError]) -> None:
    """Raise one error that says what all of them say, if there are any."""
    if failures:
        raise SetupError(" ".join(str(error) for error in failures)) from failures[0]


def _say(line: str) -> None:
    # A path may hold bytes that are not text; they must not keep the rest from being said.
    click.echo(click.format_filename(line))
