"""Lots, recalls and plans: does what is derived say what was set?"""

from __future__ import annotations

from django.db import connection

from lachan.immunization.operations.recalls import facilities_of
from lachan.kernel.checks import Finding
from lachan.kernel.statements import load


def check_all() -> list[Finding]:
    """A lot's own row says what holds for the nation; whoever had a recalled lot is in the queue; plans give what there
    is."""
    return [_lots(), _recalls(), _plans()]


def _lots() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(load("immunization", "lots_that_differ"))
        wrong = [row[0] for row in cursor.fetchall()]
        cursor.execute(load("immunization", "count_lot_marks"))
        marks = cursor.fetchone()[0]
    detail = f"{marks} quarantines and recalls" if not wrong else f"{len(wrong)} lots differ, the first is {wrong[0]}"
    return Finding("lots against what was set for them", not wrong, detail)


def _recalls() -> Finding:
    """Doses recorded since the last look are not missing yet: the next look finds them."""
    missing = total = 0
    with connection.cursor() as cursor:
        cursor.execute(load("immunization", "recalls_queued"))
        for status_id, lot_id, area_id, facility_id, queued_at in cursor.fetchall():
            asked = {
                "cause": status_id, "lot": lot_id, "facilities": facilities_of(area_id, facility_id), "at": queued_at,
            }  # fmt: skip
            cursor.execute(load("immunization", "untold_of_recall"), asked)
            had, untold = cursor.fetchone()
            total, missing = total + had, missing + untold
    detail = f"{total} people" if not missing else f"{missing} of {total} people are not in the queue"
    return Finding("people of recalled lots in the message queue", not missing, detail)


def _plans() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(load("immunization", "plans_over"))
        wrong = [row[0] for row in cursor.fetchall()]
    detail = "none gives more than it has unsaid" if not wrong else f"{len(wrong)} give more, the first is {wrong[0]}"
    return Finding("plans against what there is", not wrong, detail)
