"""From what somebody fills in to a command, and from a command to what stands there and what would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lachan.certificates.corrections.rules import CHANGES
from lachan.immunization.queries import catalogue
from lachan.immunization.queries.person import DoseRow, PersonHistory, person_history
from lachan.kernel.commands import Command
from lachan.people.facts import PersonFacts
from lachan.people.queries import identifiers_of, persons
from lachan.places import queries as places

PERSON_FIELDS = ("name", "birth_date", "sex", "residence_code")
DOSE_FIELDS = ("product", "lot", "given_on", "facility")


class Wanted(NamedTuple):
    """A change as filled in: ``verb`` of :data:`rules.CHANGES`, ``fields`` by name ("" leaves as it is), ``override``:
    codes that the proposer answers for."""

    verb: str
    fields: Mapping[str, str]
    dose_id: UUID | None = None
    override: tuple[str, ...] = ()


class Line(NamedTuple):
    """A field, what stands there and what would."""

    field: str
    before: str
    after: str

    @property
    def changes(self) -> bool:
        return self.before != self.after


def command_of(wanted: Wanted, person_id: UUID, *, why: str, command_id: UUID, now: datetime) -> Command | str:
    """The command, or the reason code for which there is none: ``correction_nothing_proposed``, ``dose_unknown``."""
    if wanted.verb not in CHANGES:
        return "correction_nothing_proposed"
    body: dict[str, Any] = {"person": {"id": str(person_id)}}
    fields = {name: " ".join(value.split()) for name, value in wanted.fields.items() if value.strip()}
    if wanted.verb == "person.amend":
        changes: dict[str, Any] = {name: fields[name] for name in PERSON_FIELDS if name in fields}
        if fields.get("number") and fields.get("system"):
            changes["add_identifiers"] = [{"system": fields["system"], "value": fields["number"]}]
        if fields.get("ends") and fields.get("ends_system"):
            changes["end_identifiers"] = [{"system": fields["ends_system"], "value": fields["ends"]}]
        body |= {"changes": changes, "reason": why}
        empty = not changes
    elif wanted.verb == "dose.record":
        body |= {name: fields[name] for name in DOSE_FIELDS if name in fields}
        body["source"] = fields.get("source", "elsewhere")
        if body["source"] != "here":
            body.pop("facility", None)
        empty = "product" not in body or "given_on" not in body
    else:
        if wanted.dose_id is None:
            return "dose_unknown"
        body |= {"dose_id": str(wanted.dose_id), "reason": why}
        empty = False
        if wanted.verb == "dose.amend":
            body["changes"] = {name: fields[name] for name in DOSE_FIELDS if name in fields}
            empty = not body["changes"]
    if empty:
        return "correction_nothing_proposed"
    if wanted.override and wanted.verb in ("dose.amend", "dose.record"):
        body["override"] = {"codes": list(wanted.override), "reason": why}
    return Command(command_id, wanted.verb, now, body)


def standing(person_id: UUID, dose_id: UUID | None = None) -> dict[str, str]:
    """The record as it stands today: the person's own fields, and the dose's. Numbers are in it in full: seal it, or
    show it after the look is logged."""
    person = persons([person_id])[person_id]
    found = {
        "name": person.name,
        "birth_date": _birth(person),
        "sex": person.sex,
        "residence": str(person.residence_id or ""),
        **{f"number:{entry.system}": entry.value for entry in identifiers_of([person.id]).get(person.id, [])},
    }
    if dose_id is not None:
        dose = dose_in(person_history(person.id), dose_id)
        found |= {f"dose:{name}": value for name, value in _dose_fields(dose).items()} if dose else {"dose:status": ""}
    return found


def lines_of(command: Command, before: Mapping[str, str]) -> list[Line]:
    """What would change, old beside new, in the order a reader looks for it. Values as stored: the face words them."""
    body = command.body
    if command.verb == "person.amend":
        changes = body["changes"]
        found = [Line(name, before.get(name, ""), str(changes[name])) for name in ("name", "birth_date", "sex")
                 if name in changes]  # fmt: skip
        if "residence_code" in changes:
            found.append(Line("residence", before.get("residence", ""), f"code:{changes['residence_code']}"))
        found += [Line(f"number:{entry['system']}", before.get(f"number:{entry['system']}", ""), entry["value"])
                  for entry in changes.get("add_identifiers", ())]  # fmt: skip
        return found + [
            Line(f"number:{entry['system']}", entry["value"], "") for entry in changes.get("end_identifiers", ())
        ]
    if command.verb == "dose.record":
        return [Line(name, "", str(body[name])) for name in ("product", "lot", "given_on", "facility", "source")
                if name in body]  # fmt: skip
    stands = {name: before.get(f"dose:{name}", "") for name in DOSE_FIELDS}
    after = body.get("changes", {}) if command.verb == "dose.amend" else dict.fromkeys(DOSE_FIELDS, "")
    return [Line(name, stands[name], str(after.get(name, stands[name]))) for name in DOSE_FIELDS]


def touched(command: Command) -> tuple[str, ...]:
    """Keys of :func:`standing` on which the change rests: if one of them changed meanwhile, it is looked at again."""
    body = command.body
    if command.verb == "person.amend":
        return tuple(line.field for line in lines_of(command, {}))
    if command.verb == "dose.record":
        return ()
    return ("dose:status", *(f"dose:{name}" for name in DOSE_FIELDS)) if "dose_id" in body else ()


def dose_in(history: PersonHistory, dose_id: UUID) -> DoseRow | None:
    """A dose of this person, whatever its state."""
    return next((dose for dose in history.doses if dose.id == dose_id), None)


def _dose_fields(dose: DoseRow) -> dict[str, str]:
    product = catalogue().product(dose.product_id)
    facility = places.facility(dose.facility_id) if dose.facility_id is not None else None
    return {
        "product": product.key if product else "",
        "lot": dose.lot_number,
        "given_on": dose.given_on.isoformat(),
        "facility": facility.code if facility else "",
        "status": dose.status,
    }


def _birth(person: PersonFacts) -> str:
    """As it is written in a command: YYYY, YYYY-MM or YYYY-MM-DD."""
    if person.birth_date is None:
        return ""
    return person.birth_date.isoformat()[: {"Y": 4, "M": 7}.get(person.birth_precision, 10)]
