"""Doors of cases and orders: a part of the one table, ``permissions.DOORS``."""

from __future__ import annotations

from lachan.access.rules import Role

from .doors import AUDITOR, HEAD, OBSERVER, OFFICERS, SCREENER, VACCINATOR, Door, page

READING = OFFICERS | AUDITOR
ORDERING = frozenset({Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER})

DOORS: dict[str, Door] = {
    "GET cases": page(READING),
    "POST cases": page(READING).sending(q="an"),
    "GET illness": page(READING),
    "POST illness-step": page(OFFICERS).sending(step="cluster"),
    "POST illness-order": page(ORDERING),
    "POST illness-order-withdraw": page(ORDERING),
    # the laboratory reports by the door of commands; it opens nobody's page
    "GET illness-report": page(OFFICERS | {SCREENER, VACCINATOR, OBSERVER, HEAD}),
    "POST illness-report": page(OFFICERS | {SCREENER, VACCINATOR, OBSERVER, HEAD}),
    "GET orders": page(READING),
    "POST orders-print": page(READING),
    "POST orders-deliver": page(ORDERING),
    "POST orders-withdraw": page(ORDERING).sending(reason="because"),
}
