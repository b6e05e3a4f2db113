"""Sessions: the requests and answers of the engine as a child process."""

from __future__ import annotations

import io
import json
import select
import subprocess
import sys
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine import __version__
from palette_engine.drawing.swatch_strip import swatch_strip_of
from palette_engine.extraction.pipeline import extract
from palette_engine.formats.json_palette import to_object
from palette_engine.formats.png import rasterize
from palette_engine.option_kinds import rgb_of
from palette_engine.palette.value import Palette, Swatch
from palette_engine.recoloring.recolor import DITHERS, recolor
from palette_engine.session.server import PROTOCOL, serve
from tests.measures import difference
from tests.patience import PATIENCE
from tests.sample_pictures import BROWN, blocks, u8

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-I", "-m", "palette_engine.session"]
RED = (255, 0, 0)


class Ended(NamedTuple):
    """The answers of a session after its greeting, and how it ended."""

    answers: list[dict[str, Any]]
    code: int
    errors: str


def session(*parts: bytes) -> Ended:
    """Run a whole session in a real child process."""
    run = subprocess.run(
        COMMAND, input=b"".join(parts), capture_output=True, check=False, timeout=PATIENCE
    )
    greeting, *answers = answers_in(io.BytesIO(run.stdout))
    assert greeting == {"protocol": PROTOCOL, "version": __version__}
    return Ended(answers, run.returncode, run.stderr.decode())


def served(*parts: bytes) -> list[dict[str, Any]]:
    """Run a whole session in this process, which is faster."""
    answers = io.BytesIO()
    serve(io.BytesIO(b"".join(parts)), answers)
    answers.seek(0)
    return [*answers_in(answers)][1:]


def answers_in(answers: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield answers, with the bytes that follow them as `data` in place of their number."""
    while text := answers.readline():
        answer = json.loads(text)
        if "bytes" in answer:
            count = answer.pop("bytes")
            answer["data"] = answers.read(count)
            assert len(answer["data"]) == count
        yield answer


def line(**values: Any) -> bytes:
    return json.dumps(values).encode() + b"\n"


def ask(identity: Any, **options: Any) -> bytes:
    return line(id=identity, options=options)


def layout(rgba: NDArray[np.uint8], strip: int | None = None, **values: Any) -> dict[str, Any]:
    height, width = rgba.shape[:2]
    known = {"width": width, "height": height, "rows": strip or height, "planes": ["rgba"]}
    return known | values


def header(rgba: NDArray[np.uint8], strip: int | None = None, **values: Any) -> bytes:
    return line(id="picture", picture=layout(rgba, strip, **values))


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
TAKEN = {"id": "picture", "picture": {}}


def test_a_picture_and_requests_are_answered_in_their_order() -> None:
    ended = session(
        header(PICTURE, name="My layer"),
        PICTURE.tobytes(),
        ask(1, colors=2),
        ask("two", colors=1),
        ask(3),
    )
    assert (ended.code, ended.errors) == (0, "")
    assert [answer["id"] for answer in ended.answers] == ["picture", 1, "two", 3]
    taken, first, second, third = ended.answers
    assert taken == TAKEN
    assert found(first) == {"#c86432": 0.75, "#ff0000": 0.25}
    assert found(second) == {"#c86432": 1.0}
    assert third["palette"]["asked"] == 10
    assert third["palette"]["note"]
    assert first["palette"]["name"] == "My layer"


def test_the_palette_is_the_document_of_the_same_picture_as_a_file(
    photo: NDArray[np.uint8],
) -> None:
    picture = with_alpha(photo)
    ended = session(header(picture, 64), picture.tobytes(), ask(1, colors=6))
    assert (ended.code, ended.errors) == (0, "")
    expected = {**to_object(extract(photo, colors=6)), "name": "", "source": ""}
    assert ended.answers == [TAKEN, {"id": 1, "palette": json.loads(json.dumps(expected))}]


def test_an_answer_comes_before_the_next_request_is_made() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin
        assert child.stdout
        assert json.loads(child.stdout.readline())["protocol"] == PROTOCOL
        child.stdin.write(WHOLE)
        child.stdin.flush()
        assert json.loads(child.stdout.readline()) == TAKEN
        for colors in (1, 2, 1):
            child.stdin.write(ask(colors, colors=colors))
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
        _, errors = child.communicate(WHOLE + ask(1) * 3, timeout=PATIENCE)
        assert (child.returncode, errors) == (0, b"")


def test_what_libraries_print_does_not_get_between_the_answers() -> None:
    code = """if True:
        import os, sys
        from palette_engine.session import server
        served = server.serve
        def chatty(requests, answers):
            print("print"); os.write(1, b"write"); sys.stdout.flush()
            served(requests, answers)
        server.serve = chatty
        server.main()"""
    run = subprocess.run(
        [sys.executable, "-I", "-c", code], input=b"", capture_output=True, check=True
    )
    assert [*json.loads(run.stdout.splitlines()[0])] == ["protocol", "version"]
    assert b"print" in run.stderr
    assert b"write" in run.stderr


def test_the_environment_of_another_python_does_no_harm() -> None:
    harm = {"PYTHONPATH": "/nowhere", "PYTHONWARNINGS": "error", "PYTHONIOENCODING": "utf-16"}
    run = subprocess.run(
        COMMAND, input=WHOLE + ask(1), capture_output=True, check=True, env=harm, timeout=PATIENCE
    )
    assert found(json.loads(run.stdout.splitlines()[2])) == {"#c86432": 0.75, "#ff0000": 0.25}
    assert run.stderr == b""


# Wrong pictures


@pytest.mark.parametrize("kind", ["picture", "recolor"])
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
        {"planes": ["rgba", "mask", "mask", "mask"]},
        {"planes": None},
        {"width": 2**31 - 1, "height": 2**31 - 1, "rows": 2**31 - 1},
        {"width": 2**20, "height": 2**20, "rows": 2**20},
        {"width": 2**21, "height": 2**20, "rows": 1},
    ],
    ids=str,
)
def test_wrong_sizes_or_planes_are_told_and_end_the_session(
    wrong: dict[str, Any], kind: str
) -> None:
    request = line(id=5, **{kind: layout(PICTURE, **wrong)})
    (answer,) = served(request, PICTURE.tobytes(), ask(1))
    assert answer.keys() == {"id", "error"}
    assert answer["id"] == 5
    assert answer["error"].endswith(".")


@pytest.mark.parametrize("junk", [None, [], "picture", 5, {}])
def test_a_picture_that_is_none_is_told_and_ends_the_session(junk: Any) -> None:
    (answer,) = served(line(id=5, picture=junk), PICTURE.tobytes(), ask(1))
    assert "width, height and rows" in answer["error"]


def test_wrong_sizes_end_the_process_quietly() -> None:
    ended = session(header(PICTURE, width=10**30), PICTURE.tobytes(), ask(1))
    assert (ended.code, ended.errors, len(ended.answers)) == (0, "", 1)


def test_a_request_that_is_not_known_is_told_and_the_session_goes_on() -> None:
    _, first, second = served(WHOLE, line(id=1, paint={}), ask(2))
    expected = (
        "A request must have one of picture, together, thumbnail, options, preview, recolor, "
        "sheet, map, spot, edit, measure, separate, swap, swap_thumbnail, read_palette, "
        "write_palette."
    )
    assert first == {"id": 1, "error": expected}
    assert "palette" in second


def test_a_palette_of_no_picture_is_told_and_the_session_goes_on() -> None:
    first, _, second = served(ask(1), WHOLE, ask(2))
    assert first == {"id": 1, "error": "There is no picture to make a palette of; send one first."}
    assert "palette" in second


def test_a_later_picture_takes_the_place_of_an_earlier_one() -> None:
    red = with_alpha(blocks((RED, 6)))
    other = header(red, name="Red") + red.tobytes()
    _, first, taken, second = served(WHOLE, ask(1, order="image"), other, ask(2, order="image"))
    assert found(first) == {"#c86432": 0.75, "#ff0000": 0.25}
    assert taken == TAKEN
    assert found(second) == {"#ff0000": 1.0}
    assert second["palette"]["name"] == "Red"


def test_strips_may_be_announced_higher_than_the_picture() -> None:
    _, answer = served(header(PICTURE, 2**31 - 1), PICTURE.tobytes(), ask(1))
    assert "palette" in answer


@pytest.mark.parametrize("name", ["", None, 5, ["a"]])
def test_a_name_that_is_no_text_is_left_out(name: Any) -> None:
    _, answer = served(header(PICTURE, name=name), PICTURE.tobytes(), ask(1))
    assert answer["palette"]["name"] == ""


# Wrong requests


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
    _, first, second = served(WHOLE, line(id=1, options=options), ask(2))
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
    _, first, second = served(WHOLE, junk, ask(2))
    assert first == {"id": None, "error": "A line of the session must be a JSON object."}
    assert second["id"] == 2


def test_an_endless_line_ends_the_session_as_nobody_knows_what_follows_it() -> None:
    _, complaint = served(WHOLE, b"x" * 3_000_000 + b"\n", ask(2))
    assert complaint == {"id": None, "error": "A line has more than 1,048,576 bytes."}


@pytest.mark.parametrize("depth", [10, 500, 900, 980, 990, 995, 1000, 5000])
def test_a_deeply_nested_request_does_no_harm(depth: int) -> None:
    nested = b"[" * depth + b"]" * depth
    request = b'{"id": ' + nested + b', "options": {"colors": ' + nested + b"}}\n"
    assert served(WHOLE, request, ask(2))[-1]["id"] == 2


def test_a_last_request_without_a_line_feed_is_answered() -> None:
    assert served(WHOLE, ask(1)[:-1])[1]["id"] == 1


@pytest.mark.parametrize("identity", [0, -1, "é", None, 1.5, True, "\ud800"])
def test_an_answer_carries_the_id_of_its_request(identity: Any) -> None:
    assert served(WHOLE, ask(identity))[1]["id"] == identity


@pytest.mark.parametrize("identity", [{"a": 1}, [1]])
def test_an_id_with_parts_is_none(identity: Any) -> None:
    assert served(WHOLE, ask(identity))[1]["id"] is None


@pytest.mark.parametrize(
    ("options", "reason", "values"),
    [
        ({"ignore": "#c86432,#ff0000"}, "all-ignored", {"distance": 5}),
        ({"keep": ["#111", "#222"], "colors": 1}, "too-many-kept", {"kept": 2, "colors": 1}),
    ],
)
def test_programs_are_told_what_they_may_word_themselves(
    options: dict[str, Any], reason: str, values: dict[str, float]
) -> None:
    _, answer = served(WHOLE, ask(1, **options))
    assert (answer["reason"], answer["values"]) == (reason, values)


# Pixels


def test_a_picture_that_is_all_transparent_is_told() -> None:
    clear = with_alpha(blocks((RED, 9)), alpha=0)
    _, answer = served(header(clear), clear.tobytes(), ask(7))
    assert answer["id"] == 7
    assert "fully transparent" in answer["error"]
    assert (answer["reason"], answer["values"]) == ("transparent", {})


def test_what_the_mask_leaves_out_does_not_count() -> None:
    mask = u8([[0, 0], [51, 255]])  # of three browns and a red
    _, answer = served(header(PICTURE, planes=["rgba", "mask"]), strips(2, PICTURE, mask), ask(1))
    assert found(answer) == {"#c86432": 51 / 306, "#ff0000": 255 / 306}


def test_alpha_and_mask_multiply() -> None:
    picture = u8([[[*BROWN, 128], [*RED, 255]]])
    mask = u8([[127, 1]])  # 128 x 127 is 63.7 of 255
    data = strips(1, picture, mask)
    _, answer = served(header(picture, planes=["rgba", "mask"]), data, ask(1))
    assert found(answer) == {"#c86432": 64 / 65, "#ff0000": 1 / 65}


def test_what_is_too_faint_to_see_does_not_count_but_what_is_half_selected_does() -> None:
    picture = u8([[[*BROWN, 7], [*RED, 255]]])
    data = strips(1, picture, u8([[255, 2]]))
    _, answer = served(header(picture, planes=["rgba", "mask"]), data, ask(2))
    assert found(answer) == {"#ff0000": 1.0}


def test_two_masks_multiply() -> None:
    masks = u8([[128, 255]]), u8([[127, 1]])  # 128 x 127 is 63.7 of 255
    picture = with_alpha(blocks((BROWN, 1), (RED, 1)))
    data = strips(1, picture, *masks)
    _, answer = served(header(picture, planes=["rgba", "mask", "mask"]), data, ask(1))
    assert found(answer) == {"#c86432": 64 / 65, "#ff0000": 1 / 65}


def test_a_mask_of_nothing_is_told() -> None:
    mask = np.zeros((2, 2), np.uint8)
    _, answer = served(header(PICTURE, planes=["rgba", "mask"]), strips(2, PICTURE, mask), ask(1))
    assert "no colors" in answer["error"]


@pytest.mark.parametrize("rows", [1, 2, 7, 128, 511, 512, 10_000])
def test_strips_of_any_height_give_the_same_palette(rows: int, photo: NDArray[np.uint8]) -> None:
    picture = with_alpha(photo)
    mask = np.broadcast_to(np.arange(512, dtype=np.uint16) // 2, (512, 512)).astype(np.uint8)
    data = strips(rows, picture, mask)
    answers = served(header(picture, rows, planes=["rgba", "mask"]), data, ask(1))
    reference = strips(512, picture, mask)
    assert answers == served(header(picture, planes=["rgba", "mask"]), reference, ask(1))


@pytest.mark.parametrize("rows", [1, 64, 1009])
def test_strips_of_a_picture_beyond_the_sampling_limit_give_the_palette_of_the_array(
    rows: int,
) -> None:
    rng = np.random.default_rng(0)
    picture = with_alpha(rng.choice(u8([BROWN, RED, (0, 9, 0)]), (1009, 2003), p=[0.6, 0.3, 0.1]))
    _, answer = served(header(picture, rows), picture.tobytes(), ask(1))
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
    _, answer = served(header(picture, 37), picture.tobytes(), line(id=1, options=options))
    expected = {**to_object(extract(part, **options)), "name": "", "source": ""}
    assert answer == {"id": 1, "palette": json.loads(json.dumps(expected))}


def test_one_request_changes_nothing_for_the_next() -> None:
    asked: list[dict[str, Any]] = [
        {"colors": 2},
        {"ignore": "#ff0000"},
        {"keep": "#0f0"},
        {"colors": 2},
    ]
    requests = [ask(number, **options) for number, options in enumerate(asked)]
    first, ignoring, keeping, last = map(found, served(WHOLE, *requests)[1:])
    assert first == last == {"#c86432": 0.75, "#ff0000": 0.25}
    assert ignoring == {"#c86432": 1.0}
    assert keeping == {"#c86432": 0.75, "#ff0000": 0.25, "#00ff00": 0.0}


# Recoloring

SWATCHES = ["#c86432", "#0000ff", "#ffffff"]
CHOSEN = Palette(tuple(Swatch(rgb_of(code)) for code in SWATCHES))

every_dither = pytest.mark.parametrize("dither", DITHERS)


def recoloring(
    *planes: NDArray[np.uint8], strip: int | None = None, identity: int = 3, **values: Any
) -> bytes:
    """Return a request to recolor a picture, with its strips."""
    rgba, *masks = planes
    kinds = ["rgba", *["mask"] * len(masks)]
    known = {"colors": SWATCHES, "dither": "none"} | values
    wanted = layout(rgba, strip, planes=kinds, **known)
    return line(id=identity, recolor=wanted) + strips(strip or len(rgba), *planes)


def recolored(answers: list[dict[str, Any]], width: int) -> NDArray[np.uint8]:
    """Return the picture in answers, whose strips must come in order."""
    tops = [0]
    parts = []
    for answer in answers:
        if "strip" in answer:
            assert answer["strip"] == tops[-1]
            parts.append(np.frombuffer(answer["data"], np.uint8).reshape(-1, width, 4))
            assert answer["rows"] == len(parts[-1])
            tops.append(tops[-1] + answer["rows"])
    return np.concatenate(parts)


@every_dither
@pytest.mark.parametrize("strip", [1, 7, 60, 1000])
def test_a_recolored_picture_is_that_of_the_same_picture_as_a_file(
    dither: str, strip: int, photo: NDArray[np.uint8]
) -> None:
    part = photo[200:260, 100:191]
    answers = served(recoloring(with_alpha(part), strip=strip, dither=dither))
    expected = recolor(part, CHOSEN, dither).convert("RGBA")
    assert np.array_equal(recolored(answers, 91), np.asarray(expected))
    assert {answer["id"] for answer in answers} == {3}
    assert answers[-1]["recolored"].keys() == {"width", "height", "difference"}
    assert (answers[-1]["recolored"]["width"], answers[-1]["recolored"]["height"]) == (91, 60)


@every_dither
def test_alpha_and_masks_multiply_and_what_is_not_seen_has_the_first_color(dither: str) -> None:
    picture = u8([[[0, 0, 250, 128], [0, 0, 250, 255], [255, 255, 255, 0], [0, 0, 250, 255]]])
    masks = u8([[127, 255, 255, 0]]), u8([[255, 1, 255, 255]])
    answers = served(recoloring(picture, *masks, dither=dither))
    blue, unseen = [0, 0, 255], [200, 100, 50, 0]
    assert recolored(answers, 4).tolist() == [[[*blue, 64], [*blue, 1], unseen, unseen]]


def test_the_difference_is_that_of_what_is_seen() -> None:
    picture = with_alpha(blocks((BROWN, 2), (RED, 1), ((0, 0, 0), 1)).reshape(2, 2, 3))
    picture[1, 1, 3] = 0
    answer = served(recoloring(picture, colors=["#c86432"]))[-1]
    expected = difference(BROWN, RED) / 3
    assert answer["recolored"]["difference"] == pytest.approx(expected, rel=0.01)


def test_a_picture_that_is_all_transparent_is_recolored_and_has_no_difference() -> None:
    answers = served(recoloring(with_alpha(blocks((RED, 9)), alpha=0)))
    assert not recolored(answers, 9)[..., 3].any()
    assert answers[-1]["recolored"]["difference"] is None


def test_recoloring_leaves_the_picture_of_the_palettes_alone() -> None:
    red = with_alpha(blocks((RED, 9)))
    *_, before, _, _, after = served(WHOLE, ask(1), recoloring(red), ask(1))
    assert before == after


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"dither": "atkinson"}, "dither must be none, floyd-steinberg or ordered."),
        ({"dither": ["none"]}, "dither must be"),
        ({"dither": None}, "dither must be"),
        ({"colors": []}, "The palette has no colors; take one that has."),
        ({"colors": None}, "colors must be a list of colors"),
        ({"colors": "#ffffff"}, "colors must be a list of colors"),
        ({"colors": ["white"]}, "colors must be a list of colors"),
        ({"colors": ["#fff"]}, "colors must be a list of colors"),
        ({"colors": ["e6194b"]}, "colors must be a list of colors"),
        ({"colors": {"#e6194b": 1}}, "colors must be a list of colors"),
        ({"colors": [[255, 255, 255]]}, "colors must be a list of colors"),
        ({"colors": ["#ffffff"] * 8193}, "with up to 8,192"),
    ],
    ids=str,
)
def test_wrong_colors_or_dithers_are_told_and_the_session_goes_on(
    wrong: dict[str, Any], message: str
) -> None:
    # More bytes than are skipped at a time, with line feeds, which would begin requests.
    large = np.full((600, 999, 4), ord("\n"), np.uint8)
    mask = large[..., 0]
    _, refusal, answer = served(WHOLE, recoloring(large, mask, strip=64, **wrong), ask(2))
    assert refusal["id"] == 3
    assert message in refusal["error"]
    assert answer["id"] == 2
    assert "palette" in answer


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by what /proc says")
def test_too_little_memory_is_told_and_the_session_goes_on() -> None:
    code = """if True:
        import resource
        import skimage.color, sklearn.cluster, threadpoolctl
        from palette_engine.session import server
        pages = int(open("/proc/self/statm").read().split()[0])
        most = pages * resource.getpagesize() + 2**28
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        server.main()"""
    large = np.zeros((1, 10_000, 4), np.uint8)
    request = line(id=3, recolor=layout(large, colors=["#ffffff"]) | {"height": 9000, "rows": 100})
    with subprocess.Popen(
        [sys.executable, "-I", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin
        assert child.stdout
        child.stdin.write(request)
        for _ in range(90):
            child.stdin.write(bytes(100 * large.size))
        child.stdin.write(WHOLE + ask(4))
        child.stdin.close()
        _, answer, taken, palette = answers_in(child.stdout)
        assert child.wait(60) == 0
    assert answer["error"] == "The picture does not fit into memory; make it smaller."
    assert (answer["reason"], taken) == ("memory", TAKEN)
    assert found(palette) == {"#c86432": 0.75, "#ff0000": 0.25}


@pytest.mark.skipif(not hasattr(select, "poll"), reason="there is no way to know")
@pytest.mark.parametrize("closed", [["stdout"], ["stdin", "stdout"]], ids="-".join)
def test_the_engine_ends_in_the_middle_of_its_work_when_its_client_is_gone(
    closed: list[str],
) -> None:
    code = """if True:
        import numpy as np
        from palette_engine import extract
        from palette_engine.session import server
        def work(requests, answers):
            noise = np.random.default_rng(0).integers(0, 256, (999, 999, 3), np.uint8)
            extract(noise)  # which first imports much
            answers.write(b"working\\n"); answers.flush()
            while True:
                extract(noise, colors=256)
        server.serve = work
        server.main()"""
    with subprocess.Popen(
        [sys.executable, "-I", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        try:
            assert child.stdout
            assert child.stdout.readline() == b"working\n"
            for name in closed:
                getattr(child, name).close()
            assert child.wait(60) == 0
        finally:
            child.kill()


# Swatch strips


def draw(identity: int = 4, **values: Any) -> bytes:
    known = {"palette": to_object(CHOSEN), "width": 640, "height": 480}
    return line(id=identity, sheet=known | values)


def test_the_strip_is_the_rendered_swatch_strip() -> None:
    ended = session(draw())
    (answer,) = ended.answers
    strip = swatch_strip_of(CHOSEN, 640, 480)
    assert answer["sheet"] == {"width": 640, "height": strip.height}
    assert answer["data"] == rasterize(strip, 1).convert("RGBA").tobytes()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"width": 0}, "A swatch strip's width and height must be whole numbers above 0."),
        ({"height": 2.5}, "A swatch strip's width and height must be"),
        ({"height": True}, "A swatch strip's width and height must be"),
        ({"width": None}, "A swatch strip's width and height must be"),
        ({"width": 32769}, "at most 32,768 pixels wide"),
        ({"palette": None}, "The JSON is not a palette"),
        ({"palette": to_object(Palette(()))}, "The palette has no colors"),
        ({"palette": to_object(Palette((Swatch((1, 2, 3)),) * 1025))}, "shows up to 1024"),
    ],
    ids=range(8),
)
def test_a_wrong_strip_is_an_error_and_the_session_continues(
    wrong: dict[str, Any], message: str
) -> None:
    first, second = served(draw(**wrong), draw(5))
    assert first["id"] == 4
    assert message in first["error"]
    assert second["id"] == 5
    assert "sheet" in second
