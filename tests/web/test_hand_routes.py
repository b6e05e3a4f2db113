"""What the server answers when a palette is taken into the hand: edits, places, spots, files."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image

from palette_engine import extract, extract_together, index_map, measure_shares
from palette_engine.formats import dumps
from palette_engine.formats.json_palette import from_object, to_object
from palette_engine.options import Options
from palette_engine.palette import comparison
from palette_engine.palette.edit import EDITS
from palette_engine.palette.value import Palette, Swatch
from palette_engine.web.place_routes import MAP_HEADER
from tests.sample_pictures import encoded
from tests.web.serving import Reply, Server

QUARTERS = [(230, 25, 75), (255, 255, 255), (0, 0, 128), (20, 160, 90)]


@pytest.fixture(scope="module")
def picture() -> bytes:
    """Return a picture of 40 x 20 pixels with four colors, two of which fill three quarters."""
    pixels = np.zeros((20, 40, 3), np.uint8)
    pixels[:10], pixels[10:, :10] = QUARTERS[0], QUARTERS[2]
    pixels[10:, 10:30], pixels[10:, 30:] = QUARTERS[1], QUARTERS[3]
    return encoded(Image.fromarray(pixels), "PNG")


@pytest.fixture(scope="module")
def key(server: Server, picture: bytes) -> str:
    """Return what the server knows the picture by."""
    key: str = server.take(picture, "four.png").json()["picture"]
    return key


def edit(server: Server, path: str, palette: Palette, **values: Any) -> Reply:
    body = json.dumps({"palette": to_object(palette), **values}).encode()
    return server.post(path, body)


def document(reply: Reply) -> Palette:
    assert reply.status == 200, reply.body
    return from_object(reply.json()["document"])


CHANGES: list[dict[str, Any]] = [
    {"do": "remove", "index": 1},
    {"do": "replace", "index": 0, "color": "#102030"},
    {"do": "merge", "index": 0, "other": 2},
    {"do": "move", "index": 0, "to": 3},
    {"do": "rename", "index": 2, "name": "Sea"},
    {"do": "nudge", "index": 0, "lightness": -0.1},
]


def test_every_edit_is_tried() -> None:
    assert {change["do"] for change in CHANGES} == {*EDITS}


@pytest.mark.parametrize("change", CHANGES, ids=[change["do"] for change in CHANGES])
def test_an_edit_is_that_of_the_engine(
    server: Server, picture: bytes, key: str, change: dict[str, Any]
) -> None:
    palette = from_object(to_object(extract(picture, colors=4)))
    arguments = {name: value for name, value in change.items() if name != "do"}
    edited = EDITS[change["do"]](palette, **arguments)
    assert document(edit(server, "/palettes/edit", palette, **change)).swatches == edited.swatches
    measured = measure_shares(edited, picture, Options())
    found = document(edit(server, f"/pictures/{key}/edit", palette, **change))
    assert found.swatches == measured.swatches
    assert found.difference == measured.difference


def test_a_palette_is_only_measured_without_an_edit(
    server: Server, picture: bytes, key: str
) -> None:
    palette = Palette(tuple(map(Swatch, QUARTERS)))
    found = document(edit(server, f"/pictures/{key}/edit", palette))
    assert [swatch.share for swatch in found.swatches] == [0.5, 0.25, 0.125, 0.125]
    assert found.swatches == measure_shares(palette, picture).swatches


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"[]", 422),
        (b'{"palette": {"schema": 1, "swatches": []}, "do": "explode"}', 400),
        (b'{"palette": {"schema": 1, "swatches": []}, "do": "remove", "index": 0}', 400),
        (b'{"palette": {"schema": 1, "swatches": []}, "index": 0}', 400),
        (b'{"do": "remove", "index": 0}', 422),
        (b'{"palette": {"schema": 1, "swatches": [{"hex": "#1"}]}, "do": "remove"}', 422),
    ],
)
def test_what_is_no_edit_is_refused_in_a_sentence(
    server: Server, key: str, body: bytes, status: int
) -> None:
    for path in ("/palettes/edit", f"/pictures/{key}/edit"):
        reply = server.post(path, body)
        assert (reply.status, reply.error[-1:]) == (status, "."), reply.body


def test_what_is_locked_changes_no_other_color(server: Server, picture: bytes, key: str) -> None:
    seen = ["#e6194b", "#ffffff", "#000081", "#14a05a"]
    query = urlencode({"colors": 4, "keep": "#e6194b,#101010", "start": ",".join(seen)})
    found = document(server.post(f"/pictures/{key}/palette?{query}"))
    expected = extract(picture, colors=4, keep=["#e6194b", "#101010"], start=seen)
    assert found.swatches == expected.swatches
    assert {swatch.hex for swatch in found.swatches} == {"#e6194b", "#ffffff", "#14a05a", "#101010"}


def test_what_was_edited_has_its_name_in_the_next_palette(server: Server, key: str) -> None:
    seen = Palette((Swatch((230, 25, 75), name="Brand", is_edited=True), Swatch((9, 9, 9))))
    body = dumps(seen, "json")
    query = urlencode({"colors": 3, "keep": "#e6194b"})
    found = document(server.post(f"/pictures/{key}/palette?{query}", body))
    names = {swatch.hex: (swatch.name, swatch.is_edited) for swatch in found.swatches}
    assert names.pop("#e6194b") == ("Brand", True)
    assert {*names.values()} == {("", False)}


def test_colors_to_start_from_that_are_none_are_refused(server: Server, key: str) -> None:
    reply = server.post(f"/pictures/{key}/palette?start=reddish")
    assert (reply.status, "start must be colors" in reply.error) == (400, True)


def test_a_map_is_that_of_the_engine(server: Server, picture: bytes, key: str) -> None:
    palette = extract(picture, colors=4)
    reply = server.post(f"/pictures/{key}/map?ignore=white", dumps(palette, "json"))
    assert reply.status == 200
    expected = index_map(picture, palette, ignore="white")
    size = json.loads(reply.headers[MAP_HEADER.lower()])
    assert size == {"width": 40, "height": 20, "depth": 1, "none": 4}
    assert (np.frombuffer(reply.body, np.uint8).reshape(20, 40) == expected.index).all()
    assert (expected.index[15, 20], expected.index[0, 0]) == (4, 0)


def test_a_map_of_many_colors_has_two_bytes_a_pixel(server: Server, key: str) -> None:
    colors = [(index % 256, index // 256, 7) for index in range(256)]
    palette = Palette(tuple(map(Swatch, colors)))
    reply = server.post(f"/pictures/{key}/map", dumps(palette, "json"))
    assert json.loads(reply.headers[MAP_HEADER.lower()])["depth"] == 2
    assert len(reply.body) == 40 * 20 * 2
    expected = index_map(server_picture(), palette).index
    assert (np.frombuffer(reply.body, "<u2").reshape(20, 40)[:10] == expected[0, 0]).all()


def server_picture() -> Image.Image:
    return Image.new("RGB", (1, 1), QUARTERS[0])


@pytest.mark.parametrize(("x", "y", "code"), [(0, 0, "#e6194b"), (0.99, 0.99, "#14a05a")])
def test_a_spot_has_the_color_of_the_picture_there(
    server: Server, key: str, x: float, y: float, code: str
) -> None:
    reply = server.post(f"/pictures/{key}/spot?{urlencode({'x': x, 'y': y})}")
    assert (reply.status, reply.json()) == (200, {"hex": code})


@pytest.mark.parametrize("query", ["", "x=0.5", "x=a&y=0", "x=nan&y=0", "x=1&y=0", "x=-1&y=0"])
def test_a_spot_outside_of_the_picture_is_refused(server: Server, key: str, query: str) -> None:
    reply = server.post(f"/pictures/{key}/spot?{query}")
    assert (reply.status, reply.error[-1:]) == (400, "."), reply.body


@pytest.mark.parametrize("path", ["edit", "map", "spot?x=0&y=0"])
def test_a_forgotten_picture_is_said(server: Server, path: str) -> None:
    assert server.post(f"/pictures/nobody/{path}", b"{}").status == 410


@pytest.mark.parametrize("name", ["gpl", "ase", "aco", "json", "css", "csv"])
def test_a_palette_file_is_opened(server: Server, flag: Palette, name: str) -> None:
    reply = server.post(f"/palettes/open?name=flag.{name}", dumps(flag, name))
    found = document(reply)
    assert [swatch.color for swatch in found.swatches] == [s.color for s in flag.swatches]


def test_a_text_with_colors_is_opened(server: Server) -> None:
    reply = server.post("/palettes/open?name=", b"#e6194b, rgb(1, 2, 3)\n#fff")
    codes = [swatch.hex for swatch in document(reply).swatches]
    assert codes == ["#e6194b", "#010203", "#ffffff"]


def test_what_is_no_palette_file_is_refused_in_a_sentence(server: Server) -> None:
    reply = server.post("/palettes/open?name=x.gpl", b"nothing of the kind")
    assert (reply.status, reply.error[-1:]) == (422, "."), reply.body
    reply = server.post("/palettes/open?name=x.gpl", bytes(5 * 10**6))
    assert reply.status == 413


def test_a_palette_is_checked_as_on_the_command_line(server: Server) -> None:
    palette = Palette((Swatch((0, 0, 0)), Swatch((255, 255, 255))))
    reply = server.post("/palettes/check", dumps(palette, "json"))
    assert reply.status == 200
    (pair,) = reply.json()["contrast"]
    assert (pair["swatches"], pair["ratio"], pair["text"]) == ([0, 1], 21.0, "AAA")


def test_palettes_are_compared_as_on_the_command_line(server: Server) -> None:
    first = Palette((Swatch((230, 25, 75)), Swatch((0, 0, 128))))
    second = Palette((Swatch((0, 0, 120)), Swatch((255, 255, 255))))
    body = json.dumps([to_object(first), to_object(second)]).encode()
    reply = server.post("/palettes/compare", body)
    assert reply.status == 200
    expected = comparison.to_object(comparison.compared(first, second))
    assert reply.json() == json.loads(json.dumps(expected))
    assert [each["change"] for each in reply.json()["matches"]] == ["gone", "moved", "new"]


@pytest.mark.parametrize("body", [b"[]", b"{}", b"[1, 2]", b"[[], [], []]", b"nothing"])
def test_only_two_palettes_are_compared(server: Server, body: bytes) -> None:
    assert server.post("/palettes/compare", body).status == 422


@pytest.mark.parametrize(
    "path", [f"/palettes/{name}" for name in ("edit", "check", "compare", "open")]
)
def test_only_the_page_may_ask(server: Server, path: str) -> None:
    assert server.post(path, b"{}", {"X-Palette-Token": "no"}).status == 403


@pytest.mark.parametrize("order", ["share", "image"])
def test_pictures_have_one_palette_together(
    server: Server, picture: bytes, key: str, order: str
) -> None:
    other = encoded(Image.new("RGB", (5, 5), (1, 2, 3)), "PNG")
    second = server.take(other, "dark.png").json()["picture"]
    query = urlencode({"pictures": f"{key},{second}", "colors": 5, "order": order})
    found = document(server.post(f"/pictures/together?{query}"))
    expected = extract_together([picture, other], colors=5, order=order)
    assert found.swatches == expected.swatches
    assert found.name == "2 pictures"
    shares = {swatch.hex: swatch.share for swatch in found.swatches}
    assert shares["#010203"] == pytest.approx(0.5)


def test_the_palette_of_pictures_begins_with_what_is_seen(
    server: Server, picture: bytes, key: str
) -> None:
    other = encoded(Image.new("RGB", (5, 5), (1, 2, 3)), "PNG")
    second = server.take(other, "dark.png").json()["picture"]
    seen = EDITS["replace"](extract_together([picture, other], colors=4), 1, color="#102030")
    start = ",".join(swatch.hex for swatch in seen.swatches)
    query = urlencode({"pictures": f"{key},{second}", "colors": 4, "keep": "#102030"})
    body = dumps(seen, "json")
    found = document(server.post(f"/pictures/together?{query}&start={start}", body))
    expected = extract_together([picture, other], colors=4, keep="#102030", start=seen)
    assert [swatch.color for swatch in found.swatches] == [
        swatch.color for swatch in expected.swatches
    ]
    assert [swatch.hex for swatch in found.swatches if swatch.is_edited] == ["#102030"]


@pytest.mark.parametrize(("pictures", "status"), [("", 400), ("nobody", 410)])
def test_one_palette_needs_pictures(server: Server, pictures: str, status: int) -> None:
    assert server.post(f"/pictures/together?pictures={pictures}").status == status


def test_of_a_picture_only_palettes_that_it_may_have_are_measured(server: Server, key: str) -> None:
    colors = [(index % 256, index // 256, 7) for index in range(257)]
    palette = Palette(tuple(map(Swatch, colors)))
    reply = edit(server, f"/pictures/{key}/edit", palette)
    assert (reply.status, "257" in reply.error) == (422, True), reply.body
    start = ",".join(swatch.hex for swatch in palette.swatches)
    reply = server.post(f"/pictures/{key}/palette?{urlencode({'start': start})}")
    assert (reply.status, "at most 256" in reply.error) == (400, True), reply.body
