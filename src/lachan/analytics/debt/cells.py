"""One facility and day, counted again from the tables; and which facilities and days a fact touches.

Nothing is added up as facts come: a fact says only *where* something changed, and that day is counted afresh. So facts
may come in any order, twice, or late, and the meter still says what the tables say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

import psycopg

from lachan.analytics.debt.facts import Owed
from lachan.certificates.queries import signing
from lachan.immunization.queries import debt as immunization
from lachan.immunization.queries.debt import Cell
from lachan.kernel import arrays, published
from lachan.kernel.journal import Row
from lachan.kernel.statements import load
from lachan.places import queries as places

ZONE: Final = "Asia/Ho_Chi_Minh"
DOSE_COMMANDS: Final = ("dose.record",)  # what is sent to record a dose; held or refused it is a dose not recorded
_SESSIONS: Final = frozenset({"session.opened", "session.closed", "session.replanned", "session.cancelled"})
# what these say of a dose is in their bodies, or changes no day
_QUIET: Final = frozenset({"dose.recorded", "dose.renumbered", "dose.not_given"})
_PEOPLE: Final = frozenset({"person.merged", "person.unmerged", "person.amended"})


def touched(rows: Iterable[Row]) -> set[Cell]:
    """Facilities and days these facts say something about; a handful of queries however many facts."""
    found: set[Cell] = set()
    doses: list[tuple[UUID, UUID]] = []
    people: set[UUID] = set()
    sessions: set[UUID] = set()
    for row in rows:
        if "day" in row.body and "facility" in row.body:  # doses recorded or counted anew, tallies, explanations
            found.add((row.body["facility"], date.fromisoformat(row.body["day"])))
        if row.verb in _SESSIONS:
            sessions.add(row.subject)
        elif row.verb in _PEOPLE:
            people |= {row.subject, *_ids(row.body)}
        elif row.verb.startswith("dose.") and row.verb not in _QUIET and "dose" in row.body:
            doses.append((row.subject, UUID(row.body["dose"])))
    found |= immunization.days_of_doses(doses)
    found |= immunization.days_of_people(sorted(people))
    found |= immunization.days_of_sessions(sorted(sessions))
    return {cell for cell in found if cell[0]}


def _ids(body: Mapping[str, Any]) -> Iterable[UUID]:
    """Ids named in a fact about people: of the one who went as well as of the one who stays."""
    for value in body.values():
        if isinstance(value, str) and len(value) == 36:
            try:
                yield UUID(value)
            except ValueError:
                continue


def standing_items() -> dict[Cell, tuple[int, int]]:
    """(held, refused) doses in worklists by facility and day; one query over what is open."""
    found: dict[Cell, list[int]] = defaultdict(lambda: [0, 0])
    for facility_id, day, kind, count in published.open_items(DOSE_COMMANDS, ZONE):
        found[facility_id, day][kind != "held"] += count
    return {cell: (held, refused) for cell, (held, refused) in found.items()}


def count(
    cursor: psycopg.Cursor[Any], cells: Collection[Cell], items: Mapping[Cell, tuple[int, int]]
) -> dict[Cell, Owed]:
    """What these facilities and days owe, from the tables; five queries however many."""
    found = {}
    signed = signing.signed_in(cursor, cells)
    for cell, debt in immunization.days_in(cursor, cells).items():
        held, refused = items.get(cell, (0, 0))
        missing = sum(line.missing for line in debt.standings)
        found[cell] = Owed(
            sum(line.given for line in debt.standings),
            debt.recorded,
            debt.matched,
            missing,
            sum(line.explained for line in debt.standings),
            sum(line.surplus for line in debt.standings),
            len(debt.untallied),
            held,
            refused,
            max(missing - held - refused, 0),  # a held dose of a tallied session is one of those missing
            signed.get(cell, 0),
        )
    return found


def stored(cursor: psycopg.Cursor[Any], cells: Collection[Cell]) -> dict[Cell, Owed]:
    """What the meter says of them."""
    order = sorted(cells)
    arrays.execute(cursor, load("analytics", "debt_of_days"), [[c[0] for c in order], [c[1] for c in order]])
    return {(row[0], row[1]): Owed(*row[2:]) for row in cursor.fetchall()}


def write(cursor: psycopg.Cursor[Any], counted: Mapping[Cell, Owed]) -> int:
    """Put them into the meter and its sums by province; how many days changed. Only one writer at a time, see
    ``projection``."""
    before = stored(cursor, counted.keys())
    nothing = Owed()
    changed = {cell: owed for cell, owed in counted.items() if before.get(cell, nothing) != owed}
    if not changed:
        return 0
    facilities = places.facility_table()
    sums: dict[tuple[date, int], list[int]] = defaultdict(lambda: [0] * len(nothing))
    for (facility_id, day), owed in changed.items():
        facility = facilities.get(facility_id)
        entry = sums[day, facility.province_id if facility is not None else 0]
        for index, (now, then) in enumerate(zip(owed, before.get((facility_id, day), nothing), strict=True)):
            entry[index] += now - then
    arrays.execute(
        cursor, load("analytics", "keep_debt_days"), arrays.columns((*c, *changed[c]) for c in sorted(changed))
    )
    arrays.execute(
        cursor, load("analytics", "add_debt_provinces"), arrays.columns((*k, *sums[k]) for k in sorted(sums))
    )
    return len(changed)
