"""The orders of swatches."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from palette_engine.errors import InputError, OptionError
from palette_engine.options import OPTIONS
from palette_engine.palette.order import MAX_SMOOTH_COLORS, ORDERS, ordered
from palette_engine.palette.value import Palette, Swatch

RED, YELLOW, GREEN = (255, 0, 0), (255, 255, 0), (0, 255, 0)
CYAN, BLUE, MAGENTA = (0, 255, 255), (0, 0, 255), (255, 0, 255)
WHITE, GRAY, BLACK = (255, 255, 255), (128, 128, 128), (0, 0, 0)


def colors_in(order: str, *colors: tuple[int, int, int]) -> list[tuple[int, int, int]]:
    # Each has a position of its own, which must stay with it.
    swatches = tuple(
        Swatch(color, 1 / len(colors), first_seen=float(sum(color))) for color in colors
    )
    return [swatch.color for swatch in ordered(Palette(swatches), order).swatches]


def test_the_orders_are_the_choices_of_the_option() -> None:
    assert tuple(ORDERS) == OPTIONS["order"].keys


def test_by_share_the_largest_comes_first() -> None:
    swatches = [Swatch((n, n, n), share) for n, share in enumerate((0.2, 0.5, 0.3))]
    result = ordered(Palette(tuple(swatches)), "share")
    assert [swatch.share for swatch in result.swatches] == [0.5, 0.3, 0.2]


def test_by_lightness_the_lightest_comes_first() -> None:
    colors = colors_in("lightness", BLUE, BLACK, WHITE, GRAY, YELLOW)
    assert colors == [WHITE, YELLOW, GRAY, BLUE, BLACK]


def test_by_hue_the_circle_starts_at_red_and_the_grays_come_last_from_light_to_dark() -> None:
    circle = [RED, YELLOW, GREEN, CYAN, BLUE, MAGENTA]
    colors = colors_in("hue", BLACK, MAGENTA, CYAN, WHITE, YELLOW, GRAY, BLUE, GREEN, RED)
    assert colors == [*circle, WHITE, GRAY, BLACK]


def test_by_hue_a_color_that_reads_as_gray_is_a_gray() -> None:
    almost = (130, 128, 126)
    assert colors_in("hue", almost, MAGENTA) == [MAGENTA, almost]


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_does_not_depend_on_the_order_before(order: str) -> None:
    colors = (RED, GRAY, BLUE, BLACK)
    results = {tuple(colors_in(order, *some)) for some in permutations(colors)}
    assert len(results) == 1


def test_smooth_starts_at_the_light_end_and_goes_on_to_what_is_nearest() -> None:
    grays = [(level,) * 3 for level in (255, 200, 128, 60, 0)]
    assert colors_in("smooth", *(grays[index] for index in (3, 0, 4, 2, 1))) == grays
    rainbow = [(255, 255, 120), (250, 180, 60), (220, 60, 40), (150, 20, 90), (60, 0, 120)]
    assert colors_in("smooth", *rainbow[::-1]) == rainbow


def test_smooth_keeps_equal_colors_together_and_in_their_order() -> None:
    swatches = tuple(
        Swatch(color, name=name) for name, color in zip("abcd", (RED, BLUE) * 2, strict=True)
    )
    result = ordered(Palette(swatches), "smooth")
    assert [swatch.name for swatch in result.swatches] == ["a", "c", "b", "d"]
    assert ordered(result, "smooth") == result


def test_smooth_refuses_more_colors_than_it_can_order_in_seconds() -> None:
    many = [(n % 256, n // 256, 0) for n in range(MAX_SMOOTH_COLORS + 1)]
    with pytest.raises(InputError, match="takes at most 1,024 different colors, and these are"):
        colors_in("smooth", *many)
    assert len(colors_in("smooth", *[RED] * 2000)) == 2000


def test_equals_are_settled_by_the_color() -> None:
    assert colors_in("share", (3, 0, 0), (1, 9, 9), (1, 2, 3)) == [(1, 2, 3), (1, 9, 9), (3, 0, 0)]


@pytest.mark.parametrize("order", ORDERS)
def test_a_palette_from_a_file_may_have_one_color_twice(order: str) -> None:
    twins = (Swatch(RED, name="Rouge", first_seen=1.0), Swatch(RED, name="Red", first_seen=1.0))
    assert ordered(Palette(twins), order).swatches == twins


@pytest.mark.parametrize("order", ORDERS)
def test_everything_but_the_order_stays(order: str, flag: Palette) -> None:
    flag = replace(flag, swatches=tuple(replace(s, first_seen=s.share) for s in flag.swatches))
    result = ordered(flag, order)
    assert sorted(result.swatches, key=str) == sorted(flag.swatches, key=str)
    assert (result.name, result.source, result.asked) == (flag.name, flag.source, flag.asked)


@pytest.mark.parametrize("order", ORDERS)
def test_a_palette_without_swatches_stays_without(order: str) -> None:
    assert ordered(Palette(()), order) == Palette(())


def test_another_order_is_refused() -> None:
    with pytest.raises(OptionError, match=r"order must be share, .* not 'size'"):
        colors_in("size", RED, BLUE)
