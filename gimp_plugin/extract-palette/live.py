"""Live: leads talks with the engine from GTK's main loop, and never waits for it.

Only the latest question counts: while one is being answered, a new one takes the place of any
other that waits. The engine may start slowly, hang or die; the window stays alive, and `retry`
asks again, of another engine if need be.
"""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

from engine import PATIENCE, Answer, Engine, EngineError, Talk, accepted
from gi.repository import GLib
from texts import Problem, defect

Question: TypeAlias = Callable[[Engine], Talk[None]]

SLICE = 0.02
"""For how many seconds pixels are read at a time, between which the window can be drawn."""

SLOW = 10.0
"""Seconds of silence after which the user is offered to try again."""


class State(Enum):
    """How it stands with the latest question."""

    STARTING = "starting"
    WORKING = "working"
    SLOW = "slow"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class Live:
    """A conversation with an engine, for as long as a dialog is open."""

    def __init__(
        self, start: Callable[[Callable[[], None]], Engine], show: Callable[[State, str], None]
    ) -> None:
        self._start = start
        self._show = show
        self._engine: Engine | None = None
        self._talk: Talk[None] | None = None
        self._wish: bytes | int = b""
        self._next: Question | None = None
        self._last: Question | None = None
        self._going = False
        self._alive = 0.0
        self._parent = os.getppid()
        self.state = State.STARTING
        self.sentence = ""
        self._soon = 0
        self._watch = GLib.timeout_add(1000, self._look)

    @property
    def is_outdated(self) -> bool:
        """Whether there is a newer question than the one being answered."""
        return self._next is not None

    @property
    def is_busy(self) -> bool:
        """Whether a question waits for its answer, or for being asked."""
        waits = self._talk is not None or self._next is not None
        return waits or self.state is State.STARTING

    def ask(self, question: Question) -> None:
        """Have a question answered, as soon as the one before is."""
        self._last = self._next = question
        self._later(0)

    def retry(self) -> None:
        """Ask again, with another engine if this one is silent or gone."""
        if self.state is State.SLOW:
            self._drop()
        if self._last:
            self.ask(self._last)

    def leave(self) -> Engine | None:
        """End the conversation and return the engine, if one is running and well."""
        for source in filter(None, (self._watch, self._soon)):
            GLib.source_remove(source)
        self._watch = self._soon = 0
        engine, self._engine = self._engine, None
        self._drop()
        return engine

    def _drop(self) -> None:
        """Forget what is going on, and stop the engine."""
        if self._talk:
            self._talk.close()
        self._talk = self._next = None
        if self._engine:
            self._engine.stop()
        self._engine = None

    def _tell(self, state: State, sentence: str = "") -> None:
        self.state, self.sentence = state, sentence
        self._show(state, sentence)

    def _wake(self) -> None:
        """Be called by another thread: go on in the main loop's."""
        GLib.idle_add(self._woken, priority=GLib.PRIORITY_DEFAULT)

    def _woken(self) -> bool:
        self._go_on()
        return False

    def _later(self, milliseconds: int) -> None:
        """Go on after a while, or with 0 as soon as the window is painted; once for all calls."""
        if not self._soon:
            self._soon = (
                GLib.timeout_add(milliseconds, self._now)
                if milliseconds
                else GLib.idle_add(self._now)
            )

    def _now(self) -> bool:
        self._soon = 0
        self._go_on()
        return False

    def _go_on(self) -> None:
        """Do all that can be done without waiting."""
        if self._going:
            return
        self._going = True
        try:
            self._steps()
        except EngineError as error:
            self._drop()
            self._tell(State.FAILED, str(error))
        except Problem as error:
            self._end_talk()
            if self._next:
                self._later(0)
            else:
                self._tell(State.REFUSED, str(error))
        except Exception as error:  # noqa: BLE001  an outermost boundary: GTK would drop the reason
            traceback.print_exc()
            self._drop()
            self._tell(State.FAILED, defect(error))
        finally:
            self._going = False

    def _steps(self) -> None:
        until = time.monotonic() + SLICE
        while True:
            if self._talk is None:
                if self._next is None:
                    return
                self._begin(self._next)
                continue
            engine = self._engine
            assert engine
            if isinstance(self._wish, bytes):
                if not engine.has_room:
                    self._later(10)
                    return
                engine.post(self._wish)
                self._alive = time.monotonic()
                if self.state is State.SLOW:
                    self._tell(State.WORKING)
                self._step(None)
                if time.monotonic() > until:
                    self._later(0)
                    return
                continue
            answer = engine.take()
            if answer is None:
                return
            self._alive = time.monotonic()
            if self.state in (State.STARTING, State.SLOW):
                self._tell(State.WORKING)
            if answer.content.get("id") in (self._wish, None):
                accepted(answer)
                self._step(answer)

    def _begin(self, question: Question) -> None:
        """Begin to ask, with a new engine if there is none."""
        self._next = None
        self._alive = time.monotonic()
        if self._engine is None:
            self._tell(State.STARTING)
            self._engine = self._start(self._wake)
        elif self.state is not State.STARTING:
            self._tell(State.WORKING)
        self._talk = question(self._engine)
        self._step(None)

    def _step(self, answer: Answer | None) -> None:
        """Take the talk to its next wish, or its end."""
        assert self._talk
        try:
            self._wish = self._talk.send(answer)
        except StopIteration:
            self._end_talk()
            if not self._next:
                self._tell(State.DONE)

    def _end_talk(self) -> None:
        if self._talk:
            self._talk.close()
        self._talk = None

    def _look(self) -> bool:
        """See whether GIMP is gone, or the engine is silent for too long."""
        if os.getppid() != self._parent:  # nobody would ever close this window
            self._drop()
            os._exit(1)
        silence = time.monotonic() - self._alive
        if self._talk and silence > PATIENCE and self._engine:
            sentence = str(self._engine.stuck())
            self._drop()
            self._tell(State.FAILED, sentence)
        elif self._talk and silence > SLOW and self.state is not State.SLOW:
            self._tell(State.SLOW)
        return True
