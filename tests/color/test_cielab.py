"""CIELAB: conversion in chunks."""

from __future__ import annotations

import numpy as np

from palette_engine.color.cielab import CHUNK, lab_of
from tests.sample_pictures import noise


def test_colors_are_converted_the_same_alone_and_among_many() -> None:
    rgb = noise(0, 2 * CHUNK + 5)
    whole = lab_of(rgb)
    for index in (0, 1, CHUNK - 1, CHUNK, 2 * CHUNK + 4):
        assert np.array_equal(lab_of(rgb[index : index + 1]), whole[index : index + 1])


def test_the_result_has_the_shape_of_the_colors() -> None:
    rgb = noise(1, 7, 27)
    assert np.array_equal(lab_of(rgb), lab_of(rgb.reshape(-1, 3)).reshape(7, 27, 3))
    assert lab_of(rgb[:0]).shape == (0, 27, 3)
