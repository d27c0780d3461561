"""The most likely tree: one infector each, nobody their own ancestor, the product of weights the largest (Edmonds)."""

from __future__ import annotations

import numpy as np

from lachan.tracing.chains.shapes import Longs, Weights


def most_likely(size: int, source: Longs, target: Longs, weight: Weights) -> Longs:
    """For each of ``size`` nodes the edge chosen into it (a position in the three columns).

    ``source`` is ``size`` for the root; every node must have an edge from it. Ties go to the earlier edge. Rounds of
    contraction: each round takes every node's best edge and folds the circles those make into one node.
    """
    return _round(size, size, source, target, np.log(weight))


def _round(size: int, root: int, source: Longs, target: Longs, gain: Weights) -> Longs:
    best = _best(size, target, gain)
    parent = source[best]
    circle = _circles(parent, root)
    if not (circle >= 0).any():
        return best
    circles = int(circle.max()) + 1
    alone = circle < 0
    name = np.where(alone, circles + np.cumsum(alone) - 1, circle)
    smaller = circles + int(alone.sum())
    named = np.append(name, smaller)  # the root keeps its place behind the last node
    new_source, new_target = named[source], name[target]
    kept = np.flatnonzero(new_source != new_target)
    # into a circle: what it costs to give up the edge inside that it replaces
    lost = np.where(circle[target] >= 0, gain[best[target]], 0.0)
    chosen = kept[_round(smaller, smaller, new_source[kept], new_target[kept], (gain - lost)[kept])]
    for edge in chosen.tolist():
        best[target[edge]] = edge
    return best


def _best(size: int, target: Longs, gain: Weights) -> Longs:
    """The edge with the largest gain into each node."""
    order = np.lexsort((np.arange(len(gain)), -gain, target))
    starts = np.searchsorted(target[order], np.arange(size))
    return order[starts]


def _circles(parent: Longs, root: int) -> Longs:
    """For each node the number of the circle it lies on, -1 for none."""
    size = len(parent)
    up = np.append(parent, root)
    for _ in range(max(1, size).bit_length()):  # after this many doublings everybody is at the root or on a circle
        up = up[up]
    on = np.zeros(size + 1, dtype=bool)
    on[up[:size]] = True
    on[root] = False
    found = np.full(size, -1, dtype=np.int64)
    number = 0
    for start in np.flatnonzero(on[:size]).tolist():
        if found[start] >= 0:
            continue
        node = start
        while found[node] < 0:
            found[node] = number
            node = int(parent[node])
        number += 1
    return found


def generations(parent: Longs) -> Longs:
    """How many links lie between each case and the first of its chain; ``parent`` is -1 (or less) for a first one."""
    size = len(parent)
    up = np.append(np.where(parent < 0, size, parent), size)
    depth = np.append(np.where(parent < 0, 0, 1), 0)
    for _ in range(max(1, size).bit_length()):
        depth = depth + depth[up]
        up = up[up]
    found: Longs = depth[:size].astype(np.int64)
    return found
