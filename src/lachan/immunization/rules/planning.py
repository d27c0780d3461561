"""A week of sessions proposed from who is due, how many a session can serve, and what lies in the refrigerator. Pure.

Nothing here is binding: the head changes and confirms. Every number of the proposal comes with the numbers it was made
from, so that whoever reads it can add up again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil
from typing import Final, NamedTuple

PARTS: Final = ("morning", "afternoon")
MOST_SESSIONS: Final = 14  # two a day, seven days


class Supply(NamedTuple):
    """Doses of a product that may be used up to ``until`` (None: no known end)."""

    product_id: int
    doses: int
    until: date | None


class Slot(NamedTuple):
    """A half day on which a session could be held."""

    day: date
    part: str


class Proposed(NamedTuple):
    """A session: doses by product, and what is lacking of them."""

    slot: Slot
    doses: Mapping[int, int]
    short: Mapping[int, int]

    @property
    def people(self) -> int:
        return sum(self.doses.values())


class Need(NamedTuple):
    """One product over the week. ``enough_until``: the last day whose sessions the stock still covers; None: not even
    the first."""

    product_id: int
    due: int
    planned: int
    stock: int
    short: int
    enough_until: date | None


class Proposal(NamedTuple):
    """``people`` due in all, ``needed`` = people / capacity rounded up, ``left`` people no slot was found for."""

    people: int
    capacity: int
    needed: int
    sessions: tuple[Proposed, ...]
    needs: tuple[Need, ...]
    left: int


def propose(
    due: Mapping[int, int], first: int, supply: Sequence[Supply], slots: Sequence[Slot], capacity: int
) -> Proposal:
    """A week's sessions.

    ``due``: people whose next dose falls due, by the product they had. ``first``: people without any dose; they get
    what is left of the stock, the most plentiful product first. ``slots`` in the order of time, those already planned
    left out by the caller.
    """
    wanted = _with_first(due, first, supply)
    people = sum(wanted.values())
    needed = ceil(people / capacity) if capacity > 0 else 0
    used = slots[: min(needed, MOST_SESSIONS)]
    plans: list[dict[int, int]] = []
    rest = dict(wanted)
    for index in range(len(used)):
        room = min(capacity, ceil(sum(rest.values()) / (len(used) - index)))
        plans.append(_fill(rest, room))
    sessions, needs = _against_stock(used, plans, supply, wanted)
    return Proposal(people, capacity, needed, sessions, needs, sum(rest.values()))


def _with_first(due: Mapping[int, int], first: int, supply: Sequence[Supply]) -> dict[int, int]:
    """People by product: those due by their own, first doses by what the stock leaves."""
    wanted = {product: people for product, people in due.items() if people > 0}
    left: dict[int, int] = defaultdict(int)
    for entry in supply:
        left[entry.product_id] += max(entry.doses, 0)
    for product, people in wanted.items():
        left[product] = max(left[product] - people, 0)
    rest = first
    for product in sorted(left, key=lambda key: (-left[key], key)):
        given = min(rest, left[product])
        if given > 0:
            wanted[product] = wanted.get(product, 0) + given
            rest -= given
    if rest and (known := sorted(left, key=lambda key: (-left[key], key)) or sorted(wanted)):
        wanted[known[0]] = wanted.get(known[0], 0) + rest
    return wanted


def _fill(rest: dict[int, int], room: int) -> dict[int, int]:
    """One session's share: few products a session, the largest need first, so that fewer vials are opened."""
    taken: dict[int, int] = {}
    for product in sorted(rest, key=lambda key: (-rest[key], key)):
        share = min(rest[product], room)
        if share > 0:
            taken[product] = share
            rest[product] -= share
            room -= share
    return taken


def _against_stock(
    slots: Sequence[Slot], plans: Sequence[Mapping[int, int]], supply: Sequence[Supply], wanted: Mapping[int, int]
) -> tuple[tuple[Proposed, ...], tuple[Need, ...]]:
    """Each session against the lots that may still be used on its day, first to expire first."""
    lots = sorted(supply, key=lambda entry: (entry.until is None, entry.until or date.max))
    left = [entry.doses for entry in lots]
    covered: dict[int, date | None] = dict.fromkeys(wanted)
    broken: set[int] = set()
    missing: dict[int, int] = defaultdict(int)
    planned: dict[int, int] = defaultdict(int)
    sessions = []
    for slot, plan in zip(slots, plans, strict=True):
        short = {}
        for product, doses in plan.items():
            planned[product] += doses
            lacking = doses - _draw(lots, left, product, doses, slot.day)
            if lacking:
                short[product] = lacking
                missing[product] += lacking
                broken.add(product)
            elif product not in broken:
                covered[product] = slot.day
        sessions.append(Proposed(slot, dict(plan), short))
    stock: dict[int, int] = defaultdict(int)
    for entry in supply:
        stock[entry.product_id] += entry.doses
    needs = tuple(
        Need(product, wanted[product], planned[product], stock[product], missing[product], covered[product])
        for product in sorted(wanted)
    )
    return tuple(sessions), needs


def _draw(lots: Sequence[Supply], left: list[int], product: int, doses: int, day: date) -> int:
    """Take doses from what is left of the lots, in their order; how many there were."""
    drawn = 0
    for place, lot in enumerate(lots):
        if lot.product_id == product and (lot.until is None or lot.until >= day):
            share = min(doses - drawn, left[place])
            left[place] -= share
            drawn += share
    return drawn


def clash(one: tuple[date, str], other: tuple[date, str]) -> bool:
    """Whether two sessions are at the same time; a whole day meets both halves."""
    return one[0] == other[0] and (one[1] == other[1] or "day" in (one[1], other[1]))
