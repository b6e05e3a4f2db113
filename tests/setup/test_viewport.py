"""Viewports: which part of a picture is seen in the plug-in's previews, without GIMP."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from tests.setup.plugin_modules import plugin_module

SIZES = [(512, 512), (6000, 4000), (40, 30), (9000, 30), (1, 1)]

ROOMS = [(300, 225), (901, 507), (33, 410)]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the module of viewports."""
    return plugin_module(monkeypatch, "pictures.viewport")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("room", ROOMS)
def test_all_of_a_picture_is_seen_at_first(
    module: ModuleType, size: tuple[int, int], room: tuple[int, int]
) -> None:
    view = module.Viewport(size, room)
    assert view.box == (0, 0, *size)
    for origin, length, most, pixels in zip(view.origin, size, room, view.pixels, strict=True):
        # In the middle, to a pixel that is shared unevenly.
        assert abs(2 * origin + length * view.scale - most) <= 2
        assert pixels <= most
        assert pixels <= length
    if view.scale >= 1:
        assert view.scale == int(view.scale)
        assert view.pixels == size


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("room", ROOMS)
def test_zooming_keeps_the_point_under_the_pointer_and_never_shows_what_is_beside(
    module: ModuleType, size: tuple[int, int], room: tuple[int, int]
) -> None:
    random = np.random.default_rng(1)
    view = module.Viewport(size, room)
    scales = [view.scale]
    for _ in range(40):
        x, y = (float(value) for value in random.uniform(0.45, 0.55, 2) * room)
        under = view.at(x, y)
        nearer = view.nearer((x, y))
        if all(length * nearer.scale > 2 * most for length, most in zip(size, room, strict=True)):
            shifts = (np.array(nearer.at(x, y)) - under) * nearer.scale
            inside = all(
                0.1 * length < point < 0.9 * length
                for point, length in zip(under, size, strict=True)
            )
            if inside:  # not moved so that it fills the room
                assert np.abs(shifts).max() < 2  # pixels of the screen
        view = nearer
        scales.append(view.scale)
        left, top, width, height = view.box
        assert 0 <= left < left + width <= size[0]
        assert 0 <= top < top + height <= size[1]
        for origin, length, most in zip(view.origin, size, room, strict=True):
            if length * view.scale > most:
                assert origin <= 0.5
                assert origin + length * view.scale >= most - 0.5
    assert scales == sorted(scales)
    assert scales[-1] >= 32
    for _ in range(40):
        view = view.farther()
    assert view.box == (0, 0, *size)
    assert not view.zoom


def test_a_part_is_read_in_the_pixels_that_it_has_on_the_screen(module: ModuleType) -> None:
    view = module.Viewport((6000, 4000), (600, 400)).scaled(0.5, (0, 0))
    assert view.box == (0, 0, 1200, 800)
    assert view.pixels == (600, 400)
    view = view.scaled(1.0).moved(-10_000, -10_000)
    assert view.box == (5400, 3600, 600, 400)
    assert view.pixels == (600, 400)
    view = view.scaled(4.0)
    assert view.box[2:] == (150, 100)
    assert view.pixels == (150, 100)


def test_a_view_of_another_picture_shows_all_of_it(module: ModuleType) -> None:
    view = module.Viewport((600, 400), (300, 200)).scaled(2.0)
    assert view.of((600, 400)) == view
    assert view.of((400, 600)).box == (0, 0, 400, 600)


def test_moving_by_pixels_of_the_screen_moves_the_picture_so_far(module: ModuleType) -> None:
    view = module.Viewport((600, 400), (300, 200)).scaled(2.0)
    point = np.array(view.at(100, 100))
    assert np.allclose(view.moved(30, -14).at(130, 86), point)


@pytest.mark.parametrize("kind", ["rgb", "rgba"])
def test_a_part_that_is_read_knows_where_it_is(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = plugin_module(monkeypatch, "pictures.small_picture")
    pixels = np.random.default_rng(3).integers(0, 256, (5, 7, len(kind)), np.uint8)
    small = module.SmallPicture([kind, "mask"], (7, 5), (70, 50), (20, 30))
    mask = np.arange(35, dtype=np.uint8)
    for row in range(5):
        small.add(row, 1, [pixels[row].tobytes(), mask[7 * row : 7 * row + 7].tobytes()])
    assert small.box == (20, 30, 7, 5)
    shown = np.frombuffer(small.planes, np.uint8)
    assert np.array_equal(shown[:140].reshape(5, 7, 4)[..., : len(kind)], pixels)
    assert np.array_equal(shown[140:], mask)
