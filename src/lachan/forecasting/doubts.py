"""What is wrong with the data behind a forecast, as sentences about one place in the reader's language.

Read from the run's own card, so that a run of last year says what was wrong then. Pages and the report say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from lachan.analytics.maps import CHANGE, Map, map_of, provinces_on
from lachan.forecasting.charts.numbers import day as day_text
from lachan.forecasting.charts.numbers import number
from lachan.forecasting.rules import BACKLOG, NEGATIVE
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COUNTRY_ID, PROVINCE

MOST: Final = 8  # sentences of one kind; the model card has all of them


def sentences(card: Mapping[str, Any], area: AreaFact, measure: str = "cases") -> list[str]:
    """What a reader of this place's forecast must know: places that fell silent, weeks that are no counts, backlogs,
    the map. Of a commune what is said of its province, of the nation what is said of any province."""
    return [
        *_silent(card, area, measure), *_weeks(card, area, measure), *batches(card, area, measure),
        *_map(card, area, measure),
    ]  # fmt: skip


def week_said(entry: Mapping[str, Any]) -> str:
    """One doubtful week of a card, without its place."""
    day, value = day_text(date.fromisoformat(entry["week"])), number(entry.get("value"))
    if entry["code"] == NEGATIVE:
        return _("Week up to {day}: {value} after corrections, more was taken back than reported. It is left out of "
                 "the forecast and of its scores.").format(day=day, value=value)  # fmt: skip
    if entry["code"] == BACKLOG:
        return _("Week up to {day}: {value}, far more than in the weeks beside it: a backlog entered at once. It is "
                 "left out of the forecast and of its scores.").format(day=day, value=value)  # fmt: skip
    return _("Week up to {day}: most of its {value} stand on one day, perhaps entered late. If so, the forecast is too "
             "high.").format(day=day, value=value)  # fmt: skip


def _silent(card: Mapping[str, Any], area: AreaFact, measure: str) -> Iterator[str]:
    """Of the nation only: a silent province has no forecast, and its page says why."""
    found = [
        entry for entry in card.get("excluded", ())
        if entry["measure"] == measure and entry["reason"] == "not_reporting"
    ]  # fmt: skip
    if area.id != COUNTRY_ID or not found:
        return
    yield _("No report since {day} or before: {places}. Nothing is forecast there, and about {share} % of all cases "
            "are missing from the figures of the whole.").format(
        day=day_text(max(date.fromisoformat(entry["since"]) for entry in found)),
        places=_named([entry["area"] for entry in found]), share=number(100 * sum(one["share"] for one in found), 0),
    )  # fmt: skip


def _weeks(card: Mapping[str, Any], area: AreaFact, measure: str) -> Iterator[str]:
    found = [
        entry for entry in card.get("inputs", {}).get(measure, {}).get("doubtful", ()) if _concerns(area, entry["area"])
    ]
    for entry in sorted(found, key=lambda one: (one["area"] != area.id, one["week"]))[:MOST]:
        yield _of(area, entry["area"], week_said(entry))
    if len(found) > MOST:
        yield _("{count} more weeks are doubtful; the model card names them.").format(count=number(len(found) - MOST))


def batches(card: Mapping[str, Any], area: AreaFact, measure: str) -> Iterator[str]:
    """Late reports that came at once, the latest day of a place."""
    latest: dict[int, str] = {}
    for entry in card.get("delays", {}).get(measure, {}).get("batches", ()):
        if _concerns(area, entry["area"]):
            latest[entry["area"]] = max(entry["day"], latest.get(entry["area"], ""))
    if len(latest) > 1:  # of the whole it is said by those it came from
        latest.pop(COUNTRY_ID, None)
    for area_id, day in list(latest.items())[:MOST]:
        said = _("On {day} many late reports came at once. They stand on the days they belong to; how late reports "
                 "come is learnt without them.")  # fmt: skip
        yield _of(area, area_id, said.format(day=day_text(date.fromisoformat(day))))


def _map(card: Mapping[str, Any], area: AreaFact, measure: str) -> Iterator[str]:
    """A series that goes back behind the reform of the provinces, on the map of after it."""
    first = card.get("inputs", {}).get(measure, {}).get("first_week", "")
    if card.get("map") != Map.OF_2025 or not first or date.fromisoformat(first) >= CHANGE:
        return
    if area.id == COUNTRY_ID:
        yield _("Since {day} there are 34 provinces instead of 63. Weeks before are counted on the map of today; "
                "forecasts of then were made for the old provinces.").format(day=day_text(CHANGE))  # fmt: skip
    elif area.level == PROVINCE:
        old = [part for part in provinces_on(Map.OF_2025).get(area.id, ()) if _of_old_map(part)]
        if len(old) > 1:
            yield _("Weeks before {day} are those of {places} together, which are one province since. Forecasts of "
                    "then were made for each of them and are not counted here.").format(
                day=day_text(CHANGE), places=_named(sorted(old))
            )  # fmt: skip


def _of_old_map(area_id: int) -> bool:
    area = places.area(area_id)
    return area is not None and map_of(area) is Map.OF_2021 and area.valid(Map.OF_2021.day)


def _concerns(area: AreaFact, found: int) -> bool:
    return area.id in (found, COUNTRY_ID) or area.province_id == found


def _of(area: AreaFact, found: int, said: str) -> str:
    """Named where it is not the place of the page."""
    return said if found == area.id else f"{_named([found])}: {said}"


def _named(area_ids: Sequence[int]) -> str:
    names = [_("Viet Nam") if one == COUNTRY_ID else area.full_name for one in area_ids if (area := places.area(one))]
    rest = len(names) - MOST
    listed = ", ".join(names[:MOST])
    return _("{places} and {count} more").format(places=listed, count=number(rest)) if rest > 0 else listed
