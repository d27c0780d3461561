"""The line list as CSV for the pharmacovigilance centre.

Columns are WHO's 25 core variables of an AEFI record (numbers as listed with the DHIS2 AEFI package,
github.com/dhis2/metadata-package-development, ``metadata/AEFI/aefi_tracker_design.md``), each named by the ICH E2B(R3)
element it would fill, since VigiFlow exchanges ICH E2B files (who-umc.org, "About VigiFlow") and needs for sharing:
first receive date, report type, a primary reporter, patient, suspect drug and reaction (support.who-umc.org, "Exporting
reports"). E2B(R3) numbers: ICH ICSR implementation guide; D.1, D.2.1, E.i.1.1a, G.k.1 and G.k.2.2 were seen in a
published dictionary, the others are recalled.

Not verified: whether VigiFlow takes a CSV at all beyond E2B XML, and under which column names; its own spreadsheet
template was not found. The columns here are complete and plain so that a mapping is an hour's work. Symptoms carry our
codes: MedDRA is licensed and not shipped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.immunization.queries import catalogue, harm
from lachan.immunization.queries.harm import CaseRow
from lachan.immunization.reaction_form import form_on
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.web.parts.board.desk import actor_here
from lachan.web.parts.harm.lists import filter_of
from lachan.web.templatetags.lachan import initials

MOST: Final = 1_000  # cases a file: one look each is logged
PURPOSE: Final = "export for pharmacovigilance"
OUTCOMES: Final = {
    "unknown": 0,
    "recovered": 1,
    "recovering": 2,
    "not_recovered": 3,
    "sequelae": 4,
    "died": 5,
}  # fmt: skip  E2B(R3) E.i.7
COLUMNS: Final = (
    "C.1.1 case number", "C.1.4 first received", "C.1.5 latest information", "C.2.r.3 country", "D.1 patient initials",
    "D.2.1 birth date", "D.5 sex", "residence", "D.7.2 medical history", "G.k.2.2 suspect vaccine", "G.k.4.r.7 lot",
    "dose number", "diluent lot", "other vaccines", "G.k.4.r.4 vaccinated at", "E.i.4 onset", "E.i.1.1a reactions",
    "reaction codes", "severity", "E.i.3.2a death", "E.i.3.2b life-threatening", "E.i.3.2c hospitalisation",
    "E.i.3.2d disability", "E.i.3.2e congenital anomaly", "E.i.3.2f medically important", "E.i.7 outcome",
    "D.9.1 died on", "D.9.3 autopsy", "treatment", "G.k.9.i.2.r.3 causality (WHO)", "C.2.r.1 reporter",
    "C.2.r.2 institution", "reporter position", "reporter e-mail", "reporter telephone", "vaccinated by",
    "H.1 narrative", "state",
)  # fmt: skip


@require_GET
@needs("harm.download")
def export(request: HttpRequest) -> HttpResponse:
    """The list as narrowed on the screen, at most 1,000 cases; each is a logged look for who may read names."""
    actor, now = actor_here(request), timezone.now()
    named = may(actor, "reaction.read")
    wanted = filter_of(request, now)
    found: list[CaseRow] = []
    while len(found) <= MOST:
        page = harm.cases(
            harm.places_of(actor), wanted, now=now, sort="known", skip=len(found), limit=min(harm.MOST, MOST + 1)
        )
        found += page
        if len(page) < harm.MOST:
            break
    if len(found) > MOST:
        messages.warning(request, _("More than 1,000 cases: narrow the list first."))
        return redirect("reactions")
    people = persons({row.person_id for row in found}) if named else {}
    if named:
        log_looks(actor, sorted({row.person_id for row in found}), PURPOSE, "reactions", now)
    response = HttpResponse(_csv(found, people, named), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="lachan-aefi-{timezone.localdate()}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _csv(found: list[CaseRow], people: dict[Any, PersonFacts], named: bool) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in found:
        said = harm.history(row).case.fields if named else {}
        writer.writerow([_safe(value) for value in _cells(row, people.get(row.person_id), said)])
    return out.getvalue().encode("utf-8-sig")  # the mark without which Excel reads Vietnamese as gibberish


def _cells(row: CaseRow, person: PersonFacts | None, said: dict[str, Any]) -> Iterator[Any]:
    form = form_on(timezone.localdate(row.known_at))
    facility = places.facility(row.facility_id) if row.facility_id else None
    words = [form.word("symptoms", code, "en") for code in row.symptoms]
    yield from (row.code, _at(row.notified_at or row.known_at), row.version, "VN")
    yield initials(person.name) if person is not None else ""
    yield person.birth_date.isoformat() if person is not None and person.birth_date else ""
    yield {"M": 1, "F": 2}.get(row.sex, 0)
    yield places.address(row.residence_id) if row.residence_id else ""
    yield said.get("past_history", "")
    yield catalogue().name(row.product_id) if row.product_id else ""
    yield from (row.lot_number, row.dose_number or "", said.get("diluent_lot", ""), said.get("other_vaccines", ""))
    yield from (_at(row.given_at), _at(row.onset_at))
    yield "; ".join([*words, *([said["other_symptoms"]] if said.get("other_symptoms") else [])])
    yield from (" ".join(row.symptoms), row.severity)
    for criterion in (
        "death", "life_threatening", "hospitalisation", "disability", "congenital_anomaly", "medically_important",
    ):  # fmt: skip
        yield "true" if criterion in row.seriousness else "false"
    yield from (OUTCOMES.get(row.outcome, 0), said.get("died_on", ""), said.get("autopsy", ""))
    yield from (said.get("treatment", ""), row.causality or "", said.get("reporter_name", ""))
    yield from (said.get("reporter_unit", ""), said.get("reporter_position", ""), said.get("reporter_email", ""))
    yield from (said.get("reporter_phone", ""), facility.name if facility else "", said.get("comment", ""), row.state)


def _at(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="minutes") if at is not None else ""


def _safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is written as text (OWASP: CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
