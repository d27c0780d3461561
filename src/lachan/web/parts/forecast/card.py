"""The model card of a run in words: what went in, what was missing, what it rests on, how such forecasts did before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.access.doors import needs
from lachan.forecasting import doubts, queries
from lachan.forecasting.charts.numbers import day as day_text
from lachan.forecasting.charts.numbers import number
from lachan.forecasting.facts import REPLAY, Card
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID
from lachan.web.parts.forecast import words
from lachan.web.reading import actor_for, plainly

MOST_NAMED: Final = 12  # places or weeks of a line


@require_GET
@needs("forecast.read")
def page(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A run's card, published or blocked. Two statements."""
    with plainly():
        card = queries.card(actor_for(request), run_id)
    run, data = card.run, card.data
    context = {
        "run": run, "data": data, "replayed": run.source == REPLAY, "sign": words.RUNS[run.status],
        "why": words.why(run.reason, run.params) if run.reason else "", "inputs": list(_inputs(data)),
        "delays": list(_delays(data)), "excluded": list(_excluded(data)), "targets": list(_targets(data)),
        "rt_silent": data.get("rt_cannot_say"), "about": _about(card),
    }  # fmt: skip
    return render(request, "web/forecast/card.html", context)


def _about(card: Card) -> list[tuple[str, str]]:
    """What identifies the run, so that somebody else can make it again."""
    run, data = card.run, card.data
    return [
        (_("As known on"), day_text(run.as_of)), (_("Map of provinces"), run.of_map),
        (_("Days the data lie behind"), number(data.get("lag_days"))), (_("Version of the engines"), run.engine),
        (_("Seed"), str(data.get("seed", "–"))), (_("Digest of the inputs"), run.inputs),
        (_("Seal"), run.seal or _("none: not published")),
    ]  # fmt: skip


def _inputs(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for measure, entry in data.get("inputs", {}).items():
        doubtful = entry.get("doubtful", [])
        yield {
            "measure": words.measure(measure), "places": entry.get("places"), "first": _day(entry.get("first_week")),
            "last": _day(entry.get("last_week")), "revised": _revised(entry.get("revised")),
            "doubtful": [
                _("{place}: {what}").format(place=_place(one["area"]), what=doubts.week_said(one))
                for one in doubtful[:MOST_NAMED]
            ],
            "more": max(len(doubtful) - MOST_NAMED, 0),
        }  # fmt: skip


def _revised(found: Mapping[str, Any] | None) -> str:
    """How much of a week was known when it had just ended."""
    if not found:
        return _("not known yet")
    return _("{median} % of a week is known when it ends (between {least} and {most} %, {weeks} weeks)").format(
        median=_percent(found["median"]), least=_percent(found["least"]), most=_percent(found["most"]),
        weeks=number(found["weeks"]),
    )  # fmt: skip


def _delays(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    nation = places.area(COUNTRY_ID)
    assert nation is not None  # reference data: without it there is no run either
    for measure, entry in data.get("delays", {}).items():
        reporters = entry.get("reporters", {})
        yield {
            "measure": words.measure(measure), "shifted": entry.get("shifted"), "since": _day(entry.get("since")),
            "before": _days(entry.get("before_days")), "now": _days(entry.get("now_days")),
            "said": [
                *(words.DELAYS[code] for code in entry.get("said", []) if code in words.DELAYS),
                *doubts.batches(data, nation, measure),
            ],
            "reporters": [
                (words.REPORTERS[kind], _named(area_ids))
                for kind, area_ids in reporters.items()
                if area_ids and kind in words.REPORTERS
            ],
        }  # fmt: skip


def _excluded(data: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Places of which nothing is said, each once with its measures."""
    found: dict[tuple[int, str, str], list[str]] = {}
    for entry in data.get("excluded", []):
        key = (entry["area"], entry["reason"], entry.get("since", ""))
        found.setdefault(key, []).append(str(words.measure(entry["measure"])).lower())
    for (area_id, reason, since), measures in found.items():
        yield {
            "place": _place(area_id), "measures": ", ".join(measures),
            "why": words.why(reason, {"since": since} if since else {}),
        }  # fmt: skip


def _targets(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, entry in data.get("targets", {}).items():
        weights = sorted(entry.get("weights", {}).items(), key=lambda pair: -pair[1])
        yield {
            "measure": words.measure(name.partition(":")[2]),
            "weights": [(words.MEMBERS.get(member, member), 100 * share) for member, share in weights],
            "notes": [(words.NOTES[key], n) for key, n in entry.get("notes", {}).items() if key in words.NOTES],
            "coverage": [
                {
                    "weeks": int(horizon), "scored": one["scored"], "inside50": 100 * one["inside50"],
                    "inside90": 100 * one["inside90"],
                    "base": 100 * one["against_baseline"] if one.get("against_baseline") is not None else None,
                }
                for horizon, one in sorted(entry.get("coverage", {}).items(), key=lambda pair: int(pair[0]))
            ],
        }  # fmt: skip


def _place(area_id: int) -> str:
    area = places.area(area_id)
    return area.full_name if area is not None and area.level else str(_("Viet Nam"))


def _named(area_ids: list[int]) -> str:
    named = ", ".join(_place(area_id) for area_id in area_ids[:MOST_NAMED])
    rest = len(area_ids) - MOST_NAMED
    return _("{places} and {count} more").format(places=named, count=number(rest)) if rest > 0 else named


def _day(text: str | None) -> str:
    return day_text(date.fromisoformat(text)) if text else "–"


def _days(value: float | None) -> str:
    return number(value, 1)


def _percent(share: float) -> str:
    return number(100 * share, 0)
