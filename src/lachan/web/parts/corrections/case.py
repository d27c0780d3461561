"""One request: what the person says, the record today, what would change, and every step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.queries import labels
from lachan.access.rules import may
from lachan.certificates.corrections import operations, queries
from lachan.certificates.corrections.carrying import succeeded
from lachan.certificates.corrections.facts import HOUSE, PERSON, RequestRow
from lachan.certificates.corrections.messages import sentences
from lachan.certificates.corrections.operations import Wish
from lachan.certificates.corrections.proposals import Line, lines_of, standing
from lachan.certificates.corrections.rules import REFUSALS, STEPS, State, Who
from lachan.kernel.outcomes import Outcome
from lachan.people.queries import persons
from lachan.web.parts.corrections import forms, words
from lachan.web.parts.corrections.lists import PURPOSE, line_of
from lachan.web.parts.people.reached import acting
from lachan.web.words import span

# Steps of staff other than proposing, which has a form of its own.
SENT = {name for name, rule in STEPS.items() if rule.who in (Who.HANDLER, Who.APPROVER)} - {"propose"}


@require_GET
@needs("correction.handle")
def case(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """The request. Opening it is a look at the person."""
    return show(request, opened(request, correction_id))


@require_POST
@needs("correction.handle")
def propose(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """A change, tried against the record and laid before a second person."""
    row = opened(request, correction_id)
    wanted, problem = forms.wanted(request.POST)
    if wanted is None:
        return show(request, row, problem, status=422)
    wish = Wish(row.id, "propose", _version(request), forms.said(request.POST, "words"), wanted=wanted)
    [outcome] = operations.act([wish], actor=acting(request), now=timezone.now())
    if succeeded(outcome):
        messages.success(request, _("Proposed. A second person decides now."))
        return redirect("correction", correction_id=row.id)
    codes = [found["code"] for found in (outcome.params or {}).get("all", []) if found["severity"] == "question"]
    return show(request, row, sentences(outcome.reason, outcome.params), status=422, codes=codes)


@require_POST
@needs("correction.handle", "correction.approve")
def step(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """Any other step of staff."""
    row = opened(request, correction_id)
    name = request.POST.get("step", "")
    if name not in SENT:
        raise Http404
    owner, problem = forms.owner(request.POST) if name == "hand_over" else (None, [])
    if problem:
        return show(request, row, problem, status=422)
    wish = Wish(
        row.id, name, _version(request), forms.said(request.POST, "words"), request.POST.get("reason", ""), owner=owner
    )
    [outcome] = operations.act([wish], actor=acting(request), now=timezone.now())
    if not succeeded(outcome):
        return _again(request, row, outcome)
    messages.success(request, str(words.STEPS[name]))
    reached = queries.request(row.id, acting(request)) is not None
    return redirect("correction", correction_id=row.id) if reached else redirect("corrections")


@require_GET
@needs("correction.handle")
def photo(request: HttpRequest, correction_id: UUID, photo_id: UUID) -> HttpResponse:
    """A picture of the request. Drawn by us; still it may only be shown, by nobody but who asks now."""
    row = opened(request, correction_id)
    content = queries.photo(row, photo_id)
    if content is None:
        raise Http404
    log_looks(acting(request), [row.person_id], PURPOSE, "photo", timezone.now())
    return picture(content)


def picture(content: bytes) -> HttpResponse:
    """A JPEG of ours as an answer."""
    return HttpResponse(
        content,
        content_type="image/jpeg",
        headers={
            "Cache-Control": "no-store, private",
            "Content-Disposition": "inline; filename=photo.jpg",
            "X-Content-Type-Options": "nosniff",
        },
    )


def opened(request: HttpRequest, correction_id: UUID) -> RequestRow:
    """The request, when it is kept within the reader's places; 404 otherwise."""
    row = queries.request(correction_id, acting(request))
    if row is None:
        raise Http404
    return row


def show(
    request: HttpRequest,
    row: RequestRow,
    problem: list[str] | None = None,
    *,
    status: int = 200,
    codes: list[str] | None = None,
) -> HttpResponse:
    actor, now = acting(request), timezone.now()
    log_looks(actor, [row.person_id], PURPOSE, "identifier" if _numbered(row) else "corrections", now)
    person = persons([row.person_id])[row.person_id]
    steps = queries.steps(row)
    who = labels({entry.actor_id for entry in steps} | ({row.handler_id} if row.handler_id else set()))
    who |= {PERSON.id: _("the person"), HOUSE.id: "Lá Chắn"}
    said = row.words()
    context: dict[str, Any] = {
        "row": row,
        "person": person,
        "line": line_of(row, person, who.get(row.handler_id, "") if row.handler_id else "", now),
        "said": said,
        "right": [(words.field_word(name), words.shown(name, value)) for name, value in said.right.items() if value],
        "photos": queries.photos(row),
        "steps": [_entry(entry, who) for entry in reversed(steps)],
        "problem": problem or [],
        "now": now,
        "late": row.closed_at is None and now > row.answer_due_at,
        "refusals": [(code, words.REFUSALS[code]) for code in REFUSALS],
        "refused_for": words.REFUSALS.get(row.reason, ""),
        "card_after": span(row.card_at - row.changed_at) if row.card_at and row.changed_at else "",
        "may": _may(actor, row),
        "own": actor.id == row.proposer_id,
        **_change(row, who),
    }
    if row.state in STEPS["propose"].since:
        context |= forms.proposal(row, request.POST or request.GET, actor, codes or [])
    return render(request, "web/corrections/case.html", context, status=status)


def _change(row: RequestRow, who: dict[UUID, str]) -> dict[str, Any]:
    """What would change, old beside new, against the record as it stands; after the change, against what stood."""
    proposal = row.proposed()
    if proposal is None:
        return {"change": None}
    dose_id = proposal.command.body.get("dose_id")
    open_still = row.state is State.PROPOSED
    before = standing(row.person_id, UUID(dose_id) if dose_id else None) if open_still else proposal.before
    lines = [
        (words.field_word(line.field), words.shown(line.field, line.before), _after(line),
         line.changes)
        for line in lines_of(proposal.command, before)
    ]  # fmt: skip
    return {
        "change": words.CHANGES.get(proposal.command.verb),
        "verb": proposal.command.verb,
        "lines": lines,
        "why": proposal.why,
        "proposer": who.get(row.proposer_id, "") if row.proposer_id else "",
        "approver": who.get(row.approver_id, "") if row.approver_id else "",
        "override": (proposal.command.body.get("override") or {}).get("codes", []),
    }


def _after(line: Line) -> str:
    """What would stand there. A new number in full: it is compared with the paper, which a masked one cannot be."""
    return line.after if line.field.startswith("number:") else words.shown(line.field, line.after)


def _numbered(row: RequestRow) -> bool:
    """Whether the page shows a number in full: what the person says is right, or what is proposed."""
    proposal = row.proposed()
    added = proposal.command.body.get("changes", {}).get("add_identifiers") if proposal is not None else None
    return bool(row.words().right.get("number") or added)


def _may(actor: Actor, row: RequestRow) -> set[str]:
    """Steps this reader may take now, by where the request stands; that of approval also needs another's proposal."""
    found = {name for name in {*SENT, "propose"} if row.state in STEPS[name].since}
    if not may(actor, "correction.approve") or row.proposer_id == actor.id:
        found.discard("approve")
    return found


def _entry(entry: Any, who: dict[UUID, str]) -> dict[str, Any]:
    """A step of the history in words."""
    reason = words.REFUSALS.get(entry.reason, "") if entry.step in ("refuse", "lapse") else ""
    found = sentences(entry.reason, entry.said.params) if entry.step == "fail" else []
    return {
        "at": entry.at,
        "word": words.STEPS.get(entry.step, entry.step),
        "by": who.get(entry.actor_id, ""),
        "late": span(entry.at - entry.waited_for) if entry.late else "",
        "reason": reason,
        "text": entry.said.text,
        "sentences": found,
    }


def _again(request: HttpRequest, row: RequestRow, outcome: Outcome) -> HttpResponse:
    """The page with what was answered; the request as it stands by now."""
    now = queries.request(row.id, acting(request))
    if now is None:
        raise Http404
    return show(request, now, sentences(outcome.reason, outcome.params), status=422)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 5 else 0
