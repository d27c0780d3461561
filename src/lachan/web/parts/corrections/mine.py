"""A person's own requests: what was asked, where it stands and until when, what was answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.certificates.corrections import operations, queries
from lachan.certificates.corrections.carrying import succeeded
from lachan.certificates.corrections.facts import HOUSE, PERSON, RequestRow
from lachan.certificates.corrections.messages import sentences
from lachan.certificates.corrections.operations import Wish
from lachan.certificates.corrections.rules import OPEN, STEPS, State
from lachan.certificates.corrections.terms import terms_on
from lachan.web.parts.corrections import ask, forms, words
from lachan.web.parts.corrections.case import picture
from lachan.web.person_door import draw, here, needs_person
from lachan.web.words import span

# The way of a request as the person sees it, with the states that lie on each stretch.
_STRETCHES: tuple[tuple[str, tuple[State, ...]], ...] = (
    ("asked", (State.ASKED,)),
    ("checked", (State.TAKEN, State.NEEDS_MORE)),
    ("approved", (State.PROPOSED,)),
    ("card", (State.APPROVED,)),
    ("answered", (State.DONE, State.REFUSED, State.WITHDRAWN)),
)


@require_GET
@needs_person
def requests(request: HttpRequest) -> HttpResponse:
    """Requests about whose record is shown."""
    visitor, now = here(request), timezone.now()
    rows = queries.requests_of([visitor.showing.id])
    still = [row for row in rows if row.state in OPEN]
    context: dict[str, Any] = {
        "rows": [_line(row) for row in rows],
        "now": now,
        "full": len(still) >= terms_on(timezone.localdate(now)).most_open,
    }
    return draw(request, "web/corrections/mine.html", "requests", **context)


@require_http_methods(["GET", "POST"])
@needs_person
def new(request: HttpRequest) -> HttpResponse:
    """Tap what is wrong in the own record, say what is right, add a photo."""
    person = here(request).showing
    doses = ask.doses_of(person.id)
    problem: list[str] = []
    if request.method == "POST":
        outcome, problem = ask.send(request, person, doses, actor=PERSON, at_desk=False)
        if ask.taken(outcome) and outcome.id is not None:
            messages.success(request, _("Your request was sent. You will be told when it is answered."))
            return redirect("me-request", correction_id=outcome.id)
    context = {
        **ask.record_of(person, doses),
        **ask.chosen(request.POST or request.GET, doses),
        "base": "web/me/base.html",
        "here": request.path,
        "problem": problem,
        "asked": request.POST,
        "before": [],
    }
    return draw(request, "web/corrections/ask.html", "requests", status=422 if problem else 200, **context)


@require_GET
@needs_person
def one(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """One request and its way."""
    return _show(request, _own(request, correction_id))


@require_POST
@needs_person
def step(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """Answer what was asked, or take the request back."""
    row = _own(request, correction_id)
    name = request.POST.get("step", "")
    if name not in ("answer", "withdraw"):
        raise Http404
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() and len(text) < 5 else 0
    wish = Wish(row.id, name, version, forms.said(request.POST, "words"), photos=forms.photos(request))
    [outcome] = operations.act_as_person([wish], own=here(request).own, now=timezone.now())
    if succeeded(outcome):
        messages.success(request, _("Sent.") if name == "answer" else _("The request was taken back."))
        return redirect("me-request", correction_id=row.id)
    return _show(request, _own(request, correction_id), sentences(outcome.reason, outcome.params), 422)


@require_GET
@needs_person
def photo(request: HttpRequest, correction_id: UUID, photo_id: UUID) -> HttpResponse:
    """A picture somebody of the household sent along."""
    content = queries.photo(_own(request, correction_id), photo_id)
    if content is None:
        raise Http404
    return picture(content)


def _own(request: HttpRequest, correction_id: UUID) -> RequestRow:
    """The request, when it is about somebody of the household; 404 for any other, there or not."""
    row = queries.by_id(correction_id)
    if row is None or row.person_id not in here(request).own:
        raise Http404
    return row


def _line(row: RequestRow) -> dict[str, Any]:
    asked = row.state is State.NEEDS_MORE
    return {
        "row": row,
        "kind": words.KINDS.get(row.kind, row.kind),
        "state": ("question", _("Waits for your answer")) if asked else words.STATES[row.state],
        "asked": asked,
        "open": row.state in OPEN,
    }


def _show(request: HttpRequest, row: RequestRow, problem: list[str] | None = None, status: int = 200) -> HttpResponse:
    now, steps, said = timezone.now(), queries.steps(row), row.words()
    at = next(index for index, (_name, states) in enumerate(_STRETCHES) if row.state in states)
    asked_last = next((entry.said.text for entry in reversed(steps) if entry.step == "ask_more"), "")
    answer = next((entry.said.text for entry in reversed(steps) if entry.step == "refuse"), "")
    context = {
        **_line(row),
        "said": said,
        "right": [(words.field_word(name), words.shown(name, value)) for name, value in said.right.items() if value],
        "owner": words.owner_name(row.owner),
        "photos": queries.photos(row),
        "stretches": [(name, "done" if index < at or row.closed_at else "here" if index == at else "")
                      for index, (name, _states) in enumerate(_STRETCHES)],
        "steps": [{"at": entry.at, "word": words.STEPS.get(entry.step, entry.step), "own": entry.actor_id == PERSON.id}
                  for entry in reversed(steps) if entry.actor_id != HOUSE.id or entry.step in ("finish", "lapse")],
        "asked_last": asked_last,
        "answer": answer,
        "refused_for": words.REFUSALS.get(row.reason, ""),
        "card_after": span(row.card_at - row.changed_at) if row.card_at and row.changed_at else "",
        "late": row.closed_at is None and now > row.answer_due_at and row.state is not State.NEEDS_MORE,
        "late_by": span(now - row.answer_due_at),
        "may_withdraw": row.state in STEPS["withdraw"].since,
        "problem": problem or [],
        "texts": words.texts(),
    }  # fmt: skip
    return draw(request, "web/corrections/mine_one.html", "requests", status=status, **context)
