"""What was probably meant: proposals for a record that the population register did not find right. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lachan.people.repair import births, names, numbers, others
from lachan.people.repair.facts import CITIZEN_ID, OLD_ID, Confidence, Held, Other, Proposal

__all__ = ["CITIZEN_ID", "OLD_ID", "Confidence", "Held", "Other", "Proposal", "propose", "safe_only"]


def propose(held: Held, near: Sequence[Other] = (), *, today: date) -> list[Proposal]:
    """Likely corrections; of several for one field the best first. What is only wrong, with nothing to put there, last.

    ``near``: records that may be the same person or of the household (see ``people/repair/README``). Deterministic.
    """
    found = [*others.propose(held, near)]
    taken = {(item.field, item.system) for item in found if item.after is not None}
    for item in [*names.propose(held.name), *numbers.propose(held), *births.propose(held, today)]:
        if (item.field, item.system) not in taken or item.safe:
            found.append(item)
    hints = {item.field for item in found if item.after is not None}
    kept = [item for item in found if item.after is not None or item.field not in hints]
    return sorted(kept, key=lambda item: item.after is None)


def safe_only(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Those fit to be accepted by the hundred: a matter of writing alone, one a field."""
    chosen: dict[tuple[str, str], Proposal] = {}
    for item in proposals:
        if item.safe and item.after is not None:
            chosen.setdefault((item.field, item.system), item)
    return list(chosen.values())
