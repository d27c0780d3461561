"""Plans from the nation to the station: what was asked and what is given. What was sent and received the stock says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from lachan.access import scopes
from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.supply import AskIn, GiveIn, PlanIn
from lachan.kernel import arrays, locks
from lachan.kernel.commands import Worked
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.rules import COMMUNE, COUNTRY_ID


class PlanFacts(NamedTuple):
    """A plan as decisions need it."""

    id: UUID
    giver_id: int
    product_id: int
    available: int
    state: str
    over_reason: str


def plan_doses(batch: Batch, items: list[Item]) -> list[Worked]:
    """Make plans, or change those that are open; an officer's own level only."""
    known = _plans(batch, {i.body.plan_id for i in items} | {i.body.parent_id for i in items if i.body.parent_id})
    done: list[Worked] = []
    for item in items:
        body: PlanIn = item.body
        area, product_id = places.area(body.giver_id), batch.catalogue.keys.get(body.product)
        before, parent = known.get(body.plan_id), known.get(body.parent_id) if body.parent_id else None
        if area is None or area.level == COMMUNE:
            done.append(item.refuse("area_unknown"))
        elif product_id is None:
            done.append(item.refuse("product_unknown", field="product", product=body.product[:40]))
        elif not area_within(batch, "allocation.plan", body.giver_id):
            done.append(item.refuse("not_allowed_in_area", area=area.full_name))
        elif before is not None and (before.giver_id, before.state) != (body.giver_id, "open"):
            done.append(item.refuse("plan_not_open"))
        elif body.parent_id is not None and (parent is None or parent.product_id != product_id):
            done.append(item.refuse("plan_unknown"))
        else:
            number = plan_number(area.code, body.due_on, body.plan_id)
            batch.cursor.execute(
                load("immunization", "save_plan"),
                [
                    body.plan_id, number, body.giver_id, body.parent_id, product_id, body.title.strip(), body.available,
                    body.due_on, body.note, batch.actor.id, batch.now,
                ],
            )  # fmt: skip
            known[body.plan_id] = PlanFacts(body.plan_id, body.giver_id, product_id, body.available, "open", "")
            batch.record(
                "allocation.planned", body.plan_id, item.command.happened_at,
                f'{{"giver":{body.giver_id},"product":{product_id},"available":{body.available}}}',
            )  # fmt: skip
            done.append(item.accept(body.plan_id, number=number))
    return done


def plan_number(code: str, due_on: date, plan_id: UUID) -> str:
    """What is written on the delivery notes, by which the stock book's entries are found."""
    level = "TW" if code in ("", "00") else code  # trung ương: the nation
    return f"PB-{level}-{due_on:%y%m%d}-{plan_id.hex[-4:].upper()}"


def ask_doses(batch: Batch, items: list[Item]) -> list[Worked]:
    """What places ask for in a plan that is open; asking again replaces it."""
    known = _plans(batch, {item.body.plan_id for item in items})
    rows: dict[tuple[UUID, str], tuple[Any, ...]] = {}
    done: list[Worked] = []
    for item in items:
        body: AskIn = item.body
        plan = known.get(body.plan_id)
        facility_id = item.facility.id if item.facility is not None else None
        if plan is None:
            done.append(item.refuse("plan_unknown"))
        elif plan.state != "open":
            done.append(item.refuse("plan_not_open"))
        elif (facility_id is None) == (body.area_id is None):
            done.append(item.refuse("one_place_only"))
        elif not _below(plan, body.area_id, facility_id):
            done.append(item.refuse("place_not_of_plan"))
        elif body.area_id is not None and not area_within(batch, "allocation.ask", body.area_id):
            done.append(item.refuse("not_allowed_in_area", area=_area_name(body.area_id)))
        else:
            place = f"a{body.area_id}" if body.area_id is not None else f"f{facility_id}"
            rows[plan.id, place] = (
                plan.id, place, body.area_id, facility_id, body.doses, item.command.happened_at, body.note,
            )  # fmt: skip
            batch.record(
                "allocation.asked", plan.id, item.command.happened_at, f'{{"place":"{place}","doses":{body.doses}}}'
            )
            done.append(item.accept(plan.id))
    if rows:
        arrays.execute(batch.cursor, load("immunization", "ask_doses"), [batch.actor.id, *_columns(rows)])
    return done


def give_doses(batch: Batch, items: list[Item]) -> list[Worked]:
    """Decide what places get. The whole may not be more than the level has, unless it is said why."""
    return [_give(batch, item) for item in items]


def _give(batch: Batch, item: Item) -> Worked:
    body: GiveIn = item.body
    plan = _plans(batch, {body.plan_id}).get(body.plan_id)
    if plan is None:
        return item.refuse("plan_unknown")
    if plan.state == "closed":
        return item.refuse("plan_not_open")
    if not area_within(batch, "allocation.give", plan.giver_id):
        return item.refuse("not_allowed_in_area", area=_area_name(plan.giver_id))
    batch.cursor.execute(load("immunization", "plan_given"), [plan.id])
    before = dict(batch.cursor.fetchall())
    after = {line.place: line.doses for line in body.lines}
    for place in after:
        area_id, facility_id = place_of(place)
        if not _below(plan, area_id, facility_id):
            return item.refuse("place_not_of_plan")
    total = sum(doses or 0 for doses in (before | after).values())
    over = body.over_reason.strip() or plan.over_reason
    if total > plan.available and len(over) < 3:
        return item.refuse("more_than_available", total=total, available=plan.available)
    changed = {place: doses for place, doses in after.items() if before.get(place) != doses}
    if changed:
        at = item.command.happened_at
        rows = {
            (plan.id, place): (plan.id, place, *place_of(place), doses, at) for place, doses in sorted(changed.items())
        }
        arrays.execute(batch.cursor, load("immunization", "give_doses"), [batch.actor.id, *_columns(rows)])
        for place, doses in sorted(changed.items()):
            batch.record(
                "allocation.given", plan.id, at,
                f'{{"place":"{place}","from":{_json(before.get(place))},"to":{_json(doses)}}}',
            )  # fmt: skip
    if body.decide or over != plan.over_reason:
        state = "decided" if body.decide else plan.state
        batch.cursor.execute(
            load("immunization", "decide_plan"),
            [state, over if total > plan.available else "", state, batch.actor.id, state, batch.now, plan.id],
        )
        if body.decide:
            batch.record("allocation.decided", plan.id, item.command.happened_at, f'{{"given":{total}}}')
    return item.accept(plan.id, total=total, available=plan.available, changed=len(changed))


def area_within(batch: Batch, verb: str, area_id: int) -> bool:
    """Whether the actor answers for a whole area: one of their grants is of it or of one above."""
    scope = scopes.facility_ids(batch.actor, verb)
    if scope is None:
        return True
    inside = places.facilities_in(area_id)
    return area_id != COUNTRY_ID and len(inside) > 0 and inside <= scope


def place_of(place: str) -> tuple[int | None, int | None]:
    """(area, facility) of ``a79`` or ``f123``."""
    number = int(place[1:])
    return (number, None) if place[0] == "a" else (None, number)


def _below(plan: PlanFacts, area_id: int | None, facility_id: int | None) -> bool:
    if facility_id is not None:
        return facility_id in places.facilities_in(plan.giver_id)
    return area_id is not None and area_id != plan.giver_id and area_id in places.areas_under(plan.giver_id)


def _plans(batch: Batch, ids: set[UUID]) -> dict[UUID, PlanFacts]:
    locks.lock(batch.cursor, "plan", ids)
    arrays.execute(batch.cursor, load("immunization", "plans_to_decide"), [sorted(ids)])
    return {row[0]: PlanFacts(*row) for row in batch.cursor.fetchall()}


def _area_name(area_id: int) -> str:
    area = places.area(area_id)
    return area.full_name if area is not None else ""


def _columns(rows: dict[tuple[UUID, str], tuple[Any, ...]]) -> list[list[Any]]:
    ordered: Sequence[tuple[Any, ...]] = [rows[key] for key in sorted(rows)]
    return [list(column) for column in zip(*ordered, strict=True)]


def _json(value: int | None) -> str:
    return "null" if value is None else str(value)
