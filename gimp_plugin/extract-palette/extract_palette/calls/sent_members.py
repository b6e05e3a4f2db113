"""Sent members: the layers and images that the engine makes one palette of together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from extract_palette.calls.members import Member
from extract_palette.engine.exchange import Exchange
from extract_palette.engine.requests import put_together, send_part
from extract_palette.engine.session import Engine
from extract_palette.images.scope import SourceError, explained
from extract_palette.translation import _


class SentMembers:
    """Which members an engine has, and which of them have colors.

    Each is sent once, after the one before, so that only one strip is in memory.
    """

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._has_colors: dict[tuple[str, int], bool] = {}
        self._together: list[tuple[str, int]] = []

    def forget(self) -> None:
        """Send all members again: their pixels may have changed."""
        self._engine = None

    def send(
        self, engine: Engine, members: Sequence[Member], progress: Callable[[float], None]
    ) -> Exchange[list[Member]]:
        """Have palettes made of some members together from now on.

        Returns those that have colors; the others are left out. Raises `SourceError` if all are, or
        if there are no members.
        """
        if not members:
            raise SourceError(_("No picture is chosen. Tick at least one in the list."))
        if self._engine is not engine:
            self._has_colors.clear()
            self._together = []
            self._engine = engine
        new = [member for member in members if _key_of(member) not in self._has_colors]
        for index, member in enumerate(new):

            def show(done: float, index: int = index) -> None:
                progress((index + done) / len(new))

            self._has_colors[_key_of(member)] = yield from _sent(engine, member, show)
        found = [member for member in members if self._has_colors[_key_of(member)]]
        if not found:
            raise SourceError(
                _("There are no colors in any of them: all pixels are fully transparent.")
            )
        keys = [_key_of(member) for member in found]
        if keys != self._together:
            self._together = []
            yield from put_together(engine, [_part_of(member) for member in found])
            self._together = keys
        return found


def _sent(engine: Engine, member: Member, progress: Callable[[float], None]) -> Exchange[bool]:
    """Send a member, and return whether it has colors; one that is gone has none."""
    try:
        with member.opened() as source:
            return (yield from send_part(engine, source, _part_of(member), progress))
    except SourceError:
        return False
    except Exception as error:
        if explained(error, member.call.image, member.call.drawables) is None:
            raise
        return False


def _key_of(member: Member) -> tuple[str, int]:
    return member.scope, member.number


def _part_of(member: Member) -> int:
    """Return the number of a member's part; images and layers have the same numbers in GIMP."""
    return 2 * member.number + (member.scope == "images")
