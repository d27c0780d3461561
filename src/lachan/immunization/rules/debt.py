"""What a day at a facility still owes: the paper's count against the records. Pure, so that order cannot matter.

A session's tally is held against the doses recorded in that session. Doses of the day that name no session of it (from
paper, entered later) fill what is missing of their product, the earliest session first; what is still missing may be
explained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID


class Counted(NamedTuple):
    """The current tally of a session; ``given`` by product id."""

    session_id: UUID
    given: Mapping[int, int]


class Standing(NamedTuple):
    """One product of one tallied session. ``given + surplus = recorded + explained + missing`` always."""

    session_id: UUID
    product_id: int
    given: int
    recorded: int  # in the session, and from those of no session what filled its gap
    explained: int
    missing: int
    surplus: int


Recorded = Mapping[tuple[UUID | None, int], int]
Explained = Mapping[tuple[UUID, int], int]


def settle(tallies: Iterable[Counted], recorded: Recorded, explained: Explained) -> list[Standing]:
    """Every product of every tallied session of one facility and day, sessions in the order given.

    ``recorded``: doses that count by (session, product); None is no session of this day. ``explained``: accepted
    explanations by (session, product).
    """
    loose: dict[int, int] = defaultdict(int)
    for (session_id, product_id), doses in recorded.items():
        if session_id is None:
            loose[product_id] += doses
    found = []
    for session_id, given in tallies:
        products = given.keys() | {product for session, product in recorded if session == session_id}
        for product_id in sorted(products):
            paper, entered = given.get(product_id, 0), recorded.get((session_id, product_id), 0)
            filled = min(max(paper - entered, 0), loose[product_id])
            loose[product_id] -= filled
            gap = max(paper - entered - filled, 0)
            answered = min(gap, explained.get((session_id, product_id), 0))
            found.append(
                Standing(
                    session_id, product_id, paper, entered + filled, answered, gap - answered, max(entered - paper, 0)
                )
            )
    return found
