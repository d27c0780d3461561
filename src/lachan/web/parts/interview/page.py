"""One page for the whole interview; each thing said goes through the one door at once, and the list follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people.queries import persons
from lachan.surveillance.cases.rows import CaseRow
from lachan.tracing.encounters.operations import permit
from lachan.tracing.encounters.queries import permits_of
from lachan.tracing.evidence.queries import groups_of, named_by
from lachan.web.parts.board.desk import accepted, actor_here, command_id, happened_at, moment, sentences
from lachan.web.parts.cases.lists import opened
from lachan.web.parts.interview import words

PURPOSE: Final = "contact tracing"
SHOWN: Final = "interview"
VERB: Final = "case.interview"


@require_GET
@needs(VERB)
def page(request: HttpRequest, person_id: UUID, episode_id: UUID) -> HttpResponse:
    """What was said so far, and the forms for what is said now. Each opening is logged."""
    row = opened(request, episode_id, VERB)
    if row.person_id != person_id:
        return redirect("interview", person_id=row.person_id, episode_id=row.id)
    return _show(request, row)


@require_POST
@needs(VERB)
def step(request: HttpRequest, person_id: UUID, episode_id: UUID) -> HttpResponse:
    """One thing said: a group, a member, a name; or the code for the telephone, which is shown once."""
    row = opened(request, episode_id, VERB)
    what = request.POST.get("step", "")
    if what == "permit":
        code = permit(row.id, row.person_id, row.disease, actor_id=actor_here(request).id, now=timezone.now())
        return _show(request, row, code=code)
    if what not in _STEPS:
        raise PermissionDenied
    verb, body, text = _STEPS[what]
    made = body(request.POST, row)
    now = timezone.now()
    command = Command(command_id(request), verb, happened_at(request, now), made)
    [outcome] = execute([command], actor=actor_here(request), now=now)
    if not accepted(outcome):
        return _show(request, row, problem=sentences(outcome), status=422)
    if what == "group":  # the case belongs to it from the start
        own = {"person": {"id": str(row.person_id)}, "group_id": made["group_id"]}
        execute([Command(new_id(), "group.join", now, own)], actor=actor_here(request), now=now)
    messages.success(request, text)
    return redirect("interview", person_id=row.person_id, episode_id=row.id)


def _show(
    request: HttpRequest, row: CaseRow, *, code: str = "", problem: list[str] | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    belongs, members = groups_of(row.person_id)
    named = named_by(row.person_id, row.disease)
    shown = {member.person_id for member in members} | {one.person_id for one in named} | {row.person_id}
    log_looks(actor_here(request), sorted(shown), PURPOSE, SHOWN, now)
    people = persons(sorted(shown))
    context: dict[str, Any] = {
        "row": row,
        "person": people[row.person_id],
        "groups": [
            {
                "group": one.group, "kind": words.KINDS[one.group.kind], "row": one.row, "command_id": new_id(),
                "members": [
                    {**member._asdict(), "who": people.get(member.person_id), "command_id": new_id()}
                    for member in members
                    if member.group_id == one.group.id
                ],
            }
            for one in belongs
        ],
        "named": [(one, people.get(one.person_id), words.RELATIONS[one.relation]) for one in named],
        "may_case": may(actor_here(request), "case.read"),
        "permits": permits_of(row.id),
        "code": code,
        "problem": problem or [],
        "asked": request.POST if problem else {},
        "kinds": words.KINDS,
        "relations": words.RELATIONS,
        "group_id": new_id(),
        "command_ids": {name: new_id() for name in _STEPS},
        "since": timezone.localtime(now - timedelta(days=2)),
        "now": timezone.localtime(now),
    }  # fmt: skip
    return render(request, "web/interview/page.html", context, status=status)


def _group(asked: QueryDict, row: CaseRow) -> dict[str, Any]:
    kind = asked.get("kind", "")
    times = _moment(asked, "starts_at") | _moment(asked, "ends_at") if kind == "vehicle" else {}
    return {
        "group_id": asked.get("group_id", ""), "kind": kind, "label": asked.get("label", "").strip()[:120],
        "source": "interview", **times,
    }  # fmt: skip


def _member(asked: QueryDict, row: CaseRow) -> dict[str, Any]:
    seat = asked.get("row", "").strip()
    return {
        "person": _person(asked), "group_id": asked.get("group_id", ""),
        **({"row": int(seat)} if seat.isascii() and seat.isdigit() and len(seat) < 4 else {}),
    }  # fmt: skip


def _part(asked: QueryDict, row: CaseRow) -> dict[str, Any]:
    return {"person": {"id": asked.get("member", "")}, "group_id": asked.get("group_id", "")}


def _named(asked: QueryDict, row: CaseRow) -> dict[str, Any]:
    minutes = asked.get("minutes", "").strip()
    return {
        "person": _person(asked), "other": {"id": str(row.person_id)}, "disease": row.disease,
        "relation": asked.get("relation", ""), **_moment(asked, "first_at"), **_moment(asked, "last_at"),
        **({"minutes": int(minutes)} if minutes.isascii() and minutes.isdigit() and len(minutes) < 6 else {}),
    }  # fmt: skip


def _person(asked: QueryDict) -> dict[str, Any]:
    """A number or card as scanned or typed; without one, name, year of birth and telephone as the case says them."""
    scan = asked.get("scan", "").strip()[:2_000]
    if scan:
        return {"scan": scan}
    card = {
        "name": asked.get("name", "").strip()[:200], "sex": asked.get("sex", "U"),
        "birth_date": asked.get("born", "").strip()[:10], "phone": asked.get("phone", "").strip()[:30],
    }  # fmt: skip
    return {"card": card}


def _moment(asked: QueryDict, name: str) -> dict[str, Any]:
    found = moment(asked.get(name, ""))
    return {name: found.isoformat()} if found is not None else {}


_Body = Callable[[QueryDict, CaseRow], dict[str, Any]]
_STEPS: Final[dict[str, tuple[str, _Body, Any]]] = {
    "group": ("group.record", _group, _("The group is recorded.")),
    "member": ("group.join", _member, _("Recorded.")),
    "part": ("group.part", _part, _("Taken out.")),
    "named": ("contact.add", _named, _("Recorded.")),
}
