"""PBM, PGM and PPM: bytes, bits and text, with any largest value."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray

from palette_engine.errors import InputError
from palette_engine.pictures.reading import read_pixels
from tests.sample_pictures import noise

LARGEST = (1, 2, 7, 15, 100, 254, 255, 256, 1000, 1023, 4095, 65534, 65535)


def numbers(most: int, channels: int) -> NDArray[np.int64]:
    return np.random.default_rng(most).integers(0, most + 1, (9, 11, channels))


def colors(values: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return values of 0 to `most` in 8 bits, by whole numbers only."""
    levels = (2 * 255 * values.reshape(-1, values.shape[-1]) + most) // (2 * most)
    return np.broadcast_to(levels, (len(levels), 3))


@pytest.mark.parametrize("most", LARGEST)
@pytest.mark.parametrize(("kind", "channels"), [(5, 1), (6, 3)])
def test_bytes_mean_shares_of_the_largest_value(kind: int, channels: int, most: int) -> None:
    values = numbers(most, channels)
    body = values.astype("u1" if most < 256 else ">u2").tobytes()
    file = b"P%d\n# drawn\n11 9\n%d\n" % (kind, most) + body
    pixels = read_pixels(file)
    assert np.array_equal(pixels.rgb, colors(values, most))
    assert {*pixels.weight.tolist()} == {255}
    part = read_pixels(file, region=(3, 2, 5, 6)).rgb.reshape(6, 5, 3)
    assert np.array_equal(part, pixels.rgb.reshape(9, 11, 3)[2:8, 3:8])


@pytest.mark.parametrize("most", LARGEST)
@pytest.mark.parametrize(("kind", "channels"), [(2, 1), (3, 3)])
def test_text_means_the_same(kind: int, channels: int, most: int) -> None:
    values = numbers(most, channels)
    text = b"\n# a comment\n".join(b" %d\t" % value for value in values.ravel().tolist())
    pixels = read_pixels(b"P%d 11\r\n9\n%d\n" % (kind, most) + text)
    assert np.array_equal(pixels.rgb, colors(values, most))


def test_bits_are_black_and_white_in_bytes_and_in_text() -> None:
    bits = np.random.default_rng(0).integers(0, 2, (9, 11))
    white = 255 * (1 - bits).ravel()
    packed = read_pixels(b"P4\n11 9\n" + np.packbits(bits, axis=1).tobytes())
    assert np.array_equal(packed.rgb[:, 0], white)
    for space in (b"", b" ", b"\n"):
        text = space.join(b"%d" % bit for bit in bits.ravel().tolist())
        assert np.array_equal(read_pixels(b"P1\n11 9\n" + text).rgb[:, 0], white)


@pytest.mark.parametrize(
    ("magic", "pixel", "color", "weight"),
    [
        (b"PyRGBA", b"\x0f\x00\x05\x03", (255, 0, 85), 51),
        (b"P0CMYK", b"\x0f\x00\x00\x00", (0, 255, 255), 255),
        (b"PyCMYK", b"\x00\x00\x00\x0f", (0, 0, 0), 255),
        (b"PyP", b"\x05", (85, 85, 85), 255),
    ],
)
def test_pillows_variants_are_read_with_any_largest_value(
    magic: bytes, pixel: bytes, color: tuple[int, int, int], weight: int
) -> None:
    pixels = read_pixels(magic + b"\n2 2\n15\n" + pixel * 4)
    assert pixels.rgb.tolist() == [[*color]] * 4
    assert pixels.weight.tolist() == [weight] * 4


def test_a_picture_of_any_kind_is_not_read_number_by_number() -> None:
    """A million pixels take Pillow 4 seconds; here a strip of rows is in memory at a time."""
    file = b"P6 2000 2000 4095\n" + bytes(2000 * 2000 * 6)
    tracemalloc.start()
    try:
        assert read_pixels(file, samples=1000).rgb.max() == 0
        assert tracemalloc.get_traced_memory()[1] - len(file) < 2**23
    finally:
        tracemalloc.stop()


def test_values_above_the_largest_are_it() -> None:
    assert read_pixels(b"P5 2 1 100\n\xc8\x64").rgb[:, 0].tolist() == [255, 255]


@pytest.mark.parametrize("behind", [b"", b"P6 1 1 255\n\1\2\3", b"\n\n"])
def test_only_the_first_picture_of_a_file_counts(behind: bytes) -> None:
    assert read_pixels(b"P6 2 1 255\n" + bytes((1, 2, 3, 4, 5, 6)) + behind).rgb.tolist() == [
        [1, 2, 3],
        [4, 5, 6],
    ]


def test_a_header_may_end_as_lines_on_windows_do() -> None:
    assert read_pixels(b"P5\r\n2 1\r\n255\r\n\1\2").rgb[:, 0].tolist() == [1, 2]


def test_a_number_may_be_cut_by_the_end_of_a_block() -> None:
    values = np.random.default_rng(1).integers(0, 65536, 300_000)
    text = b" ".join(b"%d" % value for value in values.tolist())
    assert len(text) > 2**20
    pixels = read_pixels(b"P2 600 500 65535\n" + text)
    assert np.array_equal(pixels.rgb[:, 0], (2 * 255 * values + 65535) // (2 * 65535))


def test_a_comment_may_be_longer_than_a_block() -> None:
    long = b"#" + b"1 " * 2**20 + b"\n"
    assert read_pixels(b"P2 3 1 255\n7 " + long + b"8 9").rgb[:, 0].tolist() == [7, 8, 9]
    assert read_pixels(b"P1 3 1\n1" + long + b"01").rgb[:, 0].tolist() == [0, 255, 0]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"P6 4 4 0\n" + bytes(48), "its largest value is 0, which is not from 1 to 65,535"),
        (b"P6 4 4 65536\n" + bytes(96), "its largest value is 65,536"),
        (b"P6 4 4 255\n" + bytes(47), "some of its rows are missing"),
        (b"P4 9 2\n" + bytes(3), "some of its rows are missing"),
        (b"P3 1 1 255\n1 2", "some of its rows are missing"),
        (b"P1 3 1\n10", "some of its rows are missing"),
        (b"P2 2 1 100\n100 101", "not whole numbers from 0 to 100"),
        (b"P2 2 1 255\n-5 5", "not whole numbers from 0 to 255"),
        (b"P2 2 1 255\n1.5 5", "not whole numbers from 0 to 255"),
        (b"P2 2 1 255\n" + b"9" * 30, "not whole numbers from 0 to 255"),
        (b"P2 2 1 255\n" + b"0" * 2**21, "not whole numbers from 0 to 255"),
        (b"P1 2 1\n12", "not whole numbers from 0 to 1"),
        (b"P6 -4 4 255\n", "its header has no three numbers"),
        (b"P6 4 4", "its header has no three numbers"),
        (b"P6 99999999999 4 255\n", "its header has no three numbers"),
        (b"P5 \n", "its header has no three numbers"),
        (b"P5 0 4 255\n", "has no pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_damage_is_a_sentence(file: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_pixels(file)


@pytest.mark.parametrize("file", [b"P7\n", b"P8 1 1 1\n", b"PNG", b"P5x", b"Plain text."])
def test_other_files_that_begin_with_p_are_no_pictures(file: bytes) -> None:
    with pytest.raises(InputError, match="is not a picture this can read"):
        read_pixels(file)


def test_a_large_picture_in_a_few_bytes_takes_no_memory() -> None:
    for magic in (b"P3", b"P6"):
        with pytest.raises(InputError, match="some of its rows are missing"):
            read_pixels(magic + b" 5000 5000 65535\n" + b"1 " * 100)


def test_comments_may_be_between_any_two_pixels() -> None:
    picture = noise(7, 120, 120).reshape(-1, 3)
    lines = [f"{red} {green} {blue} # a comment" for red, green, blue in picture.tolist()]
    data = "\n".join(["P3 120 120 255", *lines]).encode()
    assert np.array_equal(read_pixels(data).rgb, picture)


def test_a_byte_behind_the_pixels_does_not_move_them() -> None:
    """Only a header that ends as lines on Windows do has one byte more before its pixels."""
    pixels = bytes((10, 42, 227, 96, 24, 246))
    right = [[10, 42, 227], [96, 24, 246]]
    assert read_pixels(b"P6 2 1 255\n" + pixels + b"\n").rgb.tolist() == right
    assert read_pixels(b"P6 2 1 255\r\n" + pixels).rgb.tolist() == right
