"""The paper's count of a session beside what is recorded: entered, corrected, explained, answered, caught up with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.access.queries import labels
from lachan.immunization.queries import catalogue, debt
from lachan.immunization.rules.debt import Standing
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.ids import new_id
from lachan.web.parts.board.desk import Desk, accepted, desk_of, send, sentences
from lachan.web.parts.board.words import PARTS
from lachan.web.parts.planning import words

NUMBERS = ("1", "2", "3", "4")


@require_http_methods(["GET", "POST"])
@needs("session.read")
def tally(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The count and what it leaves open; POST enters it, or corrects it with a reason."""
    desk = desk_of(request, session_id)
    rows = debt.tallies(desk.session.facility_id, session_id)
    if request.method != "POST":
        return _page(request, desk, rows)
    verb = "tally.correct" if rows else "tally.enter"
    _allow(desk, verb)
    lines = lines_of(request.POST, desk)
    body: dict[str, Any] = {"session_id": str(session_id), "lines": lines}
    if rows:
        body["reason"] = request.POST.get("reason", "").strip()
        if len(body["reason"]) < 3:
            messages.warning(request, _("Say why the tally changes."))
            return redirect("session-tally", session_id=session_id)
    if not lines:
        messages.warning(request, _("Enter the number of doses of at least one product; 0 when none was given."))
        return redirect("session-tally", session_id=session_id)
    return _sent(request, desk, verb, body, _("The tally is entered."))


@require_POST
@needs("dose.record")
def late(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """A dose that stands on paper and not in the records: by the number of the person, at the time on the paper."""
    desk = desk_of(request, session_id)
    _allow(desk, "dose.record")
    product, _sep, lot = request.POST.get("lot", "").partition("|")
    number = "".join(request.POST.get("q", "").split())
    at = _moment(desk, request.POST.get("at", ""))
    if not product or not number or at is None:
        messages.warning(request, _("Number, lot and time are needed, as they stand on the paper."))
        return redirect("session-tally", session_id=session_id)
    system = {12: "citizen_id", 9: "old_id"}.get(len(number)) if number.isdecimal() else None
    person = {"identifier": {"system": system, "value": number}} if system else {"scan": request.POST["q"].strip()}
    body = {
        "person": person, "session_id": str(session_id), "product": product, "lot": lot, "given_at": at.isoformat(),
        "site": "left_arm", "route": "IM",
    }  # fmt: skip
    return _sent(request, desk, "dose.record", body, _("The dose is recorded."))


@require_POST
@needs("debt.explain")
def explain(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Why what is missing will not come."""
    desk = desk_of(request, session_id)
    _allow(desk, "debt.explain")
    cause, reason = request.POST.get("cause", ""), request.POST.get("reason", "").strip()
    if cause not in words.CAUSES or len(reason) < 3:
        messages.warning(request, _("Choose the cause and say it in a sentence."))
        return redirect("session-tally", session_id=session_id)
    body = {"session_id": str(session_id), "cause": cause, "reason": reason}
    return _sent(request, desk, "debt.explain", body, _("The explanation is sent to the commune and the district."))


@require_POST
@needs("debt.accept")
def answer(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Accept an explanation, or return it."""
    desk = desk_of(request, session_id)
    _allow(desk, "debt.accept")
    body = {
        "session_id": str(session_id), "explanation": request.POST.get("explanation", ""),
        "accepted": request.POST.get("answer") == "accept", "reason": request.POST.get("reason", "").strip(),
    }  # fmt: skip
    return _sent(request, desk, "debt.accept", body, _("The explanation is answered."))


def lines_of(sent: QueryDict, desk: Desk) -> list[dict[str, Any]]:
    """Lines of the form: products of which a number of doses was typed."""
    found = []
    for product in products_of(desk):
        doses = _count(sent.get(f"doses-{product}", ""))
        if doses is None:
            continue
        numbers = {number: _count(sent.get(f"number-{product}-{number}", "")) for number in NUMBERS}
        found.append(
            {
                "product": product,
                "doses": doses,
                "vials": _count(sent.get(f"vials-{product}", "")),
                "numbers": {number: count for number, count in numbers.items() if count},
            }
        )
    return found


def products_of(desk: Desk) -> dict[str, str]:
    """Products the paper may have: those of today's lots and those in stock, key to name."""
    known = {line.product: line.product_name for line in desk.stock}
    names = {product.key: product.short_name for product in catalogue().products()}
    chosen = {key: names[key] for key in desk.session.lots if key in names}
    return {**chosen, **{key: name for key, name in known.items() if key not in chosen}}


def form_rows(desk: Desk, current: debt.TallyRow | None) -> list[dict[str, Any]]:
    """One row a product for the form, filled with what was entered before."""
    keys = catalogue().keys
    before = {line["product"]: line for line in current.lines} if current else {}
    rows = []
    for key, name in products_of(desk).items():
        line: Mapping[str, Any] = before.get(keys[key], {})
        by_number = line.get("numbers", {})
        rows.append(
            {
                "key": key, "name": name, "doses": line.get("doses", ""), "vials": line.get("vials"),
                "today": key in desk.session.lots or bool(line),
                "numbers": [(number, by_number.get(number, "")) for number in NUMBERS],
            }
        )  # fmt: skip
    return rows


def standing_of(desk: Desk) -> list[Standing]:
    """The session's products: on paper, recorded, explained, missing."""
    found = debt.day(desk.session.facility_id, desk.session.date)
    return [line for line in found.standings if line.session_id == desk.session.id]


def _page(request: HttpRequest, desk: Desk, rows: list[debt.TallyRow]) -> HttpResponse:
    session = desk.session
    current = next((row for row in rows if row.current), None)
    said = debt.explanations(session.facility_id, session.id)
    lines = standing_of(desk)
    names = labels({row.actor_id for row in rows} | {row.actor_id for row in said} | {
        row.answered_by for row in said if row.answered_by is not None
    })  # fmt: skip
    waiting = next((row for row in said if row.state == "proposed"), None)
    missing = sum(line.missing for line in lines)
    verb = "tally.correct" if rows else "tally.enter"

    def may(what: str) -> bool:
        return scopes.may_at(desk.actor, what, session.facility_id)

    context = {
        "desk": desk, "session": session, "part": PARTS.get(session.part, ""), "current": current,
        "lines": [(catalogue().name(line.product_id), line) for line in lines], "missing": missing,
        "age": (desk.today - session.date).days, "rows": form_rows(desk, current) if may(verb) else [],
        "history": [(row, names.get(row.actor_id, "")) for row in rows], "numbers": NUMBERS,
        "said": [
            (row, names.get(row.actor_id, ""), names.get(row.answered_by, "") if row.answered_by else "",
             words.CAUSES[row.cause], sum(row.doses.values()), *words.EXPLANATIONS[row.state])
            for row in said
        ],
        "causes": words.CAUSES.items(), "may_explain": missing and waiting is None and may("debt.explain"),
        "waiting": waiting if waiting and may("debt.accept") and waiting.actor_id != desk.actor.id else None,
        "late_lots": _lots(desk) if missing and may("dose.record") else [],
        "tally_id": new_id(), "late_id": new_id(), "explain_id": new_id(), "answer_id": new_id(),
        "may_count": may(verb) and session.date <= desk.today,
    }  # fmt: skip
    return render(request, "web/planning/tally.html", context)


def _lots(desk: Desk) -> list[tuple[str, str, str]]:
    """(value, product, lot) to choose from: lots of the day first, then what could be used that day, then the rest."""
    lines = {(line.product, line.number): line for line in desk.stock}
    rest = sorted(lines, key=lambda key: not lines[key].usable(desk.session.date))
    chosen = [key for key in desk.session.lots.items() if key in lines]
    found = dict.fromkeys([*chosen, *rest])
    return [(f"{key}|{number}", lines[key, number].product_name, number) for key, number in found]


def _allow(desk: Desk, verb: str) -> None:
    if not scopes.may_at(desk.actor, verb, desk.session.facility_id):
        raise PermissionDenied


def _sent(request: HttpRequest, desk: Desk, verb: str, body: dict[str, Any], text: str) -> HttpResponse:
    outcome = send(request, desk, verb, body)
    if accepted(outcome):
        messages.success(request, text)
    else:
        messages.error(request, " ".join(sentences(outcome)))
    return redirect("session-tally", session_id=desk.session.id)


def _count(text: str) -> int | None:
    return min(int(text), 20_000) if text.strip().isdecimal() and len(text) < 8 else None


def _moment(desk: Desk, text: str) -> datetime | None:
    """The time on the paper, on the day of the session; not later than it was closed."""
    try:
        said = parse_time(text)
    except ValueError:
        return None
    if said is None:
        return None
    at = datetime.combine(desk.session.date, said, VIETNAM)
    return min(at, desk.session.closed_at or desk.now)
