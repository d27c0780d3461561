"""In one's own record: declare for the household without a code, the diary of a watch, and what the watch is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lachan.kernel.ids import new_id
from lachan.places import queries as places
from lachan.places.facts import FacilityRow
from lachan.surveillance.declarations.declaring import Made, make
from lachan.surveillance.declarations.form import form_on
from lachan.surveillance.declarations.queries import DiaryDay
from lachan.surveillance.declarations.queries import diary as diary_of
from lachan.surveillance.declarations.throttle import too_often
from lachan.surveillance.rules import risk
from lachan.tracing.lists.notice import Notice, notices_of, watched
from lachan.web.parts.board.desk import command_id, happened_at
from lachan.web.parts.declarations import forms, words
from lachan.web.parts.declarations.carried import Result
from lachan.web.parts.declarations.public import shown
from lachan.web.parts.tracing.words import DISEASES
from lachan.web.person_door import draw, here, needs_person

DAYS: Final = 14  # of a diary of whoever is not under watch


@dataclass(frozen=True, slots=True)
class Square:
    """A day of the diary. ``state``: fine, felt (something), missed, open (today, nothing said), later."""

    day: date
    state: str
    said: DiaryDay | None
    test: bool
    symptoms: str


@require_http_methods(["GET", "POST"])
@needs_person
def declare(request: HttpRequest) -> HttpResponse:
    """The questions for whose record is shown: themselves or a child; no code, they are signed in."""
    visitor = here(request)
    form, today = form_on(timezone.localdate()), timezone.localdate()
    kind = (request.POST if request.method == "POST" else request.GET).get("kind", "")
    if form.kind(kind) is None:
        return draw(
            request, "web/declarations/me_kinds.html", "declare", kinds=forms.kinds(form, today), own=visitor.showing
        )
    if request.method == "GET":
        return _questions(request, kind, None, {})
    if "all_no" in request.POST:
        return _questions(request, kind, forms.all_no(request.POST, form, kind), {})
    said = forms.read(request.POST, kind, needs_place=False)
    if said.faults:
        return _questions(request, kind, request.POST, said.faults, said.communes, status=422)
    made = _send(request, said.body)
    if made is None:
        return draw(request, "web/declarations/me_wait.html", "declare", status=429)
    if made.fault:
        return _questions(request, kind, request.POST, {"form": words.refused(made.fault, made.params)}, status=422)
    who = visitor.showing
    found = Result(
        id=str(made.declaration_id), name=who.name, born=(who.birth_date or date(1900, 1, 1)).isoformat(),
        risk=made.risk, rule=made.rule, reasons=list(made.reasons), kind=kind, at=timezone.now().isoformat(),
        own_device=True,
    )  # fmt: skip
    return draw(request, "web/declarations/me_result.html", "declare", **shown(found, now=timezone.now()))


@require_http_methods(["GET", "POST"])
@needs_person
def diary(request: HttpRequest) -> HttpResponse:
    """Every day of the watch at a glance; today's in one press, or with what is felt."""
    today = timezone.localdate()
    if request.method == "GET":
        return _diary(request, None, {})
    posted = forms.all_no(request.POST, form_on(today), "daily") if "all_no" in request.POST else request.POST
    said = forms.read(posted, "daily", needs_place=False)
    if said.faults:
        return _diary(request, posted, said.faults, status=422)
    made = _send(request, said.body)
    if made is None:
        return draw(request, "web/declarations/me_wait.html", "diary", status=429)
    if made.fault:
        return _diary(request, posted, {"form": words.refused(made.fault, made.params)}, status=422)
    if made.risk == risk.HIGH:
        messages.error(request, _("Your health station has been told. If it gets worse, do not wait: call."))
    else:
        messages.success(request, _("Written down for today. Thank you."))
    return redirect("me-diary")


@require_GET
@needs_person
def exposure(request: HttpRequest) -> HttpResponse:
    """What the person's watch is about, in general words, and what to do; and what was withdrawn, and when."""
    visitor, today = here(request), timezone.localdate()
    found = notices_of([visitor.showing_id], timezone.now()).get(visitor.showing_id, [])
    notices = [
        {"notice": notice, "disease": DISEASES.get(notice.disease, notice.disease),
         "station": station_of(notice.area_id), "left": (notice.until - today).days,
         "next_test": next((day for day in notice.test_days if day >= today), None),
         "place": places.address(notice.area_id) if notice.area_id else ""}
        for notice in found if notice.withdrawn_on is None
    ]  # fmt: skip
    withdrawn = [
        {"day": notice.withdrawn_on, "disease": DISEASES.get(notice.disease, notice.disease)}
        for notice in found if notice.withdrawn_on is not None
    ]  # fmt: skip
    return draw(
        request, "web/declarations/exposure.html", "exposure", notices=notices, withdrawn=withdrawn, today=today
    )


def station_of(area_id: int | None) -> FacilityRow | None:
    """The health station of a commune."""
    if area_id is None:
        return None
    rows = places.facilities(places.facilities_in(area_id))
    return next((row for row in rows if row.kind == "station" and row.area_id == area_id), None)


def _send(request: HttpRequest, body: dict[str, Any]) -> Made | None:
    """None: too many today. The command's id and time are the page's, so that a second press is the same one."""
    visitor, now = here(request), timezone.now()
    if too_often(("person", str(visitor.person_id)), str(visitor.session_id), now) is not None:
        return None
    source = "self" if visitor.showing_id == visitor.person_id else "member"
    more = {"source": source, "proved": True}
    return make(command_id(request), visitor.showing_id, {**body, **more}, at=happened_at(request, now), now=now)


def _questions(
    request: HttpRequest, kind: str, posted: Any, faults: dict[str, str], communes: Any = (), *, status: int = 200
) -> HttpResponse:
    form, today = form_on(timezone.localdate()), timezone.localdate()
    context = forms.drawn(form, kind, posted) | {
        "faults": faults, "communes": forms.named(communes), "command_id": new_id(),
        "required": form.required(kind, today),
        "happened_at": timezone.now(),
    }  # fmt: skip
    return draw(request, "web/declarations/me_declare.html", "declare", status, **context)


def _diary(request: HttpRequest, posted: Any, faults: dict[str, str], *, status: int = 200) -> HttpResponse:
    visitor, today = here(request), timezone.localdate()
    notice = watched(visitor.showing_id, timezone.now())
    since = notice.since if notice is not None else today - timedelta(days=DAYS - 1)
    until = notice.until if notice is not None else today
    station = station_of(notice.area_id if notice is not None else visitor.showing.residence_id)
    said = {one.day: one for one in diary_of([visitor.showing_id], since).get(visitor.showing_id, ())}
    squares = _squares(since, until, today, said, notice)
    context = forms.drawn(form_on(today), "daily", posted) | {
        "faults": faults, "notice": notice, "squares": squares, "streak": _streak(said, today), "today": today,
        "said_today": said.get(today), "station": station,
        "command_id": new_id(), "happened_at": timezone.now(), "open": bool(faults) or today not in said,
    }  # fmt: skip
    return draw(request, "web/declarations/diary.html", "diary", status, **context)


def _squares(since: date, until: date, today: date, said: dict[date, DiaryDay], notice: Notice | None) -> list[Square]:
    form, language = form_on(today), forms.tongue()
    found = []
    for step in range(min((until - since).days, 60) + 1):
        day = since + timedelta(days=step)
        one = said.get(day)
        state = "later" if day > today else "open" if day == today else "missed"
        if one is not None:
            state = "felt" if one.symptoms or one.risk != "low" else "fine"
        felt = ", ".join(form.symptom(code, language) for code in one.symptoms) if one is not None else ""
        found.append(Square(day, state, one, notice is not None and day in notice.test_days, felt))
    return found


def _streak(said: dict[date, DiaryDay], today: date) -> int:
    """Days in a row up to today, or to yesterday while today is still open."""
    day = today if today in said else today - timedelta(days=1)
    count = 0
    while day in said:
        count += 1
        day -= timedelta(days=1)
    return count
