"""One case as a list sees it: the rule in force, the anchor, the window, and the evidence of every source."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import numpy as np
import psycopg

from lachan.surveillance.facts import CaseFacts
from lachan.tracing import answers
from lachan.tracing.encounters import queries as encounters
from lachan.tracing.engine.rules import ZONE, Anchor, LegalRule, anchor_of, compiled, end_of, rule_on
from lachan.tracing.engine.shapes import KINDS, Pieces, Rule
from lachan.tracing.evidence import queries as groups
from lachan.tracing.visits.subjects import subjects_of

DAY: Final = 86_400


class Sight(NamedTuple):
    """``own``: every pseudonym of the case's person; ``window``: closed-open UNIX seconds; ``always``: evidence
    of these kinds makes a contact whatever the minutes."""

    facts: CaseFacts
    legal: LegalRule
    anchor: Anchor
    rule: Rule
    window: tuple[int, int]
    own: list[int]
    always: list[int]

    def evidence(self, cursor: psycopg.Cursor[Any], span: tuple[int, int] | None = None) -> Pieces:
        """Who was with the case, by venues, telephones, groups and interviews; of the window, or of another span."""
        begin, end = span or self.window
        sources = (
            answers.store().pieces(self.own, begin, end),
            encounters.pieces(cursor, self.own, begin, end),
            groups.pieces(
                cursor, self.facts.person_id, self.facts.disease, (begin, end), self.legal, self.rule.min_minutes
            ),
        )
        return Pieces._make(np.concatenate([one[column] for one in sources]) for column in range(len(Pieces._fields)))


def sight(facts: CaseFacts, own: list[int], now: datetime) -> Sight | None:
    """The case under the rule in force today; None for a disease without one, or with none of the anchors it knows."""
    try:
        legal = rule_on(facts.disease, now.astimezone(ZONE).date())
        anchor = anchor_of(facts, legal)
    except LookupError:
        return None
    rule = compiled(legal, anchor.kind)
    window = _window(anchor, rule, end_of(facts, legal))
    return Sight(facts, legal, anchor, rule, window, sorted(own), [KINDS.index(kind) for kind in legal.groups])


def sight_of(facts: CaseFacts, now: datetime) -> Sight | None:
    """As :func:`sight`, for one case."""
    return sight(facts, subjects_of([facts.person_id])[facts.person_id], now)


def at(seconds: int) -> datetime:
    """UNIX seconds as a moment."""
    return datetime.fromtimestamp(seconds, UTC)


def _window(anchor: Anchor, rule: Rule, end: int | None) -> tuple[int, int]:
    start, last = anchor.at - int(rule.days_before * DAY), anchor.at + int(rule.days_after * DAY)
    return start, max(start, last if rule.end is None or end is None else min(last, end))
