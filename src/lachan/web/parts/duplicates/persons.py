"""The same person twice: pairs side by side with what speaks for and against, settled one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.immunization.queries.duplicates import dose_days
from lachan.kernel.outcomes import ACCEPTED
from lachan.people.duplicates import pairs as found
from lachan.people.queries import persons
from lachan.people.records import records_of
from lachan.people.search import differences
from lachan.web.parts.duplicates import words
from lachan.web.parts.people import present
from lachan.web.parts.people.reached import WAYS, acting

PAGE = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A pair as the list shows it; ``doses``: doses both records hold on one day."""

    pair: found.Pair
    rows: list[tuple[present.Row, bool]]  # with whether the actor may open the record
    reason: str
    facts: list[tuple[str, Promise]]
    doses: tuple[int, int]
    same_doses: int


@require_GET
@needs("duplicate.read")
def page(request: HttpRequest) -> HttpResponse:
    """Open pairs of the actor's areas, the most alike first. Each name shown is a look."""
    actor = acting(request)
    areas = scopes.area_array(actor, "duplicate.read")
    verdict = request.GET.get("verdict", "")
    verdict = verdict if verdict in ("match", "possible") else ""
    shown = found.open_pairs(areas, verdict=verdict, after=_after(request), limit=PAGE + 1)
    shown, more = shown[:PAGE], shown[PAGE:]
    counts = found.counts(areas)
    log_looks(
        actor, sorted({i for pair in shown for i in pair[:2]}), WAYS["duplicates"], "possible match", timezone.now()
    )
    context = {
        "lines": lines(shown, areas),
        "compare": "people-compare",
        "verdict": verdict,
        "total": sum(counts.values()),
        "counts": counts,
        "scan": found.latest_scan(),
        "after": "~".join(str(part) for part in shown[-1].after) if more else "",
        "may_settle": may(actor, "duplicate.settle"),
        "may_merge": may(actor, "person.merge"),
        "tab": "persons",
    }
    return render(request, "web/duplicates/persons.html", context)


def lines(shown: Sequence[found.Pair], areas: Sequence[int] | None) -> list[Line]:
    """Pairs in words; five queries however many. A pair one of whose records was just merged is left out."""
    people = persons({person_id for pair in shown for person_id in pair[:2]})
    records = records_of(list(people.values()))
    given = dose_days(people)
    shown_as = {row.person.id: row for row in present.rows(list({p.id: p for p in people.values()}.values()))}
    near = None if areas is None else frozenset(areas)
    answer = []
    for pair in shown:
        one, other = people.get(pair.person_id), people.get(pair.other_id)
        if one is None or other is None or one.id == other.id:
            continue
        marks = differences(records[other.id], records[one.id])
        rows = [shown_as[one.id], present.replace_marks(shown_as[other.id], marks)]
        days = [given.get(person.id, set()) for person in (one, other)]
        opened = [(row, near is None or row.person.residence_id in near) for row in rows]
        answer.append(
            Line(
                pair, opened, words.reason(pair.reasons),
                words.facts(pair.reasons), (len(days[0]), len(days[1])), len(days[0] & days[1]),
            )
        )  # fmt: skip
    return answer


@require_POST
@needs("duplicate.settle")
def settle(request: HttpRequest) -> HttpResponse:
    """Somebody says: two people, and why."""
    actor = acting(request)
    pair = _asked(request)
    known = persons(pair)
    homes = [known[person_id].residence_id for person_id in pair if person_id in known]
    if homes and not any(home and scopes.area_in_scope(actor, home, "duplicate.settle") for home in homes):
        raise PermissionDenied
    [outcome] = found.settle([pair], reason=request.POST.get("reason", ""), actor_id=actor.id, now=timezone.now())
    if outcome.status is ACCEPTED:
        messages.success(request, _("Noted: two people. The pair will not be shown again."))
    elif outcome.reason == "reason_missing":
        messages.error(request, _("Say in a few words what shows that they are two people."))
    else:
        messages.warning(request, _("Somebody has settled this pair already."))
    return redirect("duplicates")


def _asked(request: HttpRequest) -> tuple[UUID, UUID]:
    try:
        return UUID(request.POST["person"]), UUID(request.POST["other"])
    except (KeyError, ValueError):
        raise Http404 from None


def _after(request: HttpRequest) -> found.After | None:
    try:
        score, person_id, other_id = request.GET.get("after", "").split("~")
        return int(score), UUID(person_id), UUID(other_id)
    except ValueError:
        return None
