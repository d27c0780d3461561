"""The officers' line list: people under watch in my places; what is searched for comes in the body of the request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.operations import log_looks
from lachan.access.rules import may
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people.facts import PersonFacts
from lachan.places import queries as places
from lachan.tracing.outbreak import lines
from lachan.tracing.outbreak.lines import After, Line, Wish
from lachan.tracing.work.planning import CENTRE
from lachan.tracing.work.rules import HERE
from lachan.web.parts.board.desk import actor_here, command_id
from lachan.web.parts.outbreak import asking, words
from lachan.web.parts.people.find import commune_of
from lachan.web.parts.tracing import words as of_tracing
from lachan.web.parts.tracing.desk import number_of

STEPS: Final = {"release": "contact.release", "handover": "contact.handover"}
MOST_CHOSEN: Final = 200
_FLAGS: Final = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Shown:
    """A line in words."""

    line: Line
    person: PersonFacts | None
    place: str
    disease: Any
    state: tuple[str, Any]
    quarantine: Any
    reason: Any
    overdue: bool


@require_http_methods(["GET", "POST"])
@needs("outbreak.read")
def page(request: HttpRequest) -> HttpResponse:
    """Who sees names gets the list; who sees figures only, the clocks of cases. Five statements a page."""
    actor, now = actor_here(request), timezone.now()
    if not may(actor, "contact.read"):
        return redirect("outbreak-clocks")
    asked = request.POST.get("q", "").strip()[:120] if request.method == "POST" else ""
    wish = wish_of(request.GET)
    with transaction.atomic():
        if asked:
            found = lines.by_name(actor, asked, now)
            shown, people, rest = [line for line, _ in found], {p.id: p for _, p in found}, None
            people |= {line.person_id: person for line, person in found}
            count = len(shown)
        else:
            shown, rest = lines.page(actor, wish, now, after=after_of(request.GET, wish.sort))
            people = lines.named(shown)
            count = lines.counted(actor, wish, now)
        log_looks(actor, sorted({line.person_id for line in shown}), words.PURPOSE, words.LISTED, now)
    context = {
        "rows": [_shown(line, people.get(line.person_id), now) for line in shown],
        "count": min(count, lines.MOST_COUNTED), "more": count > lines.MOST_COUNTED, "searched": bool(asked),
        "wish": wish, "flags": _flags(wish), "narrowed": narrowed(wish), "next": _next(request.GET, rest),
        "query": query_of(wish), "words": words, "states": of_tracing.STATES, "diseases": of_tracing.DISEASES,
        "areas": asking.areas_to_choose(actor, "contact.read"),
        "area": place_of(wish.area_id) if wish.area_id is not None else "",
        "may": {step for step, verb in STEPS.items() if may(actor, verb)}, "imports": may(actor, "contact.add"),
        "command_id": new_id(), "provinces": places.provinces(timezone.localdate(now)), "centre": CENTRE, "now": now,
    }  # fmt: skip
    return render(request, "web/outbreak/list.html", context)


def _shown(line: Line, person: PersonFacts | None, now: datetime) -> Shown:
    return Shown(
        line, person, place_of(line.area_id), of_tracing.DISEASES.get(line.disease, line.disease),
        of_tracing.STATES[line.state], of_tracing.QUARANTINE.get(line.quarantine, line.quarantine),
        words.released(line.release_reason) if line.release_reason else "", line.overdue(now),
    )  # fmt: skip


def place_of(area_id: int | None) -> str:
    """A place by name; nobody's stands with the centre."""
    area = places.area(area_id) if area_id is not None else None
    return area.full_name if area is not None and area.level else str(_("the centre"))


def wish_of(ask: QueryDict) -> Wish:
    """What the address asks for; nonsense narrows nothing."""
    state, level, disease = ask.get("state", "open"), ask.get("level", ""), ask.get("disease", "")
    return Wish(
        state="" if state == "all" else state if state in of_tracing.STATES else "open",
        level=int(level) if level in ("1", "2") else None, disease=disease if disease in of_tracing.DISEASES else "",
        area_id=asking.area(ask.get("area", "")), reached=_FLAGS.get(ask.get("reached", "")),
        quarantined=_FLAGS.get(ask.get("quarantined", "")), tested=_FLAGS.get(ask.get("tested", "")),
        overdue=ask.get("overdue") == "1", since=asking.day(ask.get("since", "")),
        sort=ask.get("sort", "listed") if ask.get("sort") in lines.SORTS else "listed",
    )  # fmt: skip


def query_of(wish: Wish) -> str:
    """The same wish as an address, for files and further pages."""
    said: dict[str, str] = {"state": wish.state or "all", "sort": wish.sort}
    said |= {name: str(value) for name, value in (("level", wish.level), ("area", wish.area_id)) if value is not None}
    said |= {name: "yes" if value else "no" for name, value in _told(wish).items() if value is not None}
    if wish.disease:
        said["disease"] = wish.disease
    if wish.overdue:
        said["overdue"] = "1"
    if wish.since is not None:
        said["since"] = wish.since.isoformat()
    return urlencode(said)


def _told(wish: Wish) -> dict[str, bool | None]:
    return {"reached": wish.reached, "quarantined": wish.quarantined, "tested": wish.tested}


def _flags(wish: Wish) -> dict[str, str]:
    return {name: "" if value is None else "yes" if value else "no" for name, value in _told(wish).items()}


def narrowed(wish: Wish) -> bool:
    """Whether anything but the order differs from the usual list."""
    return asdict(wish) | {"sort": "listed"} != asdict(Wish())


_READ: Final[dict[str, Callable[[str], Any]]] = {"listed": parse_datetime, "score": float, "until": parse_date}


def after_of(ask: QueryDict, sort: str) -> After | None:
    """Where the page before ended; what cannot be read begins again."""
    value, _mark, line_id = ask.get("after", "").rpartition("_")
    try:
        begun = _READ[sort](value)
        if isinstance(begun, datetime) and begun.tzinfo is None:
            return None
        return (begun, UUID(line_id)) if begun is not None else None
    except ValueError:
        return None


def _next(ask: QueryDict, rest: After | None) -> str:
    if rest is None:
        return ""
    asked = ask.copy()
    value = rest[0].isoformat() if isinstance(rest[0], date) else repr(rest[0])
    asked["after"] = f"{value}_{rest[1]}"
    return f"?{asked.urlencode()}"


@require_POST
@needs("contact.release", "contact.handover")
def step(request: HttpRequest) -> HttpResponse:
    """Let those chosen go, or offer them to another place: the verbs of the work, one command each."""
    actor, name = actor_here(request), request.POST.get("step", "")
    verb = STEPS.get(name)
    if verb is None or not may(actor, verb):
        raise PermissionDenied
    body = _body(request.POST, name)
    chosen = _chosen(request.POST)
    if body is None:
        messages.warning(request, _("Write the reason, and for a hand-over choose the place."))
    elif not chosen:
        messages.warning(request, _("Choose whom it is about."))
    else:
        _carry_out(request, actor, verb, body, chosen)
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/outbreak/") and "//" not in back else "/outbreak/")


def _body(sent: QueryDict, name: str) -> dict[str, Any] | None:
    reason = sent.get("reason", "").strip()[:2_000]
    if len(reason) < 3:
        return None
    if name == "release":
        return {"reason": reason}
    to = commune_of(sent.get("commune_code", "")[:10]) or number_of(sent.get("place", ""))
    return {"reason": reason, "to_area_id": to} if to is not None else None


def _chosen(sent: QueryDict) -> list[tuple[UUID, UUID]]:
    """(person, watch) pairs; what cannot be read is nobody."""
    found = []
    for text in sent.getlist("watch")[:MOST_CHOSEN]:
        person, _mark, watch = text.partition(":")
        try:
            found.append((UUID(person), UUID(watch)))
        except ValueError:
            continue
    return found


def _carry_out(
    request: HttpRequest, actor: Actor, verb: str, body: dict[str, Any], chosen: list[tuple[UUID, UUID]]
) -> None:
    now, base = timezone.now().astimezone(HERE), command_id(request)
    commands = [
        Command(uuid5(base, str(watch)), verb, now, {"person": {"id": str(person)}, "watch_id": str(watch), **body})
        for person, watch in chosen
    ]
    done = asking.recorded(request, execute(commands, actor=actor, now=now))
    if done:
        said = ngettext("Recorded for one person.", "Recorded for %(count)s people.", done)
        messages.success(request, said % {"count": done})
