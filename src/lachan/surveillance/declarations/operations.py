"""Declarations written: many at once, by the same few statements."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec

from lachan.access import scopes
from lachan.immunization.batch import Batch, Item
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import arrays
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import seal
from lachan.kernel.statements import load
from lachan.people.operations.register import communes_by_code
from lachan.surveillance.declarations.bodies import DeclarationIn
from lachan.surveillance.declarations.form import Form, by_code, form_on
from lachan.surveillance.rules import risk

Communes = dict[tuple[str, date | None], int]
SEALED: Final = "surveillance_declaration.sealed"
SEALED_NOTE: Final = "surveillance_declaration.sealed_note"


def make(batch: Batch, items: list[Item]) -> list[Worked]:
    """Declarations judged by the rules of their day and kept; whoever is at high risk waits for somebody to call."""
    areas = _communes(batch, items)
    rows: list[tuple[Any, ...]] = []
    done: list[Worked] = []
    for item in items:
        body: DeclarationIn = item.body
        day = item.command.happened_at.astimezone(VIETNAM).date()
        form = by_code(body.form) if body.form else form_on(day)
        if form is None:
            done.append(item.refuse("declaration_form_unknown", form=body.form))
            continue
        fault = _fault(item, form, areas)
        if fault is not None:
            done.append(fault)
            continue
        judged = risk.judge(said_of(body, form, day), risk.rules_on(day))
        record = new_id()
        area_id = areas[body.area_code, body.area_on] if body.area_code else item.person.residence_id
        rows.append(_row(batch, item, record, form, day, area_id, judged))
        noted = {"kind": body.kind, "risk": risk.CLASSES[judged.risk], "declaration": record}
        encoded = msgspec.json.encode(noted).decode()
        batch.record("declaration.made", item.person.id, item.command.happened_at, encoded)
        done.append(item.accept(record, risk=risk.CLASSES[judged.risk], rule=judged.rule))
    if rows:
        columns = arrays.columns(rows)
        arrays.execute(batch.cursor, load("surveillance", "insert_declarations"), [batch.now, batch.actor.id, *columns])
    return done


def said_of(body: DeclarationIn, form: Form, day: date) -> risk.Said:
    """A declaration as the rules read it."""
    groups = form.groups()
    measures = {name: float(value) for name in ("temperature", "spo2") if (value := getattr(body, name)) is not None}
    return risk.Said(
        body.kind, day, tuple((groups[symptom.code], symptom.onset_on) for symptom in body.symptoms),
        frozenset(code for code, answer in body.answers.items() if answer == "yes"), measures,
    )  # fmt: skip


def _communes(batch: Batch, items: list[Item]) -> Communes:
    """Area ids by code and the day of the map on which it is read."""
    asked = {(item.body.area_code, item.body.area_on) for item in items if item.body.area_code}
    found: Communes = {}
    for on in {on for _code, on in asked}:
        codes = {code for code, day in asked if day == on}
        found |= {(code, on): area_id for code, area_id in communes_by_code(codes, on or batch.today).items()}
    return found


def _fault(item: Item, form: Form, areas: Communes) -> Worked | None:
    """What is not of the form, or missing in it: an unanswered question would read as a no."""
    body: DeclarationIn = item.body
    known = form.groups()
    unknown = next((symptom.code for symptom in body.symptoms if symptom.code not in known), None)
    if unknown is not None:
        return item.refuse("symptom_unknown", symptom=unknown)
    asked = [question["code"] for question in form.questions(body.kind)]
    strange = next((code for code in body.answers if code not in asked), None)
    if strange is not None:
        return item.refuse("declaration_question_unknown", question=strange)
    missing = [code for code in asked if code not in body.answers]
    if missing:
        return item.refuse("declaration_incomplete", questions=", ".join(missing))
    if body.area_code and (body.area_code, body.area_on) not in areas:
        return item.refuse("residence_unknown", field="area_code", code=body.area_code)
    return None


def _row(
    batch: Batch, item: Item, record: UUID, form: Form, day: date, area_id: int | None, judged: risk.Judged
) -> tuple[Any, ...]:
    body: DeclarationIn = item.body
    ours = batch.actor.kind == "system"
    answers: dict[str, Any] = {
        "symptoms": {one.code: one.onset_on.isoformat() if one.onset_on else "" for one in body.symptoms},
        "answers": body.answers,
    }
    answers |= {name: value for name in ("places", "seat", "from_country") if (value := getattr(body, name))}
    secret = {name: value for name in ("contact", "quarantine_place", "note") if (value := getattr(body, name))}
    sealed = seal(msgspec.json.encode(secret).decode(), SEALED) if secret else None
    source = body.source if ours else "partner" if batch.actor.kind == "key" else "staff"
    return (
        item.person.id, record, body.kind, form.code, day, item.command.happened_at, source,
        item.facility.id if item.facility else None, area_id, body.venue, body.flight,
        msgspec.json.encode(answers).decode(), None if body.temperature is None else round(body.temperature * 10),
        body.spo2, len(body.symptoms), judged.risk, msgspec.json.encode(judged.reasons).decode(), judged.rule,
        ours and body.proved, sealed, "open" if judged.risk == risk.HIGH else "none",
    )  # fmt: skip


def settle(batch: Batch, items: list[Item]) -> list[Worked]:
    """What was done; a declaration that is settled already is not settled again."""
    pairs = sorted({(item.person.id, item.body.declaration_id) for item in items})
    arrays.execute(batch.cursor, load("surveillance", "declarations_held"), arrays.columns(pairs))
    held = {(row[0], row[1]): row[2:] for row in batch.cursor.fetchall()}
    rows, done = [], []
    for item in items:
        body = item.body
        found = held.get((item.person.id, body.declaration_id))
        if found is None:
            done.append(item.refuse("declaration_unknown", field="declaration_id"))
            continue
        state, facility_id, area_id, made_at = found
        if not _within(batch, facility_id, area_id):
            done.append(item.refuse("declaration_elsewhere"))
            continue
        if state == "settled":
            done.append(item.refuse("declaration_settled"))
            continue
        held[item.person.id, body.declaration_id] = ("settled", facility_id, area_id, made_at)
        note = seal(body.note, SEALED_NOTE) if body.note else None
        rows.append((item.person.id, body.declaration_id, made_at, body.what, note))
        noted = msgspec.json.encode({"what": body.what, "declaration": body.declaration_id}).decode()
        batch.record("declaration.settled", item.person.id, item.command.happened_at, noted)
        done.append(item.accept(body.declaration_id))
    if rows:
        columns = arrays.columns(rows)
        arrays.execute(batch.cursor, load("surveillance", "settle_declarations"), [batch.now, batch.actor.id, *columns])
    return done


def _within(batch: Batch, facility_id: int | None, area_id: int | None) -> bool:
    """Whether it was made at the actor's desk or is about somebody within their areas."""
    verb = "declaration.settle"
    if facility_id is not None and scopes.facility_in_scope(batch.actor, facility_id, verb):
        return True
    return area_id is not None and scopes.area_in_scope(batch.actor, area_id, verb)
