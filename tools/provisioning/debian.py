"""Debian roots: small Debians that hold the real programs of the tests.

Each is made once by debootstrap, kept in a cache folder outside the repository, and entered with
bwrap, so that nothing is installed on the machine itself except these two programs. The mirror is
that of the machine's apt. Standard library only. See docs/decisions.md#gimp-in-debian-roots.
"""

from __future__ import annotations

import concurrent.futures
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "REPOSITORY",
    "Extra",
    "Root",
    "Unavailable",
    "cache_folder",
    "chroot_environment",
    "command_inside",
    "in_ci",
    "mounts",
    "prepare",
    "run",
]

REPOSITORY = Path(__file__).resolve().parents[2]

USELESS = ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/man")


class Unavailable(Exception):
    """This machine cannot have the roots; the message says why."""


@dataclass(frozen=True)
class Extra:
    """What a root gets after its packages: a name, texts that decide its contents, a function."""

    name: str
    ingredients: tuple[str, ...]
    install: Callable[[Root, Path], None]


@dataclass(frozen=True)
class Root:
    """A Debian root: its title, its folder in the cache, its suite, its packages and an extra."""

    title: str
    folder: str
    suite: str
    packages: tuple[str, ...]
    extra: Extra

    @property
    def path(self) -> Path:
        """The folder that is the root."""
        return cache_folder() / self.folder

    @property
    def stamp(self) -> Path:
        """The file with the recipe of the finished root."""
        return self.path / ".palette-engine.json"

    @property
    def recipe(self) -> dict[str, str]:
        """Digests of the root's list of packages and of its extra's ingredients."""
        return {
            "packages": _digest([*self.packages, "1"]),
            self.extra.name: _digest([*self.extra.ingredients, "1"]),
        }

    def holds(self) -> dict[str, str]:
        """Return the recipe of the root when it was last finished; empty if it never was."""
        if not self.stamp.is_file():
            return {}
        recorded: dict[str, str] = json.loads(self.stamp.read_text())
        return recorded

    def is_ready(self) -> bool:
        """Return whether the root was finished with the present recipe."""
        return self.holds() == self.recipe

    def run(self, *command: str, log: Path) -> None:
        """Run a command inside the root, as root."""
        run("chroot", self.path, *command, log=log, env=chroot_environment())


def _digest(words: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def in_ci() -> bool:
    """Return whether a test that cannot run is a failure."""
    return bool(os.environ.get("CI"))


def cache_folder() -> Path:
    """Return the folder of the roots, outside the repository."""
    chosen = os.environ.get("PALETTE_ENGINE_CACHE")
    if chosen:
        return Path(chosen)
    # With sudo, the home of the user who will run the tests.
    home = Path(f"~{os.environ.get('SUDO_USER', '')}").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "palette-engine"


def command_inside(root: Root, folder: Path, *more: str) -> tuple[str, ...]:
    """Return the start of a command that runs inside a root, where only `folder` is writable.

    The folder has the same path inside. `more` are further arguments of bwrap.
    """
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    return (
        *("bwrap", "--unshare-pid", "--die-with-parent", *mounts(root)),
        *("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/run"),
        *("--bind", str(temporary), "/tmp", "--bind", str(folder), str(folder), *more),
    )


def mounts(root: Root) -> list[str]:
    """Return bwrap's arguments that mount the folders of a root, read-only."""
    arguments = []
    for entry in sorted(root.path.iterdir()):
        inside = f"/{entry.name}"
        if entry.is_symlink():
            arguments += ["--symlink", str(entry.readlink()), inside]
        elif entry.is_dir() and entry.name not in ("dev", "proc", "sys", "tmp", "run"):
            arguments += ["--ro-bind", str(entry), inside]
    return arguments


def run(*command: str | Path, log: Path, env: dict[str, str] | None = None) -> None:
    """Run a command with its output in a log; `RuntimeError` with the log's end if it fails."""
    with log.open("ab") as output:
        output.write(f"$ {' '.join(map(str, command))}\n".encode())
        output.flush()
        code = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            check=False,
        ).returncode
    if code:
        end = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise RuntimeError(f"{command[0]} failed with exit code {code}; the end of {log}:\n{end}")


def require_mirror(log: Path) -> None:
    """Update apt's lists if they name no mirror; raise `Unavailable` if they still do not."""
    try:
        mirror()
    except Unavailable:
        run("apt-get", "update", "-q", log=log)
        mirror()


def mirror() -> str:
    """Return the Debian mirror of this machine's apt; raise `Unavailable` if it has none."""
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for line in listing.splitlines():
        origin, label, uri = line.split(" ", 2)
        if (origin, label) == ("Debian", "Debian"):
            return uri
    raise Unavailable("apt on this machine has no Debian mirror to take them from")


def require_tools(log: Path) -> None:
    """Install debootstrap and bwrap if they are missing; raise `Unavailable` if that cannot be."""
    if shutil.which("apt-get") is None:
        raise Unavailable("they are provisioned with apt, which this machine does not have")
    if os.geteuid() != 0:
        raise Unavailable("making a Debian root needs root; run “sudo make programs” once")
    require_mirror(log)
    missing = [
        package
        for program, package in (("bwrap", "bubblewrap"), ("debootstrap", "debootstrap"))
        if shutil.which(program) is None
    ]
    if missing:
        run("apt-get", "update", "-q", log=log)
        run("apt-get", "install", "-y", "-q", "--no-install-recommends", *missing, log=log)


def chroot_environment() -> dict[str, str]:
    """Return the environment variables inside a root; of this machine's, only those of proxies."""
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    return {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LC_ALL": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
        **proxies,
    }


def bootstrap(root: Root, log: Path) -> None:
    """Make a minimal Debian, unless an earlier run finished it."""
    done = root.path / ".bootstrapped"
    if done.exists():
        return
    shutil.rmtree(root.path, ignore_errors=True)
    scripts = Path("/usr/share/debootstrap/scripts")
    known = scripts / root.suite
    script = known if known.exists() else scripts / "sid"
    run(
        "debootstrap",
        "--variant=minbase",
        "--include=ca-certificates",
        root.suite,
        root.path,
        mirror(),
        script,
        log=log,
    )
    (root.path / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (root.path / "usr/sbin/policy-rc.d").chmod(0o755)
    done.touch()


def install_packages(root: Root, log: Path) -> None:
    """Install the root's packages, without recommended ones."""
    # A mirror may be older than its expiry date; for a test root a stale list is good enough.
    root.run("apt-get", "-o", "Acquire::Check-Valid-Until=false", "update", "-q", log=log)
    # Needed only if an earlier run was interrupted.
    root.run("dpkg", "--configure", "-a", log=log)
    root.run(
        *("apt-get", "install", "-y", "-q", "--no-install-recommends"), *root.packages, log=log
    )
    for folder in USELESS:
        shutil.rmtree(root.path / folder, ignore_errors=True)
    (root.path / "var/cache/apt/archives/partial").mkdir(parents=True, exist_ok=True)
    (root.path / "var/lib/apt/lists/partial").mkdir(parents=True, exist_ok=True)


def provision(root: Root) -> str:
    """Finish a root if it is not ready, and return a line about it."""
    if root.is_ready():
        return f"{root.title}: ready in {root.path}"
    log = root.path.with_name(f"{root.folder}.log")
    if root.holds().get("packages") != root.recipe["packages"]:
        bootstrap(root, log)
        install_packages(root, log)
    root.extra.install(root, log)
    root.stamp.write_text(json.dumps(root.recipe))
    return f"{root.title}: provisioned in {root.path}"


def prepare(roots: Sequence[Root]) -> int:
    """Provision all roots that are not ready, at the same time, and return an exit code.

    It is 0 if every root is ready, or if this machine cannot have them and ``CI`` is not set; 1 if
    something failed, and in CI also if a root is missing.
    """
    if all(root.is_ready() for root in roots):
        print("Programs for the tests are ready:", *(root.path for root in roots), sep="\n  ")
        return 0
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        opened = os.open(cache_folder() / "lock", os.O_RDONLY | os.O_CREAT, 0o644)
    except OSError as error:
        print(
            f"No programs for the tests: {cache_folder()} cannot be written ({error.strerror}). "
            "Set PALETTE_ENGINE_CACHE to a folder that can.",
            file=sys.stderr,
        )
        return 1 if in_ci() else 0
    with os.fdopen(opened) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another checkout may be doing the same
        try:
            require_tools(cache_folder() / "tools.log")
            with concurrent.futures.ThreadPoolExecutor() as pool:
                for sentence in pool.map(provision, roots):
                    print(sentence, flush=True)
        except Unavailable as reason:
            wanted = ", ".join(root.title for root in roots if not root.is_ready())
            print(f"No {wanted} for the tests: {reason}.", file=sys.stderr)
            return 1 if in_ci() else 0
        except (OSError, RuntimeError, subprocess.CalledProcessError) as failure:
            print(f"Provisioning failed: {failure}", file=sys.stderr)
            return 1
    return 0
