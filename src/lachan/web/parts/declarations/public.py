"""Declaring without an account: kind, questions, who, a one-time code, and what to do now.

Between the pages nothing is stored: what was typed travels sealed in the form, the result in a sealed cookie. Nothing
of it is in an address, and nothing of anybody's record comes back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.access.addresses import address_of
from lachan.certificates.codecs import qr
from lachan.immunization.operations import one_time
from lachan.kernel.ids import new_id
from lachan.people.self_service import codes
from lachan.people.self_service import rules as limits
from lachan.places.venues import keys
from lachan.surveillance.declarations import slip
from lachan.surveillance.declarations.declaring import Draft, record
from lachan.surveillance.declarations.form import form_on
from lachan.surveillance.declarations.throttle import too_often
from lachan.surveillance.rules import risk
from lachan.web.parts.declarations import forms, words
from lachan.web.parts.declarations.carried import Result, opened, packed

CODE: Final = "lachan_declare"  # the browser that asked for a code
PROVED: Final = "lachan_declare_proved"  # a contact whose code came back here
RESULT: Final = "lachan_declared"
PROVED_FOR: Final = timedelta(hours=12)
SHOWN_SHARED: Final = timedelta(minutes=15)
DRAFT_LIFE: Final = timedelta(hours=1)
TEMPLATE: Final = "declaration_code"


@login_not_required
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """The kinds; the questions of one; then the code, unless this browser has proved that contact today."""
    form = form_on(timezone.localdate())
    if request.method == "GET":
        kind, venue = request.GET.get("kind", ""), request.GET.get("venue", "")[:40]
        kind = "place" if venue and not kind else kind
        if form.kind(kind) is None:
            return _page(request, "kinds.html", {"kinds": forms.kinds(form, timezone.localdate())})
        # of an address the place alone: whom a declaration is about and what they say is never prefilled by a link
        return _questions(request, kind, QueryDict(urlencode({"venue": venue})) if venue else None)
    kind = request.POST.get("kind", "")
    if form.kind(kind) is None:
        return redirect("declare")
    if "all_no" in request.POST:
        return _questions(request, kind, forms.all_no(request.POST, form, kind), to="who")
    if "draft" in request.POST:  # another code for what was typed before
        again = opened(Draft, request.POST.get("draft", ""), "draft")
        return _ask(request, again) if again is not None else redirect("declare")
    said, who = forms.read(request.POST, kind, needs_place=True), forms.who(request.POST)
    faults = said.faults | who.faults
    if faults:
        return _questions(request, kind, request.POST, faults, said.communes, status=422)
    now = timezone.now()
    draft = Draft(
        id=new_id(), at=now.isoformat(), body=said.body, name=who.name, born=who.born, sex=who.sex, number=who.number,
        contact=who.contact, member=request.POST.get("for_whom") == "other",
        own_device=request.POST.get("own_device") == "yes",
    )  # fmt: skip
    proved = opened(Proved, request.COOKIES.get(PROVED, ""), "proved")
    if proved is not None and proved.contact == draft.contact and datetime.fromisoformat(proved.until) > now:
        wait = too_often(draft.contact, address_of(request), now)
        return _wait(request, wait) if wait is not None else _record(request, draft)
    return _ask(request, draft)


class Proved(msgspec.Struct):
    """A contact that was proved in this browser, and until when that is remembered."""

    contact: tuple[str, str]
    until: str


@login_not_required
@require_POST
def prove(request: HttpRequest) -> HttpResponse:
    """The code. Right: the declaration is made, and this contact is not asked again today in this browser."""
    now = timezone.now()
    draft = opened(Draft, request.POST.get("draft", ""), "draft")
    if draft is None or now - datetime.fromisoformat(draft.at) > DRAFT_LIFE:
        return redirect("declare")
    token = request.COOKIES.get(CODE, "")
    proved = codes.prove(token, request.POST.get("code", "")[:20], address=address_of(request), now=now)
    if proved.person_id != draft.id:
        context = {"reason": proved.reason or "over", "tries_left": proved.tries_left}
        if proved.wait is not None:
            context["wait"] = words.minutes(proved.wait)
        return _code(request, draft, context, 429 if proved.wait is not None else 422)
    response = _record(request, draft)
    if response.status_code == 302:
        until = Proved(draft.contact, (now + PROVED_FOR).isoformat())
        _cookie(response, PROVED, packed(until, "proved"), PROVED_FOR if draft.own_device else None)
        response.delete_cookie(CODE, path=reverse("declare"), samesite="Strict")
    return response


@login_not_required
@require_GET
def result(request: HttpRequest) -> HttpResponse:
    """What came of it, what to do now, and the slip for a door; as this browser carries it."""
    found = opened(Result, request.COOKIES.get(RESULT, ""), "result")
    if found is None:
        return redirect("declare")
    return _page(request, "result.html", shown(found, now=timezone.now()))


@login_not_required
@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """Nothing stays behind in this browser."""
    response = HttpResponseRedirect(reverse("declare"))
    for name in (RESULT, PROVED, CODE):
        response.delete_cookie(name, path=reverse("declare"), samesite="Strict")
    return response


@login_not_required
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """What a slip says, for whoever stands at a door without a device of ours."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        verdict = slip.read(request.POST.get("slip", "")[: slip.LONGEST + 20], keys.public_keys(), timezone.localdate())
        context = {"verdict": verdict}
        if verdict.slip is not None:
            context |= words.of_class(verdict.slip.risk, risk.rules_on(verdict.slip.day))
            context["kind"] = words.kind(verdict.slip.kind)
    return _page(request, "check.html", context)


@login_not_required
@require_GET
def public_keys(request: HttpRequest) -> HttpResponse:
    """Public halves of the keys that sign slips, for devices that check without a line."""
    found = {str(number): key.public_bytes_raw().hex() for number, key in keys.public_keys().items()}
    return JsonResponse({"algorithm": "Ed25519", "keys": found})


def shown(found: Result, *, now: datetime) -> dict[str, Any]:
    """A result in words, with the code of its slip."""
    rules = risk.by_code(found.rule)
    day = timezone.localdate(datetime.fromisoformat(found.at))
    signer = keys.signing_key(now)
    text = slip.issue(
        slip.of(found.name, int(found.born[:4]), found.risk, found.kind, day, UUID(found.id)), signer.private,
        signer.number,
    )  # fmt: skip
    return {
        "result": found, "day": day, "at": datetime.fromisoformat(found.at), "born": found.born[:4],
        "kind": words.kind(found.kind), "reasons": [rules.reason(code, forms.tongue()) for code in found.reasons],
        "advice": rules.advice(found.risk, forms.tongue()), "code": mark_safe(qr.svg(text, "M")), "text": text,
        **words.of_class(found.risk, rules),
    }  # fmt: skip


def _ask(request: HttpRequest, draft: Draft) -> HttpResponse:
    """A code to the contact; the same page whoever that is."""
    draft = msgspec.structs.replace(draft, id=new_id())  # a second code proves a declaration of its own
    now = timezone.now()
    asked = codes.ask_contact(
        contact=draft.contact, about=draft.id, template=TEMPLATE, language=get_language() or "vi",
        address=address_of(request), now=now,
    )  # fmt: skip
    if asked.wait is not None:
        return _wait(request, asked.wait)
    one_time.send_soon(asked.digest)
    response = _code(request, draft, {}, 200)
    _cookie(response, CODE, asked.token, limits.CODE_LIFE)
    return response


def _record(request: HttpRequest, draft: Draft) -> HttpResponse:
    made = record(draft, now=timezone.now())
    if made.fault:
        fault = {"form": str(words.refused(made.fault, made.params))}
        return _questions(request, str(draft.body["kind"]), None, fault, status=422)
    found = Result(
        id=str(made.declaration_id), name=draft.name, born=draft.born, risk=made.risk, rule=made.rule,
        reasons=list(made.reasons), kind=str(draft.body["kind"]), at=draft.at, own_device=draft.own_device,
    )  # fmt: skip
    response = HttpResponseRedirect(reverse("declare-result"))
    _cookie(response, RESULT, packed(found, "result"), _until_midnight() if draft.own_device else SHOWN_SHARED)
    return response


def _questions(
    request: HttpRequest, kind: str, posted: Any, faults: dict[str, str] | None = None, communes: Any = (),
    *, to: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    form = form_on(timezone.localdate())
    context = forms.drawn(form, kind, posted) | {
        "faults": faults or {}, "communes": forms.named(communes), "to": to, "public": True,
        "required": form.required(kind, timezone.localdate()),
    }  # fmt: skip
    return _page(request, "declare.html", context, status)


def _code(request: HttpRequest, draft: Draft, context: dict[str, Any], status: int) -> HttpResponse:
    context |= {
        "draft": packed(draft, "draft"), "kind": draft.body["kind"], "to": limits.masked_contact(*draft.contact),
        "life": int(limits.CODE_LIFE.total_seconds() // 60),
    }  # fmt: skip
    return _page(request, "code.html", context, status)


def _wait(request: HttpRequest, wait: timedelta) -> HttpResponse:
    return _page(request, "wait.html", {"wait": words.minutes(wait)}, 429)


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, f"web/declarations/{template}", context, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _cookie(response: HttpResponse, name: str, value: str, life: timedelta | None) -> None:
    """``life`` None: it ends with the browser."""
    seconds = None if life is None else int(life.total_seconds())
    response.set_cookie(
        name, value, max_age=seconds, path=reverse("declare"), httponly=True, samesite="Strict",
        secure=settings.CONF.https,
    )  # fmt: skip


def _until_midnight() -> timedelta:
    now = timezone.localtime()
    return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0) - now
