"""The five figures of the top line, each with the day before, 28 days, and what it was known to be then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from lachan.access.actors import Actor
from lachan.access.rules import may
from lachan.analytics import queries as coverage
from lachan.analytics.epidemic.facts import Figure, Figures
from lachan.analytics.facts import Picture
from lachan.tracing.outbreak import capacity
from lachan.web.parts.picture import words
from lachan.web.parts.picture.epidemic.ask import Ask
from lachan.web.templatetags.lachan import num

HEIGHT: Final = 24
DAYS: Final = 28


@dataclass(frozen=True)
class Item:
    """One figure as it is drawn. ``now``: what is known of it today, when the page shows what was known then.
    ``good``: whether a rise is good (True), bad (False) or neither (None): the sign is coloured by it."""

    key: str
    label: str
    value: int | None
    difference: int | None = None
    since: str = ""
    share: str = ""
    text: str = ""
    spark: tuple[str, ...] = ()
    spark_said: str = ""
    table: str = ""
    now: str = ""
    good: bool | None = None


@dataclass(frozen=True)
class Work:
    """Tracing tasks of a place that are due, and of them those late."""

    due: int
    late: int


def work_of(actor: Actor, area_id: int, now: datetime) -> Work | None:
    """None: this actor does not see how the work goes."""
    if not may(actor, capacity.VERB):
        return None
    found = capacity.total(capacity.loads(actor, now, None if area_id == 1 else area_id))
    return Work(found.due, found.late)


def spark(values: Sequence[float | None]) -> tuple[str, ...]:
    """Pieces of a line in a box of 100 by 24, zero at the bottom; a gap where nothing is known."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ()
    top, step = max([*known, 1]), 100 / (len(values) - 1)
    pieces: list[list[str]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{index * step:.1f},{HEIGHT - 1 - (HEIGHT - 2) * max(value, 0) / top:.1f}")
    return tuple(" ".join(piece) for piece in pieces if len(piece) > 1)


def spark_said(values: Sequence[float | None]) -> str:
    """The same in words, for whoever does not see it."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    return _("28 days: from {first} to {last}, highest {high}, lowest {low}.").format(
        first=num(known[0]), last=num(known[-1]), high=num(max(known)), low=num(min(known))
    )


def five(
    ask: Ask, picture: Picture, news: Sequence[int], found: Figures, now: Figures | None, work: Work | None
) -> list[Item]:
    """Doses, people, cases, hospital, tasks. ``news``: cases by the day they were reported, the last one the page's;
    ``now``: the epidemic as known now, beside what was known then."""
    items = [_doses(ask, picture), _people(ask, picture)]
    items.append(Item("cases", _("New cases reported"), news[-1], news[-1] - news[-2], _since(ask), spark=spark(news),
                      spark_said=spark_said(news), table="#days", good=False))  # fmt: skip
    figure = found.figures.get("in_hospital", Figure(None, None, ()))
    known = now.figures.get("in_hospital") if now is not None else None
    items.append(
        Item(
            "in_hospital",
            _("In hospital"),
            _whole(figure.value),
            _whole(figure.difference),
            _since(ask),
            spark=spark(figure.spark),
            spark_said=spark_said(figure.spark),
            table="#days",
            now=num(_whole(known.value)) if known is not None and known.value is not None else "",
            good=False,
        )
    )
    if work is not None:
        late = _("{count} of them overdue").format(count=num(work.late)) if work.late else _("none overdue")
        text = late if ask.is_now else _("now; {late}").format(late=late)
        items.append(Item("tasks", _("Open tracing tasks"), work.due, text=text, table="#debts"))
    return items


def _doses(ask: Ask, picture: Picture) -> Item:
    today, yesterday = picture.today.doses, picture.yesterday.doses
    days = [row.sums.doses for row in picture.days]
    label = _("Doses today") if ask.day == ask.today else _("Doses on this day")
    return Item("doses", label, today, today - yesterday, _since(ask), spark=spark(days), spark_said=spark_said(days),
                table="#days", text=_said_now(ask), good=True)  # fmt: skip


def _people(ask: Ask, picture: Picture) -> Item:
    value, people = picture.residents.completed, picture.area.population
    days = [row.sums.completed for row in picture.days]
    share = words.percent(100 * value / people) if people else ""
    since = _("since yesterday") if ask.day == ask.today else _("on this day")
    return Item("completed", _("People fully vaccinated"), value, picture.today.completed, since, share,
                _said_now(ask), spark(days), spark_said(days), "#places", good=True)  # fmt: skip


def _said_now(ask: Ask) -> str:
    """Doses keep no history of what was known: on a page of then the reader is told."""
    return _("as known now") if ask.as_of is not None else ""


def _since(ask: Ask) -> str:
    return _("against all of yesterday") if ask.day == ask.today else _("against the day before")


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def picture_of(actor: Actor, ask: Ask) -> Picture:
    """Doses of the place on the day of the page."""
    return coverage.picture(actor, ask.area_id, ask.day, ask.of)
