"""Words of requests: what is wrong, where it stands, what was done, by their codes; and values as people read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.certificates.corrections.rules import Clock, Owner, State
from lachan.immunization.queries import catalogue
from lachan.people.identifiers import mask
from lachan.places import queries as places
from lachan.web.parts.people.words import SEXES, SYSTEMS, shown_date
from lachan.web.words import span

KINDS: Final[dict[str, Any]] = {
    "name": gettext_lazy("Name"),
    "birth_date": gettext_lazy("Birth date"),
    "sex": gettext_lazy("Sex"),
    "number": gettext_lazy("Number of a document"),
    "dose_missing": gettext_lazy("A dose is missing"),
    "dose_wrong": gettext_lazy("A dose is written wrongly"),
    "dose_not_mine": gettext_lazy("A dose is not mine"),
    "dose_double": gettext_lazy("A dose is written twice"),
    "other": gettext_lazy("Something else is wrong"),
}
# (kind of badge, word)
STATES: Final[dict[State, tuple[str, Any]]] = {
    State.ASKED: ("question", gettext_lazy("Request sent")),
    State.TAKEN: ("waiting", gettext_lazy("Being looked at")),
    State.PROPOSED: ("waiting", gettext_lazy("Waits for approval")),
    State.APPROVED: ("waiting", gettext_lazy("Changed, card on its way")),
    State.NEEDS_MORE: ("question", gettext_lazy("Waits for the person")),
    State.DONE: ("done", gettext_lazy("Corrected")),
    State.REFUSED: ("stop", gettext_lazy("Request refused")),
    State.WITHDRAWN: ("unknown", gettext_lazy("Taken back")),
}
STEPS: Final[dict[str, Any]] = {
    "ask": gettext_lazy("Request sent"),
    "take": gettext_lazy("Taken on"),
    "propose": gettext_lazy("Change proposed"),
    "send_back": gettext_lazy("Proposal sent back"),
    "approve": gettext_lazy("Approved and changed"),
    "refuse": gettext_lazy("Request refused"),
    "ask_more": gettext_lazy("The person was asked"),
    "hand_over": gettext_lazy("Handed over"),
    "answer": gettext_lazy("The person answered"),
    "withdraw": gettext_lazy("Taken back"),
    "fail": gettext_lazy("The record did not take it"),
    "finish": gettext_lazy("Answered"),
    "lapse": gettext_lazy("Closed without an answer"),
}
REFUSALS: Final[dict[str, Any]] = {
    "record_is_right": gettext_lazy("The record agrees with the documents"),
    "no_evidence": gettext_lazy("Nothing shows what was asked"),
    "other_person": gettext_lazy("It is about another person"),
    "asked_before": gettext_lazy("The same was answered before"),
    "not_here": gettext_lazy("Another authority decides this"),
    "other": gettext_lazy("Another reason"),
    "no_answer": gettext_lazy("Nobody answered what was asked"),
}
CHANGES: Final[dict[str, Any]] = {
    "person.amend": gettext_lazy("Who the person is"),
    "dose.amend": gettext_lazy("Correct a dose"),
    "dose.void": gettext_lazy("Void a dose"),
    "dose.record": gettext_lazy("Add a dose"),
}
FIELDS: Final[dict[str, Any]] = {
    "name": gettext_lazy("Name"),
    "birth_date": gettext_lazy("Birth date"),
    "sex": gettext_lazy("Sex"),
    "residence": gettext_lazy("Commune"),
    "product": gettext_lazy("Vaccine"),
    "lot": gettext_lazy("Lot"),
    "given_on": gettext_lazy("Date given"),
    "facility": gettext_lazy("Facility"),
    "source": gettext_lazy("Where"),
    "number": gettext_lazy("Number"),
}
SOURCES: Final[dict[str, Any]] = {
    "here": gettext_lazy("at a facility of the programme"),
    "elsewhere": gettext_lazy("elsewhere in Vietnam"),
    "abroad": gettext_lazy("abroad"),
}
SHOWS: Final[dict[str, Any]] = {
    "open": gettext_lazy("Open requests"),
    "decide": gettext_lazy("To approve"),
    "late": gettext_lazy("Overdue"),
    "mine": gettext_lazy("Mine"),
    "here": gettext_lazy("My facility"),
    "closed": gettext_lazy("Answered"),
}
CLOCKS: Final[dict[Clock, str]] = {
    Clock.RUNNING: "waiting",
    Clock.SOON: "question",
    Clock.LATE: "stop",
    Clock.STOPPED: "unknown",
}


def owner_name(owner: Owner) -> str:
    """The facility or commune that keeps the fact."""
    if owner.facility_id is not None:
        facility = places.facility(owner.facility_id)
        return facility.name if facility else ""
    return places.address(owner.area_id) if owner.area_id is not None else ""


def field_word(field: str) -> str:
    """The name of a field, or of the system of a number."""
    if field.startswith("number:"):
        return str(SYSTEMS.get(field.partition(":")[2], FIELDS["number"]))
    return str(FIELDS.get(field, field))


def shown(field: str, value: str) -> str:
    """A stored value as people read it; numbers masked."""
    if not value:
        return ""
    if field in ("birth_date", "given_on"):
        return shown_date(value)
    if field == "sex":
        return str(dict(SEXES).get(value, value))
    if field == "product":
        key = catalogue().keys.get(value)
        return catalogue().name(key) if key is not None else value
    if field == "facility":
        facility = places.facilities_by_code([value]).get(value)
        return facility.name if facility else value
    if field == "source":
        return str(SOURCES.get(value, value))
    if field == "residence":
        if value.startswith("code:"):
            return value[5:]
        return places.address(int(value)) if value.isdecimal() else value
    return mask(value) if field.startswith("number:") else value


def clock_word(clock: Clock, due_at: datetime | None, now: datetime) -> str:
    """What the clock of a step says."""
    if due_at is None or clock is Clock.STOPPED:
        return _("no clock")
    if clock is Clock.LATE:
        return _("overdue by %(time)s") % {"time": span(now - due_at)}
    return _("%(time)s left") % {"time": span(due_at - now)}


def texts() -> dict[str, str]:
    """What the page's own script says."""
    return {
        "photo_smaller": _("The photo was made smaller before sending."),
        "photo_unreadable": _("This picture cannot be read. Choose a photo."),
        "photo_remove": _("Remove the photo"),
    }
