"""Shortest path: the shortest way through all points, whatever their distances measure."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["shortest_path"]

GRID = 1e-6
"""Distances count in multiples of this, so that their last bits cannot tip a tie."""

EXACT = 16
"""Up to so many points the path is the shortest there is; each more would double the time."""

KICKS = 4
"""How often a good path is disturbed and repaired, for each point. A number, not a time: so
every machine finds the same path."""

MOST_KICKS = 600
"""However many points there are."""

SHORT_KICK = 4
"""A kick exchanges pieces of at most so many points,"""

LONG_KICK = 0.25
"""or, every fourth one, of this part of all points: that moves whole groups of colors."""

NEIGHBORS = 10
"""How many of the nearest points are considered as a point's next."""

BREADTH = (5, 3)
"""How many alternatives are tried for the first exchanges of a chain; then only the best."""

DEPTH = 6
"""A chain has at most so many exchanges."""


def shortest_path(distance: NDArray[Any]) -> list[int]:
    """Return the indexes of n points in the order of a shortest path that visits each once.

    `distance` is `(n, n)`, symmetric, with finite numbers of at least 0 that count in multiples
    of `GRID`; the triangle inequality is not needed. Up to `EXACT` points no path is shorter;
    beyond that a local search finds one that is nearly so. The same distances give the same
    path on every machine, in that of its two directions that starts at the smaller index. Time
    and memory grow with the square of n: about three seconds for 256 points, ten for 1,024.
    """
    steps = np.rint(np.asarray(distance, np.float64) / GRID).astype(np.int64)
    steps = np.maximum(steps, steps.T)  # as both sides of a tie may have been rounded
    path = _exact(steps) if len(steps) <= EXACT else _searched(steps)
    return path if path[:1] <= path[-1:] else path[::-1]


def _exact(steps: NDArray[np.int64]) -> list[int]:
    """Return the shortest path: the dynamic programming of Held and Karp (1962) and Bellman.

    `length[s, j]` is that of the shortest path through the set of points s, written as bits,
    that ends at j.
    """
    count = len(steps)
    sets = np.arange(2**count, dtype=np.int64)
    has = (sets[:, np.newaxis] >> np.arange(count, dtype=np.int64)) & 1 == 1
    sizes = has.sum(axis=1, dtype=np.int64)
    length = np.full(has.shape, np.iinfo(np.int64).max // 2, np.int64)
    length[has & (sizes[:, np.newaxis] == 1)] = 0
    for size in range(2, count + 1):
        now = sizes == size
        for last in range(count):
            ending = sets[now & has[:, last]]
            length[ending, last] = (length[ending ^ (1 << last)] + steps[last]).min(axis=1)
    path: list[int] = []
    rest, onward = 2**count - 1, np.zeros(count, np.int64)
    while rest:
        last = int((length[rest] + onward).argmin())
        path.append(last)
        rest, onward = rest ^ (1 << last), steps[last]
    return path


def _searched(steps: NDArray[np.int64]) -> list[int]:
    """Return a path that was kicked and repaired often: iterated local search.

    After Martin, Otto and Felten, "Large-step Markov chains for the traveling salesman
    problem" (1991), with the short kicks and the queue of Johnson and McGeoch (1997).
    """
    # A point at no distance from any closes the path to a tour.
    closed = np.pad(steps, (0, 1))
    tour = _Tour(closed.tolist(), _near(steps), [len(steps), *_nearest_next(steps)])
    tour.improve(dict.fromkeys(tour.order))
    length = sum(closed[tour.order, np.roll(tour.order, 1)].tolist())
    shortest = _tree_length(steps)
    random = Random(0).random  # the method whose numbers Python promises to keep
    for number in range(min(KICKS * len(steps), MOST_KICKS)):
        if length == shortest:
            break
        order, place = tour.order[:], tour.place.copy()
        longest = SHORT_KICK if number % 4 else LONG_KICK * len(steps)
        sizes = [1 + int(longest * random()) for _ in range(3)]
        start = int(random() * (len(order) + 1 - sum(sizes)))
        gain = tour.kick(start, *sizes)
        if gain < 0:
            tour.order, tour.place = order, place
        else:
            length -= gain
    gap = tour.place[len(steps)]
    return tour.order[gap + 1 :] + tour.order[:gap]


def _near(steps: NDArray[np.int64]) -> list[list[int]]:
    """Return the points worth being next to each, nearest first, those of the closing one too."""
    count = len(steps)
    others = np.where(np.eye(count, dtype=bool), np.iinfo(np.int64).max, steps)
    nearest = others.argsort(axis=1, kind="stable")[:, :NEIGHBORS]
    return [*([count, *row] for row in nearest.tolist()), list(range(count))]


def _nearest_next(steps: NDArray[np.int64]) -> list[int]:
    """Return a path that goes from the first point always to the nearest one left."""
    path = [0]
    left = np.arange(1, len(steps), dtype=np.intp)
    while len(left):
        nearest = steps[path[-1], left].argmin()
        path.append(int(left[nearest]))
        left = np.delete(left, nearest)
    return path


def _tree_length(steps: NDArray[np.int64]) -> int:
    """Return the length of the minimum spanning tree (Prim 1957); no path is shorter."""
    length = 0
    left, reach = np.arange(1, len(steps), dtype=np.intp), steps[0, 1:]
    while len(left):
        nearest = reach.argmin()
        point = left[nearest]
        length += int(reach[nearest])
        left = np.delete(left, nearest)
        reach = np.minimum(np.delete(reach, nearest), steps[point, left])
    return length


class _Tour:
    """A closed tour that improves: each point's place in it, and the distances it is made of."""

    def __init__(self, steps: list[list[int]], near: list[list[int]], order: list[int]) -> None:
        self.steps = steps
        self.near = near
        self.order = order
        self.place: dict[int, int] = {}
        self._put(0, order)

    def kick(self, start: int, *sizes: int) -> int:
        """Put three neighboring pieces in reverse order, repair, and return how much is gained.

        This is the double bridge: four edges change, no piece turns around.
        """
        order = self.order
        first, second, third = (start + sum(sizes[:count]) for count in (1, 2, 3))
        cuts = (start, first, second, third)
        ends = [order[cut % len(order) + side] for cut in cuts for side in (-1, 0)]
        a, b, c, d, e, f, g, h = ends
        old, new = ((a, b), (c, d), (e, f), (g, h)), ((a, f), (g, d), (e, b), (c, h))
        gain = sum(self.steps[x][y] for x, y in old) - sum(self.steps[x][y] for x, y in new)
        self._put(start, order[second:third] + order[first:second] + order[start:first])
        return gain + self.improve(dict.fromkeys(ends))

    def improve(self, queue: dict[int, None]) -> int:
        """Improve the tour around the points of the queue, and return how much shorter it is."""
        total = 0
        while queue:
            base, _ = queue.popitem()
            place = self.place[base]
            for end in (self.order[place + 1 - len(self.order)], self.order[place - 1]):
                moved: list[int] = [base, end]
                gain = self._chain(base, end, self.steps[base][end], 0, moved)
                if gain:
                    total += gain
                    queue |= dict.fromkeys(moved)
                    break
        return total

    def _chain(self, base: int, end: int, gain: int, best: int, moved: list[int]) -> int:
        """Exchange edges so that the tour is shorter by more than `best`, and return by how much.

        The edge from `base` to `end` is given up. Each exchange joins `end` to a near point and
        gives up an edge of that, whose other end is the new end: the steps of Lin and Kernighan
        (1973). `gain` is the length given up less that added. Return 0 and change nothing if
        there is no such chain.
        """
        level = len(moved) // 2 - 1
        if level == DEPTH:
            return 0
        order, place, steps = self.order, self.place, self.steps[end]
        side = -1 if order[place[base] - 1] == end else 1
        before = -1 if side > 0 else 1 - len(order)
        choices = []
        for near in self.near[end]:
            rest = gain - steps[near]
            if rest <= best:
                break
            new_end = order[place[near] + before]
            if near not in moved and new_end != end:
                choices.append((rest + self.steps[near][new_end], near, new_end))
        choices.sort(reverse=True)
        for rest, near, new_end in choices[: BREADTH[level] if level < len(BREADTH) else 1]:
            closed = rest - self.steps[new_end][base]
            if level + 1 == DEPTH and closed <= best:
                continue
            self._turn(end, new_end, side)
            moved += near, new_end
            farther = self._chain(base, new_end, rest, max(best, closed), moved)
            if farther or closed > best:
                return farther or closed
            del moved[-2:]
            self._turn(new_end, end, -1 if order[place[base] - 1] == new_end else 1)
            side = -1 if order[place[base] - 1] == end else 1
        return 0

    def _turn(self, first: int, last: int, side: int) -> None:
        """Reverse the piece from one point to another, or all the rest, whichever is shorter.

        The piece goes onward in the tour (`side` 1) or back (-1); either way gives the same tour.
        """
        start, end = self.place[first], self.place[last] + 1
        if side < 0:
            start, end = end - 1, start + 1
        count = len(self.order)
        if (end - start) % count * 2 > count:
            start, end = end % count, start
        if start < end:
            self._put(start, self.order[start:end][::-1])
        else:
            piece = (self.order[start:] + self.order[:end])[::-1]
            self._put(start, piece[: count - start])
            self._put(0, piece[count - start :])

    def _put(self, start: int, piece: list[int]) -> None:
        """Put a piece at a place."""
        end = start + len(piece)
        self.order[start:end] = piece
        self.place.update(zip(piece, range(start, end), strict=True))
