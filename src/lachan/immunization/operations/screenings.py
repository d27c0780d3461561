"""Screening: a filled form of the ministry in, one of four classes with its reasons out."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from lachan.immunization import queries
from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.day import ScreeningIn
from lachan.immunization.operations.encounters import expected_encounters, make_encounters
from lachan.immunization.rules import screening as rules
from lachan.immunization.rules.bands import age_on
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.people.facts import PersonFacts
from lachan.places.facts import FacilityRow


def record_screenings(batch: Batch, items: list[Item]) -> list[Worked]:
    """Evaluate and keep filled forms. A form that decides nothing is refused, naming what is missing.

    A person without a birth date is taken as an adult: their form asks more.
    """
    known, planned = expected_encounters(batch, items)
    rows, done = [], []
    changes: dict[UUID, tuple[Any, ...]] = {}
    for item in items:
        body: ScreeningIn = item.body
        assert item.session is not None
        encounter = known[item.person.id, item.session.id]
        if encounter.vaccinated_before(item.command.happened_at):
            done.append(item.refuse("already_vaccinated_in_session"))
            continue
        form, age = form_of(item.person, body.form, item)
        if form is None:
            done.append(item.refuse("form_unknown", field="form", form=body.form))
            continue
        try:
            result = rules.evaluate(
                form, body.answers, body.measures, age=age, sex=item.person.sex,
                product=body.product or None, product_name=_name(batch, body.product),
                at_hospital=_is_hospital(item.facility),
            )  # fmt: skip
        except (KeyError, ValueError):
            done.append(item.refuse("form_unreadable", field="answers"))
            continue
        findings = [finding.plain() for finding in result.findings]
        if result.outcome is None:
            done.append(item.refuse("screening_incomplete", field="answers", findings=findings))
            continue
        at = item.command.happened_at
        record, reasons = new_id(), msgspec.json.encode(findings).decode()
        rows.append(
            (
                record, item.person.id, at, encounter.id, form["code"], date.fromisoformat(form["valid_from"]),
                msgspec.json.encode(body.answers).decode(), msgspec.json.encode(body.measures).decode(),
                str(result.outcome), reasons, body.consent,
            )
        )  # fmt: skip
        changes[encounter.id] = (item.person.id, encounter.id, at, str(result.outcome), reasons, body.consent)
        batch.record("person.screened", item.person.id, at, f'{{"outcome":"{result.outcome}","form":"{form["code"]}"}}')
        done.append(item.accept(record, outcome=str(result.outcome), findings=findings))
    if rows:
        make_encounters(batch, planned, changes)
        arrays.execute(
            batch.cursor, load("immunization", "insert_screenings"), [batch.actor.id, batch.now, *columns(rows)]
        )
        arrays.execute(batch.cursor, load("immunization", "screened_encounters"), columns(list(changes.values())))
    return done


def form_of(person: PersonFacts, code: str, item: Item) -> tuple[dict[str, Any] | None, int]:
    """The form named, or the one in force for the person's age on the day, and that age in years."""
    on = item.command.happened_at.astimezone(VIETNAM).date()
    age = 30
    if person.birth_date is not None:
        age = age_on(person.birth_date, person.birth_precision, on).most
    forms = queries.forms()
    if code:
        return next((form for form in forms if form["code"] == code), None), age
    return rules.form_for(forms, age, on), age  # type: ignore[return-value]


def _name(batch: Batch, product_key: str) -> str:
    product_id = batch.catalogue.keys.get(product_key)
    return batch.catalogue.name(product_id) if product_id is not None else product_key


def _is_hospital(facility: FacilityRow | None) -> bool:
    return facility is not None and facility.kind == "hospital"
