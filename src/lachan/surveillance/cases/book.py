"""The cases of some persons: read whole, settled with the results that stand, written together and told to the house.

Persons are locked by whoever calls. However many cases, a settled book costs six statements and a write five.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg

from lachan.kernel import arrays, events, journal
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load
from lachan.people.queries import persons_in
from lachan.places import queries as places
from lachan.surveillance.cases import rows
from lachan.surveillance.cases.rows import CaseRow
from lachan.surveillance.facts import CASES_CHANGED, CaseChanged
from lachan.surveillance.laboratory.queries import standing_results
from lachan.surveillance.orders.issuing import withdraw_caused
from lachan.surveillance.rules.episodes import OFFICER, SAME_ILLNESS, Fate, Known, settle

Pair = tuple[UUID, str]
NOTE_CONTEXT: Final = "surveillance_casenote.content"
# Of several changes of one case in one transaction the first of these is told.
_WEIGHT: Final = ("discarded", "confirmed", "probable", "suspected", "onset", "isolated", "ended", "amended")


class CaseBook:
    """Cases of some persons. ``say`` keeps what was said, ``settle`` gives classes, ``write`` stores and tells."""

    def __init__(self, cursor: psycopg.Cursor[Any], persons: Iterable[UUID], *, actor_id: UUID, now: datetime) -> None:
        self.cursor, self.actor_id, self.now = cursor, actor_id, now
        self.cases: dict[Pair, list[CaseRow]] = defaultdict(list)
        self.changes: dict[UUID, CaseChanged] = {}
        self._touched: dict[UUID, CaseRow] = {}
        self._classes: list[tuple[Any, ...]] = []
        self._notes: list[tuple[Any, ...]] = []
        self._entries: list[journal.Entry] = []
        for row in rows.of_persons(cursor, persons):
            self.cases[row.pair].append(row)

    @property
    def touched(self) -> list[CaseRow]:
        """Cases that are not as they were read."""
        return list(self._touched.values())

    def of_id(self, person_id: UUID, case_id: UUID) -> CaseRow | None:
        found = (row for pair, cases in self.cases.items() if pair[0] == person_id for row in cases)
        return next((row for row in found if row.id == case_id), None)

    def open(self, pair: Pair, at: datetime, *, case_id: UUID | None = None, area_id: int | None = None) -> CaseRow:
        """A new case without a class yet; it gets one when the book is settled."""
        case_id = case_id or new_id()
        row = CaseRow(
            id=case_id, person_id=pair[0], disease=pair[1], actor_id=self.actor_id, happened_at=at,
            recorded_at=self.now, code=rows.case_code(case_id, area_id, at), area_id=area_id, changed_at=self.now,
        )  # fmt: skip
        self.cases[pair].append(row)
        return row

    def touch(self, row: CaseRow, what: str = "") -> None:
        """The row was changed; ``what`` tells the rooms above (empty: it is nothing to them)."""
        self._touched[row.id] = row
        told = self.changes.get(row.id)
        if what and (told is None or _WEIGHT.index(what) < _WEIGHT.index(told.what)):
            self.changes[row.id] = CaseChanged(row.id, row.person_id, row.disease, what, self.now)

    def say(self, row: CaseRow, kind: str, at: datetime, content: dict[str, Any], what: str = "") -> None:
        """Keep what was said, sealed, with its place in the person's journal; the caller has changed the row."""
        sealed = sealer().seal(msgspec.json.encode(content), NOTE_CONTEXT)
        self._notes.append((new_id(), row.person_id, at, row.id, kind, sealed))
        body = msgspec.json.encode({"case": row.id, "disease": row.disease, "version": row.version + 1}).decode()
        self._entries.append(journal.Entry(f"case.{kind}", row.person_id, at, self.actor_id, body))
        self.touch(row, what)

    def settle(self, pairs: Collection[Pair]) -> None:
        """Give every case of these persons and diseases the class that its results and reports make."""
        wanted = sorted(set(pairs))
        if not wanted:
            return
        results = standing_results(self.cursor, wanted)
        fates = {pair: settle(pair[1], [_known(row) for row in self.cases[pair]], results.get(pair, []))
                 for pair in wanted}  # fmt: skip
        new = {pair[0] for pair, found in fates.items() if any(fate.case is None for fate in found)}
        people = persons_in(self.cursor, new) if new else {}
        for pair, found in fates.items():
            by_id = {row.id: row for row in self.cases[pair]}
            for fate in found:
                if fate.case is None:
                    person = people.get(pair[0])
                    area_id = answerable(person.residence_id if person is not None else None, fate.facility_id)
                    self._give(self.open(pair, fate.since, area_id=area_id), fate)
                else:
                    self._give(by_id[fate.case], fate)
            self._one_open(pair, found)

    def _give(self, row: CaseRow, fate: Fate) -> None:
        """The class of a row, and what follows from it; a history line only where the class or its ground changed."""
        decision, before = fate.decision, row.classification
        ids = [str(result.result_id) for result in decision.results]
        moved = row.sampled_at != fate.sampled_at
        grounds = (row.definition, row.reason, row.results, row.joined_into, row.happened_at)
        if (before, grounds, moved) == (
            decision.classification, (decision.definition, fate.reason, ids, fate.joined_into, fate.since), False,
        ):  # fmt: skip
            return
        cause = _cause(row, fate, ids)
        if (before, row.definition, row.reason) != (decision.classification, decision.definition, fate.reason):
            self._history(row, fate, ids, cause)
        if decision.results and row.results != ids:
            row.result_at = decision.decided_at
        row.definition, row.reason, row.results = decision.definition, fate.reason, ids
        row.classification, row.sampled_at, row.joined_into = decision.classification, fate.sampled_at, fate.joined_into
        row.happened_at = fate.since
        row.facility_id = row.facility_id if row.facility_id is not None else fate.facility_id
        self.touch(row, row.classification if row.classification != before else "amended" if moved else "")

    def _history(self, row: CaseRow, fate: Fate, ids: list[str], cause: str) -> None:
        decision = fate.decision
        at = max((result.resulted_at for result in decision.results), default=self.now)
        self._classes.append(
            (
                new_id(), row.person_id, at, row.id, row.classification, decision.classification, decision.definition,
                fate.reason, cause, msgspec.json.encode(ids).decode(),
            )
        )  # fmt: skip
        body = {
            "case": row.id, "disease": row.disease, "before": row.classification, "class": decision.classification,
            "definition": decision.definition, "reason": fate.reason, "cause": cause,
        }  # fmt: skip
        told = msgspec.json.encode(body).decode()
        self._entries.append(journal.Entry("case.classified", row.person_id, at, self.actor_id, told))

    def _one_open(self, pair: Pair, found: list[Fate]) -> None:
        """Only the latest time of illness is open; an earlier one that nobody ended ends where the next begins."""
        latest = next((fate for fate in found if fate.latest), None)
        for row in self.cases[pair]:
            is_last = latest is not None and row.happened_at == latest.since and row.joined_into is None
            standing = row.classification != "discarded"
            if not is_last and standing and row.ended_at is None and latest is not None:
                row.ended_at, row.end_rule = latest.since, "next_episode"
                self.touch(row, "ended")
            is_open = is_last and standing and row.ended_at is None
            if row.is_open != is_open:
                row.is_open = is_open
                self.touch(row)

    def write(self) -> list[CaseChanged]:
        """Store everything and tell the rooms above; what was told."""
        for row in self.touched:
            row.version, row.changed_at = row.version + 1, self.now
        rows.put(self.cursor, self.touched)
        first = [self.actor_id, self.now]
        if self._classes:
            arrays.execute(
                self.cursor, load("surveillance", "insert_case_classes"), first + arrays.columns(self._classes)
            )
        if self._notes:
            arrays.execute(self.cursor, load("surveillance", "insert_case_notes"), first + arrays.columns(self._notes))
        journal.append(self.cursor, self._entries)
        told = list(self.changes.values())
        if gone := [change.case_id for change in told if change.what == "discarded"]:
            withdraw_caused(self.cursor, gone, "isolation", now=self.now)
        events.publish(self.cursor, CASES_CHANGED, told)
        for kept in (self._touched, self._classes, self._notes, self._entries, self.changes):
            kept.clear()
        return told


def answerable(residence_id: int | None, facility_id: int | None) -> int | None:
    """The commune that answers for a case: where the person lives, else where they were seen. A case without one would
    stand on nobody's list."""
    if residence_id is not None or facility_id is None:
        return residence_id
    facility = places.facility(facility_id)
    return facility.area_id if facility is not None else None


def _known(row: CaseRow) -> Known:
    return Known(
        row.id, row.happened_at, row.recorded_at, frozenset(UUID(one) for one in row.results), row.suspected_at,
        row.held_class, row.held_at, row.joined_into is not None, frozenset(row.symptoms), row.onset_on, row.link,
    )  # fmt: skip


def _cause(row: CaseRow, fate: Fate, ids: list[str]) -> str:
    """Why a class is given: officer | joined | withdrawn | negative | result | report."""
    if fate.reason == OFFICER:
        return "officer"
    if fate.reason == SAME_ILLNESS:
        return "joined"
    if row.joined_into is not None:
        return "parted"
    if set(row.results) - set(ids) and fate.decision.classification in ("discarded", "suspected", "probable"):
        return "negative" if fate.reason == "negative" else "withdrawn"
    if fate.reason in ("negative", "withdrawn"):
        return fate.reason
    return "result" if set(ids) - set(row.results) else "report"
