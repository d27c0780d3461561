"""Clusters and the drawing of chains: what is shown of a picture first, and of one cluster when it is unfolded."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from lachan.tracing.chains.shapes import Days, Longs
from lachan.tracing.outbreak.graph import Picture

MOST_DRAWN: Final = 40  # clusters
MOST_LISTED: Final = 100
MOST_UNFOLDED: Final = 2_000  # cases of one cluster
MOST_GENERATIONS: Final = 30  # later ones are drawn as one


class Group(NamedTuple):
    """A cluster of two or more. ``key``: position of its first case, by whose id the cluster is opened; ``first``,
    ``last``: days since 1970; ``recent``, ``before``: cases of the last seven days and of the seven before; ``chains``:
    cases whose infector lies in it; ``name``: as officers wrote it on most of them."""

    label: int
    key: int
    size: int
    first: float
    last: float
    recent: int
    before: int
    growth: float
    f1: int
    f2: int
    chains: int
    name: str


class Stage(NamedTuple):
    """Cases of one generation of a cluster: drawn as one point at the middle of their days; ``inside``: how many of
    them have their infector in the generation before."""

    label: int
    generation: int
    day: float
    cases: int
    inside: int
    f1: int


def groups(found: Picture, *, limit: int = MOST_LISTED) -> list[Group]:
    """Clusters of two or more, the largest first."""
    number = int((found.clusters.size > 1).sum())
    return [group(found, label) for label in range(min(number, limit))]


def group(found: Picture, label: int) -> Group:
    """One cluster."""
    members, of = found.members(label), found.clusters
    names = [found.cases[n].cluster for n in members.tolist() if found.cases[n].cluster]
    return Group(
        label, int(members[0]), int(of.size[label]), float(of.first[label]), float(of.last[label]),
        int(of.recent[label]), int(of.before[label]), float(of.growth[label]), int(found.f1[members].sum()),
        int(found.f2[members].sum()), int((found.parent[members] >= 0).sum()),
        max(sorted(set(names)), key=names.count) if names else "",
    )  # fmt: skip


def alone(found: Picture) -> int:
    """Cases that belong to no cluster."""
    return int((found.clusters.size == 1).sum())


def stages(found: Picture, labels: list[int]) -> list[Stage]:
    """Generations of these clusters, in order."""
    rows = []
    for label in labels:
        members = found.members(label)
        depth = np.minimum(found.generation[members], MOST_GENERATIONS)
        for generation in np.unique(depth).tolist():
            own = members[depth == generation]
            days = found.day[own][~np.isnan(found.day[own])]
            middle = float(np.median(days)) if len(days) else float("nan")
            rows.append(Stage(
                label, generation, middle, len(own), int((found.parent[own] >= 0).sum()), int(found.f1[own].sum())
            ))  # fmt: skip
    return rows


def rows_of(found: Picture, members: Longs) -> Days:
    """The height each of these cases is drawn at: ends of chains one below the other, whoever infected them at their
    middle; chains after each other by their first day. A line never crosses another one's chain."""
    at = {case: n for n, case in enumerate(members.tolist())}
    children: list[list[int]] = [[] for _ in at]
    roots: list[int] = []
    for case, n in at.items():  # by day, as positions are: infectees follow in order
        above = at.get(int(found.parent[case]), -1)
        (children[above] if above >= 0 else roots).append(n)
    height, below = np.zeros(len(at)), 0.0
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        n, back = stack.pop()
        if not children[n]:
            height[n], below = below, below + 1.0
        elif back:
            height[n] = (height[children[n][0]] + height[children[n][-1]]) / 2
        else:
            stack.append((n, True))
            stack += [(child, False) for child in reversed(children[n])]
    return height
