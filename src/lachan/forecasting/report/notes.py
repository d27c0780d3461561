"""Questions and decisions of the meeting, beside the figures they are about, followed until they are settled."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final, Literal, NamedTuple
from uuid import UUID

from lachan.access.actors import Actor
from lachan.access.scopes import area_array
from lachan.forecasting.report.archive import DECIDE, READ, ROOM, see
from lachan.forecasting.report.content import OpenNote
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED, Outcome
from lachan.kernel.statements import load

MOST: Final = 100  # notes of a call, and of a page
LONGEST: Final = 2_000  # characters of a text or an answer
Kind = Literal["question", "decision"]


class Wish(NamedTuple):
    """A note to write. ``figure``: id of the figure it is about, empty for the whole report; ``who`` answers."""

    id: UUID
    report_id: UUID
    kind: Kind
    text: str
    figure: str = ""
    who: str = ""
    due: date | None = None


class Settled(NamedTuple):
    """What became of a note."""

    id: UUID
    state: Literal["done", "dropped"]
    answer: str


class Note(NamedTuple):
    """A note as it stands."""

    id: UUID
    report_id: UUID
    day: date
    kind: str
    figure: str
    text: str
    who: str
    due: date | None
    state: str
    answer: str
    written_at: datetime
    settled_at: datetime | None


def write(wishes: Sequence[Wish], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Write notes: one outcome each, in their order. Three statements for any number up to ``MOST``.

    Refused: ``text_missing``, ``text_long``, ``report_unknown`` (no such report within the actor's places). ValueError
    for more than ``MOST``.
    """
    _few(wishes)
    outcomes: dict[UUID, Outcome] = {}
    good = []
    for wish in (sent._replace(text=_text(sent.text), who=_text(sent.who)) for sent in wishes):
        if not wish.text:
            outcomes[wish.id] = Outcome(REFUSED, "text_missing")
        elif len(wish.text) > LONGEST:
            outcomes[wish.id] = Outcome(REFUSED, "text_long", params={"most": LONGEST})
        else:
            good.append(wish)
    with hot_cursor() as cursor:
        ids = [wish.id for wish in good]
        cursor.execute(load(ROOM, "notes_there"), {"ids": ids})
        there = {row[0] for row in cursor.fetchall()}
        columns = {
            "ids": ids, "reports": [wish.report_id for wish in good], "kinds": [wish.kind for wish in good],
            "figures": [wish.figure for wish in good], "texts": [wish.text for wish in good],
            "whos": [wish.who for wish in good], "dues": [wish.due for wish in good],
        }  # fmt: skip
        scope = {"scope": area_array(actor, DECIDE), "now": now, "actor": actor.id}
        cursor.execute(load(ROOM, "write_notes"), columns | scope)
        written = dict(cursor.fetchall())
        kinds = {wish.id: wish.kind for wish in good}
        entries = [
            journal.Entry(f"report.{kinds[note]}", note, now, actor.id, json.dumps({"area": area}))
            for note, area in written.items()
        ]
        journal.append(cursor, entries)
    for note in ids:
        if note in written:
            outcomes[note] = Outcome(ACCEPTED, id=note)
        else:
            outcomes[note] = Outcome(DUPLICATE, id=note) if note in there else Outcome(REFUSED, "report_unknown")
    return [outcomes[wish.id] for wish in wishes]


def settle(answers: Sequence[Settled], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Settle notes with an answer: one outcome each, in their order.

    Refused: ``answer_missing``, ``text_long``, ``note_unknown`` (none such in the actor's places), ``note_settled``
    (somebody was first; what they wrote stands).
    """
    _few(answers)
    outcomes: dict[UUID, Outcome] = {}
    good = []
    for answer in (sent._replace(answer=_text(sent.answer)) for sent in answers):
        if not answer.answer:
            outcomes[answer.id] = Outcome(REFUSED, "answer_missing")
        elif len(answer.answer) > LONGEST:
            outcomes[answer.id] = Outcome(REFUSED, "text_long", params={"most": LONGEST})
        else:
            good.append(answer)
    scope = area_array(actor, DECIDE)
    with hot_cursor() as cursor:
        columns = {
            "ids": [answer.id for answer in good], "states": [answer.state for answer in good],
            "answers": [answer.answer for answer in good],
        }  # fmt: skip
        cursor.execute(load(ROOM, "settle_notes"), columns | {"scope": scope, "now": now, "actor": actor.id})
        done = {row[0] for row in cursor.fetchall()}
        cursor.execute(load(ROOM, "notes_there"), {"ids": columns["ids"]})
        there = {row[0] for row in cursor.fetchall() if scope is None or row[1] in scope}
        states = {answer.id: answer.state for answer in good}
        entries = [
            journal.Entry("report.settled", note, now, actor.id, json.dumps({"state": states[note]})) for note in done
        ]
        journal.append(cursor, entries)
    for answer in good:
        if answer.id in done:
            outcomes[answer.id] = Outcome(ACCEPTED, id=answer.id)
        else:
            outcomes[answer.id] = Outcome(REFUSED, "note_settled" if answer.id in there else "note_unknown")
    return [outcomes[answer.id] for answer in answers]


def of_report(actor: Actor, area_id: int, report_id: UUID, day: date) -> list[Note]:
    """What was written about a report, and what was open on its day of earlier ones. Forbidden out of scope."""
    see(actor, area_id, READ)
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "notes_of"), {"area": area_id, "report": report_id, "day": day, "limit": MOST})
        return [Note(*row) for row in cursor.fetchall()]


def still_open(areas: Collection[int], day: date) -> dict[int, tuple[OpenNote, ...]]:
    """By place, what is not settled on a day: it stands in the report until it is. One statement."""
    found: dict[int, list[OpenNote]] = {}
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "open_notes"), {"areas": sorted(areas), "day": day})
        for area, note, kind, text, who, due, since in cursor.fetchall():
            found.setdefault(area, []).append(
                OpenNote(id=str(note), kind=kind, text=text, who=who, due=due, since=since)
            )
    return {area: tuple(notes[:MOST]) for area, notes in found.items()}


def _text(sent: str) -> str:
    """What was written, without signs that do not print or that turn the direction of writing round; lines stay."""
    return "".join(sign for sign in sent if sign in "\n\t" or unicodedata.category(sign)[0] != "C").strip()


def _few(items: Sequence[object]) -> None:
    if len(items) > MOST:
        raise ValueError(f"at most {MOST} at once, not {len(items)}")
