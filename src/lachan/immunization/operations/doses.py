"""Recording doses: the statement count of a slice does not depend on how many doses it holds."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

import msgspec

from lachan.immunization import queries
from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.day import DoseIn
from lachan.immunization.operations.dose_writer import DoseWriter
from lachan.immunization.operations.shelf import shelf_of
from lachan.immunization.rules import doses as rules
from lachan.immunization.rules.facts import VIETNAM, Decision, DoseFacts, Lot, Override, Person, SessionFacts
from lachan.immunization.rules.series import PriorDose
from lachan.kernel import arrays
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import HELD, REFUSED, Outcome
from lachan.kernel.statements import load

History = dict[UUID, list[PriorDose]]


def record_doses(batch: Batch, items: list[Item]) -> list[Worked]:
    """Decide each dose by the rules of its day and write those that may be recorded.

    A dose that cannot be true is refused; one that should not have been given is held until someone with the authority
    answers for it. Later doses move up when an earlier one comes in late.
    """
    writer = DoseWriter(batch)
    history = active_doses(batch, {item.person.id for item in items})
    keys = batch.catalogue.keys
    lots = queries.lots_in(
        batch.cursor, {(keys[i.body.product], i.body.lot) for i in items if i.body.lot and i.body.product in keys}
    )
    people: dict[UUID, Person] = {}
    writer.shelf = shelf = shelf_of(batch, items)
    done = []
    for item in items:
        body: DoseIn = item.body
        product_id = keys.get(body.product)
        if product_id is None:
            done.append(item.refuse("product_unknown", field="product", product=body.product[:40]))
            continue
        lot_id, lot = lots.get((product_id, body.lot), (None, None))
        facts = dose_facts(batch, item, body, product_id, lot, history[item.person.id], people)
        draw = shelf.about(item.session, facts, lot_id, body.vial) if shelf is not None else None
        if draw is not None:
            facts = msgspec.structs.replace(facts, vial=draw.asks)
        decision = rules.check_dose(batch.catalogue, facts, batch.moment)
        if not decision.accepted:
            done.append(questioned(item, decision))
            continue
        dose_id = new_id()
        vial_id = shelf.take(draw) if shelf is not None and draw is not None else None
        writer.add(dose_id, item, body, facts, decision, lot_id, vial_id)
        history[item.person.id].append(PriorDose(facts.given_on, product_id, decision.dose_number, dose_id))
        if decision.shifts:
            history[item.person.id] = writer.shift(item.person.id, history[item.person.id], decision.shifts)
        done.append(item.accept(dose_id, dose_number=decision.dose_number, next_due_on=decision.next_due_on))
    writer.write()
    return done


def active_doses(batch: Batch, persons: set[UUID]) -> History:
    """Doses that count, by person; one query."""
    history: History = defaultdict(list)
    arrays.execute(batch.cursor, load("immunization", "active_doses"), [list(persons)])
    for person_id, given_on, product_id, dose_number, dose_id in batch.cursor.fetchall():
        history[person_id].append(PriorDose(given_on, product_id, dose_number, dose_id))
    return history


def dose_facts(
    batch: Batch,
    item: Item,
    body: DoseIn,
    product_id: int,
    lot: Lot | None,
    prior: list[PriorDose],
    people: dict[UUID, Person],
) -> DoseFacts:
    """The facts the rules decide on. The day is local; a time without a day gives the day, and the reverse is
    allowed."""
    person = item.person
    known = people.get(person.id)
    if known is None:
        known = people[person.id] = Person(person.birth_date, person.birth_precision, person.died_on)
    given_at = body.given_at
    if body.given_on is None:
        given_at = given_at or item.command.happened_at
        given_on = given_at.astimezone(VIETNAM).date()
    else:
        given_on = body.given_on
        if given_at is None and item.command.happened_at.astimezone(VIETNAM).date() == given_on:
            given_at = item.command.happened_at
    override = None
    if body.override is not None:
        facility_id = item.facility.id if item.facility is not None else None
        override = Override(frozenset(body.override.codes), body.override.reason, batch.authority(facility_id))
    session = item.session
    if lot is not None and lot.marks:  # hardly ever: what holds at another place is no matter here
        lot = queries.lot_at(lot, item.facility.id if item.facility is not None else None)
    return DoseFacts(
        known, prior, product_id, given_on, given_at, lot, body.lot,
        None if session is None else SessionFacts(session.date, session.status, session.closed_at),
        body.dose_number, body.source, override,
    )  # fmt: skip


def questioned(item: Item, decision: Decision) -> Worked:
    """Refused or held, with every reason at once; the first gives the code, its parameters fill the sentence."""
    first = decision.findings[0]
    params: dict[str, Any] = dict(first.params)
    params["all"] = [
        {"code": str(f.code), "severity": str(f.severity), "params": dict(f.params), "reference": f.reference}
        for f in decision.findings
    ]
    status = REFUSED if decision.refused else HELD
    return Worked(Outcome(status, str(first.code), None, msgspec.to_builtins(params)), item.owner)
