"""One step written down: the row of the request, the step itself, the journal; in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from lachan.access.actors import Actor
from lachan.certificates.corrections.facts import WORDS, RequestRow, Words, row_of, sealed
from lachan.certificates.corrections.rules import State
from lachan.kernel import journal, locks
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load


def locked(cursor: psycopg.Cursor[Any], request_id: UUID) -> RequestRow | None:
    """The request under its own lock and its person's, in the order in which everybody takes them."""
    for _ in range(3):  # the record may become part of another between the look and the lock
        cursor.execute(load("certificates", "correction_owner_row"), [request_id])
        found = cursor.fetchone()
        if found is None:
            return None
        locks.lock(cursor, "person", [found[0]])
        cursor.execute(load("certificates", "lock_correction"), [found[0], request_id])
        record = cursor.fetchone()
        if record is not None:
            return row_of(record)
    return None


def save(cursor: psycopg.Cursor[Any], row: RequestRow) -> None:
    """Where the request stands now."""
    cursor.execute(
        load("certificates", "save_correction"),
        [row.owner_facility_id, row.owner_area_id, row.state, row.version, row.since, row.due_at, row.answer_due_at,
         row.handler_id, row.proposer_id, row.command_id, row.proposal, row.approver_id, row.changed_at, row.card_at,
         row.closed_at, row.reason, row.person_id, row.id],
    )  # fmt: skip


def add_step(
    cursor: psycopg.Cursor[Any],
    person_id: UUID,
    request_id: UUID,
    version: int,
    step: str,
    state: State,
    actor: Actor,
    now: datetime,
    *,
    waited_for: datetime | None = None,
    reason: str = "",
    said: Words | None = None,
    journal_body: Mapping[str, Any] | None = None,
) -> None:
    """The step and its row of the journal, which holds codes and ids and never what anybody wrote."""
    words = sealed(said, WORDS) if said is not None and (said.text or said.params) else None
    cursor.execute(
        load("certificates", "insert_correction_step"),
        [new_id(), person_id, request_id, version, step, state, actor.id, now, waited_for, reason, words],
    )
    body = {"request": str(request_id), "state": state.value, **(journal_body or {})}
    if reason:
        body["reason"] = reason
    text = json.dumps({key: value for key, value in body.items() if value is not None})
    journal.append(cursor, [journal.Entry(f"correction.{_VERBS.get(step, step)}", person_id, now, actor.id, text)])


# How the journal calls a step.
_VERBS = {
    "ask": "asked", "take": "taken", "propose": "proposed", "send_back": "sent_back", "approve": "approved",
    "refuse": "refused", "ask_more": "asked_more", "hand_over": "handed_over", "answer": "answered_more",
    "withdraw": "withdrawn", "fail": "not_possible", "finish": "done",
    "lapse": "lapsed",
}  # fmt: skip
