#!/usr/bin/env python3
"""Prepare real GIMPs for the tests: one Debian root for each GIMP series.

Usage: ``python3 tests/gimp/provision.py`` (standard library only).

Each root is a small Debian (trixie has GIMP 3.0, forky has GIMP 3.2) kept in a cache
folder outside the repository, made once with debootstrap and entered with bwrap, so the
machine's own packages stay as they are. The mirror is the one this machine's apt uses.
Beside GIMP a root holds a virtual environment with the engine's dependencies, built for
the root's own Python, so the tests install the engine there as a user would. A GIMP 3 of the
machine's own is used as it is, in place of the root of its series.

Exit code 0 when every root is ready, or when this machine cannot have them and ``CI`` is
not set; 1 when something failed, and in CI also when a root is missing.
"""

from __future__ import annotations

import concurrent.futures
import configparser
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[2]

SUITES = {"3.0": "trixie", "3.2": "forky"}
"""The Debian suite that ships each GIMP series."""

PACKAGES = (
    "ca-certificates",
    "dbus-daemon",
    "fonts-dejavu-core",
    "gimp",
    "gir1.2-gtk-3.0",
    "imagemagick",
    "openbox",
    "procps",
    "python3-gi",
    "python3-gi-cairo",
    "python3-venv",
    "x11-utils",
    "xdotool",
    "xvfb",
)

ENGINE_ENVIRONMENT = "opt/engine"
"""The virtual environment inside a root, relative to it."""

USELESS = ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/man")


class Unavailable(Exception):
    """This machine cannot have the roots; the message says why."""


class Root(NamedTuple):
    """One Debian root: its GIMP series, suite and folder."""

    series: str
    suite: str
    path: Path

    @property
    def stamp(self) -> Path:
        return self.path / ".palette-engine.json"

    def holds(self) -> dict[str, str]:
        """Return the recipe the root was last finished with."""
        if not self.stamp.is_file():
            return {}
        recorded: dict[str, str] = json.loads(self.stamp.read_text())
        return recorded

    def is_ready(self) -> bool:
        return self.holds() == recipe()


def cache_folder() -> Path:
    """Return the folder that holds the roots, outside the repository."""
    chosen = os.environ.get("PALETTE_ENGINE_CACHE")
    if chosen:
        return Path(chosen)
    # With sudo, the home of who will run the tests afterwards.
    home = Path(f"~{os.environ.get('SUDO_USER', '')}").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "palette-engine"


def own_gimp() -> str | None:
    """Return the series of this machine's own GIMP, if it is 3.0 or newer and can be scripted."""
    if shutil.which("gimp-console") is None:
        return None
    said = subprocess.run(
        ["gimp-console", "--version"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    version = re.search(r"(\d+)\.(\d+)\.\d+", said.stdout)
    return f"{version[1]}.{version[2]}" if version and int(version[1]) >= 3 else None


def roots() -> list[Root]:
    """Return the roots the tests want, ready or not: of what this machine does not have."""
    return [
        Root(series, suite, cache_folder() / f"gimp-{series}-{suite}")
        for series, suite in SUITES.items()
        if series != own_gimp()
    ]


def requirements() -> list[str]:
    """Return the engine's dependencies as setup.cfg states them."""
    setup = configparser.ConfigParser()
    setup.read(REPOSITORY / "setup.cfg")
    return setup["options"]["install_requires"].split("\n")[1:]


def recipe() -> dict[str, str]:
    """Return digests of what decides a root's Debian packages and its Python packages."""
    return {
        "packages": _digest([*PACKAGES, "1"]),
        "requirements": _digest([*requirements(), "1"]),
    }


def _digest(words: list[str]) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def run(*command: str | Path, log: Path, env: dict[str, str] | None = None) -> None:
    """Run a command with its output in a log; raise with the log's end if it fails."""
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
    """Make sure that apt knows a Debian mirror, which it forgets with its lists."""
    try:
        mirror()
    except Unavailable:
        run("apt-get", "update", "-q", log=log)
        mirror()


def mirror() -> str:
    """Return the Debian mirror that this machine's apt is set up with."""
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
    raise Unavailable("apt on this machine has no Debian mirror to take GIMP 3 from")


def require_tools(log: Path) -> None:
    """Make sure that debootstrap and bwrap are there."""
    if shutil.which("apt-get") is None:
        raise Unavailable("GIMP 3 is provisioned with apt, which this machine does not have")
    if os.geteuid() != 0:
        raise Unavailable("making a Debian root needs root; run “sudo make gimp” once")
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
    """Return a clean environment: the host's settings mean nothing inside a root."""
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    return {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LC_ALL": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
        **proxies,
    }


def bootstrap(root: Root, log: Path) -> None:
    """Make the bare Debian, unless an earlier run finished it."""
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


def install_gimp(root: Root, log: Path) -> None:
    """Install GIMP and what a window needs, without recommended packages."""
    env = chroot_environment()
    # A mirror may lag behind its own expiry date; for a test root a stale list is fine.
    stale = "Acquire::Check-Valid-Until=false"
    run("chroot", root.path, "apt-get", "-o", stale, "update", "-q", log=log, env=env)
    # An earlier run may have been interrupted; this does nothing otherwise.
    run("chroot", root.path, "dpkg", "--configure", "-a", log=log, env=env)
    run(
        *("chroot", root.path, "apt-get", "install", "-y", "-q", "--no-install-recommends"),
        *PACKAGES,
        log=log,
        env=env,
    )
    for folder in USELESS:
        shutil.rmtree(root.path / folder, ignore_errors=True)
    (root.path / "var/cache/apt/archives/partial").mkdir(parents=True, exist_ok=True)
    (root.path / "var/lib/apt/lists/partial").mkdir(parents=True, exist_ok=True)


def install_dependencies(root: Root, log: Path) -> None:
    """Install the engine's dependencies for the root's Python, downloaded by the host's pip."""
    env = chroot_environment()
    asked = subprocess.run(
        ["chroot", root.path, "python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    wheels = root.path / "tmp/wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"),
        *("--python-version", asked.stdout.strip(), "--dest", wheels),
        *requirements(),
        log=log,
    )
    environment = root.path / ENGINE_ENVIRONMENT
    shutil.rmtree(environment, ignore_errors=True)
    run("chroot", root.path, "python3", "-m", "venv", f"/{ENGINE_ENVIRONMENT}", log=log, env=env)
    run(
        *("chroot", root.path, f"/{ENGINE_ENVIRONMENT}/bin/pip", "install", "--quiet"),
        *("--no-index", "--find-links", "/tmp/wheels", *requirements()),
        log=log,
        env=env,
    )
    shutil.rmtree(wheels)


def provision(root: Root) -> str:
    """Make one root ready and return a sentence about it."""
    if root.is_ready():
        return f"GIMP {root.series}: ready in {root.path}"
    log = root.path.with_suffix(f"{root.path.suffix}.log")
    wanted = recipe()
    if root.holds().get("packages") != wanted["packages"]:
        bootstrap(root, log)
        install_gimp(root, log)
    install_dependencies(root, log)
    root.stamp.write_text(json.dumps(wanted))
    return f"GIMP {root.series}: provisioned in {root.path}"


def main() -> int:
    """Provision every root that is not ready yet."""
    wanted = roots()
    if all(root.is_ready() for root in wanted):
        print("GIMP for the tests is ready:", *(root.path for root in wanted), sep="\n  ")
        return 0
    cache_folder().mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(cache_folder() / "lock", os.O_RDONLY | os.O_CREAT, 0o644)) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two checkouts may run their tests at once
        try:
            require_tools(cache_folder() / "tools.log")
            with concurrent.futures.ThreadPoolExecutor() as pool:
                for sentence in pool.map(provision, wanted):
                    print(sentence, flush=True)
        except Unavailable as reason:
            print(f"No GIMP 3 for the tests: {reason}.", file=sys.stderr)
            return 1 if os.environ.get("CI") else 0
        except (OSError, RuntimeError, subprocess.CalledProcessError) as failure:
            print(f"Provisioning GIMP failed: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
