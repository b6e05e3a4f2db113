"""Engine: a child process in a Python of its own, and the messages to and from it.

Standard library only: GIMP's Python often has nothing else. The protocol is documented in
palette_engine/session/server.py. Two threads send requests and receive answers, so that only
`Engine.run` waits.
"""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Callable
from typing import IO, Any, TypeVar

from extract_palette.engine.command import EngineError, install_advice, terminal_command
from extract_palette.engine.exchange import Answer, Exchange, accepted, answers
from extract_palette.engine.process import start_engine
from extract_palette.translation import _

T = TypeVar("T")

PROTOCOL = 5
"""The version of the protocol that this plug-in speaks."""

PATIENCE = 60.0
"""Seconds without an answer after which the engine counts as stuck."""

MAX_UNSENT = 2**24
"""Bytes that may wait to be sent before `can_send` is false."""

MAX_ANSWER_BYTES = 2**31
"""At most this many bytes come with an answer: the pixels of a swatch strip or of some rows."""

MAX_LINE_BYTES = 2**24
"""Bytes; longer than any answer. A longer line is not from the engine."""

ERROR_BYTES = 4096
"""Bytes of the engine's error output that are kept, for the message if it ends."""


def ignore_answers() -> None:
    """Do nothing about new answers."""


class Engine:
    """A running engine; as a context manager, it ends with the block.

    Another thread calls `wake` whenever there is a new answer for `take`. Without a process, a new
    one is started; raises `EngineError` if that is impossible.
    """

    def __init__(
        self,
        wake: Callable[[], None] = ignore_answers,
        process: subprocess.Popen[bytes] | None = None,
    ) -> None:
        self._process = process or start_engine()
        command: list[str] = [*self._process.args]  # type: ignore[misc]
        self._command = terminal_command(command)
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        self.wake = wake
        self._requests = 0
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._unsent = 0
        self._changed = threading.Condition()
        self._is_closed = False
        # Bounded, so that memory stays flat while the parts of a recolored picture arrive.
        self._inbox: queue.Queue[Answer | EngineError] = queue.Queue(maxsize=16)
        self._errors = b""
        self._error_reader = self._thread(self._read_errors, self._process.stderr)
        self._thread(self._send, self._process.stdin)
        # Buffered on this side only, so that it can be read line by line.
        output = open(self._process.stdout.fileno(), "rb", closefd=False)  # noqa: SIM115
        self._thread(self._receive, output)

    def _thread(self, work: Callable[[Any], None], pipe: IO[bytes]) -> threading.Thread:
        thread = threading.Thread(target=work, args=(pipe,), daemon=True)
        thread.start()
        return thread

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the engine, whatever it is doing; a second call does nothing.

        See docs/decisions.md#closing-the-engine.
        """
        # Killed, because it may be computing. Its input is closed as well, because a launcher
        # (such as that of a virtual environment on Windows) has a child, which then ends. That
        # child may hold the other pipes open, so nothing here waits for their ends.
        self._process.kill()
        self._outbox.put(None)
        self._process.wait()

    @property
    def can_send(self) -> bool:
        """Whether less than `MAX_UNSENT` waits to be sent, or nothing will be sent any more."""
        return self._unsent < MAX_UNSENT or self._is_closed

    def request(self, **content: object) -> int:
        """Send a request without waiting, and return its number."""
        self._requests += 1
        self.post(json.dumps({"id": self._requests, **content}).encode() + b"\n")
        return self._requests

    def post(self, data: bytes) -> None:
        """Send bytes without waiting."""
        with self._changed:
            self._unsent += len(data)
        self._outbox.put(data)

    def take(self) -> Answer | None:
        """Return the next answer if there is one; raise `EngineError` if there cannot be one."""
        try:
            return self._answer_of(self._inbox.get_nowait())
        except queue.Empty:
            return None

    def run(self, exchange: Exchange[T]) -> T:
        """Run an exchange to its end, waiting for answers, and return its result.

        Raises `Refusal`, or `EngineError`, also if no answer comes within `PATIENCE`.
        """
        answer = None
        while True:
            try:
                step = exchange.send(answer)
            except StopIteration as end:
                result: T = end.value
                return result
            answer = None
            if isinstance(step, bytes):
                self._wait_until_sent()
                self.post(step)
            else:
                while answer is None or not answers(answer, step):
                    answer = self._next()
                accepted(answer)

    def wait_until_sent(self, seconds: float) -> bool:
        """Wait until more can be sent, for at most some seconds; return whether it can."""
        with self._changed:
            return self._changed.wait_for(lambda: self.can_send, seconds)

    def _wait_until_sent(self) -> None:
        """Wait until more can be sent."""
        if not self.wait_until_sent(PATIENCE):
            raise self.silence_error()
        if self._is_closed:
            while True:  # the last in the inbox is the error that says why
                self._next()

    def _next(self) -> Answer:
        """Wait for an answer."""
        try:
            return self._answer_of(self._inbox.get(timeout=PATIENCE))
        except queue.Empty as error:
            raise self.silence_error() from error

    def _answer_of(self, found: Answer | EngineError) -> Answer:
        if isinstance(found, EngineError):
            self._inbox.put(found)  # for the next call
            raise found
        return found

    def silence_error(self) -> EngineError:
        """Return the error for an engine that does not answer."""
        sentence = _("The engine has not answered for {seconds:.0f} seconds. Try again; {advice}")
        return EngineError(sentence.format(seconds=PATIENCE, advice=self._doctor_advice()))

    def _doctor_advice(self) -> str:
        advice = _("“{command} gimp doctor” in a terminal finds out why.")
        return advice.format(command=self._command)

    def _protocol_error(self) -> EngineError:
        sentence = _("The engine answered nonsense. {advice}")
        return EngineError(sentence.format(advice=install_advice(self._command)))

    def _check(self, greeting: dict[str, Any]) -> None:
        """Raise `EngineError` unless the engine speaks this plug-in's protocol."""
        protocol, version = greeting.get("protocol"), greeting.get("version")
        if not isinstance(protocol, int):
            raise self._protocol_error()
        advice = install_advice(self._command)
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
        """Return the next answer, or None at the end of the output; raises `EngineError`."""
        line = pipe.readline(MAX_LINE_BYTES)
        if not line:
            return None
        try:
            content = json.loads(line)
            size = content.get("bytes", 0)
            if not isinstance(size, int) or not 0 <= size <= MAX_ANSWER_BYTES:
                raise self._protocol_error()
            data = pipe.read(size)
        except (ValueError, AttributeError, TypeError, RecursionError) as error:
            raise self._protocol_error() from error
        return Answer(content, data) if len(data) == size else None

    def _end_error(self, reason: str) -> EngineError:
        """Return the error for an engine that has ended, with the last line of its errors."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # it closed its output, but still runs
            self._process.kill()
            code = 0
        self._error_reader.join(timeout=1)
        lines = self._errors.decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        if code == -9:  # Linux kills a process that uses too much memory
            last = _("killed, perhaps because the memory was full")
        because = f" ({last[:200]})" if last else ""
        advice = {"advice": install_advice(), "doctor": self._doctor_advice()}
        return EngineError(reason.format(because=because, **advice))

    def _receive(self, pipe: IO[bytes]) -> None:
        """Put the engine's answers into the inbox, and at last the error that ends them."""
        try:
            greeting = self._read(pipe)
            if greeting is None:
                raise self._end_error(_("The engine does not start{because}. {advice}"))
            self._check(greeting.content)
            while answer := self._read(pipe):
                self._inbox.put(answer)
                self.wake()
            raise self._end_error(
                _("The engine stopped unexpectedly{because}. Try again; {doctor}")
            )
        except EngineError as error:
            # Nothing more is sent; a caller that waits to send gets the error from the inbox.
            self._process.kill()
            with self._changed:
                self._is_closed = True
                self._changed.notify_all()
            self._inbox.put(error)
            self.wake()

    def _send(self, pipe: IO[bytes]) -> None:
        """Write the outbox to the engine's input, until it holds None."""
        with pipe:
            while (data := self._outbox.get()) is not None:
                try:
                    unsent = memoryview(data)
                    while unsent and not self._is_closed:
                        unsent = unsent[pipe.write(unsent) :]
                except OSError:
                    self._is_closed = True
                with self._changed:
                    self._unsent -= len(data)
                    self._changed.notify_all()

    def _read_errors(self, pipe: IO[bytes]) -> None:
        """Keep the end of the engine's error output; a full pipe would block the engine."""
        while data := pipe.read(ERROR_BYTES):
            self._errors = (self._errors + data)[-ERROR_BYTES:]
