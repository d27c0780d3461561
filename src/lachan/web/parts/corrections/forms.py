"""What is filled in on a request's page: the change to propose, the place to hand it to, what a person asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.certificates.corrections.facts import RequestRow, Said
from lachan.certificates.corrections.photo import MOST_BYTES
from lachan.certificates.corrections.proposals import Wanted, standing
from lachan.certificates.corrections.rules import ABOUT_DOSE, ABOUT_PERSON, CHANGES, KINDS, USUAL_CHANGE, Owner
from lachan.immunization.queries import catalogue, products
from lachan.immunization.queries.person import DoseRow, person_history
from lachan.people.search import areas_named
from lachan.places import queries as places
from lachan.web.parts.corrections import words
from lachan.web.parts.people.words import SEXES, SYSTEMS, shown_date, written_date

_DAYS: Final = ("birth_date", "given_on")
_FIELDS: Final = (
    "name", "birth_date", "sex", "residence_code", "system", "number", "ends_system", "ends", "product", "lot",
    "given_on", "facility", "source",
)  # fmt: skip
MOST_PHOTOS: Final = 3
RIGHT: Final = ("name", "birth_date", "sex", "number", "product", "lot", "given_on")  # what may be said to be right


def said(sent: QueryDict, name: str) -> str:
    """A text as typed, without what no database keeps."""
    return str(sent.get(name, "")).strip()


def wanted(sent: QueryDict) -> tuple[Wanted | None, list[str]]:
    """The change as filled in, or what is wrong with it. Only what differs from what stood in the form is a change."""
    fields: dict[str, str] = {}
    for name in _FIELDS:
        value = said(sent, name)[:200]
        if name in _DAYS and value:
            written = written_date(value)
            if not written:
                return None, [_("%(field)s: type it as 16/10/2021.") % {"field": words.field_word(name)}]
            value = written
        if value and value != said(sent, f"was-{name}"):
            fields[name] = value
    try:
        dose_id = UUID(said(sent, "dose")) if said(sent, "dose") else None
    except ValueError:
        return None, [_("Choose the dose.")]
    codes = tuple(sent.getlist("codes")[:20]) if sent.get("answers_for") else ()
    return Wanted(said(sent, "change"), fields, dose_id, codes), []


def owner(sent: QueryDict) -> tuple[Owner | None, list[str]]:
    """Who keeps the fact: a facility by name or code, or a commune by name. Ambiguous: the ways to say it are named."""
    text = said(sent, "place")[:120]
    if not text:
        return None, [_("Name the facility or the commune.")]
    found = places.search_facilities(text, limit=6)
    exact = [row for row in found if row.code.lower() == text.lower() or row.name.lower() == text.lower()]
    if len(exact) == 1 or len(found) == 1:
        return Owner(facility_id=(exact or found)[0].id), []
    areas = areas_named(text, today=timezone.localdate()) if not found else []
    if len(areas) == 1:
        return Owner(area_id=areas[0].id), []
    several = [f"{row.name} ({row.code})" for row in found] or [places.address(area.id) for area in areas]
    if several:
        return None, [_("Several places are called so: %(names)s.") % {"names": "; ".join(several[:6])}]
    return None, [_("No facility and no commune is called so.")]


def proposal(row: RequestRow, sent: Mapping[str, Any], actor: Actor, codes: list[str]) -> dict[str, Any]:
    """The form of a proposal: what stands today, filled with what the person says is right."""
    verbs = [verb for verb in CHANGES if may(actor, verb)]
    verb = str(sent.get("change", "")) or USUAL_CHANGE.get(row.kind, "person.amend")
    verb = verb if verb in verbs else next(iter(verbs), "")
    doses = [dose for dose in person_history(row.person_id).doses if dose.status == "active"]
    chosen = next((dose for dose in doses if str(dose.id) == str(sent.get("dose", row.dose_id))), None)
    if chosen is None and verb in ("dose.amend", "dose.void"):
        chosen = doses[-1] if doses else None
    today = standing(row.person_id, chosen.id if chosen else None)
    right = row.words().right

    def value(name: str, now: str) -> str:
        written = sent.get(name)
        text = str(written) if written is not None else right.get(name) or now
        return shown_date(text) if name in _DAYS and "-" in text else text

    stands = {
        "name": today["name"], "birth_date": today["birth_date"], "sex": today["sex"],
        **{name: today.get(f"dose:{name}", "") if verb == "dose.amend" else ""
           for name in ("product", "lot", "given_on", "facility")},
    }  # fmt: skip
    return {
        "form_verb": verb,
        "verbs": [(code, words.CHANGES[code]) for code in verbs],
        "form": {name: value(name, now) for name, now in stands.items()},
        "stands": stands,
        "number": str(sent.get("number", right.get("number", ""))),
        "system": str(sent.get("system", "citizen_id")),
        "systems": [(code, word) for code, word in SYSTEMS.items() if code != "provisional"],
        "numbers": [(words.field_word(key), words.shown(key, text)) for key, text in today.items()
                    if key.startswith("number:")],
        "sexes": SEXES,
        "products": [(product.key, product.name) for product in products()],
        "sources": words.SOURCES.items(),
        "source": str(sent.get("source", "elsewhere")),
        "doses": [(dose, catalogue().name(dose.product_id)) for dose in doses],
        "dose": chosen,
        "words": str(sent.get("words", "")),
        "codes": codes,
    }  # fmt: skip


def asked(sent: QueryDict, doses: list[DoseRow]) -> tuple[str, UUID | None, Said]:
    """(kind, dose, what is said) of a request as filled in by a person or at a desk."""
    kind = said(sent, "kind")
    kind = kind if kind in KINDS else ""
    dose = next((dose for dose in doses if str(dose.id) == said(sent, "dose")), None) if kind in ABOUT_DOSE else None
    right: dict[str, str] = {}
    names = (kind,) if kind in ABOUT_PERSON else ("product", "lot", "given_on") if kind.startswith("dose_") else ()
    for name in names:
        value = said(sent, f"right-{name}")[:200]
        if value:
            right[name] = written_date(value) or value if name in _DAYS else value
    return kind, dose.id if dose else None, Said(said(sent, "text")[:2_100], right,
                                                 said(sent, "facility")[:20])  # fmt: skip


def photos(request: HttpRequest) -> list[bytes]:
    """Pictures as sent, each read to one byte more than it may have, and at most one more than there may be."""
    sent: list[Any] = request.FILES.getlist("photo")
    return [file.read(MOST_BYTES + 1) for file in sent[: MOST_PHOTOS + 1] if file.size]
