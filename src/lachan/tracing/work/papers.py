"""Quarantine orders for people under watch: issued in hundreds, the task done in the same transaction."""

from __future__ import annotations

from datetime import datetime

from lachan.immunization.batch import Batch, Item
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.surveillance.orders.issuing import NewOrder, issue
from lachan.tracing.work.planning import CENTRE
from lachan.tracing.work.rules import HERE
from lachan.tracing.work.watchbook import WatchBook, WatchRow


def order(batch: Batch, items: list[Item]) -> list[Worked]:
    """The order each watch asks for. An equal one that stands is not written again; the task is done all the same."""
    book = WatchBook(batch, items)
    wanted: list[NewOrder] = []
    asking: list[Item] = []

    def step(item: Item, watch: WatchRow) -> Worked:
        if watch.quarantine == "none":
            return item.refuse("no_quarantine_asked")
        if watch.area_id == CENTRE:
            return item.refuse("order_without_area")
        wanted.append(_order(item, watch, batch.now))
        asking.append(item)
        return item.accept(watch.id)

    done = book.each(items, step)
    if not wanted:
        return done
    issued = issue(batch.cursor, wanted, actor=batch.actor, now=batch.now)
    rows = [(new.person_id, new.cause_id) for new in wanted]
    arrays.execute(batch.cursor, load("tracing", "orders_written"), [batch.now, *columns(rows)])
    numbers = {id(item): entry for item, entry in zip(asking, issued, strict=True)}
    return [
        item.accept(found.id or worked.outcome.id, number=found.number, year=found.year)
        if (found := numbers.get(id(item))) is not None and worked.outcome.id is not None
        else worked
        for item, worked in zip(items, done, strict=True)
    ]


def _order(item: Item, watch: WatchRow, now: datetime) -> NewOrder:
    home = item.person.residence_id or watch.area_id
    return NewOrder(
        watch.person_id, "quarantine", watch.disease, watch.id, watch.area_id,
        "facility" if watch.quarantine == "facility" else "home", places.address(home),
        max(watch.since, min(now.astimezone(HERE).date(), watch.until)), watch.until,
    )  # fmt: skip
