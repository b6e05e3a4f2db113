"""State: what all requests of one run share."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from palette_engine.options import Options
from palette_engine.web import jobs
from palette_engine.web.limits import Limits
from palette_engine.web.option_form import options_of
from palette_engine.web.page_template import PageTemplate
from palette_engine.web.picture_store import PictureStore
from palette_engine.web.request_body import BodyReader
from palette_engine.web.workers import Workers
from palette_engine.workers.worker import Worker

__all__ = ["State"]

EXPIRY_INTERVAL = 30
"""Seconds between two searches for expired pictures."""


@dataclass(frozen=True)
class State:
    """The token of this run, the stored pictures, the workers, and what reads and renders.

    `report` is called with defects.
    """

    limits: Limits
    report: Callable[[Exception], None]
    token: str
    workers: Workers
    pictures: PictureStore
    bodies: BodyReader
    template: PageTemplate

    @classmethod
    def of(
        cls, limits: Limits, report: Callable[[Exception], None], started: Sequence[Worker]
    ) -> State:
        """Return the state of a new run; `started` are workers that load the libraries already."""
        token = secrets.token_urlsafe(32)
        return cls(
            limits,
            report,
            token,
            Workers(limits.workers, limits.waiting, limits.working, jobs.load_libraries, started),
            PictureStore(limits.held, limits.forget),
            BodyReader(limits),
            PageTemplate(token, limits),
        )

    @property
    def defaults(self) -> Options:
        """The options before anything is chosen."""
        return self.options_of([])

    def options_of(self, fields: Sequence[tuple[str, str]]) -> Options:
        """Return the options that the fields of a request give."""
        fixed = {"max_pixels": self.limits.pixels, "max_memory": self.limits.memory}
        return options_of(fields, fixed)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the workers, and forget expired pictures in time."""
        self.workers.start()
        expiring = asyncio.create_task(self._expire())
        try:
            yield
        finally:
            expiring.cancel()
            self.workers.stop()

    async def _expire(self) -> None:
        while True:
            await asyncio.sleep(min(EXPIRY_INTERVAL, self.limits.forget))
            self.pictures.expire()
