"""Vaccination against the plan: how far a place is on its way to the campaign's target, and when it will be there.

The target is a setting (``campaign_share``, ``campaign_until``, ``campaign_source``). Its default, 70 % of the
population by the end of March 2022, is that of Decision 3355/QĐ-BYT as newspapers reported it (SGGP News,
July 2021; Bloomberg, 22/11/2021); the text of the decision itself was not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from statistics import fmean
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from lachan.analytics.facts import Picture
from lachan.web.parts.picture import words
from lachan.web.parts.picture.epidemic.ask import Ask
from lachan.web.templatetags.lachan import day as day_text
from lachan.web.templatetags.lachan import num

WEEK: Final = 7
FAR: Final = 3 * 365  # a pace that needs longer leads nowhere anybody plans for


@dataclass(frozen=True)
class Step:
    """One line: ``share`` percent of the residents, of at most 100 for the bar."""

    key: str
    label: str
    value: int
    share: float
    written: str

    @property
    def bar(self) -> float:
        return min(round(self.share, 1), 100.0)


@dataclass(frozen=True)
class Plan:
    """``said``: where the place stands against the target, in one sentence."""

    steps: tuple[Step, ...]
    target: int
    reached: bool
    said: str
    note: str


@dataclass(frozen=True)
class Target:
    """``share`` percent of the population fully vaccinated by ``day``, as ``law`` sets it."""

    share: int
    day: date
    law: str


def target() -> Target:
    """As the settings have it."""
    conf = settings.CONF
    return Target(conf.campaign_share, date.fromisoformat(conf.campaign_until), conf.campaign_source)


def plan_of(picture: Picture, ask: Ask) -> Plan | None:
    """None: the population is not known, so there is no share."""
    people = picture.area.population
    if not people:
        return None
    found = picture.residents
    labels = {"first": _("At least one dose"), "completed": _("Fully vaccinated"), "boosters": _("Booster doses")}
    steps = []
    for key, label in labels.items():
        value = int(getattr(found, key))
        share = 100 * value / people
        steps.append(Step(key, label, value, share, words.percent(share)))
    aim = target()
    missing = ceil(people * aim.share / 100) - found.completed
    pace = fmean(row.sums.completed for row in picture.days[-WEEK - 1 : -1])
    note = _("Plan: {share} % of the population by {day} (Decision {law}).").format(
        share=num(aim.share), day=day_text(aim.day), law=aim.law
    )
    # how many are vaccinated keeps no history: a sentence of then would mix then with now
    said = _("As counted now, whatever the day of the page.")
    if ask.day == ask.today:
        said = _said(missing, pace, ask.day, aim)
    return Plan(tuple(steps), aim.share, missing <= 0, said, note)


def _said(missing: int, pace: float, day: date, aim: Target) -> str:
    if missing <= 0:
        return _("The target of {share} % fully vaccinated is reached.").format(share=num(aim.share))
    text = _("{people} people are missing to {share} %.").format(people=num(missing), share=num(aim.share))
    days = ceil(missing / pace) if pace > 0 else FAR + 1
    if days > FAR:
        return text + " " + _("At the pace of the last seven days it is not reached within three years.")
    reached = _("At the pace of the last seven days ({pace} a day) it is reached on {day}.")
    parts = [text, reached.format(pace=num(round(pace)), day=day_text(day + timedelta(days=days)))]
    left = (aim.day - day).days
    if left > 0:
        parts.append(_("The plan asks for {pace} a day.").format(pace=num(ceil(missing / left))))
    return " ".join(parts)
