"""How doses are shared out. Pure: each proposal is whole doses that add up to no more than there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor
from typing import Final

WAYS: Final = ("asked", "missing", "days")


def by_weight(weights: Mapping[str, float], available: int, caps: Mapping[str, int] | None = None) -> dict[str, int]:
    """Largest remainder: ``available x weight / sum of weights``, rounded down, what is left to the largest fractions.

    ``caps``: nobody gets more than this; what that frees goes to the others by the same weights.
    """
    left, open_ = available, {place: weight for place, weight in weights.items() if weight > 0}
    given = dict.fromkeys(weights, 0)
    while open_ and left > 0:
        total = sum(open_.values())
        shares = {place: left * weight / total for place, weight in open_.items()}
        full = [place for place, share in shares.items() if caps is not None and share >= caps[place] - given[place]]
        if full:
            for place in full:
                assert caps is not None
                left -= caps[place] - given[place]
                given[place] = caps[place]
                del open_[place]
            continue
        for place, share in shares.items():
            given[place] += floor(share)
        rest = left - sum(floor(share) for share in shares.values())
        order = sorted(shares, key=lambda place: (floor(shares[place]) - shares[place], place))
        for place in order[:rest]:
            given[place] += 1
        return given
    return given


def propose(
    way: str, available: int, *, asked: Mapping[str, int], missing: Mapping[str, int], stock: Mapping[str, int],
    per_day: Mapping[str, float],
) -> dict[str, int]:  # fmt: skip
    """A proposal for every place. Raises KeyError for an unknown way.

    ``asked``: in proportion to what was asked, and never more than that. ``missing``: in proportion to the eligible
    people without a dose. ``days``: so that stock and gift together last equally many days at the pace of the last two
    weeks; who has enough for longer gets nothing.
    """
    match way:
        case "asked":
            return by_weight({k: float(v) for k, v in asked.items()}, available, dict(asked))
        case "missing":
            return by_weight({k: float(v) for k, v in missing.items()}, available)
        case "days":
            return _level(available, stock, per_day)
    raise KeyError(way)


def _level(available: int, stock: Mapping[str, int], per_day: Mapping[str, float]) -> dict[str, int]:
    """The number of days d for which the sum of max(0, d x pace - stock) is what there is, then rounded."""
    running = sorted((place for place in per_day if per_day[place] > 0), key=lambda p: max(0, stock[p]) / per_day[p])
    need: dict[str, float] = {}
    held, pace = 0.0, 0.0
    for index, place in enumerate(running):
        held, pace = held + max(0, stock[place]), pace + per_day[place]
        days = (available + held) / pace
        after: Sequence[str] = running[index + 1 : index + 2]
        if not after or days <= max(0, stock[after[0]]) / per_day[after[0]]:
            need = {p: days * per_day[p] - max(0, stock[p]) for p in running[: index + 1]}
            break
    return dict.fromkeys(per_day, 0) | by_weight(need, available)
