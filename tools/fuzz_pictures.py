"""Reads thousands of damaged pictures of every kind, and tells which are not read or refused well.

``python -m tools.fuzz_pictures --count 20000``: each mutation is read by two child processes whose
memory is filled differently. It passes if both say the same, and that is pixels or an
`InputError`, in at most `SECONDS` and `MEGABYTES`. The same seed gives the same mutations. Files
that fail are kept in ``build/fuzz``.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import signal
import struct
import subprocess
import sys
import time
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from tools import picture_writers as writers

__all__ = ["fuzz", "mutation", "samples"]

SECONDS = 5
MEGABYTES = 1000

BATCH = 200
"""The number of mutations that one process reads, unless it ends before."""

FOLDER = Path("build/fuzz")

SAMPLES = Path(__file__).resolve().parents[1] / "tests/pictures/heic"
"""Samples of what nothing here writes."""

PERTURB = ("85", "170")
"""The bytes that glibc fills free memory with, in the two processes."""

EXTREMES = (0, 1, 2, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)


def samples(kinds: str = "") -> Mapping[str, bytes]:
    """Return a small picture of each kind that is read, by name.

    `kinds` are the beginnings of names, separated by commas; if it is empty, of all of them.
    """
    wanted = tuple(kinds.split(","))
    return {name: data for name, data in _samples().items() if name.startswith(wanted)}


def _samples() -> dict[str, bytes]:
    y, x = np.mgrid[:24, :40]
    rgb = np.stack([x * 6, y * 10, (x ^ y) * 4], axis=-1).astype(np.uint8)
    image = Image.fromarray(rgb)
    clear = image.copy()
    clear.putalpha(Image.fromarray((x * 6).astype(np.uint8)))
    turned = Image.Exif()
    turned[274] = 6
    found = {
        "png-rgb": _saved(image, "PNG"),
        "png-rgba": _saved(clear, "PNG"),
        "png-indexed": _saved(image.quantize(7), "PNG", transparency=2, bits=4),
        "png-gray16": _saved(Image.fromarray(rgb[..., 0].astype(np.uint16) * 257), "PNG"),
        "png-hdr": _png_16(rgb, b"cICP", bytes((9, 16, 0, 1))),
        "png-gamma": _png_16(rgb, b"gAMA", (10**5).to_bytes(4, "big")),
        "png-one-bit": _saved(image.convert("1"), "PNG"),
        "jpeg": _saved(image, "JPEG"),
        "jpeg-progressive": _saved(image, "JPEG", progressive=True),
        "jpeg-turned": _saved(image, "JPEG", exif=turned),
        "jpeg-cmyk": _saved(image.convert("CMYK"), "JPEG"),
        "gif": _saved(image.quantize(9), "GIF"),
        "bmp": _saved(image, "BMP"),
        "bmp-fields": _bmp_by_masks(clear),
        "bmp-indexed": _saved(image.quantize(8), "BMP"),
        "ppm": _saved(image, "PPM"),
        "ppm-16": b"P6 40 24 4095\n" + (rgb * np.uint16(16)).astype(">u2").tobytes(),
        "ppm-bits": _saved(image.convert("1"), "PPM"),
        "ppm-text": b"P3 4 2 255\n" + b" ".join(b"%d" % (n * 9) for n in range(24)),
        "webp": _saved(clear, "WEBP"),
        "webp-lossless": _saved(image, "WEBP", lossless=True, exif=turned),
        "tiff-ccitt": _saved(image.convert("1"), "TIFF", compression="group4"),
        "tiff-jpeg": _saved(image, "TIFF", compression="jpeg"),
        "tiff-lzw": _saved(image, "TIFF", compression="tiff_lzw"),
        "tiff-packbits": _saved(image, "TIFF", compression="packbits"),
        "tiff-cmyk": _saved(image.convert("CMYK"), "TIFF"),
        "tiff-lab": _tiff(rgb, photometric="cielab"),
        "tiff-indexed": _saved(image.quantize(16), "TIFF"),
        "tiff-planar": _tiff(np.moveaxis(rgb, 2, 0), photometric="rgb", planarconfig="separate"),
        "tiff-tiled": _tiff(rgb, photometric="rgb", tile=(16, 16), compression="zlib"),
        "tiff-big": _tiff(rgb, photometric="rgb", bigtiff=True, byteorder=">", rowsperstrip=5),
        "tiff-16": _tiff(rgb * np.uint16(257), photometric="rgb", compression="lzma"),
        "tiff-float": _tiff((rgb / 255).astype(np.float32), photometric="rgb", compression="zlib"),
        "tiff-gray-12": _gray_12(rgb[..., 0]),
        "tiff-predictor": _saved(image, "TIFF", compression="tiff_lzw", tiffinfo={317: 2}),
        "tiff-cmyk-alpha": _tiff(
            np.dstack([rgb, rgb[..., :2]]), photometric="separated", extrasamples=["assocalpha"]
        ),
    }
    found |= _further_kinds(image, clear)
    with contextlib.suppress(OSError, KeyError):  # a Pillow without it
        found["avif"] = _saved(image, "AVIF")
        found["avif-frames"] = _untimed(_moving([image, image.rotate(90)], "AVIF"))
    return {**found, **_animations(image, clear)}


def _animations(image: Image.Image, clear: Image.Image) -> Mapping[str, bytes]:
    """Return animations, of which all frames are read, as of everything else."""
    indexed = [image.rotate(angle).quantize(4) for angle in (0, 90, 180, 270)]
    turned = [clear.rotate(angle) for angle in (0, 90, 180)]
    return {
        "gif-frames": _moving(indexed, "GIF", disposal=[1, 2, 3, 1], transparency=1),
        "gif-parts": _moving([image.quantize(4), _changed(image).quantize(4)], "GIF"),
        "png-frames": _moving(turned, "PNG", disposal=[0, 1, 2], blend=[0, 1, 1]),
        "png-indexed-frames": _moving(indexed, "PNG"),
        "png-default": _moving(turned, "PNG", default_image=True),
        "webp-frames": _moving(turned, "WEBP"),
        "tiff-pages": _moving([image, image.rotate(90)], "TIFF"),
        "tiff-fax-pages": _moving(
            [image.convert("1"), image.rotate(90).convert("1")], "TIFF", compression="group4"
        ),
    }


def _changed(image: Image.Image) -> Image.Image:
    """Return an image of which a part is another one."""
    changed = image.copy()
    changed.paste((255, 0, 0), (5, 6, 20, 15))
    return changed


def _untimed(avif: bytes) -> bytes:
    """Return a sequence without the time at which it was made."""
    data = bytearray(avif)
    for name in (b"mvhd", b"tkhd", b"mdhd"):
        start = data.find(name) + 4
        size = 16 if data[start] == 1 else 8  # two times, by the version of the box
        data[start + 4 : start + 4 + size] = bytes(size)
    return bytes(data)


def _moving(images: Sequence[Image.Image], kind: str, **options: Any) -> bytes:
    timed = {} if kind == "TIFF" else {"duration": 50}
    return _saved(images[0], kind, save_all=True, append_images=images[1:], **timed, **options)


def _further_kinds(image: Image.Image, clear: Image.Image) -> dict[str, bytes]:
    """Return small pictures of the kinds beside those of the web, and of cameras and printers."""
    rgb, rgba = np.asarray(image), np.asarray(clear)
    planes = np.ascontiguousarray(np.moveaxis(rgba, 2, 0))
    cmyk = np.ascontiguousarray(np.moveaxis(np.asarray(image.convert("CMYK")), 2, 0))
    deep = planes[:3] * np.uint16(257)
    square = clear.resize((32, 32))
    gray16 = Image.fromarray(rgb[..., 0].astype(np.uint16) * 257)
    blocks = rgb[:24, :32].tobytes()
    found = {
        "dds-dxt1": _saved(clear, "DDS", pixel_format="DXT1"),
        "dds-dxt5": _saved(clear, "DDS", pixel_format="DXT5"),
        "dds-bc7": writers.dds((32, 24), blocks[: 48 * 16], number=98),
        "dds-masks": _saved(clear, "DDS"),
        "ico-png": _saved(square, "ICO", sizes=[(16, 16), (32, 32)]),
        "ico-bitmap": _saved(square.convert("RGB"), "ICO", sizes=[(32, 32)], bitmap_format="bmp"),
        "ico-bitmap-alpha": _saved(square, "ICO", sizes=[(32, 32)], bitmap_format="bmp"),
        "jp2": _saved(image, "JPEG2000"),
        "jp2-lossy": _saved(clear, "JPEG2000", irreversible=True, tile_size=(16, 16)),
        "jp2-gray16": _saved(gray16, "JPEG2000"),
        "j2k": _saved(image, "JPEG2000", no_jp2=True),
        "psd": writers.psd(planes[:3], 3),
        "psd-alpha": writers.psd(planes, 3, packed=True, layers=-1),
        "psd-cmyk": writers.psd(cmyk, 4, packed=True),
        "psd-16": writers.psd(deep, 3, packed=True),
        "psd-lab": writers.psd(planes[:3], 9),
        "psd-indexed": writers.psd(planes[:1], 2, colors=bytes(range(256)) * 3),
        "psd-bitmap": writers.psd(planes[:1] > 99, 0, packed=True),
        "psb": writers.psd(planes[:3], 3, packed=True, large=True),
        "qoi": _saved(image, "QOI"),
        "qoi-alpha": _saved(clear, "QOI"),
        "tga": _saved(image, "TGA"),
        "tga-packed": _saved(clear, "TGA", compression="tga_rle"),
        "tga-indexed": _saved(image.quantize(9), "TGA"),
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="10" '
        b'height="10" fill="#c86432"/><circle cx="15" cy="5" r="4" fill="blue"/></svg>',
        "pdf": writers.pdf(b"0.8 0.4 0.2 rg 0 0 100 100 re f"),
    }
    for path in sorted(SAMPLES.glob("*.heic")):
        found[f"heic-{path.stem}"] = path.read_bytes()
    return found


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _png_16(rgb: NDArray[np.uint8], name: bytes, data: bytes) -> bytes:
    """Return a PNG of 16 bits, which Pillow does not write in color, with a chunk."""
    height, width, _ = rgb.shape
    rows = np.insert(
        (rgb * np.uint16(257)).astype(">u2").view(np.uint8).reshape(height, -1), 0, 0, 1
    )
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    chunks = {b"IHDR": header, name: data, b"IDAT": zlib.compress(rows.tobytes()), b"IEND": b""}
    parts = (struct.pack(">I", len(body)) + kind + body + bytes(4) for kind, body in chunks.items())
    return bytes(_with_checksums(bytearray(b"\x89PNG\r\n\x1a\n" + b"".join(parts))))


def _bmp_by_masks(image: Image.Image) -> bytes:
    """Return an RGBA image as a BMP with bit fields and numbers of its color space."""
    body = image.tobytes()
    masks = struct.pack("<4I", 0xFF, 0xFF00, 0xFF0000, 0xFF000000)
    points = (np.array([64, 33, 3, 30, 60, 10, 15, 6, 79]) * (2**30 // 100)).astype("<u4").tobytes()
    info = struct.pack("<IiiHHIIiiII", 124, *image.size, 1, 32, 3, len(body), 0, 0, 0, 0)
    info += masks + bytes(4) + points + struct.pack("<3I", *[2 * 2**16] * 3) + bytes(16)
    return b"BM" + struct.pack("<IHHI", 138 + len(body), 0, 0, 138) + info + body


def _tiff(array: NDArray[Any], **options: Any) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, array, **options)
    return file.getvalue()


def _gray_12(gray: NDArray[np.uint8]) -> bytes:
    """Return a TIFF of 12 bits, which tifffile does not write."""
    bits = np.unpackbits((gray * np.uint16(16)).astype(">u2").view(np.uint8).reshape(-1, 2), axis=1)
    packed = np.packbits(bits[:, 4:].reshape(len(gray), -1), axis=1).tobytes()
    height, width = gray.shape
    tags = {
        256: width, 257: height, 258: 12, 259: 1, 262: 1, 273: 8, 277: 1, 278: height,
        279: len(packed),
    }  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    start = b"II*\0" + struct.pack("<I", 8 + len(packed))
    return start + packed + struct.pack("<H", len(tags)) + entries + bytes(4)


def mutation(seed: int, index: int, pictures: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Return the name of a kind and a damaged picture of it."""
    random = np.random.default_rng((seed, index))
    name = list(pictures)[index % len(pictures)]
    data = bytearray(pictures[name])
    for _ in range(int(random.choice([1, 1, 2, 3, 8]))):
        change = MUTATORS[int(random.integers(len(MUTATORS)))]
        data = change(data, random) or bytearray(b"\0")
    if name.startswith("png") and random.random() < 0.7:
        data = _with_checksums(data)
    return name, bytes(data)


def _offset(data: bytearray, random: np.random.Generator) -> int:
    """Return a place in the data, most often near its beginning or its end."""
    reach = min(len(data), int(random.choice([40, 300, len(data)])))
    place = int(random.integers(reach))
    return len(data) - 1 - place if random.random() < 0.3 else place


def _set_byte(data: bytearray, random: np.random.Generator) -> bytearray:
    data[_offset(data, random)] = int(random.integers(256))
    return data


def _flip_bit(data: bytearray, random: np.random.Generator) -> bytearray:
    data[_offset(data, random)] ^= 1 << int(random.integers(8))
    return data


def _set_number(data: bytearray, random: np.random.Generator) -> bytearray:
    size = int(random.choice([1, 2, 4]))
    order: Any = random.choice(["little", "big"])
    number = int(random.choice(np.array(EXTREMES))) % 256**size
    place = _offset(data, random)
    data[place : place + size] = number.to_bytes(size, order)
    return data


def _cut(data: bytearray, random: np.random.Generator) -> bytearray:
    return data[: _offset(data, random)]


def _remove(data: bytearray, random: np.random.Generator) -> bytearray:
    place = _offset(data, random)
    del data[place : place + int(random.integers(1, 40))]
    return data


def _repeat(data: bytearray, random: np.random.Generator) -> bytearray:
    place = _offset(data, random)
    piece = data[place : place + int(random.integers(1, 60))]
    data[place:place] = piece * int(random.choice([1, 2, 50]))
    return data


def _insert(data: bytearray, random: np.random.Generator) -> bytearray:
    place = _offset(data, random)
    data[place:place] = random.bytes(int(random.integers(1, 40)))
    return data


def _copy_within(data: bytearray, random: np.random.Generator) -> bytearray:
    source, target = _offset(data, random), _offset(data, random)
    size = int(random.choice([2, 4, 12, 100]))
    data[target : target + size] = data[source : source + size]
    return data


MUTATORS: tuple[Callable[[bytearray, np.random.Generator], bytearray], ...] = (
    _set_byte, _set_byte, _flip_bit, _set_number, _set_number, _cut, _remove, _repeat, _insert,
    _copy_within,
)  # fmt: skip


def _with_checksums(data: bytearray) -> bytearray:
    """Return a PNG with the right checksum in every chunk, so that more of it is looked at."""
    place = 8
    while place + 12 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        end = place + 8 + size
        if end + 4 > len(data):
            break
        data[end : end + 4] = zlib.crc32(data[place + 4 : end]).to_bytes(4, "big")
        place = end + 4
    return data


def fuzz(count: int, seed: int, first: int = 0, kinds: str = "") -> Iterator[str]:
    """Yield a sentence for each mutation that fails, from `first` on; its file is kept."""
    pictures = samples(kinds)
    index = first
    while index < first + count:
        size = min(BATCH, first + count - index)
        outcomes = [_outcomes(seed, index, size, fill, kinds) for fill in PERTURB]
        # Both get as far as the one that ended first.
        done = min(len(each) for each in outcomes)
        for number, (one, other) in enumerate(zip(*outcomes, strict=False), index):
            if "FAILS" in one or one != other:
                yield _failure(seed, number, pictures, one, other)
        index += done
        if done < size:
            yield _failure(seed, index, pictures, "ends or hangs its process", "")
            index += 1


def _failure(seed: int, index: int, pictures: Mapping[str, bytes], one: str, other: str) -> str:
    name, data = mutation(seed, index, pictures)
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{seed}-{index}-{name}"
    path.write_bytes(data)
    return f"{path}: {one}{f' / {other}' if other not in ('', one) else ''}"


def _outcomes(seed: int, first: int, count: int, fill: str, kinds: str) -> list[str]:
    """Return what a child process says of some mutations, fewer if it ends before."""
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    child = subprocess.run(
        [
            sys.executable,
            "-m",
            "tools.fuzz_pictures",
            "--child",
            f"{seed},{first},{count}",
            "--kinds",
            kinds,
        ],
        env={**os.environ, **one_thread, "MALLOC_PERTURB_": fill, "PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return child.stdout.splitlines()


def _read_mutations(seed: int, first: int, count: int, kinds: str) -> None:
    """Print an outcome for each of some mutations; the process ends if one takes too long."""
    import resource  # which Windows does not have

    from palette_engine.errors import InputError
    from palette_engine.pictures.reading import read_frames

    limit = 3 * MEGABYTES * 10**6
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    warnings.simplefilter("ignore")
    pictures = samples(kinds)
    for index in range(first, first + count):
        kind, data = mutation(seed, index, pictures)
        source = io.BytesIO(data)
        if kind.startswith("tga"):  # which only its name tells
            source.name = "picture.tga"
        signal.alarm(4 * SECONDS)
        start = time.process_time()
        try:
            found = hashlib.sha256()
            for pixels in read_frames(source, "all"):
                found.update(pixels.rgb.tobytes() + pixels.weight.tobytes())
            outcome = found.hexdigest()
        except InputError as error:
            outcome = " ".join(str(error).split())
        except BaseException as error:  # noqa: BLE001  whatever it is, it is what is searched
            outcome = f"FAILS with {type(error).__name__}: {' '.join(str(error).split())}"
        signal.alarm(0)
        if time.process_time() - start > SECONDS:
            outcome = f"FAILS after {time.process_time() - start:.1f} s: {outcome}"
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        if used > MEGABYTES:
            outcome = f"FAILS at {used:.0f} MB: {outcome}"
        print(outcome, flush=True)


def main() -> int:
    """Fuzz as the arguments say, and return 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--kinds", default="", help="beginnings of kinds, by commas")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        seed, first, count = map(int, options.child.split(","))
        _read_mutations(seed, first, count, options.kinds)
        return 0
    failures = 0
    for sentence in fuzz(options.count, options.seed, options.first, options.kinds):
        failures += 1
        print(sentence, flush=True)
    print(f"{options.count:,} mutations, {failures} failures")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
