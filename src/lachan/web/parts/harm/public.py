"""Reporting without an account: the code on the slip opens a short form about one dose and shows nothing of anyone."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid5

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lachan.access.actors import Actor
from lachan.access.addresses import address_of
from lachan.immunization.commands import execute
from lachan.immunization.operations import codes
from lachan.immunization.reaction_form import form_on, language_of
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.web.parts.board.desk import accepted
from lachan.web.parts.harm import forms

TRIES, WINDOW_S = 20, 600  # of one address; a family behind one line never needs as many, a guesser needs billions
ACTOR = Actor.system("report by code")
_SPACE = UUID("6a7b2f7c-91f6-5b0a-9a54-5f2f0f6f4c31")
ASKED = ("severity", "seriousness", "symptoms", "other_symptoms", "onset_at", "outcome", "comment", "reporter_name",
         "reporter_phone")  # fmt: skip
# What a person at home can say of the criteria; the rest is for those who treat.
CRITERIA = ("hospitalisation", "life_threatening", "death")


@login_not_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Code, then form, then thanks. The code works once and for 28 days; wrong codes are counted by address."""
    if request.method == "GET":
        return _page(request, {"step": "code"})
    if _too_many(request):
        return _page(request, {"step": "wait"}, status=429)
    code = request.POST.get("code", "")[:40]
    about = codes.about(code, timezone.now())
    if about is None:
        return _page(request, {"step": "code", "wrong": True}, status=422)
    if "severity" not in request.POST and "send" not in request.POST:
        return _page(request, {"step": "form", "code": codes.normal(code)})
    return _send(request, code, about)


def _send(request: HttpRequest, code: str, about: codes.About) -> HttpResponse:
    now = timezone.now()
    form = form_on(timezone.localdate(now))
    found, faults = forms.read(form, request.POST, {})
    body: dict[str, Any] = {name: value for name, value in found.items() if name in ASKED}
    if "seriousness" in body:
        body["seriousness"] = [entry for entry in body["seriousness"] if entry in CRITERIA]
    if not body.get("severity"):
        faults.append(_("Choose how severe it is."))
    if not body.get("symptoms") and not body.get("other_symptoms"):
        faults.append(_("Choose at least one sign, or describe it."))
    if faults:
        return _page(request, {"step": "form", "code": codes.normal(code), "faults": faults, "said": body}, status=422)
    source = "family" if request.POST.get("source") == "family" else "person"
    body |= {"person": {"id": str(about.person_id)}, "dose_id": str(about.dose_id), "source": source}
    # one code is one report: a second press sends the same command
    command = Command(uuid5(_SPACE, codes.normal(code)), "reaction.report", now, body)
    [outcome] = execute([command], actor=ACTOR, now=now)
    if not accepted(outcome) and outcome.reason != "content_changed":
        return _page(
            request,
            {"step": "form", "code": codes.normal(code), "said": body,
             "faults": [_("The report could not be taken. Call the station on your slip.")]},
            status=422,
        )  # fmt: skip
    codes.use(code, now)
    return _page(request, {"step": "thanks", "grave": body.get("severity") == "severe" or body.get("seriousness")})


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    form = form_on(timezone.localdate())
    said = context.get("said", {})
    tongue = language_of()
    context |= {
        "fields": {
            field["code"]: forms.drawn(form, field, said.get(field["code"]))
            for field in form.fields()
            if field["code"] in ASKED
        },
        "criteria": [entry for entry in form.words("seriousness") if entry[0] in CRITERIA],
        "alarms": [entry[tongue] for entry in form.body["choices"]["symptoms"] if entry["alarm"]][:6],
        "command_id": new_id(),
    }
    return render(request, "web/harm/public.html", context, status=status)


def _too_many(request: HttpRequest) -> bool:
    """Counts posts of an address in the window; the address itself is not kept."""
    name = f"report-code:{hashlib.blake2b(address_of(request).encode(), digest_size=12).hexdigest()}"
    if cache.add(name, 1, WINDOW_S):
        return False
    try:
        return bool(cache.incr(name) > TRIES)
    except ValueError:  # it ended between the two
        return False
