"""Reactions: noted at the station, reported from anywhere, and every step of a case after that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from lachan.access import scopes
from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.harm import ReactionFields
from lachan.immunization.operations.casebook import CaseBook, Held
from lachan.immunization.operations.dose_writer import StoredDose, stored_doses
from lachan.immunization.operations.doses import active_doses
from lachan.immunization.operations.encounters import expected_encounters, make_encounters
from lachan.immunization.reaction_form import form_on
from lachan.immunization.rules import harm
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Refusal, Worked
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.places import queries as places

_SAID = tuple(ReactionFields.__struct_fields__)


def record_reactions(batch: Batch, items: list[Item]) -> list[Worked]:
    """A reaction noted at the station; more than a mild one keeps the person in the room until released by hand.

    A severe one, and any with a criterion of seriousness, opens a case at once: its clock must not wait for a report
    that somebody writes in the evening. Known by the dose alone it belongs to the session the dose was given in.
    """
    done: list[Worked | None] = [_misplaced(batch, item) for item in items]
    open_items = [item for item, fate in zip(items, done, strict=True) if fate is None]
    known, planned = expected_encounters(batch, open_items)
    doses = _doses_named(batch, open_items)
    of_dose = _encounters_of_doses(batch, doses)
    wanted = {
        (item.person.id, visit.dose_id)
        for item in open_items
        if item.session is not None
        and (visit := known[item.person.id, item.session.id]).dose_id is not None
        and visit.dose_id not in doses
    }
    if wanted:
        doses |= stored_doses(batch, columns([(person, dose) for person, dose in wanted]))
    book = CaseBook(batch, {item.person.id for item in open_items})
    rows: list[tuple[Any, ...]] = []
    changes: dict[UUID, tuple[Any, ...]] = {}
    for index, item in enumerate(items):
        if done[index] is not None:
            continue
        body = item.body
        if body.dose_id is not None and body.dose_id not in doses:
            done[index] = item.refuse("dose_unknown", field="dose_id")
            continue
        encounter = known[item.person.id, item.session.id] if item.session is not None else None
        dose = doses.get(body.dose_id or (encounter.dose_id if encounter else None) or item.person.id)
        if item.session is None:
            refused = _take_place(batch, item, dose)
            if refused is not None:
                done[index] = refused
                continue
        encounter_id = encounter.id if encounter else of_dose.get(dose.id) if dose else None
        record = new_id()
        rows.append(
            (
                record, item.person.id, item.command.happened_at, encounter_id, dose.id if dose else None,
                item.facility and item.facility.id, body.severity, msgspec.json.encode(body.symptoms).decode(),
                body.onset_at, body.note,
            )
        )  # fmt: skip
        if encounter_id is not None:
            before = changes[encounter_id][2] if encounter_id in changes else "mild"
            changes[encounter_id] = (item.person.id, encounter_id, harm.graver(before, body.severity))
        noted = msgspec.json.encode({"severity": body.severity, "reaction": record}).decode()
        batch.record("reaction.noted", item.person.id, item.command.happened_at, noted)
        done[index] = _case_of(book, item, dose, record)
    _write(batch, rows, changes, planned)
    book.write()
    return [fate for fate in done if fate is not None]


def _misplaced(batch: Batch, item: Item) -> Worked | None:
    """Without a session the dose says where it was; without either nobody can."""
    if item.session is None and item.body.dose_id is None:
        return item.refuse("facility_missing", field="session_id")
    return None


def _take_place(batch: Batch, item: Item, dose: StoredDose | None) -> Worked | None:
    item.facility = places.facility(dose.facility_id) if dose is not None and dose.facility_id else None
    if item.facility is None:
        return item.refuse("facility_missing", field="session_id")
    if not batch.may_at(item.command.verb, item.facility.id):
        return item.refuse("not_allowed_here", facility=item.facility.name)
    return None


def _doses_named(batch: Batch, items: list[Item]) -> dict[UUID, StoredDose]:
    named = [(item.person.id, item.body.dose_id) for item in items if item.body.dose_id is not None]
    return stored_doses(batch, columns(named)) if named else {}


def _encounters_of_doses(batch: Batch, doses: dict[UUID, StoredDose]) -> dict[UUID, UUID]:
    """Dose to the encounter it was given in; one query."""
    if not doses:
        return {}
    pairs = columns([(dose.person_id, dose.id) for dose in doses.values()])
    arrays.execute(batch.cursor, load("immunization", "encounters_of_doses"), pairs)
    return {dose_id: encounter_id for _, dose_id, encounter_id in batch.cursor.fetchall()}


def _case_of(book: CaseBook, item: Item, dose: StoredDose | None, record: UUID) -> Worked:
    """The case a noted reaction belongs to: opened when it is serious, added to when there is one already."""
    body, at = item.body, item.command.happened_at
    fields: dict[str, Any] = {
        "severity": body.severity,
        "symptoms": sorted(set(body.symptoms)),
        "onset_at": (body.onset_at or at).isoformat(),
        "comment": body.note or None,
        "treatment": body.treatment or None,
        "outcome": body.outcome,
        "seriousness": list(body.seriousness),
        "reporter_unit": item.facility.name if item.facility else None,
    }
    held = book.of_dose(item.person.id, dose.id if dose else None)
    fields = harm.completed({name: value for name, value in fields.items() if value not in (None, [], "")})
    if held is None:
        if not fields.get("seriousness"):
            return item.accept(record)
        held = book.open(item, dose, case_id=body.case_id, source="station")
        book.add(held, item, harm.Kind.REPORT, at, fields)
        return _opened(item, held, record)
    if held.case.version >= harm.MOST_FACTS:
        return item.accept(record)  # noted all the same; the case itself says that it is full
    before = held.case
    fields.pop("onset_at", None)  # the first sign counts
    if body.onset_at is not None and not before.fields.get("onset_at"):
        fields["onset_at"] = body.onset_at.isoformat()
    fields["severity"] = harm.graver(before.severity, body.severity)
    fields["symptoms"] = sorted({*(before.fields.get("symptoms") or ()), *body.symptoms})
    fields["seriousness"] = sorted({*before.seriousness, *fields.get("seriousness", ())}, key=harm.SERIOUSNESS.index)
    if before.fields.get("outcome") == "died":
        fields.pop("outcome", None)
    book.add(held, item, harm.Kind.FOLLOW_UP, at, fields)
    return _opened(item, held, record) if not before.serious and held.case.serious else item.accept(record)


def report_reactions(batch: Batch, items: list[Item]) -> list[Worked]:
    """A reaction by whoever knows of it: home, another station, a hospital. One case a dose; a second report adds."""
    named = _doses_named(batch, items)
    history = active_doses(batch, {item.person.id for item in items if item.body.dose_id is None})
    guessed = {item.command.id: _latest(item, history.get(item.person.id, [])) for item in items}
    pairs = [(item.person.id, dose_id) for item in items if (dose_id := guessed[item.command.id]) is not None]
    if pairs:
        named |= stored_doses(batch, columns(pairs))
    book = CaseBook(batch, {item.person.id for item in items})
    done = []
    for item in items:
        dose_id = item.body.dose_id or guessed[item.command.id]
        dose = named.get(dose_id) if dose_id else None
        if item.body.dose_id is not None and dose is None:
            done.append(item.refuse("dose_unknown", field="dose_id"))
            continue
        done.append(_report(book, item, dose))
    book.write()
    return done


def _latest(item: Item, history: list[Any]) -> UUID | None:
    """The latest dose that counts, on or before the day of the reaction."""
    if item.body.dose_id is not None:
        return None
    on = (item.body.onset_at or item.command.happened_at).astimezone(VIETNAM).date()
    before = [dose for dose in history if dose.given_on <= on]
    latest = max(before, key=lambda dose: (dose.given_on, dose.dose_number), default=None)
    return latest.id if latest is not None else None


def _report(book: CaseBook, item: Item, dose: StoredDose | None) -> Worked:
    body = item.body
    unknown = _unknown_symptom(item)
    if unknown is not None:
        return unknown
    fields = harm.completed(_said(body))
    known_at = min(body.known_at or item.command.happened_at, item.command.happened_at)
    held = book.of_dose(item.person.id, dose.id if dose else None)
    if held is None and body.case_id is not None:
        held = book.of_id(item.person.id, body.case_id)
        if held is not None and held.dose_id is not None and (dose is None or dose.id != held.dose_id):
            return item.refuse("case_exists", field="case_id")
    if held is None:
        held = book.open(item, dose, case_id=body.case_id, source=body.source)
        book.add(held, item, harm.Kind.REPORT, known_at, {**fields, "source": body.source})
        return _opened(item, held, held.id)
    # somebody else's report of what is known already: it adds, and takes nothing away
    before = held.case
    for name in harm.milder(before, fields):
        fields.pop(name, None)
    for name in ("symptoms", "seriousness"):
        if name in fields:
            fields[name] = sorted({*(before.fields.get(name) or ()), *fields[name]})
    if before.version >= harm.MOST_FACTS:
        return item.refuse("case_too_long")
    book.add(held, item, harm.Kind.FOLLOW_UP, known_at, {**fields, "source": body.source})
    became = not before.serious and held.case.serious
    return _opened(item, held, held.id) if became else item.accept(held.id, **told(held))


def follow_up(batch: Batch, items: list[Item]) -> list[Worked]:
    """What is known since, as a fact of its own."""

    def step(book: CaseBook, item: Item, held: Held) -> Worked:
        body = item.body
        fields = _said(body)
        if (unknown := _unknown_symptom(item)) is not None:
            return unknown
        if not fields:
            return item.refuse("nothing_new")
        fields = harm.completed(fields) if fields.get("outcome") == "died" or fields.get("severity") else fields
        if fields.get("outcome") == "died":  # a death is added to the criteria that stand, and replaces none
            fields["seriousness"] = sorted({*held.case.seriousness, *fields["seriousness"]}, key=harm.SERIOUSNESS.index)
        elif body.severity == "severe" and body.seriousness is None and held.case.serious:
            fields.pop("seriousness", None)
        fault = harm.fault_of(held.case, harm.Kind.FOLLOW_UP, fields, milder_reason=body.milder_reason)
        if fault is harm.Fault.MILDER_WITHOUT_REASON:
            return item.refuse(fault.value, fields=", ".join(harm.milder(held.case, fields)))
        if fault is not None:
            return item.refuse(fault.value)
        was = held.case.serious
        known_at = min(body.known_at or item.command.happened_at, item.command.happened_at)
        if body.milder_reason:
            fields["milder_reason"] = body.milder_reason
        book.add(held, item, harm.Kind.FOLLOW_UP, known_at, fields)
        return _opened(item, held, held.id) if held.case.serious and not was else item.accept(held.id, **told(held))

    return each(batch, items, step)


Step = Callable[[CaseBook, Item, Held], Worked]


def each(batch: Batch, items: list[Item], step: Step) -> list[Worked]:
    """Every item with its case, when there is one and it is within the actor's places."""
    book = CaseBook(batch, {item.person.id for item in items})
    done = []
    for item in items:
        held = book.of_id(item.person.id, item.body.case_id)
        if held is None:
            done.append(item.refuse("case_unknown", field="case_id"))
            continue
        item.facility = places.facility(held.facility_id) if held.facility_id else None
        if not _within(batch, item.command.verb, held):
            done.append(item.refuse("not_allowed_here", facility=item.facility.name if item.facility else ""))
            continue
        done.append(step(book, item, held))
    book.write()
    return done


def _within(batch: Batch, verb: str, held: Held) -> bool:
    """Where the dose was given, where the person lives, or whoever reported it first."""
    if held.actor_id == batch.actor.id and verb == "reaction.follow_up":
        return True
    if held.facility_id is not None and scopes.facility_in_scope(batch.actor, held.facility_id, verb):
        return True
    return held.residence_id is not None and scopes.area_in_scope(batch.actor, held.residence_id, verb)


def _said(body: ReactionFields) -> dict[str, Any]:
    """What was said, as plain values by the codes of the form."""
    found = {name: getattr(body, name) for name in _SAID}
    return {name: msgspec.to_builtins(value) for name, value in found.items() if value is not None and value != ""}


def _unknown_symptom(item: Item) -> Worked | None:
    on = item.command.happened_at.astimezone(VIETNAM).date()
    known = form_on(on).codes("symptoms")
    wrong = next((code for code in item.body.symptoms or () if code not in known), None)
    return item.refuse("symptom_unknown", field="symptoms", symptom=wrong[:40]) if wrong is not None else None


def _opened(item: Item, held: Held, record: UUID) -> Worked:
    """A case; a serious one stands on the worklist of the station until someone has dealt with it."""
    worked = item.accept(record, **told(held))
    if not held.case.serious or worked.follow_up is not None:
        return worked
    owner = Refusal(held.facility_id, held.residence_id, held.person_id)
    return Worked(worked.outcome, owner, "reaction_serious")


def told(held: Held) -> dict[str, Any]:
    """What the sender learns: which case, its number, until when the province must know."""
    due = held.case.due_at
    shown = due.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y") if due is not None else ""
    return {"case": str(held.id), "code": held.code, "due": shown}


def _write(batch: Batch, rows: list[Any], changes: dict[UUID, tuple[Any, ...]], planned: Any) -> None:
    if rows:
        arrays.execute(
            batch.cursor, load("immunization", "insert_reactions"), [batch.actor.id, batch.now, *columns(rows)]
        )
    if changes:
        make_encounters(batch, planned, changes)
        arrays.execute(batch.cursor, load("immunization", "reaction_encounters"), columns(list(changes.values())))
