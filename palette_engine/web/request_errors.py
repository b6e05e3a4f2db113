"""Request errors: requests that are refused with a status of their own."""

from __future__ import annotations

from palette_engine.errors import PaletteError, Reason

__all__ = ["ForeignRequest", "RefusedRequest"]


class RefusedRequest(PaletteError):
    """A request that is answered with its own `status`, whatever the reason."""

    def __init__(self, status: int, message: str, reason: Reason | None = None) -> None:
        super().__init__(message, reason)
        self.status = status


class ForeignRequest(RefusedRequest):
    """A request to another host, or from another page. Its body is not read."""
