"""Collections on a real Dask cluster: a scheduler and two workers on this machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_engine
from palette_engine.collections import cluster as module
from palette_engine.collections.collect import Progress
from palette_engine.collections.table import read_table
from palette_engine.errors import OptionError, SetupError
from tests.cli.program import run
from tests.collections.hostile import install, misdeed
from tests.patience import PATIENCE, wait_for
from tests.test_docs import PAGES, blocks
from tests.web.processes import tree

PAGE = PAGES["docs/collections.md"]

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux tells them"),
    pytest.mark.slow,
]


class Dask:
    """The processes of a cluster, which find each other by a file."""

    def __init__(
        self,
        folder: Path,
        host: str = "127.0.0.1",
        inside: Sequence[str] = (),
        before: str = "pass",
    ) -> None:
        """Start the scheduler, which first runs the code `before`."""
        self.folder = folder
        self._inside = inside
        self.file = folder / "scheduler.json"
        self.hooks = install(folder / "hooks")
        self._started: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--host", host, "--no-dashboard", before=before)

    @property
    def address(self) -> str:
        """The address of the scheduler, as soon as there is one."""
        wait_for(self.file.exists)
        wait_for(lambda: self.file.read_bytes().endswith(b"}"))
        return str(json.loads(self.file.read_text())["address"])

    def add_worker(self, *arguments: str, inside: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """Start a worker with one thread, in a folder of its own; `inside` stands before it."""
        own = (*arguments, "--nthreads", "1", "--no-dashboard")
        return self._start("worker", *own, inside=inside)

    def close(self) -> None:
        """End all processes that were started."""
        family = [each for process in self._started for each in tree(process.pid)]
        for each in family:
            if Path(f"/proc/{each}").exists():
                os.kill(each, signal.SIGKILL)
        for process in self._started:
            process.wait(PATIENCE)

    def _start(
        self, kind: str, *arguments: str, inside: Sequence[str] = (), before: str = "pass"
    ) -> subprocess.Popen[bytes]:
        code = f"{before}; from distributed.cli.dask_{kind} import main; main()"
        program = (sys.executable, "-W", "ignore", "-c", code, *arguments)
        own = self.folder / f"{kind}-{len(self._started)}"
        own.mkdir()
        file = ("--scheduler-file", str(self.file))
        port = ("--port", "0") if kind == "scheduler" else ("--local-directory", str(own))
        with (own / "log").open("wb") as log:
            self._started.append(
                subprocess.Popen(
                    [*(inside or self._inside), *program, *file, *port],
                    cwd=own,
                    env={**os.environ, "PYTHONPATH": self.hooks},
                    stdout=log,
                    stderr=log,
                )
            )
        return self._started[-1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder, in which the test is, with 60 pictures, three of which are hostile."""
    chance = np.random.default_rng(3)
    for number in range(57):
        path = tmp_path / "pictures" / f"{number % 3}" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(chance.integers(0, 256, (30, 30, 3), np.uint8)).save(path)
    (tmp_path / "pictures" / "segfault.bmp").write_bytes(misdeed("segfault"))
    (tmp_path / "pictures" / "exit.bmp").write_bytes(misdeed("exit"))
    (tmp_path / "pictures" / "empty.png").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    """Return a cluster without workers."""
    (tmp_path / "dask").mkdir()
    found = Dask(tmp_path / "dask")
    yield found
    found.close()


def own_table(folder: Path, dask: Dask) -> bytes:
    """Return the table that processes of our own make."""
    ended = run("collect", "pictures", "-o", "own.jsonl", "--workers", "1", folder=folder,
                env={"PYTHONPATH": dask.hooks})  # fmt: skip
    assert ended.code == 0
    return (folder / "own.jsonl").read_bytes()


def test_a_cluster_of_two_workers_gives_the_same_table(folder: Path, dask: Dask) -> None:
    workers = [dask.add_worker(), dask.add_worker()]
    ended = run("collect", "pictures", "-o", "t.jsonl", "--on", dask.address, folder=folder)
    assert (ended.code, ended.line) == (
        0,
        "wrote 60 rows, 3 with errors to t.jsonl (60 read now)",
    )
    assert (folder / "t.jsonl").read_bytes() == own_table(folder, dask)
    # By the file of the scheduler; and nothing is left on the workers but themselves.
    again = run("collect", "pictures", "-o", "t.jsonl", "--on", dask.file, folder=folder)
    assert again.line == "wrote 60 rows, 3 with errors to t.jsonl (0 read now, 60 before)"
    for each in workers:
        names = [Path(f"/proc/{each}/cmdline").read_bytes() for each in tree(each.pid)]
        assert not [name for name in names if b"worker_process" in name]


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(folder: Path, dask: Dask) -> None:
    dask.add_worker()
    victim = dask.add_worker("--no-nanny")
    killed = threading.Event()
    orphans: list[int] = []

    def kill(progress: Progress) -> None:
        if progress.read >= 5 and not killed.is_set():
            killed.set()
            orphans.extend(each for each in tree(victim.pid) if each != victim.pid)
            victim.kill()
            victim.wait(PATIENCE)

    done = palette_engine.collect("pictures", "t.jsonl", on=dask.address, report=kill)
    assert killed.is_set()
    assert (done.rows, done.failed) == (60, 3)
    assert (folder / "t.jsonl").read_bytes() == own_table(folder, dask)
    wait_for(lambda: not [each for each in orphans if Path(f"/proc/{each}").exists()])


def test_a_scheduler_that_goes_away_ends_the_run_and_another_one_continues(
    folder: Path, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CONNECT_SECONDS", 5.0)
    dask.add_worker()

    def kill(progress: Progress) -> None:
        if progress.read >= 5:
            dask.scheduler.kill()

    with pytest.raises(SetupError, match=r"The scheduler at tcp://127\S+ has gone away; what was"):
        palette_engine.collect("pictures", "t.jsonl", on=dask.address, report=kill)
    assert not (folder / "t.jsonl").exists()
    (folder / "again").mkdir()
    with closing(Dask(folder / "again")) as other:
        other.add_worker()
        done = palette_engine.collect("pictures", "t.jsonl", on=other.address)
        assert (done.rows, done.failed) == (60, 3)
        assert done.before >= 5
        assert (folder / "t.jsonl").read_bytes() == own_table(folder, other)
    assert [row.reason for row in read_table(folder / "t.jsonl") if row.reason == "lost"] == []


def test_wrong_addresses_and_clusters_without_workers_are_errors(
    folder: Path, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CONNECT_SECONDS", 1.0)
    monkeypatch.setattr(module, "WORKER_SECONDS", 1.0)
    (folder / "other.json").write_text("{}")
    for address, error, said in (
        ("tcp://127.0.0.1:1", SetupError, "No Dask scheduler answers at tcp://127.0.0.1:1; start"),
        ("wire://host", OptionError, "wire://host is not the address of a scheduler, such as"),
        ("nothing.json", OptionError, "There is no scheduler file nothing.json; name one, or"),
        ("other.json", OptionError, "other.json is no scheduler file; name one, or an address"),
        (dask.address, SetupError, f"The cluster at {dask.address} has no workers; start some"),
    ):
        with pytest.raises(error, match=said.replace(".", r"\.")):
            palette_engine.collect("pictures", "t.jsonl", on=address)
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(SetupError, match=r"pip install 'palette-engine\[dask\]'"):
        palette_engine.collect("pictures", "t.jsonl", on=dask.address)
    ended = run("collect", "pictures", "-o", "t.csv", "--on", "x", "--workers", "2", folder=folder)
    assert (ended.code, ended.line) == (
        2,
        "--workers is for this machine; leave it out with --on.",
    )


def test_a_scheduler_without_this_program_is_an_error(folder: Path) -> None:
    (folder / "bare").mkdir()
    with closing(
        Dask(folder / "bare", before="import sys; sys.modules['palette_engine'] = None")
    ) as dask:
        dask.add_worker()
        said = (
            rf"The scheduler at {dask.address} cannot import palette-engine; install it there, too"
        )
        with pytest.raises(SetupError, match=said):
            palette_engine.collect("pictures", folder / "t.jsonl", on=dask.address)
    assert not (folder / "t.jsonl").exists()


def test_workers_with_another_version_are_an_error(
    folder: Path, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    dask.add_worker()
    monkeypatch.setattr(module, "__version__", "99.0")
    with pytest.raises(SetupError, match=r"Workers need palette-engine 99\.0, and the worker tcp"):
        palette_engine.collect("pictures", folder / "t.jsonl", on=dask.address)


def test_the_example_with_a_client_of_dask_runs(folder: Path, dask: Dask) -> None:
    dask.add_worker()
    example = next(each for each in blocks("python", PAGE) if "get_executor(pure=False)" in each)
    subprocess.run(
        [sys.executable, "-c", example.replace("tcp://host:8786", dask.address)],
        cwd=folder,
        check=True,
    )
    rows = list(read_table(folder / "pictures.csv"))
    assert (len(rows), [row.reason for row in rows].count("lost")) == (60, 0)
    assert sum(bool(row.error) for row in rows) == 3


def test_the_lines_for_two_workers_on_one_machine_run(folder: Path) -> None:
    lines = next(each for each in blocks("sh", PAGE) if "--nworkers 2" in each).splitlines()
    assert lines[0].startswith("pip install")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    script = "\n".join(lines[1:]).replace("8786", port).replace("~/Pictures", "pictures")
    programs = Path(sys.executable).parent
    # What stands before the last line goes on in the background, until it is ended.
    ended = subprocess.run(
        ["bash", "-c", f"{script}; code=$?; kill $(jobs -p); wait; exit $code"],
        cwd=folder,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "wrote 60 rows, 3 with errors to pictures.csv (60 read now)" in ended.stderr


class Hosts:
    """Two hosts, which are network namespaces of this machine, and the link between them."""

    def __init__(self) -> None:
        self._sleeping = [subprocess.Popen(["unshare", "-n", "sleep", "3600"]) for _ in range(2)]
        wait_for(lambda: len({_network(each.pid) for each in self._sleeping} - {_network()}) == 2)
        self._ip(0, "link", "add", "one", "type", "veth", "peer", "name", "two")
        self._ip(0, "link", "set", "two", "netns", str(self._sleeping[1].pid))
        for host, name in enumerate(("one", "two")):
            self._ip(host, "addr", "add", f"10.213.77.{host + 1}/30", "dev", name)
            self._ip(host, "link", "set", name, "up")
            self._ip(host, "link", "set", "lo", "up")

    def inside(self, host: int) -> tuple[str, ...]:
        """Return what stands before a command that runs on a host."""
        return ("nsenter", "-t", str(self._sleeping[host].pid), "-n")

    def set_link(self, state: str) -> None:
        """Cut the link ("down"), or restore it ("up")."""
        self._ip(0, "link", "set", "one", state)

    def close(self) -> None:
        """End both hosts."""
        for each in self._sleeping:
            each.kill()
            each.wait(PATIENCE)

    def _ip(self, host: int, *arguments: str) -> None:
        subprocess.run([*self.inside(host), "ip", *arguments], check=True)


def _network(process: int | str = "self") -> Path:
    """Return what names the network of a process."""
    return Path(f"/proc/{process}/ns/net").readlink()


def has_hosts() -> bool:
    """Return whether network namespaces can be made here."""
    programs = ("unshare", "nsenter", "ip", "true")
    if not all(map(shutil.which, programs)):
        return False
    return (
        subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(not has_hosts(), reason="makes network namespaces")
def test_a_link_that_is_cut_and_restored_loses_nothing(folder: Path) -> None:
    (folder / "hosts").mkdir()
    with (
        closing(Hosts()) as hosts,
        closing(Dask(folder / "hosts", "10.213.77.1", hosts.inside(0))) as dask,
    ):
        dask.add_worker("--host", "10.213.77.2", inside=hosts.inside(1))
        call = f"print(collect('pictures', 't.jsonl', on={dask.address!r}))"
        code = f"from palette_engine import collect; {call}"
        with subprocess.Popen(
            [*hosts.inside(0), sys.executable, "-c", code],
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
        ) as collecting:
            journal = folder / "t.jsonl.journal"
            wait_for(lambda: journal.exists())
            hosts.set_link("down")
            time.sleep(3)
            hosts.set_link("up")
            told, _ = collecting.communicate(timeout=PATIENCE)
        assert "rows=60, failed=3" in told
        assert (folder / "t.jsonl").read_bytes() == own_table(folder, dask)
