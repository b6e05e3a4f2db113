"""Parts: what each part of `extract` takes of its processor time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from palette_engine.extraction import pipeline

__all__ = ["PARTS", "REST", "part_times", "place_of"]

ROUNDS = 7
"""How often each picture is measured; the medians are reported."""

REST = "rest"

PARTS: Mapping[str, tuple[str, ...]] = {
    "decode": ("pictures.pillow_decoder:load_image",),
    "sample and convert": ("extraction.pipeline:measured",),
    "histogram": ("extraction.summary:thinned_histogram",),
    "sharpened colors": ("extraction.summary:Sharpened.of",),
    "points": ("extraction.histogram:Histogram.points",),
    "cells": ("extraction.octree:Cells.of",),
    "search": ("extraction.kmeans:search_centers",),
    "k-means": ("extraction.kmeans:_refine",),
    "named colors": ("extraction.pipeline:_named",),
    "accents": ("extraction.pipeline:cluster_with_accents",),
    "swatch colors": ("extraction.pipeline:keep_apart",),
    "difference": ("extraction.pipeline:difference_of",),
}
"""The functions of each part, by the modules that call them; a part has what is in no other."""


@dataclass
class _Clock:
    """The processor time of each part, without that of the parts that it calls."""

    seconds: dict[str, float] = field(default_factory=dict)
    last: float = 0.0
    running: list[str] = field(default_factory=list)

    def switch(self) -> None:
        """Count the time since the last switch for the part that runs."""
        now = time.thread_time()
        if self.running:
            part = self.running[-1]
            self.seconds[part] = self.seconds.get(part, 0.0) + now - self.last
        self.last = now

    def run(self, part: str, function: Callable[..., Any], *values: Any, **named: Any) -> Any:
        """Return what a function returns, and count its time for a part."""
        self.switch()
        self.running.append(part)
        try:
            return function(*values, **named)
        finally:
            self.switch()
            self.running.pop()


def part_times(path: Path, colors: int) -> dict[str, float]:
    """Return the median seconds of each part for a picture, `REST` last, of warm calls."""
    pipeline.extract(path, colors=colors)
    rounds = []
    for _ in range(ROUNDS):
        clock = _Clock()
        with _timed(clock):
            clock.run(REST, pipeline.extract, path, colors=colors)
        rounds.append(clock.seconds)
    return {
        part: statistics.median(seconds.get(part, 0.0) for seconds in rounds)
        for part in (*PARTS, REST)
    }


@contextmanager
def _timed(clock: _Clock) -> Iterator[None]:
    """Have a clock run all functions of `PARTS`."""
    with ExitStack() as stack:
        for part, places in PARTS.items():
            for place in places:
                owner, name = place_of(place)
                stack.enter_context(_replaced(owner, name, partial(clock.run, part)))
        yield


def place_of(place: str) -> tuple[Any, str]:
    """Return the module or class and the name of a function in it; raises `AttributeError`."""
    module, _, name = place.partition(":")
    owner: Any = import_module(f"palette_engine.{module}")
    *classes, last = name.split(".")
    for each in classes:
        owner = getattr(owner, each)
    getattr(owner, last)
    return owner, last


def _replaced(owner: Any, name: str, run: Callable[..., Any]) -> Any:
    """Return a context in which a function is called by `run`."""
    stored = vars(owner)[name]
    if hasattr(stored, "attrname"):  # a cached property
        return patch.object(stored, "func", partial(run, stored.func))
    if isinstance(stored, classmethod):
        return patch.object(owner, name, partial(run, getattr(owner, name)))
    return patch.object(owner, name, partial(run, stored))
