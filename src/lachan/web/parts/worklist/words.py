"""Words of the worklist: what each command was, what was sent with it, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lachan.kernel.commands import Command
from lachan.people import identifiers
from lachan.people.cards import Card, parse_card
from lachan.people.search import days_of
from lachan.web.parts.people.words import SEXES, SYSTEMS, shown_date

Word = str | Promise

VERBS: Final[dict[str, Word]] = {
    "person.register": _("Registration"),
    "person.amend": _("Correction of a person"),
    "person.merge": _("Two records made one"),
    "person.unmerge": _("One record made two again"),
    "arrival.record": _("Arrival"),
    "screening.record": _("Screening"),
    "dose.record": _("Vaccine dose"),
    "not_given.record": _("Not vaccinated"),
    "reaction.record": _("Reaction"),
    "release.record": _("Going home"),
    "dose.amend": _("Correction of a dose"),
    "dose.void": _("Voiding of a dose"),
    "stock.move": _("Stock entry"),
    "lot.quarantine": _("Setting a lot apart"),
    "lot.recall": _("Recall of a lot"),
    "lot.release": _("Giving a lot free"),
    "message.reach": _("Telling a person"),
    "allocation.plan": _("Plan of doses"),
    "allocation.ask": _("Asking for doses"),
    "allocation.give": _("Granting of doses"),
    "cold.device": _("Registering a fridge"),
    "excursion.record": _("Excursion of temperature"),
    "excursion.decide": _("Decision about an excursion"),
    "stock.count": _("Stock count"),
    "stock.explain": _("Explanation of a difference"),
    "transfer.send": _("Delivery sent"),
    "transfer.receive": _("Delivery received"),
    "transfer.cancel": _("Delivery called back"),
    "vial.open": _("Opening of a vial"),
    "vial.discard": _("Vial thrown away"),
    "gtin.teach": _("Meaning of a box code"),
    "session.open": _("Opening of a session"),
    "session.close": _("Closing of a session"),
    "session.plan": _("Planning of a session"),
    "session.replan": _("Change of a plan"),
    "session.staff": _("Staff of a session"),
    "session.cancel": _("Calling off a session"),
    "tally.enter": _("Tally"),
    "tally.correct": _("Correction of a tally"),
    "debt.explain": _("Explanation of missing doses"),
    "debt.accept": _("Answer to an explanation"),
    "session.halt": _("Stopping of a session"),
    "reaction.report": _("Report of a reaction"),
    "reaction.follow_up": _("Follow-up of a reaction"),
    "reaction.notify": _("Reaction reported to the province"),
    "reaction.acknowledge": _("Reaction acknowledged"),
    "reaction.remind": _("Reminder about a reaction"),
    "reaction.escalate": _("Reaction passed to the national level"),
    "reaction.investigate": _("Investigation of a reaction"),
    "reaction.classify": _("Causality of a reaction"),
    "reaction.close": _("Closing of a case of reaction"),
    "contact.add": _("Contact named"),
    "contact.call": _("Call to a contact"),
    "contact.follow_up": _("Daily question to a contact"),
    "contact.quarantine": _("Quarantine of a contact"),
    "contact.undo": _("Call taken back"),
    "contact.handover": _("Hand-over offered"),
    "contact.accept": _("Hand-over accepted"),
    "contact.return": _("Hand-over returned"),
    "contact.release": _("Contact let go"),
    "contact.order": _("Order for a contact"),
    "contact.assign": _("Calls given to somebody"),
    "contact.capacity": _("Calls a day of a place"),
}

# Reasons as filters name them: shorter than the sentence.
REASONS: Final[dict[str, Word]] = {
    "possible_match": _("Perhaps the same person"),
    "identifier_conflict": _("Number of somebody else"),
    "identifier_of_other": _("Number of another record"),
    "merge_doses_differ": _("Two products on one day"),
    "person_unknown": _("Nobody known by the number"),
    "reaction_serious": _("Serious reaction"),
    "reaction_late": _("Reaction not reported in time"),
    "reaction_not_acknowledged": _("Reaction not acknowledged"),
    "reaction_escalated": _("Reaction passed on"),
    "contact_has_symptoms": _("Contact feels ill"),
    "contact_refuses": _("Contact refuses"),
    "contact_wrong_number": _("Contact's number wrong"),
    "contact_not_reached": _("Contact not reached"),
    "another_place_answers": _("Another place answers"),
    "content_changed": _("Sent twice with different content"),
    "not_processed": _("Could not be processed"),
    "not_allowed": _("Without the right"),
    "not_allowed_here": _("At another facility"),
    "malformed": _("Not as the API says"),
    "facility_unknown": _("Unknown facility"),
    "session_unknown": _("Unknown session"),
    "session_closed": _("Session closed"),
    "staff_elsewhere": _("At another session at that time"),
    "lot_unknown": _("Unknown lot"),
    "lot_expired": _("Expired lot"),
    "lot_recalled": _("Recalled lot"),
    "lot_quarantined": _("Lot in quarantine"),
    "lot_missing": _("No lot"),
    "lot_expiry_differs": _("Another expiry date"),
    "box_received_before": _("Box received before"),
    "earlier_lot_first": _("Another lot first"),
    "vial_time_passed": _("Vial open too long"),
    "vial_empty": _("Vial empty"),
    "lot_other_product": _("Lot of another product"),
    "interval_too_short": _("Interval too short"),
    "booster_too_early": _("Booster too early"),
    "same_dose_twice": _("Same dose twice"),
    "dose_number_mismatch": _("Another dose number"),
    "too_young": _("Too young"),
    "age_uncertain": _("Age not certain"),
    "product_unknown": _("Unknown product"),
    "product_not_mixable": _("Product may not follow"),
    "date_in_future": _("Date in the future"),
    "happened_in_future": _("Time in the future"),
    "person_dead": _("Recorded as dead"),
    "identifier_malformed": _("Number written wrongly"),
    "residence_unknown": _("Unknown commune"),
    "screening_incomplete": _("Screening incomplete"),
    "dose_already_corrected": _("Corrected before"),
    "series_complete_no_booster_rule": _("Needs no more doses"),
}

RESOLUTIONS: Final[dict[str, Word]] = {
    "resent": _("sent again"),
    "dismissed": _("set aside"),
    "two_people": _("two different people"),
    "same_person": _("the same person"),
}

_KEYS: Final[dict[str, Word]] = {
    "name": _("Name"), "full_name": _("Name"), "birth_date": _("Birth date"), "sex": _("Sex"), **SYSTEMS,
    "facility": _("Facility"), "product": _("Product"), "lot": _("Lot"), "dose_number": _("Dose number"),
    "given_at": _("Given at"), "given_on": _("Given on"), "site": _("Site"), "route": _("Route"),
    "source": _("Where"), "country": _("Country"), "reason": _("Reason"), "note": _("Note"),
    "severity": _("Severity"), "symptoms": _("Symptoms"), "kind": _("Kind"), "quantity": _("Quantity"),
    "expires_on": _("Expires"), "document": _("Document"), "form": _("Form"), "consent": _("Consent"),
    "residence_code": _("Commune code"), "commune_code": _("Commune code"), "address": _("Address"),
    "occupation": _("Occupation"), "priority_group": _("Priority group"), "phone": _("Telephone"),
    "insurance_number": SYSTEMS["health_insurance"], "date": _("Date"), "capacity": _("Capacity"),
}  # fmt: skip

_NUMBERS = frozenset(
    {"citizen_id", "old_id", "insurance_number", "passport", "health_insurance", "phone", "provisional"}
)
_HIDDEN = frozenset(
    {"id", "session_id", "dose_id", "person_id", "encounter_id", "force_new", "nationality", "vaccinator"}
)


def sent(command: Command) -> list[tuple[Word, str]]:
    """What was sent, for the eye: names of fields in words, every number masked."""
    order = list(_KEYS)
    found = sorted(_flat(command.body), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
    return [(_KEYS.get(key, key), value) for key, value in found]


def _flat(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in body.items():
        if key in _HIDDEN or value in (None, "", [], {}):
            continue
        if key == "scan":
            yield from _flat(_scanned(str(value)))
        elif key == "identifier" or (key == "identifiers" and isinstance(value, list)):
            for number in value if isinstance(value, list) else [value]:
                if isinstance(number, dict):
                    yield str(number.get("system", "")), identifiers.mask(str(number.get("value", "")))
        elif key == "contacts" and isinstance(value, list):
            for contact in value:
                if isinstance(contact, dict):
                    yield "phone", identifiers.mask(str(contact.get("value", "")))
        elif key == "guardians" and isinstance(value, list):
            continue  # names and numbers of third persons decide nothing here
        elif isinstance(value, dict):
            yield from _flat(value)
        elif key == "sex":
            yield key, str(dict(SEXES).get(str(value), value))
        elif key in _NUMBERS:
            yield key, identifiers.mask(str(value))
        else:
            yield key, _plain(value)


def _scanned(text: str) -> dict[str, Any]:
    card = parse_card(text)
    if not isinstance(card, Card):
        return {"note": identifiers.mask(text[:40])}
    fields = ("citizen_id", "old_id", "insurance_number", "passport", "full_name", "sex", "address")
    found = {name: getattr(card, name) for name in fields}
    return found | {"birth_date": card.birth_date.isoformat() if card.birth_date else ""}


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value)
    text = str(value)
    if len(text) >= 19 and text[4:5] == "-" and text[10:11] in "T ":
        try:
            return timezone.localtime(datetime.fromisoformat(text)).strftime("%d/%m/%Y %H:%M")
        except ValueError:
            return text
    return shown_date(text) if days_of(text) and "-" in text else text[:200]
