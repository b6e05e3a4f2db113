"""Exchange: requests and answers of the engine in turn, apart from how the caller waits.

Standard library only.

See docs/decisions.md#exchanges-are-generators.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple, TypeAlias, TypeVar

from extract_palette.errors import ARGUMENTS, COLORLESS, OUTSIDE, Problem, sentence_of

T = TypeVar("T")


class Answer(NamedTuple):
    """One answer of the engine: an object, and the bytes that came with it."""

    content: dict[str, Any]
    data: bytes


class Latest(int):
    """The number of a request that is out of date as soon as a later one of its kind is sent."""


Exchange: TypeAlias = Generator[bytes | int, Answer | None, T]
"""An exchange with the engine, step by step.

It yields bytes to be sent, or the number of a request to get the next answer to it.
`engine.Engine.run` waits for answers; `preview.Preview` never does.
"""


class Refusal(Problem):
    """The engine works, but cannot do what was requested; it may give a reason."""

    def __init__(self, sentence: str, reason: object = None) -> None:
        super().__init__(sentence)
        self.is_colorless = reason in COLORLESS
        self.is_outside = reason in OUTSIDE
        self.is_argument = reason in ARGUMENTS


def accepted(answer: Answer) -> Answer:
    """Return an answer, or raise `Refusal` if it is an error."""
    if isinstance(answer.content.get("error"), str):
        raise Refusal(sentence_of(answer.content), answer.content.get("reason"))
    return answer


def answers(answer: Answer, request: int) -> bool:
    """Return whether an answer is one to a request, or to no request in particular."""
    return answer.content.get("id") in (request, None)
