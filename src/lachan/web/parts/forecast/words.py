"""Words of the forecast's screens: what is counted, why there is no forecast, what was done for a place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from lachan.forecasting.sentences import SENTENCES

Text = str | Promise

MEASURES: Final[Mapping[str, Text]] = {
    "cases": gettext_lazy("Cases"),
    "admissions": gettext_lazy("Hospital admissions"),
    "deaths": gettext_lazy("Deaths"),
    "beds": gettext_lazy("Beds in use"),
    "icu": gettext_lazy("Intensive care"),
    "oxygen": gettext_lazy("Oxygen"),
}
WEEKLY: Final[Mapping[str, Text]] = {
    "cases": gettext_lazy("cases a week"),
    "admissions": gettext_lazy("admissions a week"),
    "deaths": gettext_lazy("deaths a week"),
    "beds": gettext_lazy("people in hospital at the end of the week"),
    "icu": gettext_lazy("people in intensive care at the end of the week"),
    "oxygen": gettext_lazy("cubic metres of oxygen a day at the end of the week"),
}
DAILY: Final[Mapping[str, Text]] = {
    "cases": gettext_lazy("cases a day"),
    "admissions": gettext_lazy("admissions a day"),
    "deaths": gettext_lazy("deaths a day"),
}
NOTES: Final[Mapping[str, Text]] = {
    "fell_back": gettext_lazy("The models did not agree with the past here: the simple baseline is shown instead."),
    "capped": gettext_lazy("The upper end was cut: the models saw growth beyond anything known here."),
    "short_history": gettext_lazy("Only a few weeks are known here: the intervals are wide."),
    "late": gettext_lazy("The last week of this place is not in yet."),
    "doubted": gettext_lazy(
        "The newest figure here does not fit what came before: half believed, and wider intervals."
    ),
    "beds_from_admissions": gettext_lazy(
        "Worked out from the forecast of admissions, path by path, and from how long people stay: see what is assumed."
    ),
    "beds_from_cases": gettext_lazy(
        "Admissions are not recorded: worked out from the forecast of cases and an assumed share of them that needs a "
        "bed. The ranges are wide for that reason."
    ),
    "beds_not_recorded": gettext_lazy(
        "How many are in hospital today is not recorded, so nobody has checked the start."
    ),
    "share_of_province": gettext_lazy(
        "Too few for a model of its own: the forecast is this commune's share of its province's."
    ),
}
PARTS: Final[Mapping[str, Text]] = {  # of a run
    "inputs": gettext_lazy("What was known"),
    "nowcast": gettext_lazy("Late reports"),
    "rt": gettext_lazy("How fast it spreads"),
    "forecast": gettext_lazy("Forecast"),
    "alarms": gettext_lazy("Alarms"),
}
REPORTERS: Final[Mapping[str, Text]] = {
    "weekly": gettext_lazy("This place reports once a week: single days say little."),
    "broken": gettext_lazy("Reports of this place come irregularly: the last days are not to be relied upon."),
    "silent": gettext_lazy("This place has stopped reporting: a low figure is not a low epidemic."),
}
SIGNS: Final[Mapping[str, tuple[str, Text]]] = {
    "open": ("stop", gettext_lazy("New")),
    "acknowledged": ("question", gettext_lazy("Acknowledged")),
    "followed": ("waiting", gettext_lazy("Followed up")),
    "closed": ("done", gettext_lazy("Closed")),
}

RUNS: Final[Mapping[str, tuple[str, Text]]] = {
    "running": ("waiting", gettext_lazy("Being made")),
    "published": ("done", gettext_lazy("Published")),
    "blocked": ("question", gettext_lazy("Not published")),
    "failed": ("stop", gettext_lazy("Failed")),
}
DELAYS: Final[Mapping[str, Text]] = {
    "delay_longer": gettext_lazy("Reports come later than before."),
    "delay_shorter": gettext_lazy("Reports come sooner than before."),
    "delay_changed_in_places": gettext_lazy("In some places reports come at another pace than before."),
    "beyond_triangle": gettext_lazy("Some reports come later than the nowcast looks back."),
}
MEMBERS: Final[Mapping[str, Text]] = {
    "ridge-root": gettext_lazy("Autoregression, all places together (root)"),
    "ridge-log": gettext_lazy("Autoregression, all places together (log)"),
    "boosted-root": gettext_lazy("Boosted trees (root)"),
    "boosted-log": gettext_lazy("Boosted trees (log)"),
    "analogue-root": gettext_lazy("Similar courses of the past (root)"),
    "analogue-log": gettext_lazy("Similar courses of the past (log)"),
    "growth": gettext_lazy("Growth that fades"),
    "persistence": gettext_lazy("Baseline: the last week carried on"),
}


def notes_of(codes: Any) -> list[Text]:
    """Notes of a place in words; a code without words is left out rather than shown bare."""
    return [NOTES[code] for code in codes if code in NOTES]


METHODS: Final[Mapping[str, Text]] = {
    "ears_c1": gettext_lazy("EARS C1: above the seven days before"),
    "ears_c2": gettext_lazy("EARS C2: above seven days, two days apart"),
    "ears_c3": gettext_lazy("EARS C3: three days together above what is usual"),
    "farrington": gettext_lazy("Farrington: above what the season and the weekday explain"),
    "cusum": gettext_lazy("CUSUM: small excesses that add up"),
    "scan": gettext_lazy("Scan: neighbouring places rise together"),
}
FAMILIES: Final = 4  # of independent methods
DISEASES: Final[Mapping[str, Text]] = {"covid-19": gettext_lazy("COVID-19")}

OUTCOMES: Final[Mapping[str, Text]] = {
    "outbreak": gettext_lazy("An outbreak, which is followed"),
    "known_cause": gettext_lazy("A cause that is known (a campaign of tests, a group)"),
    "data_error": gettext_lazy("An error in the data"),
    "nothing_found": gettext_lazy("Nothing was found"),
}


def why(reason: str, params: Mapping[str, Any] | None = None) -> str:
    """A reason of the room as a sentence, days as they are written here."""
    said = {name: _day(value) if name == "since" else value for name, value in (params or {}).items()}
    said = {"since": "–", **said}
    return str(SENTENCES[reason]) % said if reason in SENTENCES else reason


def _day(value: Any) -> str:
    return date.fromisoformat(value).strftime("%d/%m/%Y") if isinstance(value, str) and value else "–"


def method(code: str) -> Text:
    return METHODS.get(code, code)


def measure(code: str) -> Text:
    return MEASURES.get(code, code)


SETTINGS: Final[Mapping[str, Text]] = {
    "school": gettext_lazy("Contacts at school"),
    "work": gettext_lazy("Contacts at work"),
    "other": gettext_lazy("Contacts elsewhere"),
}
VARIANTS: Final[Mapping[str, Text]] = {
    "delta": "Delta",
    "omicron": "Omicron",
    "original": gettext_lazy("The original virus"),
}
_UNITS: Final[Mapping[str, Text]] = {
    "people": gettext_lazy("people"),
    "people a day": gettext_lazy("people a day"),
    "people infected by one": gettext_lazy("people infected by one"),
    "cubic metres a day": gettext_lazy("cubic metres a day"),
    "contacts a person a day": gettext_lazy("contacts a person a day"),
    "relative to an adult": gettext_lazy("relative to an adult"),
    "share of the generation time": gettext_lazy("share of the generation time"),
    "dispersion k": gettext_lazy("dispersion k"),
    "months, mean": gettext_lazy("months, mean"),
    "relative to the first": gettext_lazy("relative to the first"),
    "sd of the log of contacts, a week": gettext_lazy("sd of the log of contacts, a week"),
    "share of infections": gettext_lazy("share of infections"),
    "factor": gettext_lazy("factor"),
    "share of admitted": gettext_lazy("share of admitted"),
    "share of reported cases": gettext_lazy("share of reported cases"),
    "share of deaths": gettext_lazy("share of deaths"),
    "days, mean": gettext_lazy("days, mean"),
    "days": gettext_lazy("days"),
    "beds": gettext_lazy("beds"),
    "share": gettext_lazy("share"),
    "share of ward patients": gettext_lazy("share of ward patients"),
    "litres a minute": gettext_lazy("litres a minute"),
    "dispersion k of a day": gettext_lazy("dispersion k of a day"),
    "share prevented": gettext_lazy("share prevented"),
    "share lost a month": gettext_lazy("share lost a month"),
    "share of people": gettext_lazy("share of people"),
    "sd of the log of a week's cases": gettext_lazy("sd of the log of a week's cases"),
    "share of contacts, school": gettext_lazy("share of contacts, school"),
    "share of contacts, work": gettext_lazy("share of contacts, work"),
    "share of contacts, other": gettext_lazy("share of contacts, other"),
    "doses by number": gettext_lazy("doses by number"),
}
_SOURCES: Final[Mapping[str, Text]] = {
    "given with the scenario": gettext_lazy("given with the scenario"),
    "structure of the model": gettext_lazy("structure of the model"),
    "own assumption": gettext_lazy("own assumption"),
    "to be given": gettext_lazy("to be given"),
}


def unit(text: str) -> Text:
    """A unit of the catalogue; one that has no words here stays as it is."""
    return _UNITS.get(text, text)


def source(text: str) -> str:
    """A source: publications stay as they are cited, our own words are translated."""
    for known, said in _SOURCES.items():
        if text == known or text.startswith(f"{known};"):
            return str(said) + text[len(known) :]
    return text
