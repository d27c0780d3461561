"""Paper: the national form of a case, the same form empty, and the reports of a day and of a round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.immunization.operations import codes
from lachan.immunization.queries import catalogue, harm
from lachan.immunization.queries.harm import CaseRow
from lachan.immunization.queries.person import DoseRow, person_history
from lachan.immunization.queries.signals import lots_by_id
from lachan.immunization.reaction_form import ReactionForm, form_on, language_of
from lachan.people.facts import PersonFacts
from lachan.people.queries import contacts_of, persons
from lachan.places import queries as places
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.board.words import SITES
from lachan.web.parts.harm import forms
from lachan.web.parts.harm.cases import opened
from lachan.web.parts.people.reached import purpose_of
from lachan.web.templatetags.lachan import born, day

PURPOSE = "form of a reaction, for printing"
LONGEST_ROUND = 366  # days


@require_GET
@needs("reaction.read")
def paper(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case on the national form, one page of A4. Printing it is a look with telephone and address."""
    row = opened(request, case_id)
    now = timezone.now()
    log_looks(actor_here(request), [row.person_id], PURPOSE, "reactions", now)
    form = form_on(timezone.localdate(row.known_at))
    said = harm.history(row).case.fields
    person = persons([row.person_id]).get(row.person_id)
    phones = [value for kind, value in contacts_of([row.person_id]).get(row.person_id, []) if kind == "phone"]
    known = _known(row, person, phones[0] if phones else "")
    return render(request, "web/harm/paper.html", {"row": row, "sheet": sheet(form, known, said), "form": _head(form)})


@require_GET
@needs("harm.read")
def blank(request: HttpRequest) -> HttpResponse:
    """The same form to be filled in by hand."""
    form = form_on(timezone.localdate())
    return render(request, "web/harm/paper.html", {"row": None, "sheet": sheet(form, {}, None), "form": _head(form)})


def _head(form: ReactionForm) -> dict[str, str]:
    return {"title": form.body["title"][language_of()], "reference": form.body["reference"]}


def sheet(form: ReactionForm, known: Mapping[str, str], said: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Sections of the paper; ``said`` None: empty, with boxes to tick and lines to write on."""
    tongue = language_of()
    return [
        {
            "title": section[tongue],
            "fields": [_cell(form, field, known, said) for field in section["fields"]],
        }
        for section in form.body["sections"]
    ]


def _cell(
    form: ReactionForm, field: Mapping[str, Any], known: Mapping[str, str], said: Mapping[str, Any] | None
) -> dict[str, Any]:
    code = field["code"]
    value = known.get(code, "")
    if not value and said is not None and said.get(code) not in (None, []):
        value = forms.shown(form, code, said[code])
    boxes = []
    if "choices" in field:
        chosen = set((said or {}).get(code) or ()) if field["kind"] == "choices" else {(said or {}).get(code)}
        boxes = [(word, entry in chosen) for entry, word in form.words(field["choices"])]
    return {
        "code": code, "label": field[language_of()], "value": value, "boxes": boxes,
        "wide": field["kind"] in ("long", "choices") or bool(boxes), "lines": 2 if field["kind"] == "long" else 1,
    }  # fmt: skip


def _known(row: CaseRow, person: PersonFacts | None, phone: str) -> dict[str, str]:
    """What the house knows without asking."""
    facility = places.facility(row.facility_id) if row.facility_id else None
    lot = lots_by_id([row.lot_id]).get(row.lot_id) if row.lot_id else None
    dose = _dose(row)
    found = {
        "case_code": row.code,
        "received_on": _when(row.notified_at) or _when(row.known_at),
        "place_reporting": facility.name if facility else "",
        "facility": f"{facility.name} ({facility.code})" if facility else "",
        "vaccine": catalogue().name(row.product_id) if row.product_id else "",
        "dose_number": str(row.dose_number or ""),
        "lot": row.lot_number,
        "expires_on": day(lot.expires_on) if lot is not None and lot.expires_on else "",
        "vaccinated_at": _when(row.given_at),
        "route": dose.route if dose else "",
        "injection_site": str(SITES.get(dose.site, dose.site)) if dose else "",
        "reported_on": _when(row.known_at),
    }
    if person is not None:
        sex = {"M": _("male"), "F": _("female")}.get(person.sex, "")
        found |= {
            "full_name": person.name, "birth_date": born(person.birth_date, person.birth_precision), "sex": sex,
            "phone": phone, "residence": places.address(person.residence_id) if person.residence_id else "",
        }  # fmt: skip
    return found


def _dose(row: CaseRow) -> DoseRow | None:
    return next((dose for dose in person_history(row.person_id).doses if dose.id == row.dose_id), None)


def _when(at: Any) -> str:
    return timezone.localtime(at).strftime("%H:%M %d/%m/%Y") if at is not None else ""


@require_GET
@needs("harm.read")
def summary(request: HttpRequest) -> HttpResponse:
    """Reactions of a day, or from a day to a day (a round): counted from the cases, beside the doses given."""
    today = timezone.localdate()
    last = _day(request.GET.get("last", ""), today)
    first = _day(request.GET.get("first", ""), last)
    first = min(max(first, last - timedelta(days=LONGEST_ROUND)), last)
    rows, doses = harm.reported(harm.places_of(actor_here(request)), first, last)
    cases: Counter[tuple[int, int, str]] = Counter()
    serious: Counter[tuple[int, int]] = Counter()
    died: Counter[tuple[int, int]] = Counter()
    for row in rows:
        key = row.facility_id or 0, row.product_id or 0
        cases[(*key, row.severity)] += row.cases
        serious[key] += row.cases if row.serious else 0
        died[key] += row.cases if row.outcome == "died" else 0
    keys = {(facility, product) for facility, product, _severity in cases} | (set(doses) if len(doses) < 500 else set())
    table = [_line(key, cases, serious, died, doses) for key in keys]
    table.sort(key=lambda line: (-line["serious"], -line["all"], line["facility"], line["product"]))
    total = {name: sum(line[name] for line in table) for name in ("doses", "mild", "moderate", "severe", "serious",
                                                                  "died", "all")}  # fmt: skip
    context = {"first": first, "last": last, "table": table[:500], "total": total, "now": timezone.now()}
    return render(request, "web/harm/summary.html", context)


def _line(key: tuple[int, int], cases: Any, serious: Any, died: Any, doses: Mapping[Any, int]) -> dict[str, Any]:
    facility = places.facility(key[0])
    by = {severity: cases[(*key, severity)] for severity in ("mild", "moderate", "severe")}
    given = doses.get(key, 0)
    total = sum(by.values())
    return {
        "facility": facility.name if facility else "–", "product": catalogue().name(key[1]) if key[1] else "–",
        "doses": given, **by, "serious": serious[key], "died": died[key], "all": total,
        "rate": total / given * 100_000 if given else None,
    }  # fmt: skip


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


@require_POST
@needs("reaction.report")
def slip(request: HttpRequest, person_id: UUID, dose_id: UUID) -> HttpResponse:
    """A slip for going home: what to look for, and a code by which the person can report about this dose only."""
    actor, now = actor_here(request), timezone.now()
    person = persons([person_id]).get(person_id)
    found = person_history(person_id)
    dose = next((dose for dose in found.doses if dose.id == dose_id and dose.status == "active"), None)
    if person is None or dose is None:
        raise PermissionDenied
    purpose = purpose_of(request, person.id, person.residence_id, found.seen_at)
    if not purpose:
        raise PermissionDenied
    log_looks(actor, [person.id], purpose, "slip", now)
    code, until = codes.make_code(person.id, dose.id, dose.facility_id, actor=actor, now=now)
    form = form_on(timezone.localdate(now))
    tongue = language_of()
    context = {
        "person": person,
        "dose": dose,
        "product": catalogue().name(dose.product_id),
        "code": f"{code[:5]}-{code[5:]}",
        "until": until,
        "address": request.build_absolute_uri("/report/"),
        "alarms": [entry[tongue] for entry in form.body["choices"]["symptoms"] if entry["alarm"]],
        "facility": places.facility(dose.facility_id) if dose.facility_id else None,
    }
    return render(request, "web/harm/slip.html", context)
