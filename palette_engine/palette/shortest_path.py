"""Shortest path: the shortest path that visits every point once, for any distances."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["shortest_path"]

GRID = 1e-6
"""Distances are rounded to multiples of this, so that their last bits cannot decide a tie."""

EXACT = 16
"""Up to this number of points the path is optimal; each further point would double the time.

See docs/decisions.md#smooth-order.
"""

KICKS = 2
"""How often the path is disturbed and repaired, for each point.

A number instead of a time limit, so that every machine finds the same path.
See docs/decisions.md#smooth-order.
"""

MAX_KICKS = 128
"""The largest number of kicks for any number of points.

See docs/decisions.md#smooth-order.
"""

SHORT_KICK = 4
"""The largest number of points in each piece that a kick exchanges."""

LONG_KICK = 0.25
"""The same for every fourth kick, as a fraction of all points: this moves groups of colors."""

NEIGHBORS = 10
"""How many of its nearest points are tried as the neighbor of a point."""

BREADTH = (5, 3)
"""How many alternatives are tried for the first exchanges of a chain; one for the others."""

DEPTH = 6
"""The largest number of exchanges in a chain."""


def shortest_path(distance: NDArray[Any]) -> list[int]:
    """Return the indexes of n points in the order of a short path that visits each once.

    `distance` is `(n, n)`, symmetric, with finite numbers of at least 0, which are rounded to
    multiples of `GRID`; the triangle inequality is not needed. Up to `EXACT` points no path is
    shorter; beyond that, a local search finds a nearly shortest one. The same distances give the
    same path on every machine, and the end with the smaller index comes first. Time and memory
    grow with the square of n: about half a second for 256 points.
    """
    steps = np.rint(np.asarray(distance, np.float64) / GRID).astype(np.int64)
    steps = np.maximum(steps, steps.T)  # as rounding may have broken the symmetry
    path = _held_karp(steps) if len(steps) <= EXACT else _local_search(steps)
    return path if path[:1] <= path[-1:] else path[::-1]


def _held_karp(steps: NDArray[np.int64]) -> list[int]:
    """Return the shortest path by dynamic programming (Bellman 1962, Held and Karp 1962).

    `length[s, j]` is the length of the shortest path through the points in the bit set s that
    ends at j.
    """
    count = len(steps)
    sets = np.arange(2**count, dtype=np.int64)
    has = (sets[:, np.newaxis] >> np.arange(count, dtype=np.int64)) & 1 == 1
    sizes = has.sum(axis=1, dtype=np.int64)
    length = np.full(has.shape, np.iinfo(np.int64).max // 2, np.int64)
    length[has & (sizes[:, np.newaxis] == 1)] = 0
    for size in range(2, count + 1):
        current = sizes == size
        for last in range(count):
            ending = sets[current & has[:, last]]
            length[ending, last] = (length[ending ^ (1 << last)] + steps[last]).min(axis=1)
    path: list[int] = []
    rest, to_next = 2**count - 1, np.zeros(count, np.int64)
    while rest:
        last = int((length[rest] + to_next).argmin())
        path.append(last)
        rest, to_next = rest ^ (1 << last), steps[last]
    return path


def _local_search(steps: NDArray[np.int64]) -> list[int]:
    """Return a path that is improved by iterated local search.

    After Martin, Otto and Felten, “Large-step Markov chains for the traveling salesman problem”
    (1991), with the short kicks and the queue of Johnson and McGeoch, “The traveling salesman
    problem: a case study in local optimization” (1997).
    """
    # An extra point at distance 0 from all others closes the path into a tour.
    closed = np.pad(steps, (0, 1))
    tour = _Tour(closed.tolist(), _neighbors(steps), [len(steps), *_nearest_neighbor_path(steps)])
    tour.improve(dict.fromkeys(tour.order))
    length = sum(closed[tour.order, np.roll(tour.order, 1)].tolist())
    lower_bound = _spanning_tree_length(steps)
    random = Random(0).random  # Python guarantees its numbers across versions
    for number in range(min(KICKS * len(steps), MAX_KICKS)):
        if length == lower_bound:
            break
        order, position = tour.order[:], tour.position.copy()
        longest = SHORT_KICK if number % 4 else LONG_KICK * len(steps)
        sizes = [1 + int(longest * random()) for _ in range(3)]
        start = int(random() * (len(order) + 1 - sum(sizes)))
        gain = tour.kick(start, *sizes)
        if gain < 0:
            tour.order, tour.position = order, position
        else:
            length -= gain
    gap = tour.position[len(steps)]
    return tour.order[gap + 1 :] + tour.order[:gap]


def _neighbors(steps: NDArray[np.int64]) -> list[list[int]]:
    """Return the points to try as neighbors of each point and of the extra one, nearest first."""
    count = len(steps)
    others = np.where(np.eye(count, dtype=bool), np.iinfo(np.int64).max, steps)
    nearest = others.argsort(axis=1, kind="stable")[:, :NEIGHBORS]
    return [*([count, *row] for row in nearest.tolist()), list(range(count))]


def _nearest_neighbor_path(steps: NDArray[np.int64]) -> list[int]:
    """Return a path from the first point that always continues to the nearest unvisited point."""
    path = [0]
    unvisited = np.arange(1, len(steps), dtype=np.intp)
    while len(unvisited):
        nearest = steps[path[-1], unvisited].argmin()
        path.append(int(unvisited[nearest]))
        unvisited = np.delete(unvisited, nearest)
    return path


def _spanning_tree_length(steps: NDArray[np.int64]) -> int:
    """Return the length of the minimum spanning tree (Prim 1957); no path is shorter."""
    length = 0
    unvisited, reach = np.arange(1, len(steps), dtype=np.intp), steps[0, 1:]
    while len(unvisited):
        nearest = reach.argmin()
        point = unvisited[nearest]
        length += int(reach[nearest])
        unvisited = np.delete(unvisited, nearest)
        reach = np.minimum(np.delete(reach, nearest), steps[point, unvisited])
    return length


class _Tour:
    """A closed tour that is improved in place, with the position of each point in it."""

    def __init__(
        self, steps: list[list[int]], neighbors: list[list[int]], order: list[int]
    ) -> None:
        self.steps = steps
        self.neighbors = neighbors
        self.order = order
        self.position: dict[int, int] = {}
        self._put(0, order)

    def kick(self, start: int, *sizes: int) -> int:
        """Put three adjacent pieces in the opposite order, repair, and return the length gained.

        `start` is a position, `sizes` are the numbers of points in the pieces. This is the double
        bridge of Martin, Otto and Felten: four edges change, and no piece is reversed.
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
        """Improve the tour around the points in a queue, and return the length gained."""
        total = 0
        while queue:
            base, _ = queue.popitem()
            position = self.position[base]
            for end in (self.order[position + 1 - len(self.order)], self.order[position - 1]):
                moved: list[int] = [base, end]
                gain = self._chain(base, end, self.steps[base][end], 0, moved)
                if gain:
                    total += gain
                    queue |= dict.fromkeys(moved)
                    break
        return total

    def _chain(self, base: int, end: int, gain: int, best: int, moved: list[int]) -> int:
        """Exchange edges so that the tour gets shorter by more than `best`; return by how much.

        The edge from `base` to `end` is removed. Each exchange joins `end` to a near point and
        removes an edge of that point, whose other end becomes the new end (Lin and Kernighan,
        1973). `gain` is the length removed minus the length added, `moved` the ends of all
        exchanges. Returns 0 and changes nothing if there is no such chain.
        """
        level = len(moved) // 2 - 1
        if level == DEPTH:
            return 0
        order, position, steps = self.order, self.position, self.steps[end]
        side = -1 if order[position[base] - 1] == end else 1
        before = -1 if side > 0 else 1 - len(order)
        choices = []
        for near in self.neighbors[end]:
            rest = gain - steps[near]
            if rest <= best:
                break
            new_end = order[position[near] + before]
            if near not in moved and new_end != end:
                choices.append((rest + self.steps[near][new_end], near, new_end))
        choices.sort(reverse=True)
        for rest, near, new_end in choices[: BREADTH[level] if level < len(BREADTH) else 1]:
            closed = rest - self.steps[new_end][base]
            if level + 1 == DEPTH and closed <= best:
                continue
            self._reverse(end, new_end, side)
            moved += near, new_end
            farther = self._chain(base, new_end, rest, max(best, closed), moved)
            if farther or closed > best:
                return farther or closed
            del moved[-2:]
            self._reverse(new_end, end, -1 if order[position[base] - 1] == new_end else 1)
            side = -1 if order[position[base] - 1] == end else 1
        return 0

    def _reverse(self, first: int, last: int, side: int) -> None:
        """Reverse the piece from one point to another, or the other points, whichever is shorter.

        The piece goes forward in the tour (`side` 1) or backward (-1). Both choices give the
        same tour.
        """
        start, end = self.position[first], self.position[last] + 1
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
        """Put the points of a piece at the positions from `start` on."""
        end = start + len(piece)
        self.order[start:end] = piece
        self.position.update(zip(piece, range(start, end), strict=True))
