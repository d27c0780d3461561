"""The story of a case in words, the latest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from lachan.surveillance.cases.queries import Said, Story
from lachan.surveillance.laboratory.methods import catalogue
from lachan.surveillance.rules.definitions import by_id
from lachan.web.parts.cases import words
from lachan.web.parts.laboratory import words as of_laboratory


@dataclass(frozen=True, slots=True)
class Entry:
    """One step: when, what kind of badge and word, what was said, by whom."""

    at: datetime
    kind: str
    title: str
    facts: list[tuple[str, str]]
    by: str = ""


def timeline(story: Story, who: Mapping[UUID, str]) -> list[Entry]:
    found = [*_results(story), *_classes(story, who), *_orders(story)]
    found += [
        Entry(said.happened_at, "waiting", words.of(words.NOTES, said.kind), _said(said), who.get(said.actor_id, ""))
        for said in story.notes
    ]
    order = sorted(range(len(found)), key=lambda place: (found[place].at, place), reverse=True)
    return [found[place] for place in order]


def _results(story: Story) -> list[Entry]:
    entries = []
    methods = catalogue().methods
    for result in story.results:
        kind, word = of_laboratory.OUTCOMES.get(result.outcome, ("unknown", result.outcome))
        method = methods[result.kind].word() if result.kind in methods else result.kind
        facts = [(_("Sample taken"), _moment(result.taken_at))]
        if result.ct is not None:
            facts.append(("Ct", f"{result.ct:g}".replace(".", ",")))
        entries.append(Entry(result.resulted_at, kind, f"{method}: {word}", facts))
    return entries


def _classes(story: Story, who: Mapping[UUID, str]) -> list[Entry]:
    entries = []
    for given in story.classes:
        kind, word = words.CLASSES[given.classification]
        facts = [(_("Why"), words.of(words.REASONS, given.reason)), (_("Because"), words.of(words.CAUSES, given.cause))]
        if given.definition:
            facts.append((_("Definition"), by_id(given.definition).reference))
        by = who.get(given.actor_id, "") if given.cause == "officer" else ""
        entries.append(Entry(given.recorded_at, kind, str(word), facts, by))
    return entries


def _orders(story: Story) -> list[Entry]:
    entries = []
    for order in story.orders:
        number = f"{words.of(words.ORDER_KINDS, order.kind)} {order.number}/{order.year}"
        facts = [(_("From"), f"{order.starts_on:%d/%m/%Y}")]
        if order.ends_on is not None:
            facts.append((_("Until"), f"{order.ends_on:%d/%m/%Y}"))
        entries.append(Entry(order.recorded_at, "waiting", number, facts))
        if order.delivered_at is not None:
            how = [(_("How"), words.of(words.DELIVERIES, order.delivered_how))]
            if order.delivery_note:
                how.append((_("Note"), order.delivery_note))
            entries.append(
                Entry(order.delivered_at, "done", _("Order delivered: %(number)s") % {"number": number}, how)
            )
    return entries


def _said(said: Said) -> list[tuple[str, str]]:
    facts = []
    for name, value in said.content.items():
        if name in words.FIELDS:
            facts.append((str(words.FIELDS[name]), _value(name, value)))
    return facts


def _value(name: str, value: Any) -> str:
    table: dict[str, dict[str, Any]] = {
        "disease": words.DISEASES, "severity": words.SEVERITIES, "outcome": words.OUTCOMES, "kind": words.WHERE,
        "link": words.LINKS, "classification": words.CLASSES, "symptomatic": words.SIGNS,
    }  # fmt: skip
    if isinstance(value, list):
        return "; ".join(words.of(words.SYMPTOMS, str(code)) for code in value)
    if name in table:
        return words.of(table[name], str(value))
    if name.endswith("_on") and (day := parse_date(str(value))) is not None:
        return f"{day:%d/%m/%Y}"
    if name in ("isolated_at", "infected_from") and (moment := parse_datetime(str(value))) is not None:
        return _moment(moment)
    return str(value)


def _moment(moment: datetime) -> str:
    here = timezone.localtime(moment)
    return f"{here:%H:%M %d/%m/%Y}"
