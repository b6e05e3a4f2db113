"""What a picture may be: sizes, memory, devices, pipes, metadata and scans."""

from __future__ import annotations

import io
import os
import threading
import tracemalloc
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from palette_engine import extract
from palette_engine.errors import InputError, OptionError, PaletteWarning
from palette_engine.libraries import load
from palette_engine.pictures.channels import channels_of
from palette_engine.pictures.decoded import Decoded, Header
from palette_engine.pictures.file_parts import count_passes
from palette_engine.pictures.limits import Limits, check_decoded, check_header
from palette_engine.pictures.reading import read_pixels
from tests.bmp_files import bmp
from tests.sample_pictures import BROWN, encoded, noise, png, png_of, solid


def nothing() -> Decoded:
    raise AssertionError("it was decoded")


def header(**values: Any) -> Header:
    return Header(**{"width": 10, "height": 10, "decode": nothing, "memory": 100, **values})


# What decoders say


@pytest.mark.parametrize("wrong", [None, -1, 2.0, "7", (7,), [7] * 7, True, float("nan")], ids=repr)
@pytest.mark.parametrize("field", ["width", "height", "memory", "passes"])
def test_what_is_no_number_is_damage(field: str, wrong: Any) -> None:
    with pytest.raises(InputError, match="is damaged: its size is no number"):
        check_header(header(**{field: wrong}), "a.png", Limits())


@pytest.mark.parametrize("wrong", [None, 0, 9, -1, 1.0, (1,), "1", True], ids=repr)
def test_what_is_no_orientation_is_damage(wrong: Any) -> None:
    decoded = Decoded(lambda _: np.zeros((1, 1)), channels_of, False, None, wrong)
    with pytest.raises(InputError, match="is damaged: there is no orientation"):
        check_decoded(decoded, "a.png")


def test_a_limit_names_the_option_that_raises_it() -> None:
    with pytest.raises(
        InputError, match=r"100 pixels, more than .* 99; raise it with --max-pixels"
    ):
        check_header(header(), "a.png", Limits(pixels=99))
    with pytest.raises(InputError, match=r"takes 3 MB .* limit of 2 MB; raise it with --max-memor"):
        check_header(header(memory=3_000_000), "a.png", Limits(megabytes=2))
    check_header(header(memory=2_000_000), "a.png", Limits(megabytes=2))


@pytest.mark.parametrize(
    ("image", "options", "megabytes"),
    [
        (Image.new("RGB", (1000, 1000)), {"format": "PNG"}, 4),
        (Image.new("L", (1000, 1000)), {"format": "PNG"}, 1),
        (Image.new("RGB", (1000, 1000)), {"format": "JPEG"}, 4),
        (Image.new("RGB", (1000, 1000)), {"format": "JPEG", "progressive": True}, 10),
        (Image.new("RGB", (1000, 1000)), {"format": "WEBP"}, 16),
    ],
    ids=lambda value: str(value.get("format")) if isinstance(value, dict) else "",
)
def test_memory_is_what_decoding_takes(
    image: Image.Image, options: dict[str, Any], megabytes: int
) -> None:
    file = io.BytesIO()
    image.save(file, **options)
    assert len(read_pixels(file.getvalue(), max_memory=megabytes).rgb) == 10**6
    if megabytes > 1:
        with pytest.raises(InputError, match="--max-memory"):
            read_pixels(file.getvalue(), max_memory=megabytes - 1)


@pytest.mark.parametrize(
    ("data", "megabytes"),
    [
        (png_of(np.zeros((500, 1000, 3), np.uint16)), 4),
        (png_of(np.zeros((500, 1000, 2), np.uint16)), 4),
        (bmp([[1] * 1000] * 500, (0xFF0000, 0xFF00, 0xFF)), 2),
        (bmp([[1] * 999] * 500, (0xF800, 0x7E0, 0x1F), bits=16), 1),
    ],
    ids=["PNG of 16 bits", "gray PNG of 16 bits with alpha", "BMP of 32 bits", "BMP of 16 bits"],
)
def test_memory_beside_an_image_of_8_bits_counts(data: bytes, megabytes: int) -> None:
    assert len(read_pixels(data, max_memory=megabytes).rgb) >= 499_500
    if megabytes > 1:
        with pytest.raises(InputError, match="--max-memory"):
            read_pixels(data, max_memory=megabytes - 1)


def test_a_bmp_of_a_few_bytes_that_says_it_is_large_takes_no_memory() -> None:
    data = bytearray(bmp([[1]], (0xFF0000, 0xFF00, 0xFF)))
    data[18:26] = (20_000).to_bytes(4, "little") * 2
    with pytest.raises(InputError, match="--max-memory"):
        read_pixels(bytes(data), max_pixels=10**9)


@pytest.mark.parametrize("name", [b"aBCD", b"a1_D"])
def test_chunks_are_counted_whatever_pillow_takes_for_a_name(name: bytes) -> None:
    data = png(8, 2, bytes((*BROWN, *BROWN)), *[(name, b"")] * 11_000)
    with pytest.raises(InputError, match="without metadata and comments"):
        read_pixels(data)


def test_rows_that_are_not_those_of_the_header_are_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    from palette_engine.pictures import reading

    decoded = Decoded(lambda _: np.zeros((3, 3, 1), np.uint8), channels_of, False)
    liar = Header(4, 4, lambda: decoded)
    monkeypatch.setattr(reading, "_file_header", lambda *_: liar)
    with pytest.raises(InputError, match="its pixels are not as many as its header says"):
        read_pixels(encoded(solid(), "PNG"))


def test_a_transparent_color_that_comes_too_late_has_no_meaning() -> None:
    good = png(8, 2, bytes((*BROWN, *BROWN)))
    late = png(8, 2, bytes((*BROWN, *BROWN)), (b"tRNS", bytes((0, 200, 0, 100, 0, 50))))
    start, end = late.index(b"tRNS") - 4, late.index(b"IDAT") - 4
    body = late[:start] + late[end:]
    moved = body[: body.index(b"IEND") - 4] + late[start:end] + body[body.index(b"IEND") - 4 :]
    assert moved != late
    assert read_pixels(moved).weight.tolist() == read_pixels(good).weight.tolist() == [255, 255]
    assert read_pixels(late).weight.tolist() == [0, 0]


# Devices and pipes


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no such devices")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/urandom"])
def test_a_device_is_refused(device: str) -> None:
    with pytest.raises(InputError, match=f"{device} is a device and no picture"):
        read_pixels(device)


class Endless(io.RawIOBase):
    """A file that begins in some way and never ends."""

    def __init__(self, start: bytes) -> None:
        self._start = io.BytesIO(start)
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = self._start.readinto(buffer)
        if not size:
            size = len(buffer)
            buffer[:] = bytes(size)
        self.given += size
        return size


def test_what_never_ends_and_is_no_picture_is_refused_at_its_beginning() -> None:
    endless = Endless(b"")
    with pytest.raises(InputError, match="not a picture this can read"):
        read_pixels(io.BufferedReader(endless))
    assert endless.given < 2**24


def test_a_picture_that_never_ends_is_refused_at_the_limit() -> None:
    endless = Endless(encoded(solid(), "PNG"))
    with pytest.raises(InputError, match="does not end after 20 MB; save it as a file"):
        read_pixels(io.BufferedReader(endless), max_memory=40)
    assert endless.given < 40_000_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_that_never_ends_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    def write() -> None:
        with path.open("wb", buffering=0) as pipe:
            try:
                while True:
                    pipe.write(bytes(2**16))
            except BrokenPipeError:
                return

    writer = threading.Thread(target=write)
    writer.start()
    with pytest.raises(InputError, match="pipe is not a picture"):
        read_pixels(path)
    writer.join()


# Metadata without end


PICTURE = Image.fromarray(noise(0, 16, 16))
JPEG, PNG, GIF, PPM = (encoded(PICTURE, kind) for kind in ("JPEG", "PNG", "GIF", "PPM"))
BEHIND_COLORS = 13 + 3 * 2 ** ((GIF[10] & 7) + 1)

CHUNK = png(8, 0, b"\1\1", (b"abCd", b""))[33:45]

MANY_PARTS = {
    "JPEG comments": JPEG[:2] + b"\xff\xfe\0\3a" * 20_000 + JPEG[2:],
    "JPEG fill bytes": JPEG[:2] + b"\xff" * 50_000 + JPEG[2:],
    "bytes before a JPEG's segments": JPEG[:2] + b"a" * 50_000 + JPEG[2:],
    "PNG chunks": PNG[:33] + CHUNK * 20_000 + PNG[33:],
    "GIF comments": GIF[:BEHIND_COLORS] + b"!\xfe\1a\0" * 20_000 + GIF[BEHIND_COLORS:],
    "bytes between a GIF's blocks": GIF[:BEHIND_COLORS] + bytes(50_000) + GIF[BEHIND_COLORS:],
    "a comment of a PPM": PPM[:3] + b"#" + b"a" * 50_000 + b"\n" + PPM[3:],
    "comments of a PPM": PPM[:3] + b"#\n" * 30_000 + PPM[3:],
    "comments between a PPM's pixels": b"P3 1 1 255\n" + b"#\n" * 30_000 + b"1 2 3",
}


@pytest.mark.parametrize("data", MANY_PARTS.values(), ids=MANY_PARTS)
def test_a_file_of_too_many_parts_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"more than 10,\d\d\d parts.* without metadata"):
        read_pixels(data)


def exif_pieces(count: int, size: int) -> bytes:
    return (
        JPEG[:2] + (b"\xff\xe1" + (size + 2).to_bytes(2, "big") + b"Exif\0\0".ljust(size)) * count
    )


def test_exif_data_that_take_too_long_to_join_are_refused() -> None:
    with pytest.raises(InputError, match="Exif data in more pieces than a picture needs"):
        read_pixels(exif_pieces(9_000, 400) + JPEG[2:])
    assert len(read_pixels(exif_pieces(100, 60_000) + JPEG[2:]).rgb) == 256


FEW_PARTS = {
    "JPEG": JPEG[:2] + b"\xff\xfe\0\3a" * 50 + b"\xff" * 50 + JPEG[2:],
    "JPEG with long comments": JPEG[:2] + (b"\xff\xfe\xff\xff" + b"a" * 65533) * 50 + JPEG[2:],
    "PNG": PNG[:33] + CHUNK * 50 + PNG[33:],
    "GIF": GIF[:BEHIND_COLORS] + b"!\xfe\1a\0" * 50 + GIF[BEHIND_COLORS:],
    "GIF with a long comment": b"".join(
        (GIF[:BEHIND_COLORS], b"!\xfe", (b"\xff" + b"a" * 255) * 20_000, b"\0", GIF[BEHIND_COLORS:])
    ),
    "PPM": PPM[:3] + b"# comment\n" * 50 + PPM[3:],
}


@pytest.mark.parametrize("data", FEW_PARTS.values(), ids=FEW_PARTS)
def test_comments_and_metadata_of_usual_size_change_nothing(data: bytes) -> None:
    plain = {b"\xff\xd8": JPEG, b"\x89P": PNG, b"GI": GIF, b"P6": PPM}[data[:2]]
    assert np.array_equal(read_pixels(data).rgb, read_pixels(plain).rgb)


# Scans


def scans(count: int, size: int = 16, **options: Any) -> bytes:
    """Return a JPEG whose last scan is repeated so that it has that many more."""
    file = encoded(Image.new("RGB", (size, size), BROWN), "JPEG", **options)
    last = file[file.rindex(b"\xff\xda") : -2]
    return file[:-2] + last * count + file[-2:]


def test_scans_are_counted() -> None:
    plain = count_passes(io.BytesIO(scans(0, progressive=True)))
    assert 1 < plain < 20
    assert count_passes(io.BytesIO(scans(2000, progressive=True))) == plain + 2000
    assert count_passes(io.BytesIO(JPEG)) == count_passes(io.BytesIO(PNG)) == 1


def test_a_thumbnail_is_not_counted() -> None:
    thumbnail = b"\xff\xe1" + (len(JPEG) + 2).to_bytes(2, "big") + JPEG
    data = scans(0, progressive=True)
    with_it = data[:2] + thumbnail + data[2:]
    assert count_passes(io.BytesIO(with_it)) == count_passes(io.BytesIO(data))


def test_a_jpeg_of_two_thousand_scans_is_refused_unless_it_is_small() -> None:
    with pytest.raises(InputError, match=r"stored in 2,0.. scans, which take too long"):
        read_pixels(scans(2000, size=1200, progressive=True))
    assert len(read_pixels(scans(2000, progressive=True)).rgb) == 256


def test_a_large_jpeg_of_the_usual_scans_is_read() -> None:
    assert read_pixels(scans(0, size=4000, progressive=True)).frame is not None


# Arrays and weights


class Foreign:
    """An array of another library, as xarray and PyTorch have them."""

    def __init__(self, array: Any, error: Exception | None = None) -> None:
        self._array, self._error = array, error

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        if self._error:
            raise self._error
        return np.asarray(self._array)


def test_an_array_of_another_library_is_read() -> None:
    rgb = noise(1, 5, 6)
    assert np.array_equal(read_pixels(Foreign(rgb)).rgb, read_pixels(rgb).rgb)
    with pytest.raises(InputError, match="shape"):
        read_pixels(Foreign([1, 2, 3]))


def test_an_array_that_numpy_cannot_take_is_refused() -> None:
    with pytest.raises(InputError, match="The array cannot be read: can't convert cuda:0"):
        read_pixels(Foreign(None, TypeError("can't convert cuda:0 to numpy")))


@pytest.mark.parametrize(
    "error",
    [KeyError("x"), AttributeError("x"), MemoryError("x"), NotImplementedError(), OSError()],
)
def test_whatever_an_array_raises_is_an_error_of_the_input(error: Exception) -> None:
    with pytest.raises(InputError, match="The array cannot be read: "):
        read_pixels(Foreign(None, error))
    with pytest.raises(OptionError, match="weight must be an array of numbers"):
        read_pixels(noise(0, 2, 2), weight=Foreign(None, error))


@pytest.mark.parametrize(
    ("array", "call"),
    [
        (np.full((2, 2, 3), 255), r'array\.astype\("uint8"\)'),
        (np.full((2, 2, 3), 200, np.int16), r'array\.astype\("uint8"\)'),
        (np.full((2, 2, 3), 256), r'array\.astype\("uint16"\)'),
        (np.full((2, 2), 4000, np.int16), r'array\.astype\("uint16"\)'),
        (np.full((2, 2), 70_000, np.uint32), r"70,000 to 70,000: divide .* array / array\.max"),
        (np.full((2, 2), -1, np.int8), r"pass numpy\.interp\(array, \(-1, -1\), \(0, 1\)\)"),
        (np.array([[-128, 127]], np.int8), r"numpy\.interp\(array, \(-128, 127\), \(0, 1\)\)"),
        (np.full((2, 2), 1j), "takes uint8, uint16 or float"),
        (
            np.zeros((3, 20, 30), np.uint8),
            r"channels come first, pass numpy\.moveaxis\(array, 0, -1",
        ),
    ],
    ids=str,
)
def test_an_array_that_is_no_picture_names_the_call_that_makes_it_one(
    array: Any, call: str
) -> None:
    with pytest.raises(InputError, match=call):
        read_pixels(array)


def test_what_is_masked_may_be_of_any_range() -> None:
    array = np.ma.MaskedArray(np.array([[0.5, 1e20, np.nan]]), [[False, True, True]])
    pixels = read_pixels(array)
    assert (pixels.rgb[0].tolist(), pixels.weight.tolist()) == ([128] * 3, [255, 0, 0])


def test_an_array_of_which_all_is_masked_has_no_colors() -> None:
    with pytest.raises(InputError, match="all of its pixels are masked"):
        read_pixels(np.ma.MaskedArray(np.zeros((2, 2), np.uint8), np.ones((2, 2), bool)))


@pytest.mark.parametrize("shape", [(2, 2), (2, 2, 3)])
def test_masked_pixels_do_not_count(shape: tuple[int, ...]) -> None:
    mask = np.zeros(shape, bool)
    mask[0, 1] = True
    mask[1, 1, ...] = [True, False, False] if len(shape) == 3 else False
    array = np.ma.MaskedArray(np.full(shape, 100, np.uint8), mask)
    expected = [255, 0, 255, 0] if len(shape) == 3 else [255, 0, 255, 255]
    assert read_pixels(array).weight.tolist() == expected
    assert read_pixels(np.ma.MaskedArray(array.data)).weight.tolist() == [255] * 4


WEIGHTS = {
    "bool": np.array([[True, False, True]]),
    "uint8": np.array([[255, 0, 51]], np.uint8),
    "uint16": np.array([[65535, 0, 13107]], np.uint16),
    "float": np.array([[1, 0, 0.2]]),
}


@pytest.mark.parametrize("weight", WEIGHTS.values(), ids=WEIGHTS)
def test_a_weight_is_multiplied_by_alpha(weight: Any) -> None:
    rgba = np.full((1, 3, 4), 100, np.uint8)
    last = 51 if weight.dtype != bool else 255
    assert read_pixels(rgba, weight=weight).weight.tolist() == [100, 0, (100 * last + 127) // 255]
    opaque = rgba[..., :3]
    assert read_pixels(opaque, weight=weight).weight.tolist() == [255, 0, last]
    masked = np.ma.MaskedArray(
        opaque, np.array([[[True], [False], [False]]]) | np.zeros((1, 3, 3), bool)
    )
    # The largest weight that is left counts fully.
    assert read_pixels(masked, weight=weight).weight.tolist() == [0, 0, 255]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_weight_is_one_of_the_picture_as_shown(orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    gray = Image.fromarray(np.arange(24, dtype=np.uint8).reshape(4, 6))
    data = encoded(gray, "PNG", exif=exif)
    shown = read_pixels(data, region=(0, 0, 2, 1)).rgb[:, 0]
    width, height = (4, 6) if orientation > 4 else (6, 4)
    weight = np.zeros((height, width), bool)
    weight[0, :2] = True
    pixels = read_pixels(data, weight=weight)
    assert sorted(pixels.rgb[pixels.weight > 0, 0]) == sorted(shown)


def test_a_weight_is_sampled_where_the_picture_is() -> None:
    gray = noise(2, 1500, 1200)[..., 0]
    pixels = read_pixels(gray, weight=gray)
    assert np.array_equal(pixels.weight, pixels.rgb[:, 0])
    part = read_pixels(gray, weight=gray, region=(100, 50, 700, 900))
    assert np.array_equal(part.weight, part.rgb[:, 0])


HALVES = np.zeros((40, 50, 3), np.uint8)
HALVES[:20] = (0, 100, 200)
HALVES[20:] = (200, 60, 40)


@pytest.mark.parametrize(
    ("above", "below", "kind"),
    [
        (0.003, 0.001, float),
        (0.3, 0.1, np.float16),
        (0.0029, 0.0021, np.float32),
        (3e-7, 1e-7, float),
        (1.0, 0.001, float),
        (300, 100, np.uint16),
        (3, 1, np.uint8),
        (65535, 13, ">u2"),
        (1 / 2000, 1 / 2000, float),
    ],
)
def test_only_the_ratios_of_weights_matter(above: float, below: float, kind: Any) -> None:
    weight = np.repeat([above, below], 20)[:, np.newaxis] * np.ones((1, 50))
    pixels = read_pixels(HALVES, weight=weight.astype(kind))
    counted = pixels.weight.astype(int).reshape(2, -1).sum(axis=1)
    # A pixel of 255 is rounded by less than 1, most often much less.
    assert abs(counted[1] / counted.sum() - below / (above + below)) < 0.002
    assert (counted > 0).all()


def test_a_small_weight_and_a_low_alpha_are_multiplied_exactly() -> None:
    rgba = np.full((200, 200, 4), 20, np.uint8)
    weight = np.full((200, 200), 0.01)
    weight[0, 0] = 1
    pixels = read_pixels(rgba, weight=weight)
    assert pixels.weight[0] == 20
    # Each of the others has 0.2.
    assert abs(pixels.weight[1:].mean() - 0.2) < 0.005


def test_a_weight_that_leaves_nothing_visible_is_told() -> None:
    rgba = np.full((2, 3, 4), 255, np.uint8)
    rgba[0, :, 3] = 0
    weight = np.zeros((2, 3))
    weight[0] = 1
    load()  # or else other tests run while imports in the background turn off warnings
    with pytest.raises(InputError, match="transparent or have weight 0; give more of the visible"):
        extract(rgba, weight=weight)


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (np.ones((3, 2)), r"shape of the picture as it is shown, \(2, 3\), not \(3, 2\)"),
        (np.ones((2, 3, 1)), "shape of the picture"),
        (1, "shape of the picture"),
        (np.ones((2, 3), int), "not int64; for a mask, pass mask > 0"),
        (np.full((2, 3), 2.0), "from 0 to 1 if it is float"),
        (np.full((2, 3), -0.1), "from 0 to 1 if it is float"),
        (np.full((2, 3), np.nan), "from 0 to 1 if it is float"),
        ([[1, 2], [3]], "an array of numbers"),
        (np.zeros((2, 3)), "weight is 0 everywhere"),
    ],
    ids=repr,
)
def test_a_weight_that_does_not_fit_is_refused(weight: Any, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        read_pixels(np.zeros((2, 3), np.uint8), weight=weight)


# Pillow images


@pytest.mark.parametrize(
    "mode", ["RGBX", "HSV", "LAB", "YCbCr", "CMYK", "La", "RGBa", "PA", "RGBA"]
)
def test_an_image_in_any_mode_is_what_it_shows(mode: str) -> None:
    image = solid()
    if mode == "LAB":
        from PIL import ImageCms

        lab = ImageCms.createProfile("LAB")
        converted = ImageCms.profileToProfile(
            image, ImageCms.createProfile("sRGB"), lab, outputMode="LAB"
        )
        assert converted is not None
    elif mode in ("La", "RGBa"):
        converted = image.convert("LA" if mode == "La" else "RGBA").convert(mode)
    else:
        converted = image.convert("P").convert("PA") if mode == "PA" else image.convert(mode)
    expected = np.asarray(converted.convert("LA" if mode == "La" else "RGBA").convert("RGB"))
    if mode == "LAB":
        expected = np.asarray(image)
    difference = read_pixels(converted).rgb.astype(int) - expected.reshape(-1, 3)
    assert np.abs(difference).max() <= (4 if mode == "LAB" else 1)


@pytest.mark.parametrize("mode", ["I;16", "I;16L", "I;16B", "I"])
def test_whole_numbers_of_16_bits_are_from_0_to_65535(mode: str) -> None:
    image = Image.new(mode, (3, 1))
    for column, value in enumerate((0, 25_700, 65_535)):
        image.putpixel((column, 0), value)
    assert read_pixels(image).rgb[:, 0].tolist() == [0, 100, 255]


@pytest.mark.parametrize(
    ("image", "call"),
    [
        (solid("L", 200).convert("F"), r'from 0 to 200; pass image\.convert\("L"\)'),
        (solid("L", 200).convert("I"), r'up to 200 .* pass image\.convert\("L"\) if|if it is 255'),
        (Image.new("I", (2, 2), 70_000), r'70,000 .* pass image\.convert\("L"\)'),
        (Image.new("I", (2, 2), -5), r'-5 .* pass image\.convert\("L"\)'),
    ],
    ids=["F", "I", "I beyond", "I below"],
)
def test_an_image_of_unknown_range_names_the_call_that_is_right(
    image: Image.Image, call: str
) -> None:
    with pytest.raises(InputError, match=call):
        read_pixels(image)


def test_an_image_of_floats_is_from_0_to_1() -> None:
    image = Image.fromarray(np.array([[0, 0.5, 1.0, 1.5]], np.float32))
    with pytest.warns(PaletteWarning, match="1 pixels are darker"):
        assert read_pixels(image).rgb[:, 0].tolist() == [0, 128, 255, 255]
    assert read_pixels(Image.new("I", (2, 2))).rgb.max() == 0


def test_reading_takes_no_more_memory_than_before() -> None:
    data = encoded(Image.fromarray(noise(5, 1000, 1500)), "JPEG")
    read = partial(read_pixels, data, samples=1000)
    read()
    tracemalloc.start()
    try:
        read()
        assert tracemalloc.get_traced_memory()[1] < 2**23  # Pillow's own 6 MB are not among it
    finally:
        tracemalloc.stop()
