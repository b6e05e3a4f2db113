"""Examples: how many a property test tries, few in a usual run and thousands in a long one."""

from __future__ import annotations

from hypothesis import settings

__all__ = ["PROFILES", "examples"]

# See docs/decisions.md#the-same-examples.
PROFILES = {
    # The same examples every time, so that a failure can be repeated.
    "usual": settings(max_examples=20, derandomize=True, deadline=None, print_blob=True),
    # New examples every time; a failure is printed as a decorator that repeats it.
    "long": settings(max_examples=2000, derandomize=False, deadline=None, print_blob=True),
}

USUAL = PROFILES["usual"].max_examples

LEAST = 5


def examples(usual: int) -> settings:
    """Return settings for a slow property test: `usual` examples, and more in a long run."""
    return settings(max_examples=max(usual * settings().max_examples // USUAL, LEAST))
