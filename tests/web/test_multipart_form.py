"""Forms as clients send them, also bad ones, over real connections."""

from __future__ import annotations

import pytest

from palette_engine.web import request_body
from palette_engine.web.multipart_form import Form
from tests.web.body_server import (
    EDGE,
    END,
    MAX_BYTES,
    TOKEN,
    answer_to,
    field_part,
    file_part,
    form_head,
    head,
    listening,
)

TRICKY = b"\r\n--edge-of-the\r\n--\r\n\r--edge\n" + bytes(range(256)) * 20 + b"\r\n--"


@pytest.mark.parametrize("size", [1, 7, 10**6])
def test_a_form_is_read_in_whatever_pieces_it_comes(size: int) -> None:
    body = b"".join(
        (
            TOKEN,
            field_part("keep", b"#e6194b"),
            field_part("keep", "ü\r\n".encode()),
            field_part("empty", b""),
            file_part(TRICKY, "Bücher &quot;<b>.png"),
            field_part("last", b"\xff"),
            END,
        )
    )
    with listening() as server:
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        assert answer_to(server, form_head(body), *pieces).endswith("taken")
    [form] = server.forms
    assert form.fields == [
        ("token", "right"),
        ("keep", "#e6194b"),
        ("keep", "ü\r\n"),
        ("empty", ""),
        ("last", "\ufffd"),
    ]
    assert form.file == TRICKY
    assert form.filename == "Bücher &quot;<b>.png"
    assert server.checked == [("token", "right")]


def test_a_form_without_a_picture_has_an_empty_one() -> None:
    body = TOKEN + file_part(b"", "") + END
    with listening() as server:
        assert answer_to(server, form_head(body), body).endswith("taken")
    assert server.forms == [Form([("token", "right")], "", bytearray())]


def test_the_picture_of_a_form_may_be_as_large_as_any() -> None:
    fits, exceeds = (TOKEN + file_part(bytes(size)) + END for size in (MAX_BYTES, MAX_BYTES + 1))
    with listening() as server:
        assert answer_to(server, form_head(fits), fits).endswith("taken")
        assert "too-large: The picture has more than 0.1 MB" in answer_to(
            server, form_head(exceeds), exceeds
        )
    assert [len(form.file) for form in server.forms] == [MAX_BYTES]


def test_a_form_that_says_it_is_too_large_is_refused_before_it_comes() -> None:
    kind = f"Content-Type: multipart/form-data; boundary={EDGE}"
    with listening() as server:
        asked = head("/form", kind, "Content-Length: 9999999", "Expect: 100-continue")
        assert "too-large: The picture has more than" in answer_to(server, asked)


@pytest.mark.parametrize(
    "first",
    [field_part("token", b"wrong"), field_part("other", b"right"), field_part("token", b"")],
    ids=["wrong", "another field", "empty"],
)
def test_a_forged_form_is_refused_before_its_picture_comes(
    first: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_body, "DRAINED_IDLE", 0.01)
    with listening() as server:
        # Of the picture, nothing comes but the edge.
        begun = first + file_part(bytes(1000))[:60]
        assert answer_to(server, form_head(first + bytes(1000)), begun).endswith("broken: Forged.")
    assert not server.forms


@pytest.mark.parametrize("body", [file_part(b"a") + TOKEN + END, END], ids=["file", "nothing"])
def test_a_form_that_does_not_begin_with_a_field_is_forged(body: bytes) -> None:
    with listening() as server:
        assert answer_to(server, form_head(body), body).endswith("broken: Forged.")
    assert server.checked == [("", "")]
    assert not server.forms


def test_a_form_has_one_picture() -> None:
    body = TOKEN + file_part(b"a") + file_part(b"b") + END
    with listening() as server:
        assert answer_to(server, form_head(body), body).endswith("Send one picture at a time.")


@pytest.mark.parametrize("first", [b"", TOKEN], ids=["first", "later"])
def test_a_huge_field_is_refused(first: bytes) -> None:
    body = first + field_part("token", bytes(50_000)) + END
    with listening() as server:
        assert answer_to(server, form_head(body), body).endswith(
            "too-large: A field of the form has more than 16,384 bytes; shorten it."
        )
    assert not server.forms


BROKEN = {
    "no end": TOKEN + file_part(b"a"),
    "cut in a file": TOKEN + file_part(b"a" * 100)[:-50],
    "cut in an edge": (TOKEN + END)[:-5],
    "cut in a head": TOKEN[:30],
    "no bytes": b"",
    "another edge": (TOKEN + END).replace(EDGE.encode(), b"another"),
    "no disposition": TOKEN + f"--{EDGE}\r\nContent-Type: a/b\r\n\r\n1\r\n".encode() + END,
    "bare line feeds": (TOKEN + END).replace(b"\r\n", b"\n"),
    "too many fields": TOKEN + field_part("keep", b"red") * 200 + END,
    "huge head": TOKEN + field_part("a" * 20_000, b"") + END,
    "wrong length": TOKEN.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n") + END,
    "head not in UTF-8": TOKEN + field_part("?", b"").replace(b"?", b"\xff") + END,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_broken_form_is_refused_with_a_sentence(body: bytes) -> None:
    with listening() as server:
        assert "broken: The form did not arrive as a browser sends it;" in answer_to(
            server, form_head(body), body
        )
    assert not server.forms


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: multipart/form-data",
        "Content-Type: multipart/form-data; boundary=",
        f"Content-Type: multipart/mixed; boundary={EDGE}",
    ],
)
def test_what_is_no_form_is_refused_with_a_sentence(kind: str) -> None:
    body = TOKEN + END
    headers = [kind] if kind else []
    with listening() as server:
        asked = head("/form", *headers, f"Content-Length: {len(body)}")
        assert "broken: The form did not arrive" in answer_to(server, asked, body)
