"""The paper's count at closing time, and what becomes of its difference to the records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.planning import TallyLineIn
from lachan.immunization.queries.debt import days_in
from lachan.kernel import arrays
from lachan.kernel.arrays import columns
from lachan.kernel.commands import Worked
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load


def enter_tallies(batch: Batch, items: list[Item]) -> list[Worked]:
    """Enter counts; a session that has one already asks for a correction instead."""
    return _write(batch, items, replacing=False)


def correct_tallies(batch: Batch, items: list[Item]) -> list[Worked]:
    """Replace counts; the former ones stay in the history."""
    done = []
    for item in items:  # one after another: the second of a session replaces the first
        fault = _fault(batch, item)
        if fault is None:
            assert item.session is not None
            pair = [[item.session.facility_id], [item.session.id]]
            arrays.execute(batch.cursor, load("immunization", "replace_tallies"), pair)
            fault = None if batch.cursor.fetchone() else item.refuse("tally_missing")
        done += [fault] if fault is not None else _write(batch, [item], replacing=True)
    return done


def _write(batch: Batch, items: list[Item], *, replacing: bool) -> list[Worked]:
    rows: dict[UUID, tuple[Any, ...]] = {}
    answers: list[Worked | UUID] = []
    taken: set[UUID] = set()
    for item in items:
        fault = _fault(batch, item)
        if fault is None and item.session is not None and item.session.id in taken:
            fault = item.refuse("tally_there")
        if fault is not None:
            answers.append(fault)
            continue
        assert item.session is not None
        taken.add(item.session.id)
        lines = [_line(batch, line) for line in item.body.lines]
        key = new_id()
        rows[key] = (
            key, item.session.facility_id, item.session.id, item.session.date, _text(lines),
            sum(line["doses"] for line in lines), item.body.reason if replacing else "", item.command.happened_at,
        )  # fmt: skip
        answers.append(key)
    written: set[UUID] = set()
    if rows:
        arrays.execute(
            batch.cursor, load("immunization", "insert_tallies"),
            [batch.actor.id, batch.now, *columns(list(rows.values()))],
        )  # fmt: skip
        written = {row[0] for row in batch.cursor.fetchall()}
    done = []
    for item, answer in zip(items, answers, strict=True):
        if isinstance(answer, Worked):
            done.append(answer)
        elif answer not in written:
            done.append(item.refuse("tally_there"))
        else:
            _record(batch, item, "tally.corrected" if replacing else "tally.entered", doses=rows[answer][5])
            done.append(item.accept(answer, doses=rows[answer][5]))
    return done


def _fault(batch: Batch, item: Item) -> Worked | None:
    assert item.session is not None
    lines = item.body.lines
    for line in lines:
        if line.product not in batch.catalogue.keys:
            return item.refuse("product_unknown", field="lines", product=line.product[:40])
        if line.numbers and sum(line.numbers.values()) != line.doses:
            return item.refuse("tally_numbers_differ", field="lines", sum=sum(line.numbers.values()), doses=line.doses)
    if len({line.product for line in lines}) != len(lines):
        return item.refuse("tally_product_twice", field="lines")
    if item.session.date > batch.today:
        return item.refuse("tally_too_early", day=item.session.date.isoformat())
    return None


def _line(batch: Batch, line: TallyLineIn) -> dict[str, Any]:
    return {
        "product": batch.catalogue.keys[line.product],
        "doses": line.doses,
        "vials": line.vials,
        "numbers": dict(line.numbers),
    }


def explain_debts(batch: Batch, items: list[Item]) -> list[Worked]:
    """Say why what is missing now will not be recorded. How many doses that is, the records say, not the sender."""
    cells = {(item.session.facility_id, item.session.date) for item in items if item.session is not None}
    owed = days_in(batch.cursor, cells)
    rows: dict[UUID, tuple[Any, ...]] = {}
    answers: list[Worked | UUID] = []
    for item in items:
        session = item.session
        assert session is not None
        standings = owed[session.facility_id, session.date].standings
        missing = {str(s.product_id): s.missing for s in standings if s.session_id == session.id and s.missing}
        if not missing:
            answers.append(item.refuse("nothing_owed"))
            continue
        key = new_id()
        rows[key] = (
            key, session.facility_id, session.id, session.date, _text(missing), item.body.cause, item.body.reason,
            item.command.happened_at,
        )  # fmt: skip
        answers.append(key)
    written: set[UUID] = set()
    for row in rows.values():  # one at a time: two of one slice about one session are a first and a second
        arrays.execute(
            batch.cursor, load("immunization", "insert_explanations"), [batch.actor.id, batch.now, *columns([row])]
        )
        written |= {found[0] for found in batch.cursor.fetchall()}
    done = []
    for item, answer in zip(items, answers, strict=True):
        if isinstance(answer, Worked):
            done.append(answer)
        elif answer not in written:
            done.append(item.refuse("explanation_waits"))
        else:
            _record(batch, item, "debt.explained", explanation=str(answer), cause=item.body.cause)
            done.append(item.accept(answer))
    return done


def accept_debts(batch: Batch, items: list[Item]) -> list[Worked]:
    """Accept explanations, or return them with a reason; never by who wrote them."""
    done = []
    for item in items:
        body, session = item.body, item.session
        assert session is not None
        batch.cursor.execute(load("immunization", "explanation_to_answer"), [session.facility_id, body.explanation])
        found = batch.cursor.fetchone()
        if found is None or found[0] != session.id:
            done.append(item.refuse("explanation_unknown", field="explanation"))
        elif found[1] != "proposed":
            done.append(item.refuse("explanation_answered"))
        elif found[2] == batch.actor.id:
            done.append(item.refuse("explanation_own"))
        elif not body.accepted and len(body.reason.strip()) < 3:
            done.append(item.refuse("reason_missing", field="reason"))
        else:
            state = "accepted" if body.accepted else "returned"
            batch.cursor.execute(
                load("immunization", "answer_explanation"),
                [state, batch.actor.id, batch.now, body.reason.strip(), session.facility_id, body.explanation],
            )
            _record(batch, item, f"debt.{state}", explanation=str(body.explanation))
            done.append(item.accept(body.explanation))
    return done


def _record(batch: Batch, item: Item, verb: str, **more: Any) -> None:
    assert item.session is not None
    body = {"facility": item.session.facility_id, "day": item.session.date.isoformat(), **more}
    batch.record(verb, item.session.id, item.command.happened_at, _text(body))


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
