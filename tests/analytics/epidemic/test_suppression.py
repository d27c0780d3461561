"""Somebody who sees every page, knows the totals and knows the rule cannot work out a hidden number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest

from lachan.analytics.epidemic.suppression import conceal

Tree = tuple[tuple[int, ...], ...]


def seen(tree: Tree) -> tuple[Any, ...]:
    """What the pages show of a nation."""
    gone = conceal(tree)
    whole = None if gone.whole else sum(map(sum, tree))
    parts = tuple(None if away else sum(part) for part, away in zip(tree, gone.parts, strict=True))
    pieces = tuple(
        tuple(None if away else value for value, away in zip(part, hidden, strict=True))
        for part, hidden in zip(tree, gone.pieces, strict=True)
    )
    return whole, parts, pieces


def every(shape: Sequence[int], values: Sequence[int]) -> list[Tree]:
    found = []
    for flat in product(values, repeat=sum(shape)):
        rest, tree = list(flat), []
        for size in shape:
            tree.append(tuple(rest[:size]))
            del rest[:size]
        found.append(tuple(tree))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "values"),
    [((3,), range(14)), ((2, 2), range(10)), ((1, 2), range(16)), ((1, 1, 1), range(16)), ((2, 1, 1), range(9)),
     ((3, 2), range(8)), ((2, 2, 1), range(7)), ((1, 1, 1, 1), range(10))],
)  # fmt: skip
def test_nothing_hidden_follows_from_what_is_shown(shape: Sequence[int], values: Sequence[int]) -> None:
    """Every nation that looks the same is tried: that is all anybody can know."""
    alike: dict[Any, list[Tree]] = defaultdict(list)
    for tree in every(shape, values):
        alike[seen(tree)].append(tree)
    for view, trees in alike.items():
        # what the numbers tried here end at is no knowledge of anybody
        if any(value >= max(values) - 1 for tree in trees for part in tree for value in part):
            continue
        for at, part in enumerate(view[2]):
            for piece, shown in enumerate(part):
                if shown is None:
                    could_be = {tree[at][piece] for tree in trees}
                    assert len(could_be) > 1, (view, trees[0])
            if view[1][at] is None:
                assert len({sum(tree[at]) for tree in trees}) > 1, (view, trees[0])


def test_no_small_number_is_shown() -> None:
    for tree in every((2, 2), range(7)):
        whole, parts, pieces = seen(tree)
        for value in (whole, *parts, *(value for part in pieces for value in part)):
            assert value is None or value == 0 or value >= 5


def test_nothing_is_hidden_without_need() -> None:
    assert seen(((10, 0), (7, 20))) == (37, (10, 27), ((10, 0), (7, 20)))
    # two small ones protect each other: their province and everything else is shown
    assert seen(((2, 3, 50), (7, 20))) == (82, (55, 27), ((None, None, 50), (7, 20)))
