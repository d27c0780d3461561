"""What is owed: doses not entered, identities not matched, certificates not signed, tasks overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from lachan.access.actors import Actor
from lachan.analytics.debt import queries as debt
from lachan.analytics.debt.facts import Gap
from lachan.analytics.debt.queries import Days
from lachan.web.parts.picture.epidemic.ask import Ask
from lachan.web.parts.picture.epidemic.figures import Work
from lachan.web.templatetags.lachan import day as day_text


@dataclass(frozen=True)
class Debt:
    """One kind of debt; ``since``: its oldest day in words."""

    label: str
    count: int
    since: str
    href: str

    @property
    def state(self) -> str:
        return "question" if self.count else "done"


@dataclass(frozen=True)
class Debts:
    """``as_of``: what was recorded before is counted; None: nothing was ever counted."""

    rows: tuple[Debt, ...]
    as_of: datetime | None


def debts_of(actor: Actor, ask: Ask, work: Work | None) -> Debts:
    """As of now, whatever the day of the page: a debt is there until somebody pays it. Two statements."""
    rows: list[Debt] = []
    as_of = None
    if debt.may_see_area(actor, ask.area_id):
        meter = debt.meter(actor, ask.area_id, Days.ever(ask.today), ask.of)
        href, as_of = reverse("debt-area", args=[ask.area_id]), meter.as_of
        sums, ages = meter.whole.sums, meter.whole.ages

        def row(label: str, gap: Gap, count: int) -> Debt:
            return Debt(label, count, _since(ages[gap].oldest), href)

        rows = [
            row(_("Doses not entered"), "missing", sums.missing),
            row(_("Identities not matched"), "unmatched", sums.unmatched),
            row(_("Doses not signed, so no certificate"), "unsigned", sums.unsigned),
        ]
    if work is not None:
        where = reverse("outbreak-capacity")
        rows.append(Debt(_("Tracing tasks overdue"), work.late, "", where))
    return Debts(tuple(rows), as_of)


def _since(oldest: date | None) -> str:
    return _("oldest {day}").format(day=day_text(oldest)) if oldest else ""
