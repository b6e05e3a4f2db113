"""The command that takes pictures apart: what it writes, what it says, and what it refuses."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from palette_engine import extract, index_map, recolor
from palette_engine.cli.output_folders import write_folder
from palette_engine.cli.separation_files import WAYS, file_names
from palette_engine.errors import OutputError
from palette_engine.palette.value import Swatch
from tests.animations import COLORS, GifFrame, gif
from tests.cli.program import Main, run
from tests.cli.samples import names
from tests.sample_pictures import encoded, noise, tiff, u8, u16

linux = pytest.mark.skipif(os.name == "nt", reason="limits and links are those of Unix")

FLAG = ("separate", "flag.png", "-n", "3", "-o", "out")
FLAG_FILES = {
    "01-000080.png",
    "02-e6194b.png",
    "03-ffffff.png",
    "index.png",
    "places.json",
}
TWO = "GIMP Palette\nName: Two\n#\n255 255 255 Pa/per!\n0 0 128 Blue\n"


def opened(path: str | Path) -> NDArray[np.uint8]:
    """Return the pixels of a file, in its own mode."""
    with Image.open(path) as image:
        return np.asarray(image)


def masks(folder: str = "out") -> NDArray[np.uint8]:
    """Return all pictures of swatches in a folder, in their order."""
    paths = sorted(Path(folder).glob("[0-9]*.png"))
    return np.stack([opened(path) for path in paths])


def places(folder: str = "out") -> Any:
    return json.loads(Path(folder, "places.json").read_text("utf-8"))


def files(folder: str = "out") -> set[str]:
    return {path.name for path in Path(folder).iterdir()}


def contents(folder: str = "out") -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def test_there_is_a_mask_for_each_color_from_dark_to_light(main: Main) -> None:
    ended = main(*FLAG)
    assert (ended.code, ended.out) == (0, b"")
    assert ended.line == "wrote 3 pictures of 16 x 1 pixels, index.png and places.json to out"
    assert files() == FLAG_FILES
    assert masks().tolist() == [
        [[0] * 12 + [255] * 4],
        [[255] * 8 + [0] * 8],
        [[0] * 8 + [255] * 4 + [0] * 4],
    ]


def test_the_index_picture_has_the_number_of_each_pixels_color(main: Main) -> None:
    main(*FLAG)
    with Image.open("out/index.png") as image:
        assert image.mode == "P"
        assert "transparency" not in image.info
        assert (image.getpalette() or [])[:9] == [0, 0, 128, 230, 25, 75, 255, 255, 255]
        assert np.asarray(image).tolist() == [[1] * 8 + [2] * 4 + [0] * 4]


def test_the_json_has_areas_boxes_and_centers(main: Main) -> None:
    main(*FLAG, "--names", "css")
    found = places()
    assert {key: found[key] for key in ("schema", "width", "height", "as", "none")} == {
        "schema": 1,
        "width": 16,
        "height": 1,
        "as": "masks",
        "none": 3,
    }
    assert found["swatches"][1] == {
        "index": 1,
        "file": "02-crimson.png",
        "hex": "#e6194b",
        "name": "crimson",
        "pixels": 8,
        "area": 8 * 255,
        "share": 0.5,
        "box": [0, 0, 8, 1],
        "center": [4.0, 0.5],
    }
    assert [row["share"] for row in found["swatches"]] == [0.25, 0.5, 0.25]
    assert files() == {row["file"] for row in found["swatches"]} | {"index.png", "places.json"}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_written_adds_up_to_the_picture_pixel_by_pixel(way: str, main: Main) -> None:
    alpha = np.random.default_rng(2).choice(u8([0, 1, 7, 100, 255]), (40, 30))
    picture = np.dstack([noise(1, 40, 30), alpha])
    Image.fromarray(picture).save("in.png")
    ended = main("separate", "in.png", "-n", "6", "--as", way, "-o", "out")
    assert ended.code == 0
    found = masks().astype(np.uint32)
    if way == "pixels":
        np.testing.assert_array_equal(found[..., 3].sum(axis=0, dtype=np.uint32), alpha)
        weighed = (found[..., :3] * found[..., 3:]).sum(axis=0, dtype=np.uint32)
        np.testing.assert_array_equal(weighed, picture[..., :3] * alpha[..., None].astype(int))
    else:
        np.testing.assert_array_equal(found.sum(axis=0, dtype=np.uint32), alpha)
    most = (found[..., -1] if way == "pixels" else found) > 0
    assert most.sum(axis=0).max() == (2 if way == "soft-masks" else 1)


def test_masks_in_their_colors_are_what_recolor_writes(main: Main) -> None:
    main("extract", "noise.png", "-n", "7", "-o", "seven.gpl")
    main("recolor", "noise.png", "--palette", "seven.gpl", "-o", "recolored.png")
    main("separate", "noise.png", "--palette", "seven.gpl", "-o", "out")
    colors = [bytes.fromhex(row["hex"][1:]) for row in places()["swatches"]]
    added = np.zeros((64, 64, 3), np.uint32)
    for color, mask in zip(colors, masks(), strict=True):
        added += mask[..., np.newaxis].astype(np.uint32) * np.frombuffer(color, np.uint8)
    with Image.open("recolored.png") as image:
        np.testing.assert_array_equal(added, 255 * np.asarray(image.convert("RGB")).astype(int))


def test_a_palette_file_is_taken_as_it_is_and_its_names_are_made_safe(main: Main) -> None:
    Path("two.gpl").write_text(TWO)
    ended = main("separate", "flag.png", "--palette", "two.gpl", "-o", "out")
    assert ended.line.startswith("wrote 2 pictures of 16 x 1 pixels")
    assert files() == {"01-blue.png", "02-pa-per.png", "index.png", "places.json"}
    assert [row["name"] for row in places()["swatches"]] == ["Blue", "Pa/per!"]


def test_equal_names_and_names_that_are_unsafe_have_files_of_their_own() -> None:
    swatches = [
        Swatch((0, 0, 0), name=name) for name in ("A", "a", "../../x", "", "é", "日本", "con")
    ]
    assert file_names(swatches) == [
        "01-a.png",
        "02-a.png",
        "03-x.png",
        "04-000000.png",
        "05-e.png",
        "06-000000.png",
        "07-con.png",
    ]
    assert file_names(swatches * 20)[0] == "001-a.png"


def test_a_palette_for_256_colors_and_transparent_pixels(main: Main) -> None:
    colors = noise(5, 256)
    Path("many.hex").write_text("\n".join(bytes(color).hex() for color in colors))
    Image.fromarray(np.dstack([noise(6, 9, 9), np.eye(9, dtype=np.uint8) * 255])).save("in.png")
    assert main("separate", "in.png", "--palette", "many.hex", "-o", "out").code == 0
    assert len(files()) == 258
    assert masks().sum(axis=0, dtype=np.uint32).tolist() == (np.eye(9) * 255).tolist()
    # Its 257 entries do not fit into a palette.
    with Image.open("out/index.png") as image:
        assert image.mode == "RGBA"
        expected = recolor("in.png", extract("in.png", colors=1)).convert("RGBA")
        np.testing.assert_array_equal(np.asarray(image)[..., 3], np.asarray(expected)[..., 3])


def test_transparent_pixels_are_clear_in_the_index_picture(main: Main) -> None:
    Image.fromarray(u8([[[9, 9, 9, 255], [9, 9, 9, 0], [250, 250, 250, 3]]])).save("in.png")
    main("separate", "in.png", "-n", "1", "-o", "out")
    with Image.open("out/index.png") as image:
        assert np.asarray(image).tolist() == [[0, 1, 0]]
        assert np.asarray(image.convert("RGBA"))[..., 3].tolist() == [[255, 0, 255]]
    assert masks().tolist() == [[[255, 0, 3]]]
    assert places()["swatches"][0]["pixels"] == 1


def test_ignored_colors_are_in_no_mask(main: Main) -> None:
    assert main(*FLAG[:-4], "-n", "2", "--ignore", "white", "-o", "out").code == 0
    assert masks().max(axis=0).tolist() == [[255] * 8 + [0] * 4 + [255] * 4]
    assert [row["share"] for row in places()["swatches"]] == [1 / 3, 2 / 3]


def test_a_region_is_all_that_is_written(main: Main) -> None:
    ended = main("separate", "flag.png", "--region", "6,0,4,1", "-n", "2", "-o", "out")
    assert ended.line.startswith("wrote 2 pictures of 4 x 1 pixels")
    assert masks().tolist() == [[[255, 255, 0, 0]], [[0, 0, 255, 255]]]
    assert places()["swatches"][0]["box"] == [0, 0, 2, 1]


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(Image.fromarray(u8([[[255, 0, 0], [0, 0, 255]]])), "PNG", exif=exif)


def _profiled() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.fromarray(u8([[[255, 0, 0], [0, 0, 255]]]))
    return encoded(image, "PNG", icc_profile=profile)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (_turned, (1, 2)),
        (_profiled, (2, 1)),
        (lambda: encoded(Image.new("CMYK", (3, 2), (0, 255, 255, 0)), "JPEG"), (3, 2)),
        (lambda: tiff(u16([[[65535, 0, 0], [0, 0, 65535]]]), photometric="rgb"), (2, 1)),
        (lambda: encoded(Image.new("L", (2, 2), 9), "PNG"), (2, 2)),
        (lambda: encoded(Image.new("1", (2, 3), 1), "PNG"), (2, 3)),
    ],
    ids=["turned", "profile", "CMYK", "16 bits", "gray", "two colors"],
)
def test_every_picture_is_read_as_extract_and_recolor_read_it(
    data: Callable[[], bytes], size: tuple[int, int], main: Main
) -> None:
    Path("in").write_bytes(data())
    assert main("separate", "in", "-n", "2", "-o", "out").code == 0
    palette = extract("in", colors=2, order="lightness")
    expected = index_map("in", palette).index
    count = len(palette.swatches)
    assert opened("out/index.png").shape == size[::-1]
    np.testing.assert_array_equal(count - 1 - opened("out/index.png"), expected)


def test_of_an_animation_it_is_the_first_frame(main: Main) -> None:
    frames = [GifFrame(np.full((3, 4), at, np.uint8), delay=5) for at in range(3)]
    Path("a.gif").write_bytes(gif((4, 3), frames))
    ended = main("separate", "a.gif", "-n", "1", "-o", "out")
    assert ended.lines[1] == "took the first of 3 frames; --frames chooses another"
    assert places()["swatches"][0]["hex"] == "#" + bytes(COLORS[0]).hex()


def test_of_an_animation_one_frame_can_be_chosen(main: Main) -> None:
    frames = [GifFrame(np.full((3, 4), at, np.uint8), delay=5) for at in range(3)]
    Path("a.gif").write_bytes(gif((4, 3), frames))
    ended = main("separate", "a.gif", "-n", "1", "--frames", "3", "-o", "out")
    assert ended.line.startswith("wrote 1 picture of 4 x 3 pixels")
    assert places()["swatches"][0]["hex"] == "#" + bytes(COLORS[2]).hex()
    ended = main("separate", "a.gif", "--frames", "all", "-o", "all")
    assert ended.line == "One frame can be taken apart; choose it, such as --frames 1."
    assert not Path("all").exists()


def test_fewer_colors_than_asked_for_are_told(main: Main) -> None:
    assert main("separate", "flag.png", "-o", "out").lines[1].startswith("Only 3 colors were found")


def test_standard_input_is_taken_apart(folder: Path) -> None:
    ended = run(
        *("separate", "-", *FLAG[2:]), folder=folder, stdin=(folder / "flag.png").read_bytes()
    )
    assert ended.code == 0
    assert {path.name for path in (folder / "out").iterdir()} == FLAG_FILES


# Folders


def test_a_folder_that_is_there_is_taken_and_what_is_in_it_stays(main: Main) -> None:
    Path("out").mkdir()
    Path("out/notes.txt").write_text("mine")
    assert main(*FLAG).code == 0
    assert files() == FLAG_FILES | {"notes.txt"}


@pytest.mark.parametrize("name", sorted(FLAG_FILES))
def test_a_file_that_exists_is_replaced_only_by_force(name: str, main: Main) -> None:
    Path("out").mkdir()
    Path("out", name).write_text("mine")
    ended = main(*FLAG)
    assert (ended.code, ended.out) == (2, b"")
    path = Path("out", name)
    assert ended.line == f"{path} exists; use --force to replace it, or choose another name."
    assert contents() == {name: b"mine"}
    assert main(*FLAG, "--force").code == 0
    assert files() == FLAG_FILES


def test_pictures_of_an_earlier_separation_go_when_it_is_replaced(main: Main) -> None:
    main(*FLAG)
    Path("out/99-notes.png").write_text("mine")
    assert main("separate", "two.png", "-n", "2", "-o", "out", "--force").code == 0
    assert files() == {"01-0000ff.png", "02-ff0000.png", "99-notes.png", "index.png", "places.json"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"swatches": 5}',
        '{"swatches": [{"file": "../flag.png"}, {"file": 5}, {"file": "notes.txt"}]}',
        '{"swatches": [{"file": "/etc/passwd"}, {"file": "01-gone.png"}]}',
        '{"swatches": [{"file": []}]}',
        "[" * 9999,
    ],
)
def test_only_own_files_are_ever_removed(text: str, main: Main) -> None:
    Path("out").mkdir()
    Path("out/places.json").write_text(text)
    Path("out/notes.txt").write_text("mine")
    assert main(*FLAG, "--force").code == 0
    assert files() == FLAG_FILES | {"notes.txt"}
    assert Path("flag.png").exists()


@pytest.mark.parametrize("name", ["index.png", "02-e6194b.png"])
def test_what_is_read_is_not_replaced(name: str, main: Main) -> None:
    main(*FLAG)
    before = contents()
    ended = main("separate", f"out/{name}", "-o", "out", "--force")
    assert ended.code == 2
    assert "is what is read, and is not replaced" in ended.line
    assert contents() == before


@pytest.mark.parametrize(
    ("folder_name", "line"),
    [
        ("flag.png", "flag.png is no folder; name another one."),
        ("nowhere/out", "There is no folder nowhere; create it first."),
        ("flag.png/out", "There is no folder flag.png; create it first."),
        ("-", "Several files cannot go to standard output; name a folder."),
        ("", "The empty name is no folder; name one."),
        ("x" * 300, f"{'x' * 300} cannot be written: File name too long."),
    ],
)
@linux
def test_what_is_no_folder_is_refused_before_the_work(
    folder_name: str, line: str, main: Main
) -> None:
    ended = main("separate", "nowhere.png", "-o", folder_name)
    assert (ended.code, ended.out, ended.line) == (2, b"", line)
    assert not names(Path())


@linux
def test_a_link_to_nothing_is_no_folder(main: Main) -> None:
    Path("out").symlink_to("gone")
    assert main(*FLAG).line == "out is no folder; name another one."


@linux
@pytest.mark.parametrize("is_there", [False, True])
@pytest.mark.parametrize("size", [20, 300])
def test_a_full_disk_leaves_all_as_it_was(is_there: bool, size: int, folder: Path) -> None:
    if is_there:
        (folder / "out").mkdir()
        (folder / "out/index.png").write_text("mine")
    ended = run(
        *(*FLAG, "--force"),
        folder=folder,
        first=f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))",
    )
    assert (ended.code, ended.out) == (2, b"")
    assert ended.line == "out cannot be written: File too large."
    if is_there:
        assert [path.name for path in (folder / "out").iterdir()] == ["index.png"]
        assert (folder / "out/index.png").read_text() == "mine"
    else:
        assert not names(folder)


def test_if_a_file_cannot_take_its_place_all_are_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    (tmp_path / "b").mkdir()
    (tmp_path / "b/in").write_text("mine")
    (tmp_path / "old").write_text("mine")

    made = [("a", b"1"), ("b", b"2"), ("c", b"3")]
    with pytest.raises(OutputError, match="cannot be written: No such file"):
        write_folder(tmp_path, made, True, ["old", "gone"])
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b", "old"}
    assert (tmp_path / "a").read_text() == "mine"
    assert (tmp_path / "b/in").read_text() == "mine"


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    def made() -> Any:
        yield "a", b"1"
        (tmp_path / "b").write_text("mine")
        yield "b", b"2"

    with pytest.raises(OutputError, match="b has appeared meanwhile; use --force"):
        write_folder(tmp_path, made(), False)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
    assert (tmp_path / "b").read_text() == "mine"


def test_a_folder_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    def made() -> Any:
        yield "a", b"1"
        (tmp_path / "out").mkdir()

    with pytest.raises(OutputError, match="out has appeared meanwhile"):
        write_folder(tmp_path / "out", made(), False)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert not [*(tmp_path / "out").iterdir()]


# Input


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nowhere.png",), 3, "There is no file nowhere.png."),
        (("text.png",), 3, "not a picture"),
        (("transparent.png",), 3, "fully transparent"),
        (("noise.png", "--max-pixels", "9"), 3, "--max-pixels"),
        (("flag.png", "--palette", "nowhere.gpl"), 3, "There is no file nowhere.gpl."),
        (("flag.png", "--palette", "none.hex"), 3, "has no colors"),
        (("flag.png", "--palette", "many.hex"), 3, "up to 256"),
        (("flag.png", "--palette", "two.gpl", "-n", "3"), 2, "leave out --palette"),
        (("flag.png", "--region", "0,0,99,1"), 3, "reaches beyond"),
        (("flag.png", "--ignore", "white,black,e6194b,000080"), 3, "is to be ignored"),
        (("flag.png", "--as", "layers"), 2, "layers"),
        (("flag.png", "--frames", "2"), 3, "frame"),
        (("flag.png", "--order", "hue"), 2, "--order"),
        (("-", "--palette", "-"), 2, "Standard input is the picture or the palette"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_taken_apart_is_said_in_one_line(
    arguments: tuple[str, ...], code: int, words: str, main: Main
) -> None:
    Path("two.gpl").write_text(TWO)
    Path("none.hex").write_text("")
    Path("many.hex").write_text("\n".join(f"{number:06x}" for number in range(257)))
    ended = main("separate", *arguments, "-o", "out")
    assert (ended.code, ended.out) == (code, b"")
    assert words in ended.lines[0]
    assert not Path("out").exists()


def test_with_a_palette_file_options_about_the_picture_still_count(main: Main) -> None:
    Path("two.gpl").write_text(TWO)
    ended = main(
        *("separate", "flag.png", "--palette", "two.gpl", "-o", "out"),
        *("--region", "8,0,8,1", "--ignore", "000080"),
    )
    assert ended.code == 0
    assert masks().tolist() == [[[0] * 8], [[255] * 4 + [0] * 4]]
