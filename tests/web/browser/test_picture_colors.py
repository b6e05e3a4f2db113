"""Chromium judges: for each of the web's formats, with each way to tell color, it shows our colors.

See docs/decisions.md#color-without-an-icc-profile for the three ways that differ on purpose.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page

from palette_engine.pictures.file_types import readable_formats
from palette_engine.recoloring.raster import Picture
from tests import icc
from tests.bmp_files import with_profile
from tests.patience import PATIENCE
from tests.pictures import color_files as files
from tests.pictures.color_files import cicp, gamma
from tests.sample_pictures import encoded, png_of, u8
from tests.web.browser.page import Shown

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::palette_engine.errors.PaletteWarning"),
]

TOLERANCE = 2
"""Levels of 255."""

HDR_TOLERANCE, HDR_8_BIT_TOLERANCE = 2, 8

P3, ADOBE = icc.PRIMARIES_P3, icc.PRIMARIES_ADOBE

PNGS: dict[str, tuple[files.Chunk, ...]] = {
    "nothing": (),
    "profile": (files.profile(icc.DISPLAY_P3),),
    "profile beside sRGB": (files.profile(icc.ADOBE_RGB), (b"sRGB", b"\0")),
    "profile beside gamma": (files.profile(icc.DISPLAY_P3), gamma(100_000)),
    "broken profile beside gamma": (files.profile(b"junk" * 40), gamma(100_000)),
    "sRGB beside gamma": ((b"sRGB", b"\0"), gamma(100_000), files.chromaticities(icc.D65, P3)),
    "gamma 1": (gamma(100_000),),
    "gamma 1/1.8": (gamma(55556),),
    "gamma 1/2": (gamma(50_000),),
    "gamma 1/2.1": (gamma(47619),),
    "gamma 1/2.2": (gamma(45455),),
    "gamma 1/2.3": (gamma(43478),),
    "gamma 1/2.6": (gamma(38462),),
    "gamma 0": (gamma(0),),
    "primaries of P3": (gamma(45455), files.chromaticities(icc.D65, P3)),
    "primaries of Adobe RGB": (gamma(45470), files.chromaticities(icc.D65, ADOBE)),
    "primaries of sRGB, linear": (
        gamma(100_000),
        files.chromaticities(icc.D65, icc.PRIMARIES_SRGB),
    ),
    "primaries and a white of D50": (
        gamma(55556),
        files.chromaticities((0.3457, 0.3585), ADOBE),
    ),
    "primaries alone": (files.chromaticities(icc.D65, P3),),
    "impossible primaries": (gamma(45455), (b"cHRM", bytes(32))),
    **{f"CICP {codes}": (cicp(*codes),) for codes in ((12, 13), (9, 13), (11, 13), (1, 13))},
    **{f"CICP, primaries {code}": (cicp(code, 13),) for code in (2, 4, 5, 6, 7, 8, 10, 22)},
    **{f"CICP, reserved primaries {code}": (cicp(code, 13),) for code in (0, 3, 23)},
    **{f"CICP, transfer {code}": (cicp(1, code),) for code in (1, 2, 4, 5, 6, 7, 8)},
    **{f"CICP, transfer {code}": (cicp(1, code),) for code in (9, 10, 11, 12, 14, 15, 17, 19)},
    "CICP of video in BT.2020": (cicp(9, 14),),
    "CICP that says nothing": (cicp(2, 2),),
    "CICP beside a profile": (cicp(12, 13), files.profile(icc.ADOBE_RGB)),
    "CICP of sRGB beside a profile": (cicp(1, 13), files.profile(icc.ADOBE_RGB)),
}

INKS = files.flat([(255, 0, 0, 0), (0, 90, 200, 30), (0, 0, 0, 255), (60, 40, 20, 128)])

EXIF_OF_SRGB = files.exif(1)

FILES: dict[str, tuple[str, bytes]] = {
    **{f"PNG, {name}": ("png", files.png(*chunks)) for name, chunks in PNGS.items()},
    "PNG, gray": ("png", files.png(gamma(100_000), colors=u8([[188], [20], [100]]))),
    "PNG, gray by CICP": ("png", files.png(cicp(1, 8), colors=u8([[188], [20], [100]]))),
    "PNG, indexed": (
        "png",
        png_of(
            files.flat(u8([[0], [1]])),
            cicp(12, 13),
            (b"PLTE", bytes((200, 60, 40, 188, 188, 188))),
            kind=3,
        ),
    ),
    "PNG, alpha": ("png", files.png(cicp(12, 13), colors=u8([(200, 60, 40, 255)] * 2))),
    "PNG, 16 bits": (
        "png",
        files.png(cicp(12, 13), colors=np.array(files.COLORS, np.uint16) * np.uint16(257)),
    ),
    "PNG, 16 bits of linear light": (
        "png",
        files.png(gamma(100_000), colors=np.array([[99, 199, 399], [5000] * 3], np.uint16)),
    ),
    "JPEG": ("jpeg", files.jpeg()),
    "JPEG, profile": ("jpeg", files.jpeg(icc_profile=icc.DISPLAY_P3)),
    "JPEG, Exif of sRGB": ("jpeg", files.jpeg(exif=EXIF_OF_SRGB)),
    "JPEG, profile before Exif": (
        "jpeg",
        files.jpeg(icc_profile=icc.DISPLAY_P3, exif=files.exif(0xFFFF, "R03")),
    ),
    "JPEG, CMYK": ("jpeg", encoded(Image.fromarray(INKS, "CMYK"), "JPEG", quality=100)),
    "BMP, profile": ("bmp", with_profile(icc.DISPLAY_P3)),
    "WebP": ("webp", files.webp()),
    "WebP, profile": ("webp", files.webp(icc_profile=icc.DISPLAY_P3)),
    "WebP, Exif of sRGB": ("webp", files.webp(exif=EXIF_OF_SRGB)),
}

if "AVIF" in readable_formats():
    FILES |= {
        "AVIF": ("avif", files.avif()),
        "AVIF, profile": ("avif", files.avif(icc_profile=icc.DISPLAY_P3)),
        "AVIF, profile beside nclx": ("avif", files.avif((9, 16), icc_profile=icc.DISPLAY_P3)),
        **{
            f"AVIF, primaries {code}": ("avif", files.avif((code, 13)))
            for code in (0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 22)
        },
        **{
            f"AVIF, transfer {code}": ("avif", files.avif((1, code)))
            for code in (0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 17)
        },
        "AVIF, BT.2020 of video": ("avif", files.avif((9, 14))),
    }

DRAW = """async ([data, type]) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([bytes], {type}));
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d", {colorType: "float16", colorSpace: "srgb"});
    context.drawImage(image, 0, 0);
    const format = {pixelFormat: "rgba-float16"};
    const {data: found} = context.getImageData(0, 0, canvas.width, canvas.height, format);
    return [canvas.width, canvas.height, [...found].map((value) => value * 255)];
}"""

SHOWN = """(image) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return [...context.getImageData(0, 0, canvas.width, canvas.height).data];
}"""


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """Return an empty tab."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def read_back(tab: Page, media_type: str, data: bytes) -> NDArray[np.float64]:
    """Return the colors of the squares of a picture as a canvas has them, 0 to 255."""
    sent = [base64.b64encode(data).decode(), f"image/{media_type}"]
    width, height, values = tab.evaluate(DRAW, sent)
    return files.means(np.array(values, float).reshape(height, width, 4)[..., :3])


def read(data: bytes) -> NDArray[np.float64]:
    return files.means(Picture.read(data, 10**6).rgb)


@pytest.mark.parametrize(("media_type", "data"), FILES.values(), ids=FILES)
def test_a_canvas_and_our_reader_agree(tab: Page, media_type: str, data: bytes) -> None:
    judged = read_back(tab, media_type, data).clip(0, 255)
    assert np.abs(judged - read(data)).max() <= TOLERANCE, (judged.round(), read(data))


def linear(levels: Any) -> NDArray[np.float64]:
    return np.asarray(np.vectorize(icc.srgb_curve)(np.asarray(levels) / 255))


def encode(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return levels of sRGB, 0 to 255, of linear light (IEC 61966-2-1)."""
    light = light.clip(0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055) * 255


HDR: dict[str, tuple[str, bytes, float]] = {
    "PNG, PQ": (
        "png",
        files.png(cicp(9, 16), colors=np.round(files.pq(files.HDR_COLORS) * 65535).astype("u2")),
        HDR_TOLERANCE,
    ),
    "PNG, HLG": (
        "png",
        files.png(cicp(9, 18), colors=np.round(files.hlg(files.HDR_COLORS) * 65535).astype("u2")),
        HDR_TOLERANCE,
    ),
}

if "AVIF" in readable_formats():
    for name, code, curve in (("PQ", 16, files.pq), ("HLG", 18, files.hlg)):
        levels = np.round(curve(files.HDR_COLORS) * 255).astype(np.uint8)
        HDR[f"AVIF, {name}"] = (
            "avif",
            files.avif((9, code), colors=levels),
            HDR_8_BIT_TOLERANCE,
        )


@pytest.mark.parametrize(("media_type", "data", "tolerance"), HDR.values(), ids=HDR)
def test_a_canvas_of_hdr_has_half_the_light(
    tab: Page, media_type: str, data: bytes, tolerance: float
) -> None:
    """Chromium halves light up to the reference white, to have room for what is brighter."""
    judged = encode(linear(read_back(tab, media_type, data).clip(0)) * 2)
    assert np.abs(judged - read(data)).max() <= tolerance, (judged.round(), read(data))


SHOWN_BY_US: dict[str, tuple[str, bytes]] = {
    "PNG, P3 by CICP": FILES["PNG, CICP (12, 13)"],
    "PNG, profile": FILES["PNG, profile"],
    "PNG, gamma 1": FILES["PNG, gamma 1"],
    "PNG, gamma and primaries": FILES["PNG, primaries of P3"],
    "BMP, profile": FILES["BMP, profile"],
    "PNG, PQ": HDR["PNG, PQ"][:2],
    "PNG, HLG": HDR["PNG, HLG"][:2],
    "PNG, narrow range": ("png", files.png(cicp(12, 13, full=0))),
    "PNG, Exif": (
        "png",
        encoded(Image.fromarray(files.flat()), "PNG", exif=files.exif(0xFFFF, "R03")),
    ),
    "JPEG, Exif": ("jpeg", files.jpeg(exif=files.exif(0xFFFF, "R03"))),
    "WebP, Exif": ("webp", files.webp(exif=files.exif(0xFFFF, "R03"))),
    **{f"AVIF, {name}": HDR[f"AVIF, {name}"][:2] for name in ("PQ",) if f"AVIF, {name}" in HDR},
    **{name: FILES[name] for name in ("AVIF, primaries 12", "AVIF, profile") if name in FILES},
}


@pytest.mark.parametrize(("media_type", "data"), SHOWN_BY_US.values(), ids=SHOWN_BY_US)
def test_the_page_shows_the_picture_in_the_colors_that_its_palette_is_of(
    shown: Shown, media_type: str, data: bytes
) -> None:
    shown.drop_made(f"squares.{media_type}", data, f"image/{media_type}")
    shown.page.locator("#swatches > li").first.wait_for()
    picture = shown.page.locator("#original")
    expected = read(data)
    until = time.monotonic() + PATIENCE
    while True:
        values = np.array(picture.evaluate(SHOWN), float)
        found = files.means(values.reshape(*files.flat().shape[:1], -1, 4)[..., :3])
        if found.shape == expected.shape and np.abs(found - expected).max() <= TOLERANCE:
            return
        assert time.monotonic() < until, (found, expected)
        shown.page.wait_for_timeout(50)
