"""Multipart form: the fields and the picture of a form, parsed while it arrives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from palette_engine.errors import InputError, PaletteError, Reason

__all__ = ["ByteLimit", "Check", "Form", "FormParser"]

MAX_FIELDS = 100

MAX_FIELD_BYTES = 2**14

Check: TypeAlias = Callable[[str, str], object]
"""What is called with the name and the value of a form's first field, and may raise."""


class ByteLimit(NamedTuple):
    """At most `most` bytes; `sentence` is the error message if there are more."""

    most: int
    sentence: str

    def check(self, count: int) -> None:
        """Raise `PaletteError` if there are too many bytes."""
        if count > self.most:
            raise PaletteError(self.sentence, Reason.TOO_LARGE, most=self.most)


FIELD_LIMIT = ByteLimit(
    MAX_FIELD_BYTES,
    f"A field of the form has more than {MAX_FIELD_BYTES:,} bytes; shorten it.",
)


@dataclass
class Form:
    """A form: the names and values of its fields, and one file."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    filename: str = ""
    file: bytearray = field(default_factory=bytearray)


class FormParser:
    """A form of which a part has been parsed.

    `check` is called with the first field before anything else is kept, or with empty strings if
    the form begins with a file or has no fields; what it raises ends the parsing. All methods
    raise `MultipartError` if the body is no form.
    """

    def __init__(self, content_type: str, check: Check, picture: ByteLimit) -> None:
        kind, parameters = parse_options_header(content_type)
        if kind != "multipart/form-data":
            raise MultipartError("no form")
        # Not strict: that refuses a last line break which comes in a piece of its own.
        self._parser = PushMultipartParser(
            parameters.get("boundary", ""), max_segment_count=MAX_FIELDS
        )
        self._check = check
        self._picture_limit = picture
        self._form = Form()
        self._checked = False
        self._segment: MultipartSegment | None = None
        self._files = 0
        self._limit = FIELD_LIMIT
        self._bytes = bytearray()

    def add(self, piece: bytes) -> None:
        """Parse one more piece.

        Raises `PaletteError` for a field or a picture with too many bytes, and for a second file.
        """
        for event in self._parser.parse(piece):
            if isinstance(event, MultipartSegment):
                self._begin(event)
            elif event is None:
                self._complete()
            else:
                self._limit.check(len(self._bytes) + len(event))
                self._bytes += event

    def end(self) -> Form:
        """Return the whole form."""
        self._parser.close()
        self._check_first("", "")
        return self._form

    def _begin(self, segment: MultipartSegment) -> None:
        self._segment, self._bytes, self._limit = segment, bytearray(), FIELD_LIMIT
        if segment.filename is None:
            return
        self._check_first("", "")
        self._files += 1
        if self._files > 1:
            raise InputError("Send one picture at a time.", Reason.MANY_PICTURES)
        self._limit = self._picture_limit
        self._form.filename, self._form.file = segment.filename, self._bytes

    def _complete(self) -> None:
        if self._segment is not None and self._segment.filename is None:
            name, value = self._segment.name or "", self._bytes.decode("utf-8", "replace")
            self._check_first(name, value)
            self._form.fields.append((name, value))

    def _check_first(self, name: str, value: str) -> None:
        """Call the check once, with the first field."""
        if not self._checked:
            self._checked = True
            self._check(name, value)
