"""Orders that nobody has to keep any more, though no one has taken them back: their contact was let go, their case is
none. They are shown as such, and neither printed with the new ones nor brought."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from lachan.surveillance.cases.queries import case_facts
from lachan.surveillance.orders.issuing import STANDING
from lachan.surveillance.orders.queries import OrderFacts
from lachan.tracing.models import Watch

_OF_CASES = frozenset({"isolation"})


def lapsed(orders: Sequence[OrderFacts]) -> set[UUID]:
    """Ids of those among these that stand on paper only. Two queries.

    A quarantine order rests on the watch that is its cause, an isolation order on a case. One of a watch that ended on
    its last day has run out by its own date, and is among them too; one with another cause is not.
    """
    quarantines = [order for order in orders if order.state == STANDING and order.kind == "quarantine"]
    isolations = [order for order in orders if order.state == STANDING and order.kind in _OF_CASES]
    closed = set(
        Watch.objects.filter(
            person_id__in={order.person_id for order in quarantines}, id__in={order.cause_id for order in quarantines}
        )
        .exclude(state="open")
        .values_list("id", flat=True)
    )
    cases = case_facts(None, {order.cause_id for order in isolations}) if isolations else {}
    none = {case_id for case_id, case in cases.items() if case.classification == "discarded"}
    return {order.id for order in quarantines if order.cause_id in closed} | {
        order.id for order in isolations if order.cause_id in none
    }
