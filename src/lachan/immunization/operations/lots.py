"""A lot is set apart, recalled or given free at a place. What holds for a dose is read with every slice of doses."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lachan.access import scopes
from lachan.immunization import queries
from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.supply import LotMarkIn, LotReleaseIn
from lachan.kernel import arrays, locks
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

Place = tuple[int | None, int | None]
"""(area, facility), one of them None."""
_STATUS = {"lot.quarantine": "quarantined", "lot.recall": "recalled"}


class _Standing(NamedTuple):
    """A mark that has not been ended."""

    id: UUID
    status: str
    since: datetime


def mark_lots(batch: Batch, items: list[Item]) -> list[Worked]:
    """Quarantine or recall. The same again is accepted and changes nothing; a recall takes the place of a quarantine;
    a recalled lot is not made a quarantined one."""
    lots = _lots(batch, items)
    standing = _standing(batch, {lot_id for lot_id, _ in lots.values()})
    done: list[Worked] = []
    changed: set[int] = set()
    for item in items:
        body: LotMarkIn = item.body
        found, place, refused = _asked(batch, item, lots)
        if refused is not None:
            done.append(refused)
            continue
        assert found is not None
        status, since = _STATUS[item.command.verb], body.since or item.command.happened_at
        before = standing.get((found, place))
        if before is not None and before.status == status:
            done.append(item.accept(before.id, already=True))
            continue
        if before is not None and before.status == "recalled":
            done.append(item.refuse("lot_is_recalled", lot=body.lot))
            continue
        if before is not None:
            _end(batch, before, max(since, before.since), body.reason, body.document)
        row_id = new_id()
        batch.cursor.execute(
            load("immunization", "insert_lot_status"),
            [
                row_id, found, *place, status, since, body.reason.strip(), body.document, body.excursion_id,
                batch.actor.id, batch.now,
            ],
        )  # fmt: skip
        standing[found, place] = _Standing(row_id, status, since)
        changed.add(found)
        _record(batch, item, f"lot.{status}", row_id, found, place)
        done.append(item.accept(row_id, lot_id=found))
    _derive(batch, changed)
    return done


def release_lots(batch: Batch, items: list[Item]) -> list[Worked]:
    """End what was set at exactly that place. Messages about it that have not gone out are withdrawn."""
    lots = _lots(batch, items)
    standing = _standing(batch, {lot_id for lot_id, _ in lots.values()})
    done: list[Worked] = []
    changed: set[int] = set()
    for item in items:
        body: LotReleaseIn = item.body
        found, place, refused = _asked(batch, item, lots)
        if refused is not None:
            done.append(refused)
            continue
        assert found is not None
        before = standing.pop((found, place), None)
        if before is None:
            done.append(item.refuse("lot_status_not_here", lot=body.lot))
            continue
        if before.status == "recalled" and not _within(batch, "lot.recall", place):
            standing[found, place] = before
            done.append(item.refuse("not_allowed", verb="lot.recall"))
            continue
        _end(batch, before, max(item.command.happened_at, before.since), body.reason, body.document)
        batch.cursor.execute(load("immunization", "withdraw_messages"), ["released", before.id])
        changed.add(found)
        _record(batch, item, "lot.released", before.id, found, place)
        done.append(item.accept(before.id, lot_id=found))
    _derive(batch, changed)
    return done


def _lots(batch: Batch, items: list[Item]) -> dict[tuple[int, str], tuple[int, Any]]:
    """Lots asked for, locked until the end of the transaction."""
    keys = batch.catalogue.keys
    pairs = {(keys[i.body.product], _number(i)) for i in items if i.body.product in keys}
    lots = queries.lots_in(batch.cursor, pairs)
    found = {pair: lot for pair, lot in lots.items() if lot[1].product_id == pair[0]}
    locks.lock(batch.cursor, "lot", {lot_id for lot_id, _ in found.values()})
    return found


def _number(item: Item) -> str:
    return str(item.body.lot).strip().upper()


def _asked(
    batch: Batch, item: Item, lots: dict[tuple[int, str], tuple[int, Any]]
) -> tuple[int | None, Place, Worked | None]:
    """(lot, place, refusal): the lot must be known and the place be the actor's."""
    body = item.body
    if item.facility is not None and body.area_id is not None:
        return None, (None, None), item.refuse("one_place_only")
    place: Place = (None, item.facility.id) if item.facility is not None else (body.area_id or COUNTRY_ID, None)
    product_id = batch.catalogue.keys.get(body.product)
    if product_id is None:
        return None, place, item.refuse("product_unknown", field="product", product=body.product[:40])
    if place[0] is not None and places.area(place[0]) is None:
        return None, place, item.refuse("area_unknown")
    if not _within(batch, item.command.verb, place):
        return None, place, item.refuse("not_allowed_in_area", area=place_name(place))
    found = lots.get((product_id, _number(item)))
    if found is None:
        return None, place, item.refuse("lot_not_known", lot=body.lot, product=batch.catalogue.name(product_id))
    return found[0], place, None


def _within(batch: Batch, verb: str, place: Place) -> bool:
    """Whether every facility of the place is the actor's: a head does not set a lot apart for the district."""
    area_id, facility_id = place
    scope = scopes.facility_ids(batch.actor, verb)
    if scope is None:
        return True
    if facility_id is not None:
        return facility_id in scope
    return (
        area_id != COUNTRY_ID
        and len(places.facilities_in(area_id or 0)) > 0
        and places.facilities_in(area_id or 0) <= scope
    )


def place_name(place: Place) -> str:
    """The place in words for a sentence."""
    area_id, facility_id = place
    if facility_id is not None:
        facility = places.facility(facility_id)
        return facility.name if facility else ""
    area = places.area(area_id or COUNTRY_ID)
    return area.full_name if area else ""


def _standing(batch: Batch, lot_ids: set[int]) -> dict[tuple[int, Place], _Standing]:
    if not lot_ids:
        return {}
    arrays.execute(batch.cursor, load("immunization", "standing_lot_status"), [sorted(lot_ids)])
    return {(row[1], (row[2], row[3])): _Standing(row[0], row[4], row[5]) for row in batch.cursor.fetchall()}


def _end(batch: Batch, before: _Standing, until: datetime, reason: str, document: str) -> None:
    batch.cursor.execute(
        load("immunization", "end_lot_status"),
        [until, batch.actor.id, reason.strip(), document, batch.now, before.id],
    )


def _derive(batch: Batch, lot_ids: set[int]) -> None:
    """The lot's own row says what holds for the whole nation, for lists that name no place."""
    if lot_ids:
        arrays.execute(batch.cursor, load("immunization", "derive_lot_status"), [sorted(lot_ids)])


def _record(batch: Batch, item: Item, fact: str, row_id: UUID, lot_id: int, place: Place) -> None:
    where = f'"area":{place[0]}' if place[0] is not None else f'"facility":{place[1]}'
    batch.record(fact, row_id, item.command.happened_at, f'{{"lot":{lot_id},{where}}}')
