"""One planned session: change it, say who is at which desk, call it off, open it on its day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.immunization.queries import catalogue
from lachan.immunization.queries import planning as reads
from lachan.kernel.ids import new_id
from lachan.web.parts.board.desk import Desk, accepted, desk_of, send, sentences
from lachan.web.parts.board.words import PARTS
from lachan.web.parts.planning import words


class ChangeForm(forms.Form):
    """Another day, half, number of people or doses, and why."""

    date = forms.DateField(
        label=gettext_lazy("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    part = forms.ChoiceField(label=gettext_lazy("Part of the day"), choices=PARTS.items())
    capacity = forms.IntegerField(label=gettext_lazy("Capacity (people)"), min_value=1, max_value=20_000)
    reason = forms.CharField(label=gettext_lazy("Why it changes"), min_length=3, max_length=2_000)
    double_duty = forms.CharField(label=gettext_lazy("Why this is possible"), max_length=2_000, required=False)

    def __init__(self, data: Any, *, doses: dict[str, int], asked: bool = False, **more: Any) -> None:
        super().__init__(data, **more)
        if not asked and not (data and data.get("double_duty")):  # only where somebody is elsewhere at that time
            del self.fields["double_duty"]
        for product in catalogue().products():
            if product.key in doses:
                self.fields[f"doses_{product.key}"] = forms.IntegerField(
                    label=_("Doses of %(product)s") % {"product": product.short_name}, min_value=0, max_value=20_000,
                    required=False, initial=doses[product.key],
                )  # fmt: skip

    def body(self, session_id: UUID) -> dict[str, Any]:
        given = self.cleaned_data
        doses = {name.removeprefix("doses_"): given[name] or 0 for name in self.fields if name.startswith("doses_")}
        return {
            "session_id": str(session_id), "date": given["date"].isoformat(), "part": given["part"],
            "capacity": given["capacity"], "reason": given["reason"], **({"doses": doses} if doses else {}),
            "double_duty": given.get("double_duty", ""),
        }  # fmt: skip


@require_GET
@needs("session.read")
def planned(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """A session to come, or as it was planned."""
    return _page(request, desk_of(request, session_id), None)


@require_POST
@needs("session.replan")
def change(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Day, half, people or doses change, with the reason."""
    desk = _own(request, session_id, "session.replan")
    form = ChangeForm(request.POST, doses=_plan(desk).doses)
    if not form.is_valid():
        return _page(request, desk, form)
    when = (form.cleaned_data["date"], form.cleaned_data["part"])
    if when != (desk.session.date, desk.session.part) and len(form.cleaned_data.get("double_duty", "")) < 3:
        names = {UUID(entry["user"]): entry.get("name", "") for entry in desk.session.staff if "user" in entry}
        if elsewhere := reads.clashes(session_id, when, names.keys(), names, desk.today):
            asking = ChangeForm(request.POST, doses=_plan(desk).doses, asked=True)
            return _page(request, desk, asking, elsewhere=elsewhere)
    return _sent(request, desk, "session.replan", form.body(session_id), _("The plan is changed."))


@require_POST
@needs("session.staff")
def staff(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Who is at which desk. Someone who is elsewhere at that time is asked about before anything is sent."""
    desk = _own(request, session_id, "session.staff")
    people = {fact.user_id: fact.name for fact in reads.staff_for(desk.session.facility_id, desk.today)}
    duties = [
        {"user": str(user), "desk": place}
        for user in people
        for place in words.DESKS
        if request.POST.get(f"duty-{user}-{place}") == "on"
    ]
    why = request.POST.get("double_duty", "").strip()
    on_duty = {UUID(duty["user"]) for duty in duties}
    when = (desk.session.date, desk.session.part)
    elsewhere = [] if len(why) >= 3 else reads.clashes(session_id, when, on_duty, people, desk.today)
    if elsewhere:
        return _page(request, desk, None, elsewhere=elsewhere, duties=duties)
    body = {"session_id": str(session_id), "staff": duties, "double_duty": why}
    return _sent(request, desk, "session.staff", body, _("The staff of the session is as you chose."))


@require_POST
@needs("session.cancel")
def cancel(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The session does not take place."""
    desk = _own(request, session_id, "session.cancel")
    reason = request.POST.get("reason", "").strip()
    if len(reason) < 3:
        messages.warning(request, _("Say why the session is called off."))
        return redirect("planned-session", session_id=session_id)
    body = {"session_id": str(session_id), "reason": reason}
    return _sent(request, desk, "session.cancel", body, _("The session is called off."))


def _own(request: HttpRequest, session_id: UUID, verb: str) -> Desk:
    desk = desk_of(request, session_id)
    if not scopes.may_at(desk.actor, verb, desk.session.facility_id):
        raise PermissionDenied
    return desk


def _sent(request: HttpRequest, desk: Desk, verb: str, body: dict[str, Any], text: str) -> HttpResponse:
    outcome = send(request, desk, verb, body)
    if accepted(outcome):
        messages.success(request, text)
    else:
        messages.error(request, " ".join(sentences(outcome)))
    return redirect("planned-session", session_id=desk.session.id)


def _plan(desk: Desk) -> reads.WeekSession:
    session = desk.session
    found = reads.sessions_between(session.date, session.date, [session.facility_id])
    return next(row for row in found if row.id == session.id)


def _page(
    request: HttpRequest, desk: Desk, form: ChangeForm | None, *, elsewhere: list[Any] | None = None,
    duties: list[dict[str, str]] | None = None,
) -> HttpResponse:  # fmt: skip
    session, plan = desk.session, _plan(desk)
    kind, word = words.STATES[session.status]
    now = {(entry.get("user"), entry.get("desk")) for entry in (session.staff if duties is None else duties)}
    people = reads.staff_for(session.facility_id, desk.today)
    first = {"date": session.date, "part": session.part, "capacity": session.capacity}
    may = {
        verb: scopes.may_at(desk.actor, f"session.{verb}", session.facility_id)
        for verb in ("replan", "staff", "cancel", "open")
    }
    waiting = session.status == "planned"
    context = {
        "desk": desk, "session": session, "plan": plan, "kind": kind, "word": word, "part": PARTS.get(session.part, ""),
        "doses": [(catalogue().name(catalogue().keys[key]), count) for key, count in plan.doses.items()],
        "form": form or ChangeForm(None, doses=plan.doses, initial=first), "desks": words.DESKS.items(),
        "people": [
            (fact, [(place, label, (str(fact.user_id), place) in now) for place, label in words.DESKS.items()])
            for fact in people
        ],
        "elsewhere": elsewhere or [], "may_change": waiting and may["replan"],
        "may_staff": session.status in ("planned", "open") and may["staff"],
        "may_cancel": waiting and may["cancel"],
        "may_open": waiting and may["open"] and session.date <= timezone.localdate(),
        "change_id": new_id(), "staff_id": new_id(), "cancel_id": new_id(),
    }  # fmt: skip
    faulty = bool(elsewhere) or form is not None
    return render(request, "web/planning/session.html", context, status=422 if faulty else 200)
