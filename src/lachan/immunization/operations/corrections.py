"""Corrections: a dose that was never given, or not as written. The old row stays; a new fact points at it."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from msgspec import structs

from lachan.immunization import queries
from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.day import AmendIn, DoseIn
from lachan.immunization.operations import shelf
from lachan.immunization.operations.dose_writer import DoseWriter, StoredDose, stored_doses
from lachan.immunization.operations.doses import History, active_doses, dose_facts, questioned
from lachan.immunization.rules import doses as rules
from lachan.immunization.rules.facts import VIETNAM, DoseFacts, Override
from lachan.immunization.rules.reasons import NEEDS, Authority, Reason
from lachan.immunization.rules.series import PriorDose, after_removal
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.places import queries as places


def void_doses(batch: Batch, items: list[Item]) -> list[Worked]:
    """Void doses: they cease to count everywhere, stock is given back, later doses move down."""
    return _Corrections(batch, items).run(_void)


def amend_doses(batch: Batch, items: list[Item]) -> list[Worked]:
    """Replace doses by corrected ones, decided by the same rules as any dose."""
    return _Corrections(batch, items).run(_amend)


class _Corrections:
    """One slice of corrections. Each is applied before the next is decided: they are few, and may touch one person."""

    def __init__(self, batch: Batch, items: list[Item]) -> None:
        self.batch, self.items = batch, items

    def run(self, apply: Any) -> list[Worked]:
        done = []
        for item in self.items:
            stored = stored_doses(self.batch, [[item.person.id], [item.body.dose_id]]).get(item.body.dose_id)
            fault = self._fault(item, stored)
            if fault is not None or stored is None:
                done.append(fault or item.refuse("dose_unknown", field="dose_id"))
                continue
            writer = DoseWriter(self.batch)
            history = active_doses(self.batch, {item.person.id})
            done.append(apply(self.batch, writer, item, stored, history))
        return done

    def _fault(self, item: Item, stored: StoredDose | None) -> Worked | None:
        if stored is None:
            return item.refuse("dose_unknown", field="dose_id")
        if stored.status != "active":
            return item.refuse("dose_already_corrected", field="dose_id", status=stored.status)
        if stored.facility_id is not None:
            item.facility = places.facility(stored.facility_id)
            if not self.batch.may_at(item.command.verb, stored.facility_id):
                return item.refuse("not_allowed_here", facility=item.facility.name if item.facility else "")
        return None


def _void(batch: Batch, writer: DoseWriter, item: Item, stored: StoredDose, history: History) -> Worked:
    _end(batch, writer, item, stored, "voided", None)
    _leave_session(batch, stored)
    remaining = [dose for dose in history[stored.person_id] if dose.id != stored.id]
    gone = PriorDose(stored.given_on, stored.product_id, stored.dose_number, stored.id)
    writer.shift(stored.person_id, remaining, after_removal(batch.catalogue, remaining, gone))
    if stored.vial_id is not None:
        writer.shelf = shelf.read(batch, (), [stored.vial_id])
        writer.shelf.give_back(stored.vial_id)
    writer.write()
    return item.accept(stored.id)


def _amend(batch: Batch, writer: DoseWriter, item: Item, stored: StoredDose, history: History) -> Worked:
    body = _amended(batch, item.body, stored)
    product_id = batch.catalogue.keys.get(body.product)
    if product_id is None:
        return item.refuse("product_unknown", field="changes.product", product=body.product[:40])
    if body.facility:
        item.facility = places.facilities_by_code([body.facility]).get(body.facility)
        if item.facility is None:
            return item.refuse("facility_unknown", field="changes.facility", facility=body.facility[:40])
        if not batch.may_at(item.command.verb, item.facility.id):
            return item.refuse("not_allowed_here", facility=item.facility.name)
    lots = queries.lots_in(batch.cursor, {(product_id, body.lot)} if body.lot else set())
    lot_id, lot = lots.get((product_id, body.lot), (None, None))
    remaining = [dose for dose in history[stored.person_id] if dose.id != stored.id]
    gone = PriorDose(stored.given_on, stored.product_id, stored.dose_number, stored.id)
    stays = _day(body) == stored.given_on
    # the others as they would stand without this dose: numbering starts from there, unless the dose keeps its place
    moved = () if stays else after_removal(batch.catalogue, remaining, gone)
    numbers = {shift.dose.id: shift.dose_number for shift in moved}
    standing = [dose._replace(dose_number=numbers.get(dose.id, dose.dose_number)) for dose in remaining]
    _rejoin_session(batch, item, body, stored)
    facts = dose_facts(batch, item, body, product_id, lot, standing, {})
    if stays:
        facts = structs.replace(facts, claimed_number=stored.dose_number, override=_with_number(facts.override))
    writer.shelf, draw = _drawn_from(batch, item, body, stored, facts, lot_id)
    if draw is not None:
        facts = structs.replace(facts, vial=draw.asks)
    decision = rules.check_dose(batch.catalogue, facts, batch.moment)
    if not decision.accepted:
        return questioned(item, decision)
    replacement = new_id()
    _end(batch, writer, item, stored, "amended", replacement)
    if item.session is None and stored.session_id is not None:  # not given in that session after all
        _leave_session(batch, stored)
    standing = writer.shift(stored.person_id, standing, moved)
    vial_id = writer.shelf.take(draw) if writer.shelf is not None and draw is not None else None
    writer.add(replacement, item, body, facts, decision, lot_id, vial_id)
    if decision.shifts:
        writer.shift(stored.person_id, standing, decision.shifts)
    writer.write()
    # a case of a reaction is about the dose as it was given, whatever was written first
    batch.cursor.execute(load("immunization", "cases_follow_dose"), [stored.person_id, stored.id, replacement])
    return item.accept(replacement, dose_number=decision.dose_number, next_due_on=decision.next_due_on)


def _drawn_from(
    batch: Batch, item: Item, body: DoseIn, stored: StoredDose, facts: DoseFacts, lot_id: int | None
) -> tuple[shelf.Shelf | None, shelf.Draw | None]:
    """The dose gives its place in the old vial back; of the same lot it is drawn from there again, else from another
    vial of the session it stays in."""
    session = item.session
    drawing = [session.id] if session is not None and session.vials else []
    if not drawing and stored.vial_id is None:
        return None, None
    vials = shelf.read(batch, drawing, [] if stored.vial_id is None else [stored.vial_id])
    if stored.vial_id is not None:
        vials.give_back(stored.vial_id)
    same = stored.vial_id if lot_id == stored.lot_id else None
    return vials, vials.about(session, facts, lot_id, same)


def _with_number(sent: Override | None) -> Override:
    """What the sender may answer for, and the number the dose has: somebody confirmed that when it was recorded."""
    codes, reason = {Reason.DOSE_NUMBER_MISMATCH.value}, "-"
    if sent is not None and sent.reason.strip():
        codes |= {code.value for code, needs in NEEDS.items() if code in sent.codes and sent.authority >= needs}
        reason = sent.reason
    return Override(frozenset(codes), reason, Authority.HEAD)


def _day(body: DoseIn) -> date | None:
    """The local day of a dose as amended."""
    return body.given_on or (body.given_at.astimezone(VIETNAM).date() if body.given_at is not None else None)


def _rejoin_session(batch: Batch, item: Item, body: DoseIn, stored: StoredDose) -> None:
    """The replacement stays in the session it was given in, unless the correction says another day or place."""
    if stored.session_id is None or item.facility is None or item.facility.id != stored.facility_id:
        return
    if _day(body) == stored.given_on:
        item.session = queries.sessions_in(batch.cursor, [stored.session_id]).get(stored.session_id)


def _leave_session(batch: Batch, stored: StoredDose) -> None:
    """The person's way through the session is again as if this dose had not been given in it."""
    arrays.execute(batch.cursor, load("immunization", "undose_encounters"), [[stored.person_id], [stored.id]])


def _amended(batch: Batch, sent: AmendIn, stored: StoredDose) -> DoseIn:
    """The dose as it should have been sent."""
    changes = sent.changes
    product = batch.catalogue.product(stored.product_id)
    keep_time = changes.given_at is None and changes.given_on is None
    # of a dose known by its day only, the stored time is that of its entry
    timed = stored.happened_at.astimezone(VIETNAM).date() == stored.given_on
    given_at = stored.happened_at if timed else None
    return DoseIn(
        person=sent.person,
        product=changes.product if changes.product is not None else (product.key if product else ""),
        lot=changes.lot if changes.lot is not None else stored.lot_number,
        facility=changes.facility or "",
        given_at=given_at if keep_time else changes.given_at,
        given_on=stored.given_on if keep_time else changes.given_on,
        site=changes.site if changes.site is not None else stored.site,
        route=changes.route if changes.route is not None else stored.route,
        vaccinator=changes.vaccinator or stored.vaccinator_id,
        source=stored.source,  # type: ignore[arg-type]
        country=stored.country,
        override=sent.override,
    )


def _end(batch: Batch, writer: DoseWriter, item: Item, stored: StoredDose, status: str, replacement: Any) -> None:
    """The old row ceases to count: status, correction, counters and stock."""
    correction = new_id()
    at = item.command.happened_at
    arrays.execute(batch.cursor, load("immunization", "end_doses"), [[stored.person_id], [stored.id], [status]])
    kind = "void" if status == "voided" else "amend"
    row = (correction, stored.person_id, at, stored.id, kind, replacement, item.body.reason)
    arrays.execute(
        batch.cursor, load("immunization", "insert_corrections"), [batch.actor.id, batch.now, *columns([row])]
    )
    writer.count(stored, -1)
    if stored.facility_id is not None and stored.lot_id is not None:
        writer.stock[stored.facility_id, stored.lot_id] -= 1
    body = {"dose": str(stored.id), "replacement": str(replacement) if replacement else None}
    batch.record(f"dose.{status}", stored.person_id, at, msgspec.json.encode(body).decode())
