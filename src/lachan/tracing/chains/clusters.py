"""Cases that belong together: joined by links worth believing and by places and times they share."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from lachan.tracing.chains.shapes import Days, Longs, Weights

BELIEVED: Final = 0.5  # weight of a link from which on it joins
NEAR: Final = 7.0  # days between two cases of one place that count as the same time
RECENT: Final = 7.0


class Clusters(NamedTuple):
    """``label``: number of each case's cluster, by size, the largest 0; the rest a row a cluster.

    ``first``, ``last``: days of its cases (NaN: none has one); ``recent``, ``before``: cases in its last seven days
    before ``until`` and in the seven before those; ``growth``: (recent + 0.5) / (before + 0.5), above 1 it grows.
    """

    label: Longs
    size: Longs
    first: Days
    last: Days
    recent: Longs
    before: Longs
    growth: Weights


class Presence(NamedTuple):
    """Cases at places that mean something (e.g. those :func:`backward.shared` found): case, place, day."""

    case: Longs
    place: Longs
    day: Days


def find(
    day: Days, left: Longs, right: Longs, weight: Weights, presence: Presence | None = None, *,
    believed: float = BELIEVED, near: float = NEAR, until: float | None = None,
) -> Clusters:  # fmt: skip
    """Connected groups of the cases with these days, by links of at least ``believed`` and by places.

    At one place, cases follow each other as long as no gap is longer than ``near`` days: a hospital infected in March
    and again in June is two clusters. A place must be given only if sharing it means something.
    """
    kept = (weight >= believed) & (left >= 0) & (right >= 0)
    one, other = left[kept], right[kept]
    if presence is not None and len(presence.case):
        order = np.lexsort((presence.day, presence.place))
        case, place, at = presence.case[order], presence.place[order], presence.day[order]
        follows = np.flatnonzero((np.diff(place) == 0) & (np.diff(at) <= near))
        one, other = np.concatenate([one, case[follows]]), np.concatenate([other, case[follows + 1]])
    return _describe(components(len(day), one, other), day, until)


def components(size: int, left: Longs, right: Longs) -> Longs:
    """A number for the connected part each of ``size`` nodes lies in: that of its first node."""
    label = np.arange(size, dtype=np.int64)
    while True:
        low = np.minimum(label[left], label[right])
        before = label.copy()
        np.minimum.at(label, label[left], low)
        np.minimum.at(label, label[right], low)
        while not np.array_equal(label[label], label):  # straight to the root
            label = label[label]
        if np.array_equal(label, before):
            return label


def _describe(root: Longs, day: Days, until: float | None) -> Clusters:
    roots, part, size = np.unique(root, return_inverse=True, return_counts=True)
    order = np.lexsort((roots, -size))
    number = np.empty(len(roots), dtype=np.int64)
    number[order] = np.arange(len(roots))
    label = number[part]
    count = len(roots)
    dated = ~np.isnan(day)
    first, last = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(first, label[dated], day[dated])
    np.maximum.at(last, label[dated], day[dated])
    empty = np.isinf(first)
    first[empty] = last[empty] = np.nan
    end = until if until is not None else float(day[dated].max()) if dated.any() else 0.0
    age = np.where(dated, end - np.nan_to_num(day), np.inf)
    recent = np.bincount(label[(age >= 0) & (age < RECENT)], minlength=count)
    before = np.bincount(label[(age >= RECENT) & (age < 2 * RECENT)], minlength=count)
    return Clusters(label, size[order], first, last, recent, before, (recent + 0.5) / (before + 0.5))
