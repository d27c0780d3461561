"""Where cases were in their windows: the places with exposure, and whose staff is to be warned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.tracing.lists.found import Found
from lachan.tracing.lists.sight import at


def write(cursor: psycopg.Cursor[Any], found: dict[UUID, Found], *, gone: Sequence[UUID], now: datetime) -> None:
    """Bring the stays of these cases to what was found; those of cases that are none any more go, unless somebody was
    warned of them already."""
    cases = [*found, *gone]
    if not cases:
        return
    arrays.execute(cursor, load("tracing", "drop_casestays"), [cases])
    rows = [
        (stay.place_id, new_id(), case_id, made.facts.person_id, made.facts.disease, at(stay.t_in), at(stay.t_out),
         stay.others, stay.listed, stay.area_id)
        for case_id, made in sorted(found.items()) for stay in made.stays
    ]  # fmt: skip
    if rows:
        rows.sort(key=lambda row: (row[0], row[2], row[5]))
        columns = arrays.columns(rows)
        arrays.execute(cursor, load("tracing", "write_casestays"), [now, *columns])
