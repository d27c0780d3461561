"""Orders through the door of commands."""

from __future__ import annotations

from uuid import UUID

from lachan.immunization.batch import Batch, Item
from lachan.kernel.commands import Worked
from lachan.places import queries as places
from lachan.surveillance.cases import rows
from lachan.surveillance.cases.steps import answers_for
from lachan.surveillance.orders import issuing
from lachan.surveillance.orders.bodies import LONGEST
from lachan.surveillance.orders.issuing import Delivery, NewOrder
from lachan.surveillance.orders.queries import OrderFacts, orders_in
from lachan.surveillance.rules.definitions import diseases


def issue(batch: Batch, items: list[Item]) -> list[Worked]:
    """Issue orders; one that says what a standing one says is that one."""
    cases = {row.id: row for row in rows.of_persons(batch.cursor, {item.person.id for item in items})}
    done: dict[int, Worked] = {}
    orders: dict[int, NewOrder] = {}
    for place, item in enumerate(items):
        body = item.body
        case = cases.get(body.cause_id)
        area_id = case.area_id if case is not None else item.person.residence_id
        refused = _refused(batch, item, area_id)
        if refused is not None:
            done[place] = refused
            continue
        address = body.place.strip() or (places.address(area_id) if area_id is not None else "")
        orders[place] = NewOrder(
            item.person.id, body.kind, body.disease, body.cause_id, area_id, body.place_kind, address, body.starts_on,
            body.ends_on, body.order_id,
        )  # fmt: skip
    issued = issuing.issue(batch.cursor, list(orders.values()), actor=batch.actor, now=batch.now)
    for place, found in zip(orders, issued, strict=True):
        item = items[place]
        if found.id is None:
            done[place] = item.refuse(found.reason)
        else:
            done[place] = item.accept(found.id, number=found.number, year=found.year, stands=bool(found.reason))
    return [done[place] for place in range(len(items))]


def _refused(batch: Batch, item: Item, area_id: int | None) -> Worked | None:
    body = item.body
    if body.disease not in diseases():
        return item.refuse("disease_unknown", field="disease", disease=body.disease[:40])
    if body.ends_on is not None and body.ends_on < body.starts_on:
        return item.refuse("order_days_reversed", field="ends_on")
    if body.ends_on is not None and body.ends_on - body.starts_on > LONGEST:
        return item.refuse("order_too_long", field="ends_on", days=LONGEST.days)
    if area_id is None:
        return item.refuse("order_without_area")
    return None if _answers(batch, item.command.verb, area_id) else item.refuse("not_allowed_here", facility="")


def _answers(batch: Batch, verb: str, area_id: int | None) -> bool:
    if batch.actor.kind == "system":
        return True
    return area_id is not None and answers_for(batch.actor, area_id, verb)


def deliver(batch: Batch, items: list[Item]) -> list[Worked]:
    """Proof that orders were brought, many at once."""
    found = orders_in(batch.cursor, {item.body.order_id for item in items})
    refused = {place: fault for place, item in enumerate(items) if (fault := _unfit(batch, item, found)) is not None}
    kept = issuing.deliver(
        batch.cursor,
        [
            Delivery(item.person.id, item.body.order_id, item.body.how, item.command.happened_at, item.body.note)
            for place, item in enumerate(items) if place not in refused
        ],
        actor=batch.actor, now=batch.now,
    )  # fmt: skip
    done = []
    for place, item in enumerate(items):
        if place in refused:
            done.append(refused[place])
        elif item.body.order_id in kept:
            done.append(item.accept(item.body.order_id))
        else:
            done.append(item.refuse("order_delivered_already"))
    return done


def withdraw(batch: Batch, items: list[Item]) -> list[Worked]:
    """Orders that hold no longer; the reason is in the command as it was sent."""
    found = orders_in(batch.cursor, {item.body.order_id for item in items})
    done, gone = [], []
    for item in items:
        fault = _unfit(batch, item, found)
        if fault is None:
            gone.append((item.person.id, item.body.order_id))
        done.append(fault or item.accept(item.body.order_id))
    issuing.withdraw(batch.cursor, gone, actor=batch.actor, now=batch.now)
    return done


def _unfit(batch: Batch, item: Item, found: dict[UUID, OrderFacts]) -> Worked | None:
    order = found.get(item.body.order_id)
    if order is None or order.person_id != item.person.id:
        return item.refuse("order_unknown", field="order_id")
    if not _answers(batch, item.command.verb, order.area_id):
        return item.refuse("not_allowed_here", facility="")
    if order.state != issuing.STANDING:
        return item.refuse("order_stands_no_more")
    return None
