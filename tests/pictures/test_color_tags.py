"""Files tell in several ways what their colors mean; they become the right sRGB colors.

The right values are those of ICC profiles with the same primaries and curve, which littleCMS
converts, those of published equations, and those that browsers show (tests/web/browser).
"""

from __future__ import annotations

import io
import struct
import tracemalloc
import warnings
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from palette_engine.errors import InputError, PaletteWarning
from palette_engine.pictures.file_types import readable_formats
from palette_engine.pictures.reading import Source, read_pixels
from palette_engine.recoloring.raster import Picture
from tests import icc
from tests.measures import difference
from tests.pictures import color_files as files
from tests.pictures.color_files import COLORS, HDR_COLORS, cicp, gamma
from tests.sample_pictures import encoded, png_of, u8
from tests.tiff_files import tiff_file

P3, SRGB, ADOBE = icc.PRIMARIES_P3, icc.PRIMARIES_SRGB, icc.PRIMARIES_ADOBE
BT_2020: icc.Primaries = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
DCI_WHITE = (0.314, 0.351)

needs_avif = pytest.mark.skipif(
    "AVIF" not in readable_formats(), reason="Pillow was built without AVIF"
)


def colors_of(source: Source) -> NDArray[np.float64]:
    """Return the colors of squares, read as a picture is recolored: all of its pixels."""
    return files.means(Picture.read(source, 10**8).rgb)


def through(profile: bytes, colors: Any = COLORS) -> NDArray[np.float64]:
    """Return what littleCMS makes of colors in a profile."""
    return colors_of(files.png(files.profile(profile), colors=colors))


def assert_near(found: Any, expected: Any, by: float) -> None:
    difference = np.abs(np.asarray(found, float) - np.asarray(expected, float)).max()
    assert difference <= by, f"{difference}\n{found}\n{expected}"


UNCHANGED = {
    "nothing": (),
    "sRGB by CICP": (cicp(1, 13),),
    "gamma 1/2.2": (gamma(45455),),
    "gamma 1/2.2, rounded down": (gamma(45454),),
    "gamma 0.45": (gamma(45000),),
    "gamma 1/2.2 and the primaries of sRGB": (
        gamma(45455),
        files.chromaticities(icc.D65, SRGB),
    ),
    "sRGB beside a gamma": (gamma(100_000), (b"sRGB", b"\0")),
    "CICP that says nothing": (cicp(2, 2),),
    "CICP before a profile": (cicp(1, 13), files.profile(icc.ADOBE_RGB)),
    "a profile before a gamma": (files.profile(icc.SRGB), gamma(100_000)),
}


@pytest.mark.parametrize("chunks", UNCHANGED.values(), ids=UNCHANGED)
def test_srgb_by_any_name_stays_exact(chunks: tuple[files.Chunk, ...]) -> None:
    every = u8([(red, green, 255 - red) for red in range(256) for green in (0, 77, red)])
    array = every[np.newaxis]
    assert np.array_equal(read_pixels(png_of(array, *chunks)).rgb, every)


ALIKE: dict[str, tuple[bytes, bytes]] = {
    "PNG, P3 by CICP": (files.png(cicp(12, 13)), icc.DISPLAY_P3),
    "PNG, P3 by CICP and another profile": (
        files.png(cicp(12, 13), files.profile(icc.ADOBE_RGB)),
        icc.DISPLAY_P3,
    ),
    "PNG, BT.2020 by CICP": (
        files.png(cicp(9, 13)),
        icc.matrix_profile(BT_2020, icc.D65, icc.srgb_curve),
    ),
    "PNG, DCI-P3 by CICP": (
        files.png(cicp(11, 4)),
        icc.matrix_profile(P3, DCI_WHITE, 2.19921875),
    ),
    "PNG, video by CICP": (files.png(cicp(1, 1)), icc.matrix_profile(SRGB, icc.D65, 2.3984375)),
    "PNG, linear by CICP": (files.png(cicp(1, 8)), icc.LINEAR_SRGB),
    "PNG, gamma 1": (files.png(gamma(100_000)), icc.LINEAR_SRGB),
    "PNG, gamma 1 in the place of a broken profile": (
        files.png(files.profile(b"junk" * 40), gamma(100_000)),
        icc.LINEAR_SRGB,
    ),
    "PNG, P3 by primaries and gamma 1/2.2": (
        files.png(gamma(45455), files.chromaticities(icc.D65, P3)),
        icc.matrix_profile(P3, icc.D65, 2.19921875),
    ),
    "PNG, Adobe RGB by primaries and gamma": (
        files.png(gamma(45470), files.chromaticities(icc.D65, ADOBE)),
        icc.ADOBE_RGB,
    ),
    "PNG, another white": (
        files.png(gamma(45455), files.chromaticities((0.3457, 0.3585), ADOBE)),
        icc.matrix_profile(ADOBE, (0.3457, 0.3585), 2.19921875),
    ),
    "PNG, Exif": (
        encoded(Image.fromarray(files.flat()), "PNG", exif=files.exif(0xFFFF, "R03")),
        icc.ADOBE_RGB,
    ),
    "JPEG, Exif": (files.jpeg(exif=files.exif(0xFFFF, "R03")), icc.ADOBE_RGB),
    "JPEG, Exif of other cameras": (files.jpeg(exif=files.exif(2)), icc.ADOBE_RGB),
    "JPEG, a profile before Exif": (
        files.jpeg(exif=files.exif(0xFFFF, "R03"), icc_profile=icc.DISPLAY_P3),
        icc.DISPLAY_P3,
    ),
    "WebP, Exif": (files.webp(exif=files.exif(0xFFFF, "R03")), icc.ADOBE_RGB),
    "TIFF, Exif": (files.tiff_with_exif(0xFFFF, b"R03\0"), icc.ADOBE_RGB),
    "TIFF of 16 bits, Exif": (
        files.tiff_with_exif(0xFFFF, b"R03\0", np.array(files.COLORS, np.uint16) * np.uint16(257)),
        icc.ADOBE_RGB,
    ),
}

if "AVIF" in readable_formats():
    ALIKE |= {
        "AVIF, P3": (files.avif((12, 13)), icc.DISPLAY_P3),
        "AVIF, BT.2020 of video": (
            files.avif((9, 14)),
            icc.matrix_profile(BT_2020, icc.D65, icc.srgb_curve),
        ),
        "AVIF, DCI-P3": (
            files.avif((11, 4)),
            icc.matrix_profile(P3, DCI_WHITE, 2.19921875),
        ),
        "AVIF, linear": (files.avif((1, 8)), icc.LINEAR_SRGB),
        "AVIF, BT.709": (files.avif((1, 1)), icc.SRGB),
        "AVIF, unspecified": (files.avif((2, 2)), icc.SRGB),
        "AVIF, a profile before nclx": (
            files.avif((9, 16), icc_profile=icc.DISPLAY_P3),
            icc.DISPLAY_P3,
        ),
        "AVIF, Exif": (files.avif((2, 2), exif=files.exif(0xFFFF, "R03")), icc.ADOBE_RGB),
    }


@pytest.mark.parametrize(("data", "profile"), ALIKE.values(), ids=ALIKE)
@pytest.mark.filterwarnings("ignore:.*what else the file tells counts")
def test_what_a_file_tells_is_as_good_as_a_profile(data: bytes, profile: bytes) -> None:
    # Chunks of a lossy file vary by two levels, and gamma in a profile is in parts of 256.
    assert_near(colors_of(data), through(profile), by=2 if data.startswith(b"\x89PNG") else 3)


@pytest.mark.parametrize("kind", ["gray", "gray with alpha", "RGB with alpha", "indexed"])
def test_gamma_counts_for_every_kind_of_png(kind: str) -> None:
    linear = gamma(100_000)
    data = {
        "gray": files.png(linear, colors=u8([[188]])),
        "gray with alpha": files.png(linear, colors=u8([[188, 200]])),
        "RGB with alpha": files.png(linear, colors=u8([[188, 188, 188, 200]])),
        "indexed": png_of(u8([[[1]]]), linear, (b"PLTE", bytes((9, 9, 9, 188, 188, 188))), kind=3),
    }[kind]
    pixels = read_pixels(data)
    assert {*map(tuple, pixels.rgb.tolist())} == {(223, 223, 223)}
    assert {*pixels.weight.tolist()} == {200 if "alpha" in kind else 255}


@pytest.mark.parametrize("space", [1, 0xFFFF])
def test_exif_of_other_spaces_changes_nothing(space: int) -> None:
    assert np.array_equal(colors_of(files.webp(exif=files.exif(space))), COLORS)


def test_exif_that_says_srgb_counts_before_the_index() -> None:
    assert np.array_equal(colors_of(files.webp(exif=files.exif(1, "R03"))), COLORS)


NONSENSE: dict[str, tuple[tuple[files.Chunk, ...], str]] = {
    "gamma of zero": ((gamma(0),), "gAMA chunk has a gamma of 0;"),
    "gamma of a million": ((gamma(2**31),), "gAMA chunk has a gamma of"),
    "tiny gamma": ((gamma(1),), "gAMA chunk has a gamma of 1e-05"),
    "primaries of zero": (
        (gamma(45455), (b"cHRM", bytes(32))),
        "cHRM chunk has impossible primaries",
    ),
    "primaries on a line": (
        (gamma(45455), files.chromaticities(icc.D65, ((0.1, 0.1), (0.2, 0.2), (0.3, 0.3)))),
        "cHRM chunk has impossible primaries",
    ),
    "huge primaries": (
        (gamma(45455), (b"cHRM", b"\xff" * 32)),
        "cHRM chunk has impossible primaries",
    ),
    "white outside": (
        (gamma(45455), files.chromaticities((0.7, 0.2), SRGB)),
        "cHRM chunk has impossible primaries",
    ),
    "primaries without gamma": ((files.chromaticities(icc.D65, P3),), "without a gAMA chunk"),
    "reserved primaries": ((cicp(3, 13),), "codes without a meaning"),
    "reserved transfer": ((cicp(1, 200),), "codes without a meaning"),
    "logarithmic transfer": ((cicp(1, 9),), "not converted"),
    "matrix": ((cicp(12, 13, matrix=1),), "not RGB"),
    "range of 7": ((cicp(12, 13, full=7),), "cICP chunk is damaged"),
}


@pytest.mark.parametrize(("chunks", "message"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_told_and_srgb_assumed(chunks: tuple[files.Chunk, ...], message: str) -> None:
    with pytest.warns(PaletteWarning, match=message):
        assert np.array_equal(colors_of(files.png(*chunks)), COLORS)


def test_after_nonsense_the_next_tag_counts() -> None:
    with pytest.warns(PaletteWarning, match="codes without a meaning"):
        found = colors_of(files.png(cicp(3, 13), files.profile(icc.DISPLAY_P3)))
    assert np.array_equal(found, through(icc.DISPLAY_P3))


USELESS: dict[str, bytes] = {
    "no red curve": icc.DISPLAY_P3.replace(b"rTRC", b"xTRC"),
    "for CMYK": icc.DISPLAY_P3.replace(b"RGB XYZ ", b"CMYKXYZ "),
    "for Lab": icc.DISPLAY_P3.replace(b"RGB XYZ ", b"Lab XYZ "),
    "link": icc.DISPLAY_P3.replace(b"mntr", b"link"),
    "no profile": b"junk" * 40,
}


@pytest.mark.parametrize("useless", USELESS.values(), ids=USELESS)
def test_behind_a_profile_that_cannot_be_used_other_tags_count(useless: bytes) -> None:
    with pytest.warns(PaletteWarning, match="color profile cannot be used; what else"):
        found = colors_of(files.png(files.profile(useless), gamma(100_000)))
    assert np.array_equal(found, colors_of(files.png(gamma(100_000))))


def test_a_profile_that_can_be_used_counts_before_other_tags() -> None:
    found = colors_of(files.png(files.profile(icc.DISPLAY_P3), gamma(100_000)))
    assert np.array_equal(found, through(icc.DISPLAY_P3))


def test_a_profile_with_only_a_wrong_checksum_counts() -> None:
    name, body = files.profile(icc.DISPLAY_P3)
    found = colors_of(files.png((name, body[:-1] + bytes([body[-1] ^ 1]))))
    assert np.array_equal(found, through(icc.DISPLAY_P3))


@pytest.mark.parametrize(
    ("more", "expected"), [((), COLORS), ((gamma(100_000),), None)], ids=["nothing", "gamma"]
)
def test_a_profile_that_cannot_be_decompressed_is_told(
    more: tuple[files.Chunk, ...], expected: Any
) -> None:
    name, body = files.profile(icc.DISPLAY_P3)
    broken = name, body[:40] + bytes(len(body) - 40)
    with pytest.warns(PaletteWarning, match="color profile is damaged and does not count"):
        found = colors_of(files.png(broken, *more))
    assert np.array_equal(found, colors_of(files.png(*more)) if expected is None else expected)


@pytest.mark.parametrize("kind", [1, 7], ids=["BYTE", "UNDEFINED"])
def test_the_index_of_exif_may_be_of_another_type_than_text(kind: int) -> None:
    body = files.exif(0xFFFF, "R03")
    changed = body.replace(struct.pack("<HH", 1, 2), struct.pack("<HH", 1, kind)).replace(
        struct.pack(">HH", 1, 2), struct.pack(">HH", 1, kind)
    )
    assert changed != body
    data = files.png((b"eXIf", changed.removeprefix(b"Exif\0\0")))
    assert_near(colors_of(data), through(icc.ADOBE_RGB), by=2)


def test_narrow_range_is_widened_and_told() -> None:
    narrow = u8([[16 + round(value / 255 * 219) for value in color] for color in COLORS])
    with pytest.warns(PaletteWarning, match="narrow range"):
        assert_near(colors_of(files.png(cicp(1, 13, full=0), colors=narrow)), COLORS, by=1)


REPEATED: dict[str, tuple[files.Chunk, ...]] = {
    "gAMA": (gamma(100_000), gamma(45_455)),
    "iCCP": (files.profile(icc.DISPLAY_P3), files.profile(icc.SRGB)),
    "cICP": (cicp(12, 13), cicp(1, 13)),
}


@pytest.mark.parametrize("name", REPEATED)
def test_of_repeated_chunks_the_first_counts(name: str) -> None:
    with pytest.warns(PaletteWarning, match=f"misplaced chunks do not count: {name}"):
        found = colors_of(files.png(*REPEATED[name]))
    assert np.array_equal(found, colors_of(files.png(REPEATED[name][0])))


def test_of_repeated_alphas_the_first_count_and_gamma_behind_the_palette_does_not() -> None:
    indexes, palette = np.zeros((4, 4, 1), np.uint8), (b"PLTE", bytes((200, 60, 40)))
    chunks = palette, gamma(100_000), (b"tRNS", b"\x80"), (b"tRNS", b"\xff")
    with pytest.warns(PaletteWarning, match="misplaced chunks do not count: gAMA, tRNS"):
        pixels = read_pixels(png_of(indexes, *chunks, kind=3))
    assert pixels.rgb[0].tolist() == [200, 60, 40]
    assert {*pixels.weight.tolist()} == {128}


# 16 bits


def sixteen(parts: NDArray[np.float64]) -> NDArray[np.uint16]:
    return np.round(parts * 65535).astype(np.uint16)


@pytest.mark.parametrize(
    ("transfer", "encode"), [(16, files.pq), (18, files.hlg)], ids=["PQ", "HLG"]
)
def test_hdr_gives_the_colors_of_sdr_that_it_holds(
    transfer: int, encode: Callable[[Any], NDArray[np.float64]]
) -> None:
    colors = [*HDR_COLORS, *COLORS]
    data = files.png(cicp(9, transfer), colors=sixteen(encode(colors)))
    assert_near(colors_of(data), colors, by=1)


@needs_avif
@pytest.mark.parametrize(
    ("transfer", "encode"), [(16, files.pq), (18, files.hlg)], ids=["PQ", "HLG"]
)
def test_hdr_in_8_bits_is_near(transfer: int, encode: Callable[[Any], NDArray[np.float64]]) -> None:
    data = files.avif((9, transfer), colors=np.round(encode(HDR_COLORS) * 255).astype(np.uint8))
    for color, expected in zip(colors_of(data).tolist(), HDR_COLORS, strict=True):
        assert difference(color, expected) < 3


@pytest.mark.parametrize(
    ("transfer", "part", "luminance"),
    [(16, 0.58, 203), (16, 0.38, 26), (18, 0.75, 203), (18, 0.38, 26)],
)
def test_hdr_has_the_levels_that_bt_2408_names(
    transfer: int, part: float, luminance: float
) -> None:
    found = colors_of(files.png(cicp(9, transfer), colors=sixteen(np.full((1, 3), part))))
    light = np.vectorize(icc.srgb_curve)(found / 255) * 203
    assert_near(light, luminance, by=0.05 * luminance)  # the table has full percents


def test_what_is_brighter_than_white_keeps_its_hue() -> None:
    lamp = np.array([[1.0, 0.25, 0.0625]]) * 1000 / 10_000
    signal = (
        (0.8359375 + 18.8515625 * lamp**0.1593017578125) / (1 + 18.6875 * lamp**0.1593017578125)
    ) ** 78.84375
    found = colors_of(files.png(cicp(1, 16), colors=sixteen(signal)))
    assert_near(found, [[255, 137, 71]], by=1)  # the curve of sRGB at 1, 1/4 and 1/16


def test_a_profile_with_cicp_codes_of_hdr_counts_by_them() -> None:
    table = bytearray(icc.profile_with("cicp", b"cicp" + bytes(4) + bytes((9, 16, 0, 1))))
    data = files.png(files.profile(bytes(table)), colors=sixteen(files.pq(HDR_COLORS)))
    assert_near(colors_of(data), HDR_COLORS, by=1)


def dark_ramp(channels: int) -> NDArray[np.uint16]:
    """Return linear light of the sRGB levels 0 to 39, with alpha if channels are even."""
    light = [icc.srgb_curve(level / 255) for level in range(40)]
    ramp = sixteen(np.array(light))[:, np.newaxis].repeat(channels, axis=1)
    if channels in (2, 4):
        ramp[:, -1] = 0x8081
    return ramp[np.newaxis]


@pytest.mark.parametrize("tag", [gamma(100_000), cicp(1, 8), files.profile(icc.LINEAR_SRGB)])
@pytest.mark.parametrize("channels", [3, 4, 2, 1])
@pytest.mark.parametrize("interlaced", [False, True])
def test_linear_light_of_16_bits_keeps_its_dark_colors(
    tag: files.Chunk, channels: int, interlaced: bool
) -> None:
    if tag[0] == b"iCCP" and channels < 3:
        tag = files.profile(icc.gray_profile(1.0))
    pixels = read_pixels(png_of(dark_ramp(channels), tag, interlaced=interlaced))
    assert pixels.rgb.tolist() == [[level] * 3 for level in range(40)]
    assert {*pixels.weight.tolist()} == {255 if channels in (1, 3) else 128}


def test_the_color_key_of_16_bits_is_compared_in_16_bits() -> None:
    row = np.array([[[0x1234] * 3, [0x1235] * 3]], np.uint16)
    data = png_of(row, gamma(100_000), (b"tRNS", b"\x12\x34" * 3))
    assert read_pixels(data).weight.tolist() == [0, 255]


def test_a_color_key_of_16_bits_hides_no_neighbors_without_other_tags() -> None:
    row = np.array([[[0] * 3, [1] * 3]], np.uint16)
    assert read_pixels(png_of(row, (b"tRNS", bytes(6)))).weight.tolist() == [0, 255]


@pytest.mark.parametrize("count", [255, 256, 257, 1000])
@pytest.mark.parametrize("alphas", [b"\x80", b"\xff"])
def test_more_alphas_than_colors_do_not_count(count: int, alphas: bytes) -> None:
    indexes = np.zeros((4, 4, 1), np.uint8)
    palette = b"PLTE", bytes((200, 60, 40)) * 256
    for chunk in (alphas * count, alphas * (count - 1) + b"\0"):
        pixels = read_pixels(png_of(indexes, palette, (b"tRNS", chunk), kind=3))
        assert {*pixels.weight.tolist()} == {*alphas}
        assert pixels.rgb[0].tolist() == [200, 60, 40]


@pytest.mark.parametrize("mode", ["1", "L", "P", "PA", "RGB", "LA", "I;16", "CMYK"])
@pytest.mark.parametrize(
    "key", [b"abc", b"\xff" * 300, "x", 300, -1, (1, 2), (1, 2, 400), 1.5, [1]]
)
def test_a_transparent_color_that_is_nonsense_does_no_harm(mode: str, key: object) -> None:
    image = Image.new("L", (4, 4), 100).convert(mode)
    image.info["transparency"] = key
    assert len(read_pixels(image).rgb) == 16
    assert image.info["transparency"] is key


def test_indexed_colors_without_a_palette_are_refused() -> None:
    with pytest.raises(InputError, match="it has no palette"):
        read_pixels(png_of(np.zeros((4, 4, 1), np.uint8), kind=3))


# Doors


def test_an_opened_pillow_image_is_read_as_its_file() -> None:
    data = files.png(cicp(12, 13))
    for source in (Image.open(io.BytesIO(data)), io.BytesIO(data), data):
        assert np.array_equal(colors_of(source), through(icc.DISPLAY_P3))


def test_an_image_of_several_frames_can_be_gone_on_with() -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "lime", "blue")]
    data = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=9)
    image = Image.open(io.BytesIO(data))
    read_pixels(image)
    image.seek(2)
    assert np.asarray(image)[0, 0].tolist() == [0, 0, 255]


def test_of_an_image_that_is_decoded_gamma_still_counts() -> None:
    image = Image.open(io.BytesIO(files.png(gamma(100_000))))
    image.load()
    assert np.array_equal(colors_of(image), colors_of(files.png(gamma(100_000))))


@pytest.mark.parametrize("cut", range(0, 360, 7))
@needs_avif
def test_damage_to_the_boxes_of_an_avif_is_survived(cut: int) -> None:
    data = bytearray(files.avif((12, 13)))
    data[cut] ^= 0xFF
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            read_pixels(bytes(data))
        except ValueError as error:
            assert type(error).__name__ == "InputError"  # noqa: PT017


def test_a_warning_names_the_file(tmp_path: Any) -> None:
    path = tmp_path / "odd.png"
    path.write_bytes(files.png(gamma(0)))
    with pytest.warns(PaletteWarning, match=r"^odd\.png: the gAMA chunk"):
        read_pixels(path)


@pytest.mark.parametrize(
    ("name", "message"),
    [(b"iCCP", "damaged color profile"), (b"zTXt", "damaged notes do not count")],
)
def test_a_chunk_is_not_decompressed_without_limit(name: bytes, message: str) -> None:
    data = files.png((name, b"x\0\0" + zlib.compress(bytes(2**26))))
    with pytest.warns(PaletteWarning, match=message):
        assert np.array_equal(colors_of(data), COLORS)


def big_tiff_with_exif(order: str, count: int = 2) -> bytes:
    """Return a BigTIFF in Adobe RGB by Exif, whose directory says that it has so many tags."""
    pixels = files.flat()
    height, width, _ = pixels.shape
    fields = {256: width, 257: height, 258: [8] * 3, 259: 1, 262: 2, 277: 3, 278: height}

    def with_exif(offset: int) -> bytes:
        return tiff_file({**fields, 34665: offset}, pixels.tobytes(), order=order, big=True)

    start = len(with_exif(1))
    index_at = start + 8 + 2 * 20 + 8
    exif = struct.pack(f"{order}Q", count) + struct.pack(f"{order}HHQH6x", 40961, 3, 1, 0xFFFF)
    exif += struct.pack(f"{order}HHQQ8x", 40965, 16, 1, index_at)
    index = struct.pack(f"{order}QHHQ8s8x", 1, 1, 2, 4, b"R03\0")
    return with_exif(start) + exif + index


@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_of_a_big_tiff_counts(order: str) -> None:
    assert_near(colors_of(big_tiff_with_exif(order)), through(icc.ADOBE_RGB), by=2)


def test_exif_that_is_damaged_does_not_count() -> None:
    assert_near(colors_of(big_tiff_with_exif("<", 0xFFFF)), COLORS, by=0)


def test_values_of_exif_are_read_only_if_they_are_asked_for() -> None:
    # Each of 900 tags says that all of the file is its value.
    data = files.tiff_with_exif(0xFFFF, b"R03\0")
    exif = int.from_bytes(data[data.index(struct.pack("<H", 34665)) + 8 :][:4], "little")
    many = b"".join(struct.pack("<HHII", 50_000 + tag, 7, len(data), 0) for tag in range(900))
    padded = data + bytes(2**20)
    moved = bytearray(padded + struct.pack("<H", 902) + data[exif + 2 : exif + 26] + many)
    place = moved.index(struct.pack("<H", 34665)) + 8
    moved[place : place + 4] = len(padded).to_bytes(4, "little")
    tracemalloc.start()
    try:
        assert_near(colors_of(bytes(moved)), through(icc.ADOBE_RGB), by=2)
        assert tracemalloc.get_traced_memory()[1] < 2**25
    finally:
        tracemalloc.stop()
