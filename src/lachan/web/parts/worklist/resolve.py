"""Dealing with items: send again, set aside, or say whether two records are one person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lachan.access.doors import needs
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.immunization.sentences import sentence
from lachan.immunization.verbs import VERBS
from lachan.kernel import worklist
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, Outcome
from lachan.kernel.worklist import Item, Resolution
from lachan.web.parts.people.reached import acting
from lachan.web.parts.people.register import command_id_of
from lachan.web.parts.worklist.edit import EditForm
from lachan.web.parts.worklist.views import COMPARED, opened, owners, show

_DECIDED = ("dismissed", "two_people", "same_person")


@require_POST
@needs("worklist.resolve")
def one(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Deal with one item."""
    found, command = opened(request, item_id, "worklist.resolve")
    if found.resolved_at is not None:
        messages.info(request, _("Somebody has dealt with this already."))
        return redirect("worklist-item", item_id=item_id)
    action = request.POST.get("action", "")
    if action in _DECIDED:
        return _decide(request, found, action)
    if action != "resend":
        return redirect("worklist-item", item_id=item_id)
    form = EditForm(command, found, request.POST)
    if not form.is_valid():
        return show(request, found, command, form, status=422)
    again = form.again(command_id_of(request), request.POST.getlist("codes"))
    [outcome] = _send(request, [(found, again, form.cleaned_data["note"])])
    if not _went_through(outcome):
        return show(request, found, command, form, outcome, status=422)
    messages.success(request, _("Sent again and recorded."))
    return redirect("worklist")


@require_POST
@needs("worklist.resolve")
def several(request: HttpRequest) -> HttpResponse:
    """The same for several: send again as they are (the rules decide anew), or set aside for one stated reason."""
    ids = [UUID(text) for text in request.POST.getlist("item")[: worklist.MOST] if _is_uuid(text)]
    found = worklist.items(ids, owners(acting(request), "worklist.resolve"))
    chosen = [pair for pair in found.values() if pair[0].resolved_at is None]
    note = request.POST.get("note", "").strip()
    if not chosen:
        messages.warning(request, _("Choose at least one entry."))
    elif request.POST.get("action") == "dismissed":
        _set_aside(request, [item for item, _command in chosen], note)
    elif request.POST.get("action") == "resend":
        _send_all(request, chosen, note)
    return redirect(request.get_full_path().replace("resolve/", ""))


def _decide(request: HttpRequest, found: Item, action: str) -> HttpResponse:
    note = request.POST.get("note", "").strip()
    if action != "dismissed" and found.reason not in COMPARED:
        return redirect("worklist-item", item_id=found.id)
    if action == "same_person" and len(note) >= 3 and not _join(request, found, note):
        return redirect("worklist-item", item_id=found.id)
    wish = Resolution(found.id, action, note)
    [outcome] = worklist.resolve([wish], actor_id=acting(request).id, now=timezone.now())
    if outcome.reason == "note_missing":
        messages.error(request, _("Say in a few words why; whoever looks later must understand it."))
        return redirect("worklist-item", item_id=found.id)
    messages.success(request, _("Dealt with. It stays in the history."))
    return redirect("worklist")


def _join(request: HttpRequest, found: Item, note: str) -> bool:
    """The record in question becomes part of the known one; False when that could not be done, which is said."""
    candidates = found.params.get("candidates", [])[:10]
    known = request.POST.get("known") or (candidates[0] if len(candidates) == 1 else "")
    if known not in candidates or found.person_id is None:
        messages.error(request, _("Choose which of the known records it is."))
        return False
    now, actor = timezone.now(), acting(request)
    body = {"person": {"id": known}, "other": {"id": str(found.person_id)}, "reason": note[:2_000]}
    command = Command(command_id_of(request), "person.merge", now, body)
    [outcome] = execute([command], actor=actor, now=now)
    if _went_through(outcome) or outcome.reason == "same_record":  # somebody made them one already
        _forget_attempt(actor.id, command, found)
        return True
    messages.error(request, sentence(outcome.reason or "", outcome.params))
    _forget_attempt(actor.id, command, found)
    return False


def _forget_attempt(actor_id: UUID, command: Command, found: Item) -> None:
    """What was tried from this item leaves no second item behind."""
    wishes = [
        Resolution(left, "attempt", f"attempt for {found.id}") for left in worklist.left_by([command.id]).values()
    ]
    worklist.resolve(wishes, actor_id=actor_id, now=timezone.now())


def _set_aside(request: HttpRequest, items: list[Item], note: str) -> None:
    wishes = [Resolution(item.id, "dismissed", note) for item in items]
    outcomes = worklist.resolve(wishes, actor_id=acting(request).id, now=timezone.now())
    done = sum(outcome.status is ACCEPTED for outcome in outcomes)
    if any(outcome.reason == "note_missing" for outcome in outcomes):
        messages.error(request, _("Say in a few words why; whoever looks later must understand it."))
    else:
        messages.success(request, ngettext("%(n)s entry set aside.", "%(n)s entries set aside.", done) % {"n": done})


def _send_all(request: HttpRequest, chosen: list[tuple[Item, Command]], note: str) -> None:
    actor = acting(request)
    sendable = [
        (item, command) for item, command in chosen
        if item.reason not in COMPARED and command.verb in VERBS and may(actor, command.verb)
    ]  # fmt: skip
    again = [
        (item, Command(new_id(), command.verb, command.happened_at, command.body), note) for item, command in sendable
    ]
    outcomes = _send(request, again)
    done = sum(_went_through(outcome) for outcome in outcomes)
    left = len(chosen) - done
    messages.success(request, ngettext("%(n)s entry recorded.", "%(n)s entries recorded.", done) % {"n": done})
    if left:
        text = ngettext(
            "%(n)s entry could not be recorded and stays on the list.",
            "%(n)s entries could not be recorded and stay on the list.", left,
        )  # fmt: skip
        messages.warning(request, text % {"n": left})


def _send(request: HttpRequest, again: list[tuple[Item, Command, str]]) -> list[Outcome]:
    """Execute corrected commands. What went through resolves its item; what did not leaves no second item behind."""
    actor, now = acting(request), timezone.now()
    outcomes = execute([command for _item, command, _note in again], actor=actor, now=now)
    wishes = [
        Resolution(item.id, "resent", note, command.id)
        for (item, command, note), outcome in zip(again, outcomes, strict=True)
        if _went_through(outcome)
    ]
    failed = {
        command.id: item.id
        for (item, command, _note), outcome in zip(again, outcomes, strict=True)
        if not _went_through(outcome)
    }
    left = worklist.left_by(list(failed)) if failed else {}
    wishes += [Resolution(new, "attempt", f"attempt for {failed[command]}") for command, new in left.items()]
    worklist.resolve(wishes, actor_id=actor.id, now=now)
    return outcomes


def _went_through(outcome: Outcome) -> bool:
    first: Any = (outcome.params or {}).get("first")
    return outcome.status is ACCEPTED or (outcome.status is DUPLICATE and first == ACCEPTED)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
