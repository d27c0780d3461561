"""What happened to a person, in the order people read it: doses with their corrections, and a line of events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.access.queries import labels
from lachan.immunization import queries
from lachan.immunization.queries.person import CorrectionRow, DoseRow, PersonHistory
from lachan.places import queries as places

REASONS_NOT_GIVEN = {
    "deferred": gettext_lazy("deferred"),
    "contraindicated": gettext_lazy("contraindicated"),
    "refused": gettext_lazy("did not want it"),
    "left": gettext_lazy("left before the dose"),
    "no_vaccine": gettext_lazy("no vaccine"),
    "had_elsewhere": gettext_lazy("had it elsewhere"),
    "other": gettext_lazy("another reason"),
}
OUTCOMES = {
    "eligible": ("done", gettext_lazy("eligible")),
    "caution": ("question", gettext_lazy("caution")),
    "defer": ("waiting", gettext_lazy("deferred")),
    "contraindicated": ("stop", gettext_lazy("contraindicated")),
}
SEVERITIES = {
    "mild": ("question", gettext_lazy("mild")),
    "moderate": ("question", gettext_lazy("moderate")),
    "severe": ("stop", gettext_lazy("severe")),
}


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose as its row shows it; ``correction``: who ended it, when and why."""

    row: DoseRow
    product: str
    place: str
    by: str
    correction: CorrectionRow | None
    corrected_by: str
    may_amend: bool
    may_void: bool
    due: str  # "" | waiting | overdue


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``kind`` names the icon and ``state`` its colour and shape."""

    at: datetime
    kind: str
    state: str
    title: str
    detail: str
    place: str
    by: str
    timed: bool = True  # False: only the day is known


CORRECTIONS: Final[dict[str, Promise]] = {
    "void": gettext_lazy("Dose voided"),
    "amend": gettext_lazy("Dose corrected"),
    "duplicate": gettext_lazy("Dose set aside: written twice"),
}


def doses(history: PersonHistory, actor: Actor, today: date) -> list[Dose]:
    """All doses, the latest first; those corrected stay, struck through."""
    corrections = {correction.dose_id: correction for correction in history.corrections}
    who = labels({*(dose.actor_id for dose in history.doses), *(c.actor_id for c in history.corrections)})
    catalogue = queries.catalogue()
    active = [dose for dose in history.doses if dose.status == "active"]
    last = max(active, key=lambda dose: dose.dose_number, default=None)
    found = []
    for dose in reversed(history.doses):
        correction = corrections.get(dose.id)
        standing = dose.status == "active"
        due = ""
        if standing and dose is last and dose.next_due_on is not None:
            due = "overdue" if dose.next_due_on < today else "waiting"
        found.append(
            Dose(
                dose, catalogue.name(dose.product_id), where(dose), who.get(dose.actor_id, ""), correction,
                who.get(correction.actor_id, "") if correction else "",
                standing and scopes.may_at(actor, "dose.amend", dose.facility_id),
                standing and scopes.may_at(actor, "dose.void", dose.facility_id), due,
            )
        )  # fmt: skip
    return found


def where(dose: DoseRow) -> str:
    if dose.source == "abroad":
        return _("abroad (%(country)s)") % {"country": dose.country}
    if dose.source == "elsewhere":
        return _("elsewhere in Vietnam")
    return place(dose.facility_id)


def place(facility_id: int | None) -> str:
    facility = places.facility(facility_id) if facility_id else None
    return facility.name if facility else ""


def events(history: PersonHistory) -> list[Event]:
    """Everything in order of time, the latest first; two queries for names of those who recorded it."""
    ids = {row.actor_id for rows in (history.encounters, history.screenings, history.doses, history.not_given,
                                     history.reactions, history.corrections) for row in rows}  # fmt: skip
    who = labels(ids)
    found = [*_visits(history, who), *_doses(history, who), *_remarks(history, who)]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _visits(history: PersonHistory, who: dict[UUID, str]) -> Iterator[Event]:
    at_facility = {encounter.id: place(encounter.facility_id) for encounter in history.encounters}
    for visit in history.encounters:
        where = at_facility[visit.id]
        yield Event(visit.arrived_at, "arrival", "waiting", _("Arrived"), "", where, who.get(visit.actor_id, ""))
        if visit.released_at is not None:
            yield Event(visit.released_at, "release", "done", _("Went home"), "", where, "")
    for form in history.screenings:
        state, word = OUTCOMES.get(form.outcome, ("unknown", form.outcome))
        detail = f"{word}" + (" · " + _("consent given") if form.consent else "")
        where = at_facility.get(form.encounter_id, "") if form.encounter_id else ""
        yield Event(form.at, "screening", state, _("Screening"), detail, where, who.get(form.actor_id, ""))


def _doses(history: PersonHistory, who: dict[UUID, str]) -> Iterator[Event]:
    catalogue = queries.catalogue()
    for dose in history.doses:
        title = _("Dose %(number)s") % {"number": dose.dose_number}
        detail = " · ".join(filter(None, (catalogue.name(dose.product_id), dose.lot_number)))
        state = "done" if dose.status == "active" else "unknown"
        timed = timezone.localdate(dose.happened_at) == dose.given_on
        # a dose from a paper was entered later: it stands on the day it was given
        at = dose.happened_at if timed else timezone.make_aware(datetime.combine(dose.given_on, time.min))
        yield Event(at, "dose", state, title, detail, where(dose), who.get(dose.actor_id, ""), timed)
    for correction in history.corrections:
        title = str(CORRECTIONS.get(correction.kind, correction.kind))
        by = who.get(correction.actor_id, "")
        yield Event(correction.happened_at, "correction", "question", title, correction.reason, "", by)


def _remarks(history: PersonHistory, who: dict[UUID, str]) -> Iterator[Event]:
    for row in history.not_given:
        detail = " · ".join(filter(None, (str(REASONS_NOT_GIVEN.get(row.reason, row.reason)), row.note)))
        by = who.get(row.actor_id, "")
        yield Event(row.at, "not_given", "question", _("Not vaccinated"), detail, place(row.facility_id), by)
    for noted in history.reactions:
        state, word = SEVERITIES.get(noted.severity, ("unknown", noted.severity))
        detail = " · ".join(filter(None, (str(word), ", ".join(noted.symptoms), noted.note)))
        by = who.get(noted.actor_id, "")
        yield Event(noted.at, "reaction", state, _("Reaction"), detail, place(noted.facility_id), by)
