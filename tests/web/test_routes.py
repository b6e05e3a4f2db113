"""What the real server answers to the page; limits and attacks have files of their own."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine import extract, recolor
from palette_engine.formats import FORMATS, dumps, loads
from palette_engine.formats.json_palette import from_object, to_object
from palette_engine.options import OPTIONS, Options
from palette_engine.palette.value import Palette
from palette_engine.web.option_form import FIXED
from tests import icc
from tests.pictures import color_files as files
from tests.web.serving import Reply, Server

JSON = "application/json"
BOUNDARY = "----palette"

EMPTY = urlencode({"document": '{"schema": 1, "swatches": []}'}).encode()
"""A form with a palette that has no colors."""


def image(reply: Reply) -> Image.Image:
    assert (reply.status, reply.headers["content-type"]) == (200, "image/png"), reply.body
    with Image.open(io.BytesIO(reply.body)) as found:
        found.load()
    return found


def multipart(*parts: tuple[str, str | tuple[str, bytes]]) -> bytes:
    """Return a form as browsers send it; a pair of name and bytes is a file."""
    body = b""
    for name, value in parts:
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        if isinstance(value, str):
            body += b"\r\n\r\n" + value.encode() + b"\r\n"
        else:
            filename, data = value
            head = f'; filename="{filename}"\r\nContent-Type: application/octet-stream\r\n\r\n'
            body += head.encode() + data + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def fill_in(server: Server, *parts: tuple[str, str | tuple[str, bytes]]) -> Reply:
    """Send the form as a browser without JavaScript does."""
    headers = {
        "X-Palette-Token": "",
        "Accept": "text/html,application/xhtml+xml",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }
    return server.post("/form", multipart(("token", server.token), *parts), headers)


# The page


def test_the_page_is_one_document_with_all_that_it_needs(server: Server) -> None:
    reply = server.request("GET", "/")
    assert reply.status == 200
    page = reply.body.decode()
    links = re.findall(r'(?:src|href|action)="([^"#][^"]*)"', page)
    assert links
    for link in {*links} - {"/form"}:
        assert re.fullmatch(r"/assets/[\w.-]+", link), link
        assert server.request("GET", link).status == 200, link


def test_the_page_offers_the_files_that_it_reads_and_no_others(server: Server) -> None:
    page = server.request("GET", "/").body.decode()
    offered = re.search(r'accept="image/\*,([^"]*)"', page)
    assert offered is not None
    suffixes = offered[1].split(",")
    assert {".png", ".tiff", ".psd", ".tga", ".ico", ".dds", ".qoi"} <= {*suffixes}
    assert not {".heic", ".jp2", ".svg", ".pdf"} & {*suffixes}
    assert "PSD" in page
    assert "HEIC" not in page


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("app.js", "text/javascript"), ("style.css", "text/css"), ("icon.svg", "image/svg+xml")],
)
def test_what_belongs_to_the_page_has_its_media_type(
    server: Server, name: str, media_type: str
) -> None:
    reply = server.request("GET", f"/assets/{name}")
    assert reply.headers["content-type"].split(";")[0] == media_type


def test_every_option_and_format_is_on_the_page(server: Server) -> None:
    page = server.request("GET", "/").body.decode()
    for name, option in OPTIONS.items():
        assert (f'name="{name}"' in page) == (name not in FIXED)
        for choice in option.choices if name not in FIXED else ():
            assert f'value="{choice.name}"' in page
    for name, row in FORMATS.items():
        assert (f'value="{name}"' in page) == (row.dumps is not None)


# Pictures


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"colors": "auto", "order": "smooth", "names": "xkcd"},
        {"colors": "5", "keep": "#e6194b,#00ff00", "ignore": "black", "emphasis": "0.8"},
        {"region": "0.1,0.1,0.5,0.5", "swatch": "real", "min_distance": "10"},
    ],
)
def test_a_palette_is_that_of_the_library(
    server: Server, photo: NDArray[np.uint8], portrait: bytes, chosen: dict[str, str]
) -> None:
    wanted = to_object(extract(photo, Options.of(chosen)))
    first = server.take(portrait, "portrait.png", **chosen).json()
    assert (first["width"], first["height"], first["error"]) == (512, 512, "")
    plain = server.take(portrait, "portrait.png").json()["picture"]
    later = server.post(f"/pictures/{plain}/palette?{urlencode(chosen)}").json()
    for view in (first["palette"], later):
        found = {**view["document"], "name": wanted["name"], "source": wanted["source"]}
        assert found == wanted
        assert view["document"]["name"] == "portrait"


def test_a_region_is_left_again(server: Server, portrait: bytes) -> None:
    first = server.take(portrait).json()
    path = f"/pictures/{first['picture']}/palette"
    part = server.post(f"{path}?region=0,0,64,64").json()
    assert part["document"] != first["palette"]["document"]
    assert server.post(path).json() == first["palette"]


@pytest.mark.parametrize(
    ("region", "edges"),
    [
        ("", None),
        ("10, 20, 30, 40", {"left": 10, "top": 20, "right": 40, "bottom": 60}),
        ("0.1,0,0.5,1.0", {"left": 51, "top": 0, "right": 307, "bottom": 512}),
        ("50%, 25%, 50%, 0.1%", {"left": 256, "top": 128, "right": 512, "bottom": 129}),
    ],
)
def test_an_answer_says_which_pixels_a_region_is(
    server: Server, portrait: bytes, region: str, edges: dict[str, int] | None
) -> None:
    first = server.take(portrait, region=region).json()
    plain = server.take(portrait).json()["picture"]
    later = server.post(f"/pictures/{plain}/palette?{urlencode({'region': region})}").json()
    assert first["palette"]["region"] == later["region"] == edges


@pytest.mark.parametrize(
    ("region", "sentence"),
    [("0,0,1000,1000", "beyond the picture"), ("0%,0%,50%,50%", "transparent")],
)
def test_a_region_of_which_nothing_is_visible_does_not_lose_the_picture(
    server: Server, region: str, sentence: str
) -> None:
    file = io.BytesIO()
    half = Image.new("RGBA", (600, 600), "white")
    half.paste((0, 0, 0, 0), (0, 0, 300, 300))
    half.save(file, "PNG")
    answer = server.take(file.getvalue(), "half.png", region=region).json()
    assert answer["palette"] is None
    assert sentence in answer["error"]
    path = f"/pictures/{answer['picture']}/palette"
    again = server.post(f"{path}?{urlencode({'region': region})}")
    assert (again.status, again.error) == (422, answer["error"])
    assert [swatch["hex"] for swatch in server.post(path).json()["swatches"]] == ["#ffffff"]


def test_options_that_leave_nothing_do_not_lose_the_picture(server: Server) -> None:
    file = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(file, "PNG")
    reply = server.take(file.getvalue(), ignore="white")
    assert reply.status == 201
    answer = reply.json()
    assert answer["palette"] is None
    assert "ignored" in answer["error"]
    path = f"/pictures/{answer['picture']}/palette"
    again = server.post(f"{path}?ignore=white")
    assert (again.status, again.error) == (422, answer["error"])
    assert [swatch["hex"] for swatch in server.post(path).json()["swatches"]] == ["#ffffff"]


def test_a_name_is_taken_without_its_folders(server: Server, portrait: bytes) -> None:
    for sent in ("../../etc/a.png", "C:\\pictures\\a.png", "a.png"):
        found = server.take(portrait, sent).json()["palette"]["document"]
        assert (found["name"], found["source"]) == ("a", "a.png")


@pytest.mark.parametrize("dither", ["none", "floyd-steinberg", "ordered"])
@pytest.mark.parametrize("size", ["small", "full"])
def test_a_recolored_picture_is_that_of_the_library(
    server: Server, portrait: bytes, dither: str, size: str
) -> None:
    answer = server.take(portrait, colors=6).json()
    sent = json.dumps(answer["palette"]["document"]).encode()
    path = f"/pictures/{answer['picture']}/recolored?size={size}&dither={dither}"
    found = image(server.post(path, sent))
    wanted = recolor(portrait, from_object(answer["palette"]["document"]), dither)
    assert found.convert("RGB").tobytes() == wanted.convert("RGB").tobytes()


def test_a_large_picture_is_shown_smaller_and_recolored_as_large(server: Server) -> None:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 800)).save(file, "TIFF")
    answer = server.take(file.getvalue(), "gradient.tif", colors=4).json()
    path = f"/pictures/{answer['picture']}"
    sent = json.dumps(answer["palette"]["document"]).encode()
    assert image(server.post(f"{path}/original")).size == (1000, 500)
    assert image(server.post(f"{path}/recolored?size=small", sent)).size == (1000, 500)
    full = image(server.post(f"{path}/recolored?size=full", sent))
    assert full.size == (1600, 800)
    assert len(full.convert("RGB").getcolors() or ()) == 4


def test_a_forgotten_picture_is_gone(server: Server, portrait: bytes) -> None:
    path = f"/pictures/{server.take(portrait).json()['picture']}"
    assert server.post(f"{path}/forget").status == 204
    reply = server.post(f"{path}/palette")
    assert (reply.status, reply.json()["reason"]) == (410, "forgotten")
    assert server.post(f"{path}/forget").status == 204


def test_what_was_worked_around_is_said(server: Server, portrait: bytes) -> None:
    with Image.open(io.BytesIO(portrait)) as photo:
        file = io.BytesIO()
        photo.save(file, "PNG", icc_profile=b"no profile")
    answer = server.take(file.getvalue(), "odd.png").json()
    assert "odd.png: the color profile cannot be used" in answer["palette"]["note"]
    later = server.post(f"/pictures/{answer['picture']}/palette?colors=5").json()
    assert later["note"] == answer["palette"]["note"]


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_several_frames_the_first_counts_and_that_is_said(server: Server, kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("#ff0000", "#00ff00", "#0000ff")]
    file = io.BytesIO()
    settings = {"lossless": True} if kind == "WEBP" else {}
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], **settings)
    view = server.take(file.getvalue(), "moving", colors=1).json()["palette"]
    assert [swatch["hex"] for swatch in view["swatches"]] == ["#ff0000"]
    assert view["note"] == "moving has several frames or pages; the first counts."


def test_an_empty_first_frame_is_told_with_the_others(server: Server) -> None:
    samples = Path(__file__).parents[1] / "pictures/samples"
    empty = (samples / "animated-first-frame-empty.gif").read_bytes()
    reply = server.take(empty, "moving.gif")
    assert reply.status == 422
    assert reply.error == (
        "The first of 3 frames is fully transparent, and the page reads only that one; "
        "palette-engine extract --frames all reads all of them."
    )


# Palettes


def test_a_palette_from_an_address_is_shown(server: Server) -> None:
    sent = {
        "schema": 1,
        "name": "Two",
        "swatches": [{"hex": "#e6194b", "share": 0.75}, {"hex": "#ffffff"}],
    }
    view = server.post("/palettes", json.dumps(sent).encode()).json()
    assert [swatch["hex"] for swatch in view["swatches"]] == ["#e6194b", "#ffffff"]
    assert [swatch["ink"] for swatch in view["swatches"]] == ["#000000", "#000000"]
    assert (view["name"], view["fit"], view["note"]) == ("Two", "", "")


def test_half_a_character_in_a_name_is_no_defect(server: Server) -> None:
    sent = b'{"schema": 1, "name": "\\ud800", "swatches": [{"hex": "#000000", "name": "\\udfff"}]}'
    view = server.post("/palettes", sent).json()
    assert (view["name"], view["swatches"][0]["name"]) == ("?", "?")


@pytest.mark.parametrize("name", [name for name, row in FORMATS.items() if row.dumps])
def test_a_palette_is_written_in_every_format(server: Server, flag: Palette, name: str) -> None:
    sent = json.dumps(to_object(flag))
    reply = server.post(f"/palettes/{name}", urlencode({"document": sent}).encode())
    assert reply.status == 200, reply.body
    suffix = FORMATS[name].suffixes[0]
    assert reply.headers["content-disposition"] == f'attachment; filename="tricolore{suffix}"'
    if FORMATS[name].loads:
        found = loads(reply.body, f"tricolore{suffix}")
        assert [swatch.hex for swatch in found.swatches] == [s.hex for s in flag.swatches]
    else:
        assert reply.body == dumps(flag, name)


def test_the_token_may_come_in_the_form(server: Server, flag: Palette) -> None:
    fields = {"token": server.token, "document": json.dumps(to_object(flag))}
    headers = {"X-Palette-Token": ""}
    assert server.post("/palettes/gpl", urlencode(fields).encode(), headers).status == 200
    fields["token"] = "forged"
    assert server.post("/palettes/gpl", urlencode(fields).encode(), headers).status == 403


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("/palettes", b"", 422, "not valid JSON"),
        ("/palettes", b"[" * 100_000, 422, "not valid JSON"),
        ("/palettes", b'{"schema": 1, "swatches": [{"hex": "red"}]}', 422, "not a color"),
        ("/palettes/gpl", b"document=%7B", 422, "not valid JSON"),
        ("/palettes/act", EMPTY, 400, "as act"),
        ("/palettes/nothing", EMPTY, 400, "as nothing"),
        ("/pictures?colours=5", b"", 400, "There is no option 'colours'"),
        ("/pictures?colors=1000", b"", 400, "Number of colors must be"),
        ("/pictures?max_pixels=9", b"", 400, "There is no option 'max_pixels'"),
        ("/pictures?name=notes.txt", b"Dear diary", 415, "notes.txt is not a picture"),
        ("/pictures?name=none.png", b"", 422, "none.png is empty"),
        ("/pictures/nobody/palette", b"", 410, "drop it again"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_a_sentence(
    server: Server, path: str, body: bytes, status: int, sentence: str
) -> None:
    reply = server.post(path, body)
    assert (reply.status, reply.headers["content-type"]) == (status, JSON)
    assert sentence in reply.error
    assert reply.error.endswith(".")


@pytest.mark.parametrize(
    ("query", "option", "sentence"),
    [
        ("keep=reddish", "keep", "Keep must be colors like #e6194b, separated by commas, not"),
        ("min_distance=-1", "min_distance", "Keep colors apart must be a number from 0 to 100"),
        ("ignore=white&ignore_distance=100", "ignore", "or lower “Leave out within”."),
        ("colors=1&keep=red&keep=000,fff", "keep", "Keep must be"),
        ("colors=1&keep=000,fff", "keep", "More colors are to be kept (2) than"),
        (
            "region=0,0,1000,1000",
            "region",
            "The region reaches beyond the picture, which is 512 x 512",
        ),
        ("region=5,5", "region", "Region must be left,top,width,height"),
    ],
)
def test_what_is_wrong_with_an_option_is_said_with_its_name(
    server: Server, portrait: bytes, query: str, option: str, sentence: str
) -> None:
    picture = server.take(portrait, "portrait.png").json()["picture"]
    reply = server.post(f"/pictures/{picture}/palette?{query}")
    assert reply.status in (400, 422)
    assert sentence in reply.error
    assert reply.json()["option"] == option


def test_a_damaged_picture_is_a_sentence(server: Server, portrait: bytes) -> None:
    reply = server.take(portrait[:200], "start.png")
    assert reply.status == 422
    assert "start.png is damaged or cut short" in reply.error


def test_the_page_learns_which_pictures_browsers_may_show_in_other_colors(
    server: Server, portrait: bytes
) -> None:
    told = {
        "plain": portrait,
        "profile": files.png(files.profile(icc.DISPLAY_P3)),
        "CICP": files.png(files.cicp(12, 13)),
        "Exif": files.jpeg(exif=files.exif(0xFFFF, "R03")),
        "cut short": portrait[: len(portrait) // 2],
    }
    found = {name for name, data in told.items() if server.take(data).json()["foreign"]}
    assert found == {"CICP", "Exif", "cut short"}


def test_what_is_there_of_a_damaged_picture_is_read_with_a_note(
    server: Server, portrait: bytes
) -> None:
    reply = server.take(portrait[: len(portrait) // 2], "half.png")
    assert reply.status == 201
    assert "half.png is damaged or cut short: " in reply.json()["palette"]["note"]


# Without JavaScript


def test_the_form_gives_a_palette_without_javascript(
    server: Server, portrait: bytes, photo: NDArray[np.uint8]
) -> None:
    reply = fill_in(
        server,
        ("colors", "6"),
        ("ignore", "white"),
        ("ignore", ""),
        ("picture", ("portrait.png", portrait)),
    )
    assert reply.status == 200
    page = reply.body.decode()
    wanted = extract(photo, colors=6, ignore=("white",))
    fills = re.findall(r'<rect[^>]* fill="(#[0-9a-f]{6})"', page)
    assert [*dict.fromkeys(fills)] == [swatch.hex for swatch in wanted.swatches]
    assert re.search(r'<input type="number"[^>]* name="colors"[^>]* value="6"', page)
    assert re.search(r'name="ignore" value="white"[^>]* checked', page)
    sent = re.search(r'name="document" value="([^"]+)"', page)
    assert sent
    found = from_object(json.loads(unescape(sent[1])))
    assert found.swatches == wanted.swatches


@pytest.mark.parametrize(
    ("name", "data", "fields", "status", "sentence"),
    [
        ("notes.txt", b"Dear diary", (), 415, "notes.txt is not a picture"),
        ("", b"", (), 400, "Choose a picture first."),
        ("a.png", b"", (), 422, "a.png is empty"),
        ("a.png", b"", (("colors", "0"),), 400, "Number of colors must be a whole number"),
        ("a.png", b"", (("colours", "5"),), 400, "There is no option"),
    ],
)
def test_what_the_form_cannot_do_stands_on_the_page(
    server: Server,
    name: str,
    data: bytes,
    fields: tuple[tuple[str, str], ...],
    status: int,
    sentence: str,
) -> None:
    reply = fill_in(server, *fields, ("picture", (name, data)))
    assert reply.status == status
    page = unescape(reply.body.decode())
    assert sentence in page
    assert 'action="/form"' in page


def test_a_form_that_is_refused_keeps_what_was_chosen(server: Server) -> None:
    picture = ("picture", ("notes.txt", b"Dear diary"))
    page = fill_in(server, ("colors", "6"), ("order", "hue"), picture).body.decode()
    assert re.search(r'<input type="number"[^>]* name="colors"[^>]* value="6"', page)
    assert re.search(r'<option value="hue"[^>]* selected', page)


def test_an_address_that_is_not_there_is_a_page_for_people(server: Server) -> None:
    reply = server.request("GET", "/nothing", headers={"Accept": "text/html"})
    assert reply.status == 404
    assert b"There is no such page here." in reply.body
    assert server.request("GET", "/nothing").error == "There is no such page here."


def test_a_method_that_does_nothing_is_refused(server: Server) -> None:
    reply = server.request("PUT", "/", headers={"Origin": f"http://{server.host}"})
    assert (reply.status, reply.error) == (405, "PUT does nothing here.")
    assert {*reply.headers["allow"].split(", ")} == {"GET", "HEAD"}
