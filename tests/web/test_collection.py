"""The page of a collection, from the real server: searches, thumbnails, and who may ask."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image

from palette_engine.collections.row import Row, RowSwatch
from palette_engine.collections.sketch import sketch_of
from palette_engine.collections.table import write_table
from palette_engine.color.cielab import lab_of
from palette_engine.color.hex_code import parse_hex
from tests.cli.program import run
from tests.web.serving import Reply, Server, serving

pytestmark = pytest.mark.slow


def row(source: str, first: str, second: str, share: float, **families: float) -> Row:

    lab = lab_of(np.array([parse_hex(first), parse_hex(second)], np.uint8))
    weight = np.array([share, 1 - share], np.float64)
    swatches = tuple(
        RowSwatch(code, part, *map(float, values), css="red")  # type: ignore[misc, arg-type]
        for code, part, values in zip((first, second), weight.tolist(), lab, strict=True)
    )
    sketch = base64.b64encode(sketch_of(lab, weight).tobytes()).decode()
    return Row(source, swatches=swatches, sketch=sketch, families=families, monochrome=False)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server with a table of 133 pictures, the first of which is there."""
    folder = tmp_path_factory.mktemp("collection")
    Image.new("RGB", (300, 150), "#e6194b").save(folder / "00.png")
    rows = [
        row(f"{folder}/00.png", "#e6194b", "#0b57d0", 0.9, red=0.9, blue=0.1),
        row(f"{folder}/<b>&.png", "#e6194b", "#0b57d0", 0.4, red=0.4, blue=0.6),
        *(row(f"{number:03}.png", "#228b22", "#ffffff", 0.5, green=0.5) for number in range(131)),
    ]
    write_table(rows, folder / "t.csv")
    with serving("--collection", str(folder / "t.csv")) as found:
        yield found


def page(served: Server, query: str = "") -> tuple[str, list[str]]:
    """Return a page, and the names of the pictures on it."""
    reply = served.request("GET", f"/collection{query}")
    assert reply.status == 200
    text = reply.body.decode()
    return text, re.findall(r"<p>(?:<b>.*?</b> )?[^<]*?([^/<]*\.png)</p>", text)


def thumbnail(served: Server, number: int, token: str, **headers: str) -> Reply:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return served.request(
        "GET", f"/collection/thumbnails/{number}?token={quote(token)}", headers=sent
    )


def test_all_pictures_are_on_pages_of_sixty(served: Server) -> None:
    assert served.address.endswith("/collection")
    first, names = page(served)
    assert "133 pictures" in first
    assert len(names) == 60
    assert 'href="/collection?within=10&amp;least=1&amp;page=2" rel="next"' in first
    assert 'rel="prev"' not in first
    last, names = page(served, "?page=3")
    assert len(names) == 13
    assert 'rel="next"' not in last
    assert page(served, "?page=4")[1] == []


def test_pictures_are_found_by_color_family_and_likeness(served: Server) -> None:
    text, names = page(served, "?color=%23e6194b")
    assert names == ["00.png", "&lt;b&gt;&amp;.png"]
    assert "<b>90.0%</b>" in text
    assert "2 of 133 pictures" in text
    assert page(served, "?color=e6194b+0b57d0&least=30")[1] == ["&lt;b&gt;&amp;.png"]
    assert page(served, "?family=blue")[1] == ["&lt;b&gt;&amp;.png", "00.png"]
    assert '<option value="green">green (131)</option>' in text
    like, names = page(served, "?like=1")
    assert names[:2] == ["&lt;b&gt;&amp;.png", "00.png"]
    assert "<b>ΔE 0.0</b>" in like


def test_the_page_has_no_markup_of_names_no_script_and_no_style_of_its_own(served: Server) -> None:
    text, _ = page(served)
    assert "&lt;b&gt;&amp;.png" in text
    assert "<script" not in text
    assert "style=" not in text
    assert "<style" not in text
    chosen, _ = page(served, "?family=green")
    assert '<option value="green" selected>' in chosen
    style = served.request("GET", "/assets/collection.css")
    assert (style.status, style.headers["content-type"].partition(";")[0]) == (200, "text/css")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?color=redd", "&#39;redd&#39; is not a color; write it like #e6194b."),
        ("?color=%22%3E%3Cb%3E", "&lt;b&gt;"),
        ("?color=fff&within=x", "The distance must be a number from 0 to 100, not"),
        ("?color=fff&least=nan", "The least share must be a number from 0 to 100, not"),
        ("?family=mauve", "There is no family &#39;mauve&#39;; the families are red, orange"),
        ("?like=133", "The picture must be a number from 0 to 132, not"),
        ("?page=0", "The page must be a number from 1 to 10000, not"),
    ],
)
def test_what_is_wrong_with_a_search_is_said(served: Server, query: str, said: str) -> None:
    reply = served.request("GET", f"/collection{query}")
    assert reply.status == 400
    assert said in reply.body.decode()
    assert "<b>" not in reply.body.decode()


def test_thumbnails_are_made_of_what_is_there(served: Server) -> None:
    reply = thumbnail(served, 0, served.token)
    assert (reply.status, reply.headers["content-type"]) == (200, "image/png")
    with Image.open(io.BytesIO(reply.body)) as opened:
        assert opened.size == (240, 120)
    missing = thumbnail(served, 5, served.token)
    assert (missing.status, missing.headers["content-type"]) == (200, "image/svg+xml")
    assert thumbnail(served, 133, served.token).status == 404


def test_other_pages_may_neither_search_nor_see_pictures(served: Server) -> None:
    assert thumbnail(served, 0, "wrong").status == 403
    assert thumbnail(served, 0, served.token, Sec_Fetch_Site="cross-site").status == 403
    assert thumbnail(served, 0, served.token, Sec_Fetch_Site="same-origin").status == 200
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert served.request("GET", "/collection?color=fff", headers=foreign).status == 403
    assert served.request("GET", "/collection", headers=foreign).status == 200
    assert served.request("GET", "/collection", headers={"Host": "evil.test"}).status == 421
    assert served.request("POST", "/collection", b"").status in (403, 405)
    headers = served.request("GET", "/collection").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_a_table_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    ended = run("serve", "--no-open", "--port", "0", "--collection", "t.csv", folder=tmp_path)
    assert (ended.code, ended.line) == (3, "There is no table t.csv; collect one first.")
