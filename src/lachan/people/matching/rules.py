"""One door to the matcher: which rules apply to a pair."""

from collections.abc import Iterable

from lachan.people.matching import name_parts, vietnamese
from lachan.people.matching.decision import Decision
from lachan.people.matching.record import Record


def decide(a: Record, b: Record) -> Decision:
    """Are these two records one person? Symmetric, deterministic, without a clock.

    Records that both come from a registry with separate name parts are judged by its rules, all others as Vietnamese.
    """
    if a.parts is not None and b.parts is not None:
        return name_parts.decide(a, b)
    return vietnamese.decide(a, b)


def decide_many(pairs: Iterable[tuple[Record, Record]]) -> list[Decision]:
    """One decision a pair, in order."""
    return [decide(a, b) for a, b in pairs]
