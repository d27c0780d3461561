"""One person to be mended: what we hold, what is wrong, what would stand there instead; accepted, written, or asked."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.exchange.tables import cells, rows
from lachan.exchange.tables.carrying import succeeded
from lachan.exchange.tables.rows import Change
from lachan.exchange.tables.sentences import sentence
from lachan.immunization import queries
from lachan.immunization.commands import execute
from lachan.immunization.queries.person import person_history, seen_at
from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import Outcome
from lachan.people import repair_list
from lachan.people.names import fold_tone_marks
from lachan.people.repair_list import Line, NewNote
from lachan.people.search import areas_named
from lachan.people.verification.queries import history, state_of
from lachan.places import queries as places
from lachan.web.parts.people import present as people
from lachan.web.parts.people.person import closed
from lachan.web.parts.people.reached import PURPOSES, acting, purpose_of
from lachan.web.parts.people.register import command_id_of
from lachan.web.parts.repair import present, scope, words

FIELDS = ("id", "name", "born", "sex")
USUAL_REASON = "Đối chiếu giấy tờ"


@require_GET
@needs("repair.read")
def page(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The person, beside the list or as a page of its own. Each opening is logged, with the purpose stated."""
    line = _line(request, person_id)
    if line is None:
        return closed(request)
    return _show(request, line)


@require_POST
@needs("repair.read")
def fix(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Accept proposals, or what was typed: one ``person.amend``; then what it changed."""
    line = _line(request, person_id)
    if line is None:
        return closed(request)
    if request.POST.get("seen") != line.print.hex():
        return _show(
            request, line, problems=[_("Somebody changed this record meanwhile. Look at it again.")], status=422
        )
    changes, faults = _changes(request, line)
    if faults or not changes:
        nothing = _("Nothing is chosen. Accept a proposal, write what is right, or skip.")
        return _show(request, line, problems=faults or [nothing], status=422)
    why = " ".join(request.POST.get("reason", "").split())[:2_000]
    if len(why) < 3:
        return _show(request, line, problems=[_("Write in a few words why the record is changed.")], status=422)
    scope.keep_reason(request, why)
    body = {"person": {"id": str(line.person.id)}, "changes": rows.changes_of(changes), "reason": why}
    outcome = _send(request, body)
    if not succeeded(outcome):
        others = [UUID(text) for text in (outcome.params or {}).get("candidates", [])]
        return _show(request, line, problems=people.why(outcome), others=others, status=422)
    _note(request, line, "asked" if request.POST.get("asked") else "")
    return _done(request, line, changes)


@require_POST
@needs("repair.read")
def note(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What came of asking; who moved away is handed to the commune where they live now."""
    line = _line(request, person_id)
    if line is None:
        return closed(request)
    kind = request.POST.get("kind", "")
    if kind not in words.NOTES:
        raise Http404
    if kind == "moved" and request.POST.get("commune", "").strip():
        return _hand_over(request, line)
    _note(request, line, kind)
    return _answer(request, line, {"said": words.NOTES[kind]}, "noted")


def _hand_over(request: HttpRequest, line: Line) -> HttpResponse:
    """To another commune: the person moved there today as far as we know; doses before stay where they were given."""
    text, today = request.POST.get("commune", "").strip()[:80], timezone.localdate()
    found = [area for area in areas_named(text, today=today) if area.valid(today)]
    by_code = [area for area in found if area.code == request.POST.get("code", text)]
    chosen = by_code[0] if by_code else found[0] if len(found) == 1 else None
    if chosen is None or not may(acting(request), "person.amend"):
        several, none = _("Several communes are called so. Choose one."), _("No commune is called so.")
        problem = several if found else none
        options = [(area.code, places.address(area.id)) for area in found[:12]]
        return _show(request, line, problems=[problem], communes=options, commune=text, status=422)
    body = {
        "person": {"id": str(line.person.id)},
        "changes": {"residence_code": chosen.code, "residence_since": today.isoformat()},
        "reason": _("Lives in %(place)s now") % {"place": places.address(chosen.id)},
    }
    outcome = _send(request, body)
    if not succeeded(outcome):
        return _show(request, line, problems=people.why(outcome), status=422)
    _note(request, line, "moved")
    return _answer(request, line, {"said": body["reason"]}, "fixed")


def _line(request: HttpRequest, person_id: UUID) -> Line | None:
    """The record, of somebody who lives in the actor's area or was received at their station; None of others, Http404
    for nobody."""
    found = repair_list.lines([person_id], today=timezone.localdate())
    if not found:
        raise Http404
    person = found[0].person
    if scope.in_reach(acting(request), person.residence_id):
        return found[0]
    with hot_cursor() as cursor:
        received = seen_at(cursor, [person.id])
    return found[0] if purpose_of(request, person.id, person.residence_id, received) else None


def _show(request: HttpRequest, line: Line, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, person, purpose = acting(request), line.person, scope.purpose(request)
    others = [found for found, _why in present.merges(line)]
    stated = purpose or "repair list"
    log_looks(actor, [person.id], stated, "identifier" if purpose else "repair list", timezone.now())
    log_looks(actor, others, stated, "possible match", timezone.now())
    standing = state_of([person.id]).get(person.id)
    fields = present.fields(line, full=bool(purpose))
    context = {
        "line": line,
        "person": person,
        "age": present.age(line),
        "residence": people.address(person.residence_id),
        "fields": fields,
        "wrong": any(field.open for field in fields) or bool(others),
        "merges": [(other, why) for other, why in present.merges(line)],
        "group": words.GROUPS.get(standing.state) if standing else "",
        "state": standing.state if standing else "",
        "since": standing.since if standing else None,
        "said": history(person.id)[:4],
        "phones": line.phones if purpose else [_masked(phone) for phone in line.phones],
        "purposes": PURPOSES,
        "shown": bool(purpose),
        "note": line.note,
        "note_word": words.NOTES.get(line.note.kind) if line.note else "",
        "notes": words.NOTES,
        "reason": request.POST.get("reason") or scope.reason(request, USUAL_REASON),
        "may_amend": may(actor, "person.amend"),
        "command_id": new_id(),
        "posted": request.POST,
        **more,
    }
    name = "web/repair/panel.html" if request.headers.get("HX-Request") else "web/repair/person.html"
    return render(request, name, context, status=status)


def _masked(phone: str) -> str:
    return f"{phone[:3]}••••{phone[-3:]}" if len(phone) > 8 else "••••"


def _changes(request: HttpRequest, line: Line) -> tuple[list[Change], list[str]]:
    """What was accepted or typed, and what of it cannot be read."""
    picked = {field: request.POST.get(f"pick-{field}", "keep") for field in FIELDS}
    valid = {field: value for field, value in picked.items() if value.isdigit() and int(value) < len(line.proposals)}
    changes = {change.field: change for change in present.chosen_changes(line, valid)}
    faults = []
    for field in FIELDS:
        written = request.POST.get(f"other-{field}", "").strip()
        if not written or picked[field].isdigit():
            continue
        change, fault = _typed(field, written, line)
        if fault:
            faults.append(f"{words.FIELDS[field]}: {sentence(fault)}")
        elif change is not None:
            changes[field] = change
    return list(changes.values()), faults


def _typed(field: str, written: str, line: Line) -> tuple[Change | None, str]:
    if field == "id":
        number = cells.number(written)
        system, value = present.number_of(line)
        if number.fault:
            return None, number.fault
        same = (number.system, number.value) in line.held.numbers
        return (None if same else Change("id", value, number.value, number.system, system)), ""
    read = {
        "name": lambda: cells.name(written),
        "born": lambda: cells.birth(written, timezone.localdate()),
        "sex": lambda: cells.sex(written),
    }[field]()
    before = {"name": line.held.name, "born": line.held.born, "sex": line.held.sex}[field]
    if read.fault:
        return None, read.fault
    same = read.value == before or (field == "name" and fold_tone_marks(read.value) == before)
    return (None if same else Change(field, before, read.value)), ""


def _send(request: HttpRequest, body: dict[str, Any]) -> Outcome:
    now = timezone.now()
    [outcome] = execute([Command(command_id_of(request), "person.amend", now, body)], actor=acting(request), now=now)
    return outcome


def _note(request: HttpRequest, line: Line, kind: str) -> None:
    if kind:
        made = repair_list.note_id(command_id_of(request), kind)
        written = NewNote(line.person.id, kind, request.POST.get("text", "").strip(), made)
        repair_list.add_notes([written], actor_id=acting(request).id, now=timezone.now())


def _done(request: HttpRequest, line: Line, changes: list[Change]) -> HttpResponse:
    """What it changed: the fields, the doses counted elsewhere now, and that the register is asked again."""
    doses = [dose for dose in person_history(line.person.id).doses if dose.status == "active"]
    counted = {"sex": _("sex"), "born": _("age group")}
    moved = [counted[change.field] for change in changes if change.field in counted] if doses else []
    context = {
        "changes": present.differences(changes, full=bool(scope.purpose(request))),
        "doses": [f"{dose.dose_number}. {queries.catalogue().name(dose.product_id)}" for dose in doses],
        "recounted": moved,
    }
    return _answer(request, line, context, "fixed")


def _answer(request: HttpRequest, line: Line, context: dict[str, Any], event: str) -> HttpResponse:
    now = repair_list.lines([line.person.id], today=timezone.localdate())
    standing = state_of([line.person.id]).get(line.person.id)
    is_open = standing is not None and standing.state in words.GROUPS
    context |= {
        "person": now[0].person if now else line.person,
        "state": standing.state if standing else "",
        "open": is_open,
        "group": words.GROUPS.get(standing.state) if standing else "",
        "undo": context.get("changes"),
    }
    if not request.headers.get("HX-Request"):
        return redirect("repair")
    answer = render(request, "web/repair/done.html", context)
    told = {"repair:done": {"id": str(line.person.id), "kind": event, "open": is_open}}
    answer["HX-Trigger"] = json.dumps(told, ensure_ascii=True)
    return answer
