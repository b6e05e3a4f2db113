"""Engine: finds, starts and talks to the engine, a child process in a Python of its own.

Standard library only: GIMP's Python often has nothing else. The protocol is documented in
palette_engine/session/server.py. Nothing here waits for the engine unless it is asked to: two
threads write what is sent and read what comes.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeAlias, TypeVar

import location
import refusals
from texts import Problem, _

T = TypeVar("T")

PROTOCOL = 2
"""The version of the protocol that this plug-in speaks."""

RECORD = "engine.json"
"""Written beside this file at installation: which Python runs the engine, if that is known."""

OPTIONS = "options.json"
"""Written beside this file at installation: the table of options."""

PATIENCE = 60.0
"""Seconds without a sign of life after which the engine counts as stuck."""

ROOM = 2**24
"""How many bytes may wait to be written before the engine counts as busy."""

LARGEST_ANSWER = 2**31
"""How many bytes come with an answer at the most: those of a sheet or of some rows."""

LONGEST_LINE = 2**24
"""More than any answer has: what has no end is nonsense."""

LAST_WORDS = 4096
"""How many bytes of the engine's error output are kept, for the message if it dies."""

COMMAND = "palette-engine"
"""What a terminal calls the engine, if it is on the PATH."""

FOREIGN = ("PYTHON", "LD_", "DYLD_")
FOREIGN_NAMES = ("GI_TYPELIB_PATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")


class EngineError(Problem):
    """There is no engine, or it is not well."""


def install(command: str = COMMAND) -> str:
    """Return what to do about an engine that is not there, or not the right one."""
    advice = _("Run “{command} gimp install” in a terminal, then start GIMP again.")
    return advice.format(command=command)


def engine_command(folder: Path) -> list[str]:
    """Return the command that runs the engine, or raise `EngineError`."""
    interpreter = recorded(folder)
    if interpreter:
        return location.run_by_python(interpreter)
    found = location.find(sys.platform, os.environ, Path.home())
    if found is None:
        sentence = _(
            "Extract Palette has no engine yet. README.txt in {folder} says how to install it. "
            "If it is installed: {advice}"
        )
        raise EngineError(sentence.format(folder=folder, advice=install()))
    if not location.is_program(found):
        sentence = _(
            "There is no program {program}, which {variable} names. Let it name the program "
            "{command}, or unset it, then start GIMP again."
        )
        raise EngineError(
            sentence.format(program=found, variable=location.VARIABLE, command=COMMAND)
        )
    return location.command(found)


def terminal_command(command: list[str]) -> str:
    """Return what calls the engine in a terminal, given the command that runs it."""
    # A virtual environment is seldom on the PATH; its Python can always be named.
    return f'"{command[0]}" -m palette_engine' if "-m" in command else f'"{command[0]}"'


def recorded(folder: Path) -> str | None:
    """Return the Python that the installation wrote beside the plug-in; None if there is none."""
    try:
        interpreter = json.loads((folder / RECORD).read_bytes())["interpreter"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return interpreter if isinstance(interpreter, str) else None


def installed_options(folder: Path) -> list[dict[str, Any]]:
    """Return the engine's table of options; empty if it was never installed."""
    try:
        options: list[dict[str, Any]] = json.loads((folder / OPTIONS).read_bytes())
    except (OSError, ValueError):
        return []
    return options


def clean_environment() -> dict[str, str]:
    """Return GIMP's environment without what would reach into another Python."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(FOREIGN) and name not in FOREIGN_NAMES
    }


class Refusal(Problem):
    """The engine is well, but cannot do what was asked for."""


class Answer(NamedTuple):
    """One answer of the engine: an object, and the bytes that came with it."""

    content: dict[str, Any]
    data: bytes


Talk: TypeAlias = Generator[bytes | int, Answer | None, T]
"""A talk with the engine, step by step, so that whoever leads it decides how to wait.

It yields bytes to be sent, or the number of a request to get the next answer to it.
"""


def stay_silent() -> None:
    """Tell nobody."""


class Engine:
    """A running engine; use it as a context manager, and it is gone afterwards.

    `wake` is called, by another thread, whenever there is something new to `take`.
    """

    def __init__(self, folder: Path, wake: Callable[[], None] = stay_silent) -> None:
        command = engine_command(folder)
        self._command = terminal_command(command)
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=clean_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise EngineError(
                _(
                    "The engine at {program} cannot be started ({reason}). "
                    "Install Palette Engine again. {advice}"
                ).format(program=command[0], reason=error.strerror, advice=install())
            ) from error
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        self.wake = wake
        self._requests = 0
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._unsent = 0
        self._changed = threading.Condition()
        self._deaf = False
        # So many parts of a picture that comes back may wait, and no more: memory stays flat.
        self._inbox: queue.Queue[Answer | EngineError] = queue.Queue(maxsize=16)
        self._last_words = b""
        self._overhearer = self._thread(self._overhear, self._process.stderr)
        self._thread(self._write, self._process.stdin)
        # Buffered on this side only, to be read line by line.
        answers = open(self._process.stdout.fileno(), "rb", closefd=False)  # noqa: SIM115
        self._thread(self._listen, answers)

    def _thread(self, work: Callable[[Any], None], pipe: IO[bytes]) -> threading.Thread:
        thread = threading.Thread(target=work, args=(pipe,), daemon=True)
        thread.start()
        return thread

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the engine, whatever it does; a second time does nothing."""
        # Killed, because it may be computing; and its input closed, because a launcher (such
        # as that of a virtual environment on Windows) has a child, which ends by that. That
        # child may hold the other pipes open, so nothing here waits for their ends.
        self._process.kill()
        self._outbox.put(None)
        self._process.wait()

    @property
    def has_room(self) -> bool:
        """Whether more can be sent without a lot waiting already."""
        return self._unsent < ROOM or self._deaf

    def request(self, **content: object) -> int:
        """Send a request and return its number; never waits."""
        self._requests += 1
        self.post(json.dumps({"id": self._requests, **content}).encode() + b"\n")
        return self._requests

    def post(self, data: bytes) -> None:
        """Send bytes; never waits."""
        with self._changed:
            self._unsent += len(data)
        self._outbox.put(data)

    def take(self) -> Answer | None:
        """Return the next answer if there is one; raise `EngineError` if there cannot be one."""
        try:
            return self._opened(self._inbox.get_nowait())
        except queue.Empty:
            return None

    def lead(self, talk: Talk[T]) -> T:
        """Hold a talk to its end, waiting where need be, and return what it returns.

        Raises `EngineError`, also if the engine gives no sign of life for long.
        """
        answer = None
        while True:
            try:
                wish = talk.send(answer)
            except StopIteration as end:
                result: T = end.value
                return result
            answer = None
            if isinstance(wish, bytes):
                self._wait_for_room()
                self.post(wish)
            else:
                while answer is None or answer.content.get("id") not in (wish, None):
                    answer = self._next()
                accepted(answer)

    def _wait_for_room(self) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: self.has_room, PATIENCE):
                raise self.stuck()
        if self._deaf:  # why, is the last that is heard of it
            while True:
                self._next()

    def _next(self) -> Answer:
        """Wait for an answer."""
        try:
            return self._opened(self._inbox.get(timeout=PATIENCE))
        except queue.Empty as error:
            raise self.stuck() from error

    def _opened(self, found: Answer | EngineError) -> Answer:
        if isinstance(found, EngineError):
            self._inbox.put(found)  # for whoever asks again
            raise found
        return found

    def stuck(self) -> EngineError:
        """Return what to say of an engine that gives no sign of life."""
        sentence = _("The engine has not answered for {seconds:.0f} seconds. Try again; {advice}")
        return EngineError(sentence.format(seconds=PATIENCE, advice=self._examine()))

    def _examine(self) -> str:
        advice = _("“{command} gimp doctor” in a terminal finds out why.")
        return advice.format(command=self._command)

    def _nonsense(self) -> EngineError:
        sentence = _("The engine answered nonsense. {advice}")
        return EngineError(sentence.format(advice=install(self._command)))

    def _check(self, greeting: dict[str, Any]) -> None:
        """Raise `EngineError` unless the engine is one that this plug-in can talk to."""
        protocol, version = greeting.get("protocol"), greeting.get("version")
        if not isinstance(protocol, int):
            raise self._nonsense()
        advice = install(self._command)
        if protocol < PROTOCOL:
            sentence = _(
                "The engine (version {version}) is too old for this plug-in. "
                "Update Palette Engine. {advice}"
            )
            raise EngineError(sentence.format(version=version, advice=advice))
        if protocol > PROTOCOL:
            sentence = _("The engine (version {version}) is too new for this plug-in. {advice}")
            raise EngineError(sentence.format(version=version, advice=advice))

    def _read(self, pipe: IO[bytes]) -> Answer | None:
        """Return the next answer, or None at the end, or raise `EngineError`."""
        line = pipe.readline(LONGEST_LINE)
        if not line:
            return None
        try:
            content = json.loads(line)
            size = content.get("bytes", 0)
            if not isinstance(size, int) or not 0 <= size <= LARGEST_ANSWER:
                raise self._nonsense()
            data = pipe.read(size)
        except (ValueError, AttributeError, TypeError, RecursionError) as error:
            raise self._nonsense() from error
        return Answer(content, data) if len(data) == size else None

    def _death(self, reason: str) -> EngineError:
        """Return what to say of an engine that is gone, with its last words."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # it shut its output, and yet it runs
            self._process.kill()
            code = 0
        self._overhearer.join(timeout=1)
        lines = self._last_words.decode(errors="replace").split("\n")
        words = next((line.strip() for line in reversed(lines) if line.strip()), "")
        if code == -9:  # what Linux does to who has too much memory; nobody has last words then
            words = _("killed, perhaps because the memory was full")
        because = f" ({words[:200]})" if words else ""
        return EngineError(reason.format(because=because, advice=install(), doctor=self._examine()))

    def _listen(self, pipe: IO[bytes]) -> None:
        """Put the engine's answers into the inbox, and at the end why there will be no more."""
        try:
            greeting = self._read(pipe)
            if greeting is None:
                raise self._death(_("The engine does not start{because}. {advice}"))
            self._check(greeting.content)
            while answer := self._read(pipe):
                self._inbox.put(answer)
                self.wake()
            raise self._death(_("The engine stopped unexpectedly{because}. Try again; {doctor}"))
        except EngineError as error:
            # Nothing more is sent to it; who waits for room learns why from the inbox.
            self._process.kill()
            with self._changed:
                self._deaf = True
                self._changed.notify_all()
            self._inbox.put(error)
            self.wake()

    def _write(self, pipe: IO[bytes]) -> None:
        """Write what is in the outbox, until there is None."""
        with pipe:
            while (data := self._outbox.get()) is not None:
                try:
                    unsent = memoryview(data)
                    while unsent and not self._deaf:
                        unsent = unsent[pipe.write(unsent) :]
                except OSError:
                    self._deaf = True
                with self._changed:
                    self._unsent -= len(data)
                    self._changed.notify_all()

    def _overhear(self, pipe: IO[bytes]) -> None:
        """Keep the end of the engine's error output; a full pipe would stop the engine."""
        while data := pipe.read(LAST_WORDS):
            self._last_words = (self._last_words + data)[-LAST_WORDS:]


def accepted(answer: Answer) -> Answer:
    """Return an answer, or raise `Refusal` if it is one."""
    if isinstance(answer.content.get("error"), str):
        raise Refusal(refusals.sentence_of(answer.content))
    return answer
