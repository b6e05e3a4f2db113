"""Trace: what Chromium did on the thread that a page's scripts run on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from playwright.sync_api import Browser, Page

__all__ = ["Trace", "traced"]

CATEGORIES = (
    *("toplevel", "devtools.timeline"),
    *("disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.stack"),
)

TASK = "ThreadControllerImpl::RunTask"

Event: TypeAlias = Mapping[str, Any]


@dataclass
class Trace:
    """What happened on the main thread of the page that has painted most, once the trace is done.

    Each event has a name, and with `dur` and `tdur` the microseconds that it took in all and of a
    processor.
    """

    events: Sequence[Event] = field(default_factory=list)

    def named(self, name: str) -> list[Event]:
        """Return the events of a kind."""
        return [event for event in self.events if event["name"] == name]

    @property
    def tasks(self) -> list[Event]:
        """All tasks of the thread."""
        return self.named(TASK)

    @property
    def layouts(self) -> list[Event]:
        """All times that the page was laid out."""
        return self.named("Layout")

    def forced(self, home: str) -> list[list[str]]:
        """Return which functions were running, for each layout that a server's scripts forced."""
        stacks = [
            event["args"].get("beginData", {}).get("stackTrace") or [] for event in self.layouts
        ]
        return [
            [call["functionName"] for call in stack]
            for stack in stacks
            if any(call["url"].startswith(home) for call in stack)
        ]


@contextmanager
def traced(browser: Browser, page: Page) -> Iterator[Trace]:
    """Trace what a page does."""
    trace = Trace()
    browser.start_tracing(page=page, categories=[*CATEGORIES])
    try:
        yield trace
    finally:
        trace.events = _main_events(json.loads(browser.stop_tracing())["traceEvents"])


def _main_events(events: Sequence[Event]) -> list[Event]:
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event.get("name") == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    threads: dict[tuple[int, int], list[Event]] = {main: [] for main in mains}
    for event in events:
        if event.get("ph") == "X" and (event["pid"], event["tid"]) in mains:
            threads[event["pid"], event["tid"]].append(event)
    # Other pages have such a thread, too.
    return max(threads.values(), key=lambda own: sum(event["name"] == "Paint" for event in own))
