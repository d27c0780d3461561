"""The ledger of what stations were told, held against what the database has."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib import import_module
from typing import Any, NamedTuple
from uuid import UUID

from django.db import OperationalError, connection

from lachan.kernel.checks import Finding
from lachan.kernel.statements import load
from lachan.rehearsal.play import Heard, Ledger

PAGE = 5_000
PATIENCE_S = 60.0  # until a database killed at the end of the day is back


class Audit(NamedTuple):
    """``lost`` and ``doubled`` must be 0 and every finding good."""

    lost: int
    doubled: int
    findings: list[Finding]

    @property
    def good(self) -> bool:
        return not self.lost and not self.doubled and all(finding.good for finding in self.findings)


def audit(ledger: Ledger, began: datetime) -> Audit:
    """Nothing lost, nothing doubled, journal and worklists complete, stock and counters equal to a recount."""
    _wait_for_database()
    heard = ledger.heard
    gave_doses = {
        command_id: entry
        for command_id, entry in heard.items()
        if entry.planned.verb in ("dose.record", "dose.amend") and entry.status == "accepted"
    }
    rows = _map("doses_by_command", [i for i, h in heard.items() if h.planned.verb in ("dose.record", "dose.amend")])
    kept = _kept(list(heard))
    forgotten = [command_id for command_id in heard if command_id not in kept]
    without_dose = [command_id for command_id in gave_doses if command_id not in rows]
    twice = _one("twice_on_a_day", [list(gave_doses)])[0]
    uncalled = [command_id for command_id in rows if command_id not in gave_doses]
    doubled = sum(count - 1 for count in rows.values()) + twice
    findings = [
        _finding("every command answered", ledger.unanswered, len(heard)),
        _finding("every answered command is known to the house", forgotten, len(heard)),
        _finding("every accepted dose is there", without_dose, len(gave_doses)),
        _finding("no dose that was not accepted is there", uncalled, len(rows)),
        Finding("answers given twice agree", not ledger.contradictions, f"{ledger.contradictions} differ"),
        _same_outcomes(heard, kept),
        _journal(gave_doses.values(), began),
        _worklists(ledger),
        _stock(),
        *_house_checks(),
    ]
    lost = len(without_dose) + len(set(forgotten) - set(without_dose)) + len(ledger.unanswered)
    return Audit(lost, doubled + len(uncalled), findings)


def _wait_for_database() -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_is_in_recovery()")
            return
        except OperationalError:
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


def _pages(ids: list[UUID]) -> Iterator[list[UUID]]:
    return (ids[start : start + PAGE] for start in range(0, len(ids), PAGE))


def _all(name: str, ids: list[UUID]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for page in _pages(ids):
            cursor.execute(load("rehearsal", name), [page])
            rows += cursor.fetchall()
    return rows


def _map(name: str, ids: list[UUID]) -> dict[UUID, Any]:
    return {row[0]: row[1] for row in _all(name, ids)}


def _one(name: str, parameters: list[Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(load("rehearsal", name), parameters)
        row: tuple[Any, ...] = cursor.fetchone()
        return row


def _kept(ids: list[UUID]) -> dict[UUID, tuple[str, str | None, UUID | None]]:
    return {row[0]: (row[1], row[2], row[3]) for row in _all("commands_kept", ids)}


def _finding(name: str, wrong: Iterable[UUID], of: int) -> Finding:
    found = sorted(wrong)
    return Finding(name, not found, f"{len(found)} of {of}, the first is {found[0]}" if found else f"{of}")


def _same_outcomes(heard: dict[UUID, Heard], kept: dict[UUID, tuple[str, str | None, UUID | None]]) -> Finding:
    wrong = [
        command_id
        for command_id, entry in heard.items()
        if command_id in kept
        and (kept[command_id][0], str(kept[command_id][2]) if kept[command_id][2] else None)
        != (entry.status, entry.record_id)
    ]
    return _finding("stations were told what the house remembers", wrong, len(heard))


def _journal(doses: Iterable[Heard], began: datetime) -> Finding:
    wanted = [entry.record_id for entry in doses if entry.record_id]
    rows = distinct = 0
    for start in range(0, len(wanted), PAGE):
        counted = _one("journal_of_doses", [began, wanted[start : start + PAGE]])
        rows, distinct = rows + counted[0], distinct + counted[1]
    good = rows == distinct == len(wanted)
    return Finding("one journal row a dose", good, f"{rows} rows of {distinct} doses, {len(wanted)} accepted")


def _worklists(ledger: Ledger) -> Finding:
    """Every refused or held command, and every change of content under an old id, stands in a worklist."""
    due = [command_id for command_id, entry in ledger.heard.items() if entry.status in ("refused", "held")]
    changed = [command_id for command_id, _, reason in ledger.changed if reason == "content_changed"]
    listed: dict[UUID, list[str]] = _map("in_worklist", [*due, *changed])
    missing = [command_id for command_id in due if command_id not in listed]
    missing += [command_id for command_id in changed if "content_changed" not in listed.get(command_id, ())]
    return _finding("every refused or held command is in a worklist", missing, len(due) + len(changed))


def _stock() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(load("rehearsal", "stock_differences"))
        rows = cursor.fetchall()
    detail = "every lot of every station" if not rows else f"facility {rows[0][0]}, lot {rows[0][1]}: {rows[0][2:]}"
    return Finding("stock balances", not rows, detail)


def _house_checks() -> list[Finding]:
    """What ``lachan db check`` recounts."""
    found: list[Finding] = []
    for room in ("kernel", "immunization", "analytics"):
        try:
            checks = import_module(f"lachan.{room}.checks")
        except ModuleNotFoundError:
            continue
        found += checks.check_all()
    return found
