"""The questions as a page draws them and as it reads them back: the same for everybody who declares."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lachan.people import search
from lachan.people.cards import Card, parse_card
from lachan.people.self_service.rules import contact_of
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.surveillance.declarations.form import Form, countries, form_on
from lachan.web.parts.people.words import written_date

MOST_NOTE: Final = 500
MOST_PLACES: Final = 3
_FLIGHT = re.compile(r"[A-Z0-9]{2,3}[0-9]{1,4}[A-Z]?\Z")
_SEAT = re.compile(r"[0-9]{1,3}[A-Z]\Z")


@dataclass
class Read:
    """What was typed. ``body``: as ``declaration.make`` takes it, without the person; ``faults``: by field."""

    kind: str
    form: Form
    body: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    communes: list[AreaFact] = field(default_factory=list)  # to choose from, where a name means several


@dataclass
class Who:
    """The person as typed at the public page. ``sent``: name, sex, birth_date, number and contact, ready to be used."""

    name: str = ""
    born: str = ""
    sex: str = ""
    number: str = ""
    contact: tuple[str, str] = ("", "")
    faults: dict[str, str] = field(default_factory=dict)


def tongue() -> str:
    """ "vi" or "en"."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def read(posted: QueryDict, kind: str, *, needs_place: bool) -> Read:
    """Answers of one declaration. ``needs_place``: nobody knows where the person is unless they say it."""
    today = timezone.localdate()
    found = Read(kind, form_on(today))
    asks = (found.form.kind(kind) or {"asks": ()})["asks"]
    body = found.body
    body |= {"kind": kind, "form": found.form.code}
    if "symptoms" in asks:
        _symptoms(posted, found, today)
    if "questions" in asks:
        body["answers"] = {}
        for question in found.form.questions(kind):
            answer = posted.get(f"q_{question['code']}", "")
            if answer in ("yes", "no", "unknown"):
                body["answers"][question["code"]] = answer
            else:
                found.faults[f"q_{question['code']}"] = _("Answer this question.")
    if "places" in asks:
        known = {area.code for area in places.provinces(today)}
        body["places"] = list(dict.fromkeys(c for c in posted.getlist("place") if c in known))[:MOST_PLACES]
    if "area" in asks:
        _area(posted, found, today, needs_place)
    if "journey" in asks:
        _journey(posted, found)
    for name, low, high in (("temperature", 34.0, 43.0), ("spo2", 50, 100)):
        if name in asks:
            _measure(posted, found, name, low, high)
    venue = posted.get("venue", "")[:40]
    if venue:
        body["venue"] = venue
    note = posted.get("note", "").strip()[:MOST_NOTE]
    if note:
        body["note"] = note
    return found


def _symptoms(posted: QueryDict, found: Read, today: date) -> None:
    known = found.form.groups()
    chosen = [code for code in dict.fromkeys(posted.getlist("symptom")) if code in known]
    since = written_date(posted.get("onset", ""))
    began = date.fromisoformat(since) if len(since) == 10 else None
    if chosen and posted.get("onset", "").strip() and began is None:
        found.faults["onset"] = _("Type the day as 16/10/2021, or leave it empty.")
    if began is not None and began > today:
        found.faults["onset"] = _("This day has not come yet.")
    day = {"onset_on": began.isoformat()} if began is not None and "onset" not in found.faults else {}
    found.body["symptoms"] = [{"code": code, **day} for code in chosen]
    if not chosen and posted.get("no_symptoms") != "1":
        found.faults["symptom"] = _("Choose what you feel, or tick that you feel nothing.")


@lru_cache(maxsize=4_096)
def _communes(text: str, today: date) -> tuple[AreaFact, ...]:
    """Communes of a name. A search goes through both maps, and in a rush thousands name the same few."""
    return tuple(search.areas_named(text, today=today, limit=8))


def _area(posted: QueryDict, found: Read, today: date, needs_place: bool) -> None:
    text, code = posted.get("commune", "").strip()[:120], posted.get("commune_code", "")[:12]
    known = _communes(text, today) if len(text) > 1 else ()
    chosen = [area for area in known if f"{area.id}" == code] or list(known if len(known) == 1 else ())
    if chosen:
        found.body["area_code"] = chosen[0].code
        if not chosen[0].valid(today):  # papers, and people, keep the map before July 2025 for years
            found.body["area_on"] = chosen[0].valid_from.isoformat()
    elif known:
        found.communes = list(known[:10])
        found.faults["commune"] = _("Several communes have this name: choose yours.")
    elif text:
        found.faults["commune"] = _("No commune has this name. Type it as on your papers, without the province.")
    elif needs_place:
        found.faults["commune"] = _("Type the commune where you are, so that its health station can reach you.")


def _journey(posted: QueryDict, found: Read) -> None:
    for name, pattern, fault in (
        ("flight", _FLIGHT, _("Type the flight as on your ticket: VN310.")),
        ("seat", _SEAT, _("Type the seat as on your ticket: 12A.")),
    ):
        text = re.sub(r"[\s-]", "", posted.get(name, "")).upper()[:12]
        if text and pattern.match(text):
            found.body[name] = text
        elif text:
            found.faults[name] = fault
    country = posted.get("from_country", "")
    if country in {code for code, _name in countries("en")}:
        found.body["from_country"] = country
    else:
        found.faults["from_country"] = _("Choose the country you come from.")
    stay = posted.get("quarantine_place", "").strip()[:200]
    if stay:
        found.body["quarantine_place"] = stay


def _measure(posted: QueryDict, found: Read, name: str, low: float, high: float) -> None:
    text = posted.get(name, "").strip().replace(",", ".")
    if not text:
        return
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if low <= value <= high:
        found.body[name] = round(value, 1) if name == "temperature" else round(value)
    elif name == "temperature":
        found.faults[name] = _("Type the temperature in °C: 36,8.")
    else:
        found.faults[name] = _("Type the oxygen saturation in percent: 97.")


def who(posted: QueryDict) -> Who:
    """Who declares, as typed: name, birth date, sex and contact must be there, the number may."""
    found = Who(name=" ".join(posted.get("name", "").split())[:120], sex=posted.get("sex", ""))
    if len(found.name) < 2:
        found.faults["name"] = _("Type your name as on your papers.")
    found.born = written_date(posted.get("born", ""))
    if not found.born or found.born > timezone.localdate().isoformat():
        found.faults["born"] = _("Type the day of birth as 17/05/1980; the year alone when you do not know it.")
    if found.sex not in ("M", "F"):
        found.faults["sex"] = _("Choose one.")
    number = posted.get("number", "").strip()[:600]
    if number:
        card = parse_card(number)
        found.number = card.citizen_id if isinstance(card, Card) else ""
        if not found.number:
            found.faults["number"] = _("A citizen id has 12 digits. Leave it empty when you do not have one.")
    contact = contact_of(posted.get("contact", "")[:200])
    if contact is None:
        found.faults["contact"] = _("Type a phone number or an e-mail address. The code is sent there.")
    else:
        found.contact = contact
    return found


def drawn(form: Form, kind: str, said: Mapping[str, Any] | QueryDict | None = None) -> dict[str, Any]:
    """What a template needs to draw the questions of a kind; ``said`` is what was posted."""
    language, today = tongue(), timezone.localdate()
    posted = said if isinstance(said, QueryDict) else QueryDict()
    found = form.kind(kind) or form.body["kinds"][0]
    return {
        "form": form.code, "kind": kind, "kind_word": found[language], "asks": found["asks"],
        "symptoms": [
            (entry["code"], entry[language], entry["group"], entry["code"] in posted.getlist("symptom"))
            for entry in form.body["symptoms"]
        ],
        "no_symptoms": posted.get("no_symptoms") == "1",
        "questions": [
            (entry["code"], entry[language], posted.get(f"q_{entry['code']}", "")) for entry in form.questions(kind)
        ],
        "provinces": [(area.code, area.name) for area in places.provinces(today)] if "places" in found["asks"] else [],
        "chosen_places": (posted.getlist("place") + [""] * MOST_PLACES)[:MOST_PLACES],
        "countries": countries(language) if "journey" in found["asks"] else [],
        "said": {name: posted.get(name, "") for name in (
            "onset", "commune", "flight", "seat", "from_country", "quarantine_place", "temperature", "spo2", "note",
            "venue", "name", "born", "sex", "number", "contact", "for_whom",
        )},
    }  # fmt: skip


def kinds(form: Form, day: date) -> list[dict[str, Any]]:
    """Kinds of declaration to choose from, with what the law asked that day."""
    language = tongue()
    return [
        {"code": kind["code"], "word": kind[language], "hint": kind[f"hint_{language}"],
         "required": form.required(kind["code"], day)}
        for kind in form.body["kinds"]
    ]  # fmt: skip


def all_no(posted: QueryDict, form: Form, kind: str) -> QueryDict:
    """The same form with everything answered no: one press instead of many."""
    answered = posted.copy()
    answered.setlist("symptom", [])
    answered["no_symptoms"] = "1"
    for question in form.questions(kind):
        answered[f"q_{question['code']}"] = "no"
    return answered


def named(communes: Sequence[AreaFact]) -> list[tuple[AreaFact, str]]:
    """Communes with everything above them: of one name there are many."""
    return [(area, places.address(area.id)) for area in communes]
