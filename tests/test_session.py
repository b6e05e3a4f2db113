"""The engine as a child process: what goes in at one end and comes out at the other."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine import __version__
from palette_engine.extraction import extract
from palette_engine.formats.document import document
from palette_engine.session import PROTOCOL, serve
from tests.pictures import BROWN, blocks, u8

COMMAND = [sys.executable, "-I", "-m", "palette_engine.session"]
RED = (255, 0, 0)


class Ended(NamedTuple):
    """What a session said after its greeting, and how it ended."""

    answers: list[dict[str, Any]]
    code: int
    errors: str


def session(*parts: bytes) -> Ended:
    """Hold a whole session with a real child process."""
    run = subprocess.run(
        COMMAND, input=b"".join(parts), capture_output=True, check=False, timeout=60
    )
    greeting, *answers = (json.loads(line) for line in run.stdout.splitlines())
    assert greeting == {"protocol": PROTOCOL, "version": __version__}
    return Ended(answers, run.returncode, run.stderr.decode())


def served(*parts: bytes) -> list[dict[str, Any]]:
    """Hold a whole session in this process, which is quicker."""
    answers = io.BytesIO()
    serve(io.BytesIO(b"".join(parts)), answers)
    return [json.loads(line) for line in answers.getvalue().splitlines()][1:]


def line(**values: Any) -> bytes:
    return json.dumps(values).encode() + b"\n"


def header(rgba: NDArray[np.uint8], strip: int | None = None, **values: Any) -> bytes:
    height, width = rgba.shape[:2]
    known = {"width": width, "height": height, "rows": strip or height, "planes": ["rgba"]}
    return line(**known | values)


def with_alpha(rgb: NDArray[np.uint8], alpha: int = 255) -> NDArray[np.uint8]:
    return np.concatenate([rgb, np.full((*rgb.shape[:2], 1), alpha, np.uint8)], axis=2)


def strips(rows: int, *planes: NDArray[np.uint8]) -> bytes:
    """Return the strips of the planes as a client sends them."""
    height = planes[0].shape[0]
    return b"".join(
        plane[top : top + rows].tobytes() for top in range(0, height, rows) for plane in planes
    )


def found(answer: dict[str, Any]) -> dict[str, float]:
    return {row["hex"]: row["share"] for row in answer["palette"]["swatches"]}


PICTURE = with_alpha(blocks((BROWN, 3), (RED, 1)).reshape(2, 2, 3))
WHOLE = header(PICTURE) + PICTURE.tobytes()


def test_a_picture_and_requests_are_answered_in_their_order() -> None:
    ended = session(
        header(PICTURE, name="My layer"),
        PICTURE.tobytes(),
        line(id=1, options={"colors": 2}),
        line(id="two", options={"colors": 1}),
        line(id=3),
    )
    assert (ended.code, ended.errors) == (0, "")
    assert [answer["id"] for answer in ended.answers] == [1, "two", 3]
    assert found(ended.answers[0]) == {"#c86432": 0.75, "#ff0000": 0.25}
    assert found(ended.answers[1]) == {"#c86432": 1.0}
    assert ended.answers[2]["palette"]["asked"] == 10
    assert ended.answers[2]["palette"]["note"]
    assert ended.answers[0]["palette"]["name"] == "My layer"


def test_the_palette_is_the_document_of_the_same_picture_as_a_file(
    photo: NDArray[np.uint8],
) -> None:
    picture = with_alpha(photo)
    ended = session(header(picture, 64), picture.tobytes(), line(id=1, options={"colors": 6}))
    assert (ended.code, ended.errors) == (0, "")
    expected = {**document(extract(photo, colors=6)), "name": "", "source": ""}
    assert ended.answers == [{"id": 1, "palette": json.loads(json.dumps(expected))}]


def test_an_answer_comes_before_the_next_request_is_made() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin
        assert child.stdout
        assert json.loads(child.stdout.readline())["protocol"] == PROTOCOL
        child.stdin.write(WHOLE)
        for colors in (1, 2, 1):
            child.stdin.write(line(id=colors, options={"colors": colors}))
            child.stdin.flush()
            assert len(found(json.loads(child.stdout.readline()))) == colors
        child.stdin.close()
        assert child.stdout.read() == b""
        assert child.wait(60) == 0


@pytest.mark.parametrize(
    "said",
    [b"", WHOLE[:5], header(PICTURE), WHOLE[:-1], WHOLE],
    ids=["nothing", "half a header", "no pixels", "half the pixels", "no requests"],
)
def test_a_session_ends_quietly_whenever_its_input_ends(said: bytes) -> None:
    ended = session(said)
    assert (ended.code, ended.errors) == (0, "")
    assert not any("palette" in answer for answer in ended.answers)


def test_a_client_that_stops_listening_is_not_an_error() -> None:
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout
        child.stdout.readline()
        child.stdout.close()
        _, errors = child.communicate(WHOLE + line(id=1) * 3, timeout=60)
        assert (child.returncode, errors) == (0, b"")


def test_what_libraries_print_does_not_get_between_the_answers() -> None:
    code = """if True:
        import os, sys
        from palette_engine import session
        served = session.serve
        def chatty(requests, answers):
            print("print"); os.write(1, b"write"); sys.stdout.flush()
            served(requests, answers)
        session.serve = chatty
        session.main()"""
    run = subprocess.run(
        [sys.executable, "-I", "-c", code], input=b"", capture_output=True, check=True
    )
    assert [*json.loads(run.stdout.splitlines()[0])] == ["protocol", "version"]
    assert b"print" in run.stderr
    assert b"write" in run.stderr


def test_the_environment_of_another_python_does_no_harm() -> None:
    harm = {"PYTHONPATH": "/nowhere", "PYTHONWARNINGS": "error", "PYTHONIOENCODING": "utf-16"}
    run = subprocess.run(
        COMMAND, input=WHOLE + line(id=1), capture_output=True, check=True, env=harm, timeout=60
    )
    assert found(json.loads(run.stdout.splitlines()[1])) == {"#c86432": 0.75, "#ff0000": 0.25}
    assert run.stderr == b""


# What is wrong with a header


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 0},
        {"width": -1},
        {"height": 0},
        {"rows": 0},
        {"width": True},
        {"width": 2.0},
        {"height": "2"},
        {"rows": None},
        {"width": 2**31},
        {"height": 10**30},
        {"planes": []},
        {"planes": "rgba"},
        {"planes": ["mask"]},
        {"planes": ["mask", "rgba"]},
        {"planes": ["rgba", "mask", "mask"]},
        {"planes": None},
        {"width": 2**31 - 1, "height": 2**31 - 1, "rows": 2**31 - 1},
        {"width": 2**20, "height": 2**20, "rows": 2**20},
    ],
    ids=str,
)
def test_a_wrong_header_is_told_and_ends_the_session(wrong: dict[str, Any]) -> None:
    (answer,) = served(header(PICTURE, **wrong), PICTURE.tobytes(), line(id=1))
    assert answer.keys() == {"id", "error"}
    assert answer["id"] is None
    assert answer["error"].endswith(".")


@pytest.mark.parametrize(
    "junk", [b"\n", b"junk\n", b"[]\n", b"{}\n", b"5\n", b"\xff\xfe\n", b"{" * 5000]
)
def test_a_header_that_is_none_is_told_and_ends_the_session(junk: bytes) -> None:
    (answer,) = served(junk, PICTURE.tobytes(), line(id=1))
    assert answer["id"] is None


def test_a_wrong_header_ends_the_process_quietly() -> None:
    ended = session(header(PICTURE, width=10**30), PICTURE.tobytes(), line(id=1))
    assert (ended.code, ended.errors, len(ended.answers)) == (0, "", 1)


def test_strips_may_be_announced_higher_than_the_picture() -> None:
    answers = served(header(PICTURE, 2**31 - 1), PICTURE.tobytes(), line(id=1))
    assert "palette" in answers[0]


@pytest.mark.parametrize("name", ["", None, 5, ["a"]])
def test_a_name_that_is_no_text_is_left_out(name: Any) -> None:
    answers = served(header(PICTURE, name=name), PICTURE.tobytes(), line(id=1))
    assert answers[0]["palette"]["name"] == ""


# What is wrong with a request


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"colours": 5}, "There is no option 'colours'"),
        ({"colors": 0}, "colors must be a whole number from 1 to 256, auto, or bounds"),
        ({"colors": 5.0}, "colors must be a whole number"),
        ({"order": "size"}, "order must be share, lightness, hue, image or smooth"),
        ({"order": {}}, "order must be"),
        ({"colors": "12-3"}, "colors must be"),
        ({"colors": [3, 12]}, "colors must be"),
        ({"emphasis": 2}, "emphasis must be a number from 0 to 1, not 2."),
        ({"emphasis": None}, "emphasis must be"),
        ({"swatch": "best"}, "swatch must be auto, mean or real"),
        ({"keep": ["red"]}, "keep must be colors like #e6194b"),
        ({"keep": ["#111", "#222"], "colors": 1}, "keep names 2 colors"),
        ({"ignore": {"white": 5}, "ignore_distance": "far"}, "ignore_distance must be"),
        ({"ignore": "#c86432,#ff0000"}, "All colors are within ΔE 5"),
        ({"min_distance": -1}, "min_distance must be"),
        ({"region": [0, 0, 0, 1]}, "region must be"),
        ([], "must be an object"),
        (None, "must be an object"),
        ("colors", "must be an object"),
    ],
)
def test_a_wrong_option_is_told_and_the_session_goes_on(options: Any, message: str) -> None:
    first, second = served(WHOLE, line(id=1, options=options), line(id=2))
    assert first["id"] == 1
    assert message in first["error"]
    assert "palette" in second


@pytest.mark.parametrize(
    "junk",
    [
        b"\n",
        b"junk\n",
        b"[1]\n",
        b"null\n",
        b"\xff\n",
        b"\0\n",
        b"[" * 9999 + b"\n",
        b"9" * 9999 + b"\n",
    ],
)
def test_a_junk_line_is_told_and_the_session_goes_on(junk: bytes) -> None:
    first, second = served(WHOLE, junk, line(id=2))
    assert first == {"id": None, "error": "A line of the session must be a JSON object."}
    assert second["id"] == 2


def test_an_endless_line_is_told_in_pieces_and_the_session_goes_on() -> None:
    *complaints, answer = served(WHOLE, b"x" * 3_000_000 + b"\n", line(id=2))
    assert {complaint["error"] for complaint in complaints} == {
        "A line of the session must be a JSON object."
    }
    assert answer["id"] == 2


@pytest.mark.parametrize("depth", [10, 500, 900, 980, 990, 995, 1000, 5000])
def test_a_deeply_nested_request_does_no_harm(depth: int) -> None:
    nested = b"[" * depth + b"]" * depth
    request = b'{"id": ' + nested + b', "options": {"colors": ' + nested + b"}}\n"
    assert served(WHOLE, request, line(id=2))[-1]["id"] == 2


def test_a_last_request_without_a_line_feed_is_answered() -> None:
    assert served(WHOLE, line(id=1)[:-1])[0]["id"] == 1


@pytest.mark.parametrize("identity", [0, -1, "é", None, 1.5, {"a": []}, "\ud800"])
def test_an_answer_carries_the_id_of_its_request(identity: Any) -> None:
    assert served(WHOLE, line(id=identity))[0]["id"] == identity


# Pixels


def test_a_picture_that_is_all_transparent_is_told() -> None:
    clear = with_alpha(blocks((RED, 9)), alpha=0)
    (answer,) = served(header(clear), clear.tobytes(), line(id=7))
    assert answer["id"] == 7
    assert "fully transparent" in answer["error"]


def test_what_the_mask_leaves_out_does_not_count() -> None:
    mask = u8([[0, 0], [51, 255]])  # of three browns and a red
    answers = served(header(PICTURE, planes=["rgba", "mask"]), strips(2, PICTURE, mask), line(id=1))
    assert found(answers[0]) == {"#c86432": 51 / 306, "#ff0000": 255 / 306}


def test_alpha_and_mask_multiply() -> None:
    picture = u8([[[*BROWN, 128], [*RED, 255]]])
    mask = u8([[127, 1]])  # 128 x 127 is 63.7 of 255
    data = strips(1, picture, mask)
    (answer,) = served(header(picture, planes=["rgba", "mask"]), data, line(id=1))
    assert found(answer) == {"#c86432": 64 / 65, "#ff0000": 1 / 65}


def test_a_mask_of_nothing_is_told() -> None:
    mask = np.zeros((2, 2), np.uint8)
    (answer,) = served(
        header(PICTURE, planes=["rgba", "mask"]), strips(2, PICTURE, mask), line(id=1)
    )
    assert "no colors" in answer["error"]


@pytest.mark.parametrize("rows", [1, 2, 7, 128, 511, 512, 10_000])
def test_strips_of_any_height_give_the_same_palette(rows: int, photo: NDArray[np.uint8]) -> None:
    picture = with_alpha(photo)
    mask = np.broadcast_to(np.arange(512, dtype=np.uint16) // 2, (512, 512)).astype(np.uint8)
    data = strips(rows, picture, mask)
    answers = served(header(picture, rows, planes=["rgba", "mask"]), data, line(id=1))
    reference = strips(512, picture, mask)
    assert answers == served(header(picture, planes=["rgba", "mask"]), reference, line(id=1))


@pytest.mark.parametrize("rows", [1, 64, 1009])
def test_strips_of_a_picture_beyond_the_sampling_limit_give_the_palette_of_the_array(
    rows: int,
) -> None:
    rng = np.random.default_rng(0)
    picture = with_alpha(rng.choice(u8([BROWN, RED, (0, 9, 0)]), (1009, 2003), p=[0.6, 0.3, 0.1]))
    (answer,) = served(header(picture, rows), picture.tobytes(), line(id=1))
    expected = {swatch.hex: swatch.share for swatch in extract(picture).swatches}
    assert found(answer) == expected


# Options


@pytest.mark.parametrize(
    "options",
    [
        {"colors": "auto"},
        {"colors": "3-7", "tolerance": 20},
        {"colors": "6"},
        {"colors": 6, "emphasis": 1},
        {"colors": 6, "emphasis": 0, "order": "hue"},
        {"colors": 6, "swatch": "real"},
        {"colors": 6, "swatch": "mean", "min_distance": 12.5},
        {"colors": 6, "keep": ["#00ff00", [1, 2, 3]]},
        {"colors": 6, "keep": "#0f0, 010203", "order": "lightness"},
        {"colors": 6, "ignore": ["white", "#000"], "ignore_distance": 10},
        {"colors": 6, "ignore": "black", "keep": [], "region": None},
    ],
    ids=str,
)
def test_every_option_means_the_same_as_in_python(
    options: dict[str, Any], photo: NDArray[np.uint8]
) -> None:
    part = photo[100:300, 100:300]
    picture = with_alpha(part)
    (answer,) = served(header(picture, 37), picture.tobytes(), line(id=1, options=options))
    expected = {**document(extract(part, **options)), "name": "", "source": ""}
    assert answer == {"id": 1, "palette": json.loads(json.dumps(expected))}


def test_one_request_changes_nothing_for_the_next() -> None:
    asked = [{"colors": 2}, {"ignore": "#ff0000"}, {"keep": "#0f0"}, {"colors": 2}]
    requests = [line(id=number, options=options) for number, options in enumerate(asked)]
    first, ignoring, keeping, last = (found(answer) for answer in served(WHOLE, *requests))
    assert first == last == {"#c86432": 0.75, "#ff0000": 0.25}
    assert ignoring == {"#c86432": 1.0}
    assert keeping == {"#c86432": 0.75, "#ff0000": 0.25, "#00ff00": 0.0}
