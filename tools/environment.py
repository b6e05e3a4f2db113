"""Set up a virtual environment: the packages of one lock, with hashes, and this package itself.

Usage, in the repository: ``python3 tools/environment.py [LOCK [FOLDER]]``. LOCK is a file of
requirements, by default ``requirements/engine.txt``; FOLDER is the environment, by default
``.venv``. Needs Python and nothing else. Says nothing if the environment is ready.

An environment that was interrupted, moved, or made by another Python is made anew, so the same
command always helps.

Exit code 0 when it is ready; 1 with a sentence when it cannot be set up; 130 after Ctrl+C.
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

# Pythons from 3.6 on can read this file, so that they print the sentence.
if sys.version_info < OLDEST:
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    better = next(filter(shutil.which, names), None)
    sys.exit(
        f"Palette Engine needs Python 3.11 or newer; this is {sys.version_info[0]}."
        f"{sys.version_info[1]}. "
        + (
            f"Say “make PYTHON={better}” and what you want made."
            if better
            else "Install one, for example from your system's packages, and say “make PYTHON=…”."
        )
    )

REPOSITORY = Path(__file__).resolve().parents[1]

READY = ".ready"
"""The file in an environment that says what was installed; missing while that goes on."""

MISLEADING = {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "PYTHONPATH"}
"""Settings of the user's that would lead packages past the environment."""

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

PYTHONS = {"lowest": "3.11 and 3.12"}
"""The Pythons of the locks that are not for all of them."""


class Failure(Exception):
    """The environment cannot be set up; the message says what to do."""


class Untouched(Failure):
    """The environment is as it was: what failed comes before anything is installed."""


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
            else "Mend that"
        )
        print(
            f"Palette Engine is not set up: {error.strerror}. {advice}, then try again.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Interrupted; the same command begins anew.", file=sys.stderr)
        return 130
    return 0


def become_user() -> None:
    """With sudo, go on as the one who called it, who could not write to what root leaves."""
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
    if lock.stem in AGREEING:  # then what another of them brought stays as it was
        paths = (lock.with_name(f"{name}.txt") for name in AGREEING)
        others = {state(path) for path in paths if path.exists()}
        kept += [line for line in installed if line in others]
    ready.unlink(missing_ok=True)
    try:
        install(environment, lock)
    except Untouched:
        ready.write_text("\n".join([origin(), *installed[1:], ""]), encoding="utf-8")
        raise
    ready.write_text("\n".join([*kept, wanted, ""]), encoding="utf-8")


def origin() -> str:
    """Return a line that names where an environment is, and the Python it is made by."""
    return f"{REPOSITORY} {sys.base_prefix} {platform.python_version()}"


def state(lock: Path) -> str:
    """Return a line that names what an environment with a lock holds."""
    digest = hashlib.sha256()
    for path in (lock, REPOSITORY / "setup.cfg", REPOSITORY / "pyproject.toml"):
        try:
            digest.update(path.read_bytes())
        except FileNotFoundError as error:
            raise Failure(f"there is no {path}; get the whole repository again.") from error
    return f"{lock.stem} {digest.hexdigest()}"


def make(environment: Path) -> None:
    """Make an empty environment in place of what is there."""
    try:
        import ensurepip  # noqa: F401  which Debian keeps in a package of its own
    except ImportError as error:
        raise Failure(
            "this Python lacks “venv”. On Debian and Ubuntu, “sudo apt install python3-venv” "
            "brings it; then try again."
        ) from error
    if environment.exists():
        (environment / READY).unlink(missing_ok=True)  # the first, should the rest be interrupted
        shutil.rmtree(environment)
    done = run(sys.executable, "-m", "venv", environment)
    if done.returncode:
        shutil.rmtree(environment, ignore_errors=True)
        raise Failure(f"Python cannot make {environment}.\n{tail(done.stdout)}")


def install(environment: Path, lock: Path) -> None:
    """Install the packages of a lock, and this one without dependencies of its own."""
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    packages = run(*pip, "--require-hashes", "--only-binary=:all:", "--requirement", lock)
    if packages.returncode:
        raise failure(packages.stdout, lock)
    own = run(*pip, "--no-deps", "--no-index", "--no-build-isolation", "--editable", REPOSITORY)
    if own.returncode:
        raise Failure(f"this package itself cannot be installed.\n{tail(own.stdout)}")


def failure(said: str, lock: Path) -> Failure:
    """Return a sentence about what pip said when it failed."""
    if "No space left on device" in said:
        return Failure("the disk is full. Make room for 600 MB, then try again.")
    if any(word in said.lower() for word in NETWORK):
        return Untouched(
            "packages cannot be downloaded. Look after the network, then try again.\n" + tail(said)
        )
    if "DO NOT MATCH THE HASHES" in said:
        return Untouched(
            f"a download is not what {lock.name} names, so nothing was installed. Try again; if "
            f"it stays so, somebody has changed a package on its way to you.\n{tail(said)}"
        )
    if "No matching distribution" in said or "not a supported wheel" in said:
        return Untouched(
            f"{lock.name} does not fit this machine (Python {platform.python_version()} on "
            f"{platform.system()} {platform.machine()}). It is made for Python "
            f"{PYTHONS.get(lock.stem, '3.11 to 3.14')} on Linux with glibc, macOS and Windows, 64 "
            "bits. Say “make PYTHON=…” with another Python, or install without the lock: “pip "
            f"install .”\n{tail(said)}"
        )
    return Failure(f"pip failed. Try again; its last words were:\n{tail(said)}")


def run(*command: object) -> "subprocess.CompletedProcess[str]":
    """Run a command, and return all it said as its standard output."""
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


def tail(said: str) -> str:
    """Return the last lines of what a program said."""
    return "\n".join(f"  {line}" for line in said.strip().splitlines()[-5:])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
