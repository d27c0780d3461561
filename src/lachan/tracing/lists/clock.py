"""What happens to lists by the clock: watches end, a new rule is applied to the lists of the old one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.statements import load
from lachan.tracing.engine.rules import ZONE, catalogue, rule_on
from lachan.tracing.lists import requests
from lachan.tracing.visits.limits import limits_on
from lachan.tracing.work.facts import ENDED, WatchChange
from lachan.tracing.work.planning import follow_watches

PORTION: Final = 1_000
STILL_MATTERS: Final = timedelta(days=21)


def end_watches(now: datetime) -> int:
    """End the watches whose last day is over, a portion a transaction; how many."""
    ended = 0
    today = now.astimezone(ZONE).date()
    while True:
        with hot_cursor() as cursor:
            arrays.execute(cursor, load("tracing", "watches_past"), [today, PORTION])
            over = [
                WatchChange(person, watch, disease, ENDED, area, level, since, until, (), quarantine, score)
                for person, watch, disease, level, area, since, until, _tests, quarantine, score in cursor.fetchall()
            ]
            if not over:
                return ended
            people, watches = [one.person_id for one in over], [one.watch_id for one in over]
            columns = [people, watches, [ENDED] * len(over), ["time"] * len(over), people]
            arrays.execute(cursor, load("tracing", "end_watches"), [now, *columns])
            follow_watches(cursor, over, now=now)
            ended += len(over)


def forget_stays(now: datetime) -> int:
    """Where cases were is forgotten with the visits it was read from; how many stays."""
    before = now - timedelta(days=limits_on(now.date()).keep_days)
    dropped = 0
    while True:
        with hot_cursor() as cursor:
            cursor.execute(load("tracing", "drop_old_casestays"), [before, PORTION])
            dropped += cursor.rowcount
            if cursor.rowcount < PORTION:
                return dropped


def apply_new_rules(now: datetime) -> int:
    """Ask again for lists that were made by another rule than the one in force today; how many."""
    asked = 0
    today = now.astimezone(ZONE).date()
    for disease in sorted({rule.disease for rule in catalogue()}):
        try:
            rule = rule_on(disease, today)
        except LookupError:
            continue
        with hot_cursor() as cursor:
            since = now - STILL_MATTERS
            arrays.execute(cursor, load("tracing", "lists_by_rule"), [disease, rule.id, since, PORTION])
            cases = cursor.fetchall()
            requests.ask_again(cursor, cases, "rule", now)
            asked += len(cases)
    return asked
