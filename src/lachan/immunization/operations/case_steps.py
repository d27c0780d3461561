"""The way of a case after its report: to the province, investigated, classified, closed; and a session stopped."""

from __future__ import annotations

from typing import Any

import msgspec

from lachan.immunization.batch import Batch, Item
from lachan.immunization.operations.casebook import CaseBook, Held
from lachan.immunization.operations.reactions import each, told
from lachan.immunization.rules.harm import Kind, fault_of
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Refusal, Worked
from lachan.kernel.statements import load
from lachan.places import queries as places


def notify(batch: Batch, items: list[Item]) -> list[Worked]:
    """Reported up: the clock of a serious case stops at the first time."""
    return each(batch, items, lambda book, item, held: _step(book, item, held, Kind.NOTIFY, _note(item)))


def acknowledge(batch: Batch, items: list[Item]) -> list[Worked]:
    """The province has read it and takes it on."""
    return each(batch, items, lambda book, item, held: _step(book, item, held, Kind.ACKNOWLEDGE, _note(item)))


def investigate(batch: Batch, items: list[Item]) -> list[Worked]:
    """The record of the investigation; a later one stands in front of it."""
    return each(batch, items, lambda book, item, held: _step(book, item, held, Kind.INVESTIGATE, _said(item.body)))


def classify(batch: Batch, items: list[Item]) -> list[Worked]:
    """WHO's class of causality, with who decided and why."""

    def step(book: CaseBook, item: Item, held: Held) -> Worked:
        body = item.body
        fields = {
            "causality": body.causality, "causality_committee": body.committee,
            "causality_on": body.decided_on.isoformat(), "causality_reason": body.reason,
        }  # fmt: skip
        return _step(book, item, held, Kind.CLASSIFY, fields)

    return each(batch, items, step)


def close(batch: Batch, items: list[Item]) -> list[Worked]:
    """Nothing more is to be done."""
    return each(
        batch, items, lambda book, item, held: _step(book, item, held, Kind.CLOSE, {"closing_reason": item.body.reason})
    )


def remind(batch: Batch, items: list[Item]) -> list[Worked]:
    """The time is over: the case stands on the worklist of whoever has to act, the station or the province."""

    def step(book: CaseBook, item: Item, held: Held) -> Worked:
        waits_for_province = held.case.notified_at is not None
        done = _step(book, item, held, Kind.REMIND, _note(item))
        if done.outcome.id is None:
            return done
        if not waits_for_province:
            return done._replace(owner=Refusal(held.facility_id, None, held.person_id), follow_up="reaction_late")
        return done._replace(owner=_province(held), follow_up="reaction_not_acknowledged")

    return each(batch, items, step)


def escalate(batch: Batch, items: list[Item]) -> list[Worked]:
    """To the nation, which sees the case without the person; the province finds on its list that it was passed on."""

    def step(book: CaseBook, item: Item, held: Held) -> Worked:
        done = _step(book, item, held, Kind.ESCALATE, _note(item))
        if done.outcome.id is None:
            return done
        return done._replace(owner=_province(held), follow_up="reaction_escalated")

    return each(batch, items, step)


def halt_sessions(batch: Batch, items: list[Item]) -> list[Worked]:
    """Stop sessions at once; the board shows why. Doses given before may still be sent, as after any closing."""
    for item in items:
        body: dict[str, Any] = {"case": item.body.case_id} if item.body.case_id else {}
        batch.record(
            "session.halted", item.body.session_id, item.command.happened_at, msgspec.json.encode(body).decode()
        )
    rows = [(item.body.session_id, item.command.happened_at, item.body.reason) for item in items]
    arrays.execute(batch.cursor, load("immunization", "halt_sessions"), columns(rows))
    return [item.accept(item.body.session_id) for item in items]


def _step(book: CaseBook, item: Item, held: Held, kind: Kind, fields: dict[str, Any]) -> Worked:
    fault = fault_of(held.case, kind, fields)
    if fault is not None:
        return item.refuse(fault.value)
    book.add(held, item, kind, item.command.happened_at, fields)
    return item.accept(held.id, **told(held))


def _note(item: Item) -> dict[str, Any]:
    return {"note": item.body.note} if item.body.note else {}


def _said(body: Any) -> dict[str, Any]:
    found = {name: getattr(body, name) for name in body.__struct_fields__ if name not in ("person", "case_id")}
    return {name: msgspec.to_builtins(value) for name, value in found.items() if value is not None and value != ""}


def _province(held: Held) -> Refusal:
    """The province in which the dose was given; its officer sees what has no facility there."""
    facility = places.facility(held.facility_id) if held.facility_id else None
    return Refusal(None, facility.province_id if facility else held.residence_id, held.person_id)
