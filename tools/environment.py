"""Environment: a virtual environment with the packages of a lock, and this package itself.

Usage, in the repository: ``python3 tools/environment.py [LOCK [FOLDER]]``. LOCK is a file of
requirements, by default ``requirements/engine.txt``; FOLDER is the environment, by default
``.venv``. Needs only Python. Prints nothing if the environment is ready.

Packages that are not locked (any more) are removed. An environment that was interrupted, moved, or
made by another Python is made anew. So the same command always helps.

Exit code 0 if it is ready; 1 with a message if it cannot be set up; 130 after Ctrl+C.
"""

import errno
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
NEWEST = (3, 14)
"""The versions of Python that the locks are made for."""

# Python 3.6 and newer can compile this file, so that they print this message.
if sys.version_info < OLDEST:
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    better = next(filter(shutil.which, names), None)
    sys.exit(
        f"Palette Engine needs Python 3.11 or newer; this is {sys.version_info[0]}."
        f"{sys.version_info[1]}. "
        + (
            f"Run “make PYTHON={better}”, followed by what you want to make."
            if better
            else "Install one, for example from your system's packages, and run “make PYTHON=…”."
        )
    )

REPOSITORY = Path(__file__).resolve().parents[1]

sys.path.insert(0, str(REPOSITORY))
from tools.lock_file import normalize_name, packages_in  # noqa: E402

READY = ".ready"
"""The file in an environment that names what is installed; missing during an installation."""

MISLEADING = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "PYTHONPATH"}
"""Environment variables that would make pip install elsewhere."""

NETWORK = (
    "connection broken by",
    "connection reset",
    "could not fetch url",
    "failed to resolve",
    "getaddrinfo failed",
    "incompleteread",
    "max retries exceeded",
    "name resolution",
    "network is unreachable",
    "newconnectionerror",
    "protocolerror",
    "proxyerror",
    "remotedisconnected",
    "sslerror",
    "timed out",
)
"""Parts of pip's messages, in lower case, when the network fails."""

AGREEING = {"engine", "web", "test", "check", "bench"}
"""The locks with the same versions, which can share an environment."""

UNLOCKED = ("pip", "setuptools", "palette-engine")
"""Packages that are kept without a lock: those that `venv` installs, and this one."""

PYTHONS = {"lowest": "3.11 and 3.12"}
"""The Pythons of the locks that are not for all Pythons."""


class Failure(Exception):
    """The environment cannot be set up; the message says what to do."""


class Untouched(Failure):
    """The environment is unchanged, as nothing was installed before the failure."""


def main(lock: str = "requirements/engine.txt", folder: str = ".venv") -> int:
    """Set up an environment if it is not ready, and return an exit code."""
    try:
        become_user()
        set_up(REPOSITORY / lock, REPOSITORY / folder)
    except Failure as failure:
        print(f"Palette Engine is not set up: {failure}", file=sys.stderr)
        return 1
    except OSError as error:
        advice = (
            f"Nothing can be written to {REPOSITORY}: copy it to a folder of yours"
            if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
            else "Fix that"
        )
        print(
            f"Palette Engine is not set up: {error.strerror}. {advice}, then try again.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Interrupted; the same command starts again.", file=sys.stderr)
        return 130
    return 0


def become_user() -> None:
    """With sudo, continue as the user who ran it, who could not change files of root."""
    if "SUDO_UID" in os.environ and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(int(os.environ["SUDO_GID"]))
        os.setuid(int(os.environ["SUDO_UID"]))
        os.environ["HOME"] = str(Path("~" + os.environ["SUDO_USER"]).expanduser())


def set_up(lock: Path, environment: Path) -> None:
    """Install a lock into an environment, unless the environment already has it."""
    ready = environment / READY
    installed = ready.read_text(encoding="utf-8").splitlines() if ready.is_file() else []
    wanted = state(lock)
    if installed[:1] == [origin()] and wanted in installed:
        return
    print(
        f"Setting up {environment.name} for “{lock.stem}” with Python "
        f"{platform.python_version()}; the first time takes about a minute.",
        file=sys.stderr,
    )
    if installed[:1] != [origin()]:
        make(environment)
        installed = []
    kept = [origin()]
    others = {state(path) for path in sharing_locks(lock)}
    kept += [line for line in installed if line in others]
    ready.unlink(missing_ok=True)
    try:
        install(environment, lock)
    except Untouched:
        ready.write_text("\n".join([origin(), *installed[1:], ""]), encoding="utf-8")
        raise
    ready.write_text("\n".join([*kept, wanted, ""]), encoding="utf-8")


def sharing_locks(lock: Path) -> "list[Path]":
    """Return the locks that can share an environment with a lock, which may be among them."""
    if lock.stem not in AGREEING:
        return []
    paths = (lock.with_name(f"{name}.txt") for name in sorted(AGREEING))
    return [path for path in paths if path.exists()]


def origin() -> str:
    """Return a line that names where an environment is, and the Python that made it."""
    return f"{REPOSITORY} {sys.base_prefix} {platform.python_version()}"


def state(lock: Path) -> str:
    """Return a line that identifies the contents of an environment with a lock."""
    digest = hashlib.sha256()
    for path in (
        lock,
        *(REPOSITORY / name for name in ("setup.py", "setup.cfg", "pyproject.toml")),
    ):
        try:
            digest.update(path.read_bytes())
        except FileNotFoundError as error:
            raise Failure(f"there is no {path}; get the whole repository again.") from error
    return f"{lock.stem} {digest.hexdigest()}"


def make(environment: Path) -> None:
    """Make an empty environment in place of any existing one."""
    try:
        import ensurepip  # noqa: F401  which is a separate package on Debian
    except ImportError as error:
        raise Failure(
            "this Python lacks “venv”. On Debian and Ubuntu, “sudo apt install python3-venv” "
            "brings it; then try again."
        ) from error
    if environment.exists():
        (environment / READY).unlink(missing_ok=True)  # first, in case the rest is interrupted
        shutil.rmtree(environment)
    done = run(sys.executable, "-m", "venv", environment)
    if done.returncode:
        shutil.rmtree(environment, ignore_errors=True)
        raise Failure(f"Python cannot make {environment}.\n{tail(done.stdout)}")


def install(environment: Path, lock: Path) -> None:
    """Install the packages of a lock, and this package without dependencies; remove the others.

    See docs/decisions.md#only-wheels.
    """
    python = python_of(environment)
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    packages = run(*pip, "--require-hashes", "--only-binary=:all:", "--requirement", lock)
    if packages.returncode:
        raise failure(packages.stdout, lock)
    remove_unlocked(environment, lock)
    own = run(*pip, "--no-deps", "--no-index", "--no-build-isolation", "--editable", REPOSITORY)
    if own.returncode:
        raise Failure(f"this package itself cannot be installed.\n{tail(own.stdout)}")


def remove_unlocked(environment: Path, lock: Path) -> None:
    """Uninstall the packages that neither a lock nor another that can share its environment has."""
    paths = {lock, *sharing_locks(lock)}
    try:
        locked = [each.name for path in paths for each in packages_in(path.read_text("utf-8"))]
    except ValueError as error:
        raise Failure(f"{error}; make it anew with “make lock”.") from error
    kept = {normalize_name(name) for name in (*locked, *UNLOCKED)}
    extra = [name for name in installed_packages(environment) if normalize_name(name) not in kept]
    if not extra:
        return
    pip = (python_of(environment), "-m", "pip", "uninstall", "--quiet", "--yes")
    done = run(*pip, "--disable-pip-version-check", *extra)
    if done.returncode:
        raise Failure(
            f"{', '.join(extra)}, no longer locked, cannot be removed. Delete {environment}, then "
            f"try again.\n{tail(done.stdout)}"
        )


def installed_packages(environment: Path) -> "list[str]":
    """Return the names of the packages in an environment."""
    code = (
        "from importlib.metadata import distributions\n"
        "print(*(each.metadata['Name'] for each in distributions()), sep='\\n')"
    )
    listed = run(python_of(environment), "-I", "-c", code)
    if listed.returncode:
        raise Failure(f"the Python of {environment} does not run.\n{tail(listed.stdout)}")
    return sorted(set(listed.stdout.split()))


def python_of(environment: Path) -> Path:
    """Return the Python of an environment."""
    return environment / ("Scripts" if os.name == "nt" else "bin") / "python"


def failure(output: str, lock: Path) -> Failure:
    """Return what to do, by the output of a pip that failed."""
    if "No space left on device" in output:
        return Failure("the disk is full. Free 600 MB, then try again.")
    if any(word in output.lower() for word in NETWORK):
        return Untouched(
            "packages cannot be downloaded. Check the network, then try again.\n" + tail(output)
        )
    if "DO NOT MATCH THE HASHES" in output:
        return Untouched(
            f"a download does not have its hash in {lock.name}, so nothing was installed. Try "
            "again; if it fails again, the package was changed after it was locked.\n"
            + tail(output)
        )
    if "No matching distribution" in output or "not a supported wheel" in output:
        return Untouched(
            f"{lock.name} does not fit this machine (Python {platform.python_version()} on "
            f"{platform.system()} {platform.machine()}). It is made for Python "
            f"{PYTHONS.get(lock.stem, '3.11 to 3.14')} on Linux with glibc, macOS and Windows, 64 "
            "bits. Run “make PYTHON=…” with another Python, or install without the lock: “pip "
            f"install .”\n{tail(output)}"
        )
    return Failure(f"pip failed. Try again; its last lines are:\n{tail(output)}")


def run(*command: object) -> "subprocess.CompletedProcess[str]":
    """Run a command; the standard output of the result has its errors, too."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=REPOSITORY,
        env={name: value for name, value in os.environ.items() if name not in MISLEADING},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def tail(output: str) -> str:
    """Return the last lines of a program's output, indented."""
    return "\n".join(f"  {line}" for line in output.strip().splitlines()[-5:])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
