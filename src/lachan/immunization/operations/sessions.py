"""Opening and closing sessions."""

from __future__ import annotations

import msgspec

from lachan.immunization.batch import Batch, Item
from lachan.immunization.queries.station import session_of
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.statements import load


def open_sessions(batch: Batch, items: list[Item]) -> list[Worked]:
    """Open sessions. One that was planned under this id is opened with the lots of the day, and keeps its staff when
    none is sent; so is one that was called off, for people are there. One open or closed is left as it is."""
    rows, done = [], []
    for item in items:
        body, facility = item.body, item.facility
        assert facility is not None
        known = batch.sessions.get(body.session_id)
        if known is not None and known.facility_id != facility.id:
            done.append(item.refuse("session_of_other_facility", field="session_id"))
            continue
        if known is not None and known.status in ("open", "closed"):
            done.append(item.accept(body.session_id))
            continue
        unknown = [key for key in body.lots if key not in batch.catalogue.keys]
        if unknown:
            done.append(item.refuse("product_unknown", field="lots", product=unknown[0][:40]))
            continue
        batch.sessions[body.session_id] = session_of(body, facility.id)
        rows.append(
            (
                body.session_id, facility.id, body.date, body.part, body.capacity,
                msgspec.json.encode(body.lots).decode(), msgspec.json.encode(body.staff).decode(),
            )
        )  # fmt: skip
        batch.record("session.opened", body.session_id, item.command.happened_at, f'{{"facility":{facility.id}}}')
        done.append(item.accept(body.session_id))
    if rows:
        arrays.execute(batch.cursor, load("immunization", "insert_sessions"), [batch.now, *columns(rows)])
    return done


def close_sessions(batch: Batch, items: list[Item]) -> list[Worked]:
    """Close sessions; doses given while one was open may still be sent."""
    for item in items:
        batch.record("session.closed", item.body.session_id, item.command.happened_at, "{}")
    arrays.execute(
        batch.cursor,
        load("immunization", "close_sessions"),
        [[item.body.session_id for item in items], [item.command.happened_at for item in items]],
    )
    return [item.accept(item.body.session_id) for item in items]
