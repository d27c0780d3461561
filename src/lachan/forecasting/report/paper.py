"""The report on paper: content in, one PDF out, in either language. Pure but for Django's formats of numbers."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import override

from lachan.forecasting import charts
from lachan.forecasting.report import mapped
from lachan.forecasting.report.archive import Language
from lachan.forecasting.report.content import AlarmLine, Content, Figure, Kind, Outlook, PlaceRow
from lachan.forecasting.report.words import (
    HEADS,
    LABELS,
    MADE,
    NONE_SAID,
    NOTE_KINDS,
    SEALED,
    TITLE,
    WEEKS,
    alarms,
    inside,
)
from lachan.kernel.paper import plain, typeset

TEMPLATES: Final = Path(str(files("lachan.forecasting.report") / "templates"))
MOST_PLACES: Final = 34
MOST_ALARMS: Final = 30
HERE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_UNITS: Final[dict[Kind, str]] = {"share": " %", "rate": "", "count": "", "ratio": "", "days": ""}


def draw(content: Content, language: Language, *, seal: str = "") -> bytes:
    """One PDF of a report. ``seal``: of the archive, printed at the foot of each page."""
    with override(language):
        return typeset(TEMPLATES, "report", [_sheet(content, language, seal)], inputs={})


def _sheet(content: Content, tongue: Language, seal: str) -> dict[str, Any]:
    chart = fan(content.outlook, content.day, tongue)
    drawn = mapped.draw(content.map, tongue) if content.map else None
    return {
        "language": tongue,
        "kicker": LABELS["kicker"].into(tongue),
        "title": TITLE.into(tongue).format(place=plain(content.place, 60), day=charts.day(content.day)),
        "made": MADE.into(tongue).format(at=f"{content.made_at.astimezone(HERE):%H:%M %d/%m/%Y}"),
        "seal": SEALED.into(tongue).format(seal=seal[:16]) if seal else "",
        "words": {name: words.into(tongue) for name, words in LABELS.items()} | _heads(tongue),
        "figures": [_figure(figure, tongue) for figure in content.figures],
        "changes": [plain(line.text.into(tongue), 400) for line in content.changes],
        "fan": str(chart.svg) if chart else "",
        "fan-said": chart.said if chart else "",
        "outlook": outlook_lines(content.outlook, tongue),
        "map": str(drawn.svg) if drawn else "",
        "map-title": drawn.title if drawn else "",
        "map-said": drawn.said if drawn else "",
        "places": [_place(row) for row in content.places[:MOST_PLACES]],
        "more-places": len(content.places) > MOST_PLACES,
        "alarms": [_alarm(one, tongue) for one in content.alarms[:MOST_ALARMS]],
        "alarms-said": alarms_said(content, MOST_ALARMS, tongue),
        "debts": [[one.name.into(tongue), charts.number(one.value)] for one in content.debts],
        "notes": [
            [NOTE_KINDS[one.kind].into(tongue), plain(one.text, 600), plain(one.who, 80), _due(one.due)]
            for one in content.notes
        ],
        "quality": [plain(line.into(tongue), 400) for line in content.quality],
    }  # fmt: skip


def _heads(tongue: Language) -> dict[str, list[str]]:
    return {f"{name}-head": [words.into(tongue) for words in head] for name, head in HEADS.items()}


def _figure(figure: Figure, tongue: Language) -> dict[str, str]:
    return {
        "name": figure.name.into(tongue),
        "value": value_text(figure.kind, figure.value),
        "difference": difference(figure),
        "why": figure.why.into(tongue) if figure.why else "",
    }


def value_text(kind: Kind, value: float | None) -> str:
    """A value with the unit of its kind; a dash where it is not known."""
    return "–" if value is None else f"{charts.number(value)}{_UNITS[kind]}"


def difference(figure: Figure) -> str:
    """``+12`` against the day before; empty where either is not known."""
    if figure.value is None or figure.before is None:
        return ""
    step = figure.value - figure.before
    return f"{sign(step)}{charts.number(abs(step))}"


def sign(step: float) -> str:
    """Before a difference."""
    return "+" if step > 0 else "−" if step < 0 else "±"


def fan(outlook: Outlook, today: date, tongue: Language) -> charts.Chart | None:
    """The forecast drawn, in the language that is active; None where there is none."""
    if not outlook.bands:
        return None
    bands = [charts.Band(band.end, band.q05, band.q25, band.q50, band.q75, band.q95) for band in outlook.bands]
    return charts.fan(outlook.history, bands, unit=WEEKS.into(tongue), today=today, title=outlook.measure.into(tongue))


def outlook_lines(outlook: Outlook, tongue: Language) -> list[str]:
    """What is said under the forecast: how to read it, how often it was right; or why there is none."""
    if outlook.blocked is not None:
        return [outlook.blocked.into(tongue)]
    lines = [outlook.said.into(tongue)] if outlook.said else []
    if outlook.inside is not None and outlook.of:
        lines.append(inside(outlook.inside, outlook.of).into(tongue))
    return lines or [NONE_SAID.into(tongue)]


def alarms_said(content: Content, most: int, tongue: Language) -> str:
    """How many alarms stand, where there are any."""
    count = content.alarm_count
    if count is None or not count.standing:
        return ""
    return alarms(count.standing, count.open, min(most, len(content.alarms))).into(tongue)


def growth(row: PlaceRow) -> str:
    """``+12 %`` against the week before; a dash where there was nothing to compare with."""
    if not row.growth:
        return "–"
    return f"{sign(row.growth - 1)}{charts.number(abs(100 * (row.growth - 1)), 0)} %"


def _place(row: PlaceRow) -> list[str]:
    return [
        plain(row.name, 60), charts.number(row.today), charts.number(row.week), charts.number(row.incidence, 1),
        growth(row), charts.number(row.rt, 2),
    ]  # fmt: skip


def _alarm(one: AlarmLine, tongue: Language) -> list[str]:
    state = one.state.into(tongue)
    done = plain(f"{state}: {one.reason}" if one.reason else state, 300)
    return [
        plain(one.place, 60), one.disease.into(tongue), charts.day(one.since), charts.number(one.observed, 0),
        charts.number(one.strength, 0), done,
    ]  # fmt: skip


def _due(day: date | None) -> str:
    return charts.day(day) if day else ""
