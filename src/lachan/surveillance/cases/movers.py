"""How cases follow a person: two open ones of a disease may meet, and one of them stands back until both are settled.

Afterwards :func:`follow_persons` decides anew from the results that both records hold together, or apart again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.kernel import arrays
from lachan.kernel.movers import Kept, Move, Mover, rows_of
from lachan.kernel.statements import load
from lachan.people.facts import PersonChanged
from lachan.surveillance.cases.reconsider import reconsider
from lachan.surveillance.rules.definitions import diseases

_ROWS: Final = rows_of("surveillance", "surveillance_case")
_ACTOR: Final = Actor.system("cases follow persons")
_MOVED: Final = frozenset({"merged", "grown", "parted", "returned"})


def _move(cursor: psycopg.Cursor[Any], move: Move) -> Kept:
    arrays.execute(cursor, load("surveillance", "stand_back"), [move.source, move.target])
    return _ROWS.move(cursor, move)


MOVERS: Final = (
    Mover("surveillance", _ROWS.columns, _move, _ROWS.back, _ROWS.table),
    rows_of("surveillance", "surveillance_caseclass", hangs_on=("case_id",)),
    rows_of("surveillance", "surveillance_casenote", hangs_on=("case_id",)),
)


def follow_persons(cursor: psycopg.Cursor[Any], changes: Sequence[PersonChanged]) -> None:
    """Two records became one, or two again: what their results together, or apart, make of them. Their locks are held
    by whoever changed them."""
    concerned = {change.person_id for change in changes if change.kind in _MOVED}
    pairs = [(person_id, disease) for person_id in sorted(concerned) for disease in diseases()]
    reconsider(cursor, pairs, actor_id=_ACTOR.id, now=timezone.now())
