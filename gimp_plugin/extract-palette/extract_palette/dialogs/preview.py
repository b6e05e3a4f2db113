"""Preview: keeps what a dialog shows up to date, by exchanges that GTK's main loop runs.

It never waits for the engine, so that the window stays responsive while the engine starts slowly,
hangs or ends. Only the latest update counts: it replaces any other that has not begun. It begins
while the one before waits for an answer, if that is out of date then.

See docs/decisions.md#exchanges-are-generators and docs/decisions.md#coarse-previews.
"""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from gi.repository import GLib

from extract_palette.engine.command import EngineError
from extract_palette.engine.exchange import Answer, Exchange, Latest, accepted, answers
from extract_palette.engine.session import PATIENCE, Engine
from extract_palette.errors import Problem, defect

Update: TypeAlias = Callable[[Engine], Exchange[None]]
"""Begins an exchange after which a dialog shows the current settings."""

SLICE = 0.02
"""Seconds for which pixels are read at a time; between them, the window can be drawn."""

SLOW = 10.0
"""Seconds without an answer after which the user is offered to try again."""


class State(Enum):
    """The state of the latest update.

    REFUSED: another value of an option may help. LACKING: looking at the image again may help.
    """

    STARTING = "starting"
    WORKING = "working"
    SLOW = "slow"
    DONE = "done"
    REFUSED = "refused"
    LACKING = "lacking"
    FAILED = "failed"


@dataclass
class Run:
    """An update that runs: its exchange, and the step that comes next."""

    exchange: Exchange[None]
    pending: bytes | int = b""


class Preview:
    """The updates of a dialog, and the engine that they use, for as long as the dialog is open.

    `start` starts an engine that calls a function for each new answer; `show` is called with each
    new state and, if something is wrong, a sentence; `explain` gives the problem behind an error,
    if it knows one.
    """

    def __init__(
        self,
        start: Callable[[Callable[[], None]], Engine],
        show: Callable[[State, str], None],
        explain: Callable[[Exception], Problem | None],
    ) -> None:
        self._explain = explain
        self._start = start
        self._show = show
        self._engine: Engine | None = None
        self._runs: list[Run] = []
        """At most two: the second one makes the first one out of date."""
        self._next: Update | None = None
        self._last: Update | None = None
        self._is_running = False
        self._last_sign = 0.0
        self._parent = os.getppid()
        self.state = State.STARTING
        self.sentence = ""
        self._timer = 0
        self._watchdog = GLib.timeout_add(1000, self._check_progress)

    @property
    def is_busy(self) -> bool:
        """Whether an update runs or has not begun yet."""
        return bool(self._runs) or self._next is not None or self.state is State.STARTING

    def request(self, update: Update) -> None:
        """Run an update as soon as possible, but after other changes that come at the same time."""
        self._last = self._next = update
        self._wake()

    def run_now(self, update: Update) -> None:
        """Begin an update, before the main loop runs."""
        self._last = self._next = update
        self._continue()

    def retry(self) -> None:
        """Run the last update again, with another engine if this one is slow or has ended."""
        if self.state is State.SLOW:
            self._reset()
        if self._last:
            self.request(self._last)

    def again(self) -> None:
        """Run the last update again if none runs; one that runs ends first."""
        if self._last and self.state in (State.WORKING, State.DONE):
            self.request(self._last)

    def release(self) -> Engine | None:
        """Stop updating, and return the engine if one works."""
        for source in filter(None, (self._watchdog, self._timer)):
            GLib.source_remove(source)
        self._watchdog = self._timer = 0
        engine, self._engine = self._engine, None
        self._reset()
        return engine

    def _reset(self) -> None:
        """Drop the updates, and stop the engine."""
        self._end_runs()
        self._next = None
        if self._engine:
            self._engine.stop()
        self._engine = None

    def _set_state(self, state: State, sentence: str = "") -> None:
        self.state, self.sentence = state, sentence
        self._show(state, sentence)

    def _wake(self) -> None:
        """Continue in the main loop; another thread calls this."""
        GLib.idle_add(self._continue_once, priority=GLib.PRIORITY_DEFAULT)

    def _continue_once(self) -> bool:
        self._continue()
        return False

    def _continue_later(self, milliseconds: int) -> None:
        """Continue after a while, or with 0 as soon as the window is drawn."""
        if not self._timer:
            self._timer = (
                GLib.timeout_add(milliseconds, self._timer_ended)
                if milliseconds
                else GLib.idle_add(self._timer_ended)
            )

    def _timer_ended(self) -> bool:
        self._timer = 0
        self._continue()
        return False

    def _continue(self) -> None:
        """Run updates as far as that is possible without waiting."""
        if self._is_running:
            return
        self._is_running = True
        try:
            self._steps()
        except EngineError as error:
            self._reset()
            self._set_state(State.FAILED, str(error))
        except Exception as error:  # noqa: BLE001  an outermost boundary: GTK would drop the error
            problem = self._explain(error)
            if problem:
                self._refuse(problem)
            else:
                traceback.print_exc()
                self._reset()
                self._set_state(State.FAILED, defect(error))
        finally:
            self._is_running = False

    def _refuse(self, problem: Problem) -> None:
        self._end_runs()
        if self._next:
            self._continue_later(0)
        else:
            state = State.LACKING if problem.is_outside else State.REFUSED
            self._set_state(state, str(problem))

    def _steps(self) -> None:
        until = time.monotonic() + SLICE
        while True:
            if self._next is not None and self._can_begin():
                self._begin(self._next)
                continue
            if not self._runs:
                return
            engine = self._engine
            assert engine
            latest = self._runs[-1]
            if isinstance(latest.pending, bytes):
                if not engine.can_send:
                    self._continue_later(10)
                    return
                engine.post(latest.pending)
                self._note_sign(State.SLOW)
                self._step(latest, None)
                if time.monotonic() > until:
                    self._continue_later(0)
                    return
                continue
            answer = engine.take()
            if answer is None:
                return
            self._note_sign(State.STARTING, State.SLOW)
            self._answer(answer)

    def _can_begin(self) -> bool:
        """Return whether the next update can begin, beside one that is then out of date."""
        return not self._runs or isinstance(self._runs[-1].pending, Latest)

    def _begin(self, update: Update) -> None:
        """Begin an update, with a new engine if there is none."""
        self._next = None
        for stale in self._runs[1:]:  # the engine will hardly begin it any more
            self._end(stale)
        self._last_sign = time.monotonic()
        if self._engine is None:
            self._set_state(State.STARTING)
            self._engine = self._start(self._wake)
        elif self.state is not State.STARTING:
            self._set_state(State.WORKING)
        run = Run(update(self._engine))
        self._runs.append(run)
        self._step(run, None)

    def _answer(self, answer: Answer) -> None:
        """Continue the update that an answer is for, if it still runs."""
        for run in self._runs:
            if isinstance(run.pending, int) and answers(answer, run.pending):
                break
        else:
            return
        try:
            accepted(answer)
            self._step(run, answer)
        except Problem:
            if run is self._runs[-1]:
                raise
            self._end(run)

    def _step(self, run: Run, answer: Answer | None) -> None:
        """Run an exchange to its next step, or to its end."""
        try:
            run.pending = run.exchange.send(answer)
        except StopIteration:
            self._end(run)
            if not (self._runs or self._next):
                self._set_state(State.DONE)

    def _end(self, run: Run) -> None:
        run.exchange.close()
        self._runs.remove(run)

    def _end_runs(self) -> None:
        for run in [*self._runs]:
            self._end(run)

    def _note_sign(self, *states: State) -> None:
        """Note that the engine works, which ends some states."""
        self._last_sign = time.monotonic()
        if self.state in states:
            self._set_state(State.WORKING)

    def _check_progress(self) -> bool:
        """End if GIMP has ended; report an engine that has not answered for too long."""
        if os.getppid() != self._parent:  # the window would never be closed
            self._reset()
            os._exit(1)
        silence = time.monotonic() - self._last_sign
        if self._runs and silence > PATIENCE and self._engine:
            sentence = str(self._engine.silence_error())
            self._reset()
            self._set_state(State.FAILED, sentence)
        elif self._runs and silence > SLOW and self.state is not State.SLOW:
            self._set_state(State.SLOW)
        return True
