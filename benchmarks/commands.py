"""Commands: the environment in which commands are measured, that of a user."""

from __future__ import annotations

import os
from collections.abc import Mapping

from palette_engine.lean_imports import VARIABLE

__all__ = ["AS_INSTALLED", "user_environment"]

AS_INSTALLED: Mapping[str, str] = {"PYTHONDONTWRITEBYTECODE": "", VARIABLE: ""}
"""Settings of developers, which are off: modules are compiled only once, and imported leanly."""


def user_environment() -> dict[str, str]:
    """Return the environment without `AS_INSTALLED`."""
    return {**os.environ, **AS_INSTALLED}
