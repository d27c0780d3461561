"""Sheets and rows in the database: staged, read page by page, marked, emptied."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec
from django.db.models import Count

from lachan.exchange.models import Sheet, SheetRow
from lachan.exchange.tables.rows import Content
from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.sealing import blind, seal, unseal
from lachan.kernel.statements import load

ROW_CONTEXT: Final = "exchange_sheetrow.sealed"
SHEET_CONTEXT: Final = "exchange_sheet.sealed"
KEPT: Final = timedelta(days=30)  # what a row said is sealed, and gone after that
INSERTED: Final = 1_000  # rows a statement
_encode = msgspec.json.encode
State = Literal["staged", "committing", "done", "set_aside", "emptied"]


@dataclass(slots=True)
class Row:
    """A row as staged. ``seen``: print of the record when the row was compared with it."""

    number: int
    state: str
    content: Content
    person_id: UUID | None = None
    seen: bytes | None = None
    reason: str = ""
    hash: bytes = b""


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """A sheet with the number of its rows in each state."""

    id: UUID
    kind: str
    area_id: int
    actor_id: UUID
    state: str
    rows: int
    created_at: datetime
    confirmed_at: datetime | None
    confirmed_by: UUID | None
    finished_at: datetime | None
    reason: str
    counts: dict[str, int]

    @property
    def left(self) -> int:
        return self.counts.get("change", 0)

    @property
    def share(self) -> int:
        """Per cent of what was confirmed that is carried out."""
        done = sum(self.counts.get(state, 0) for state in ("done", "refused", "moved", "undone"))
        return 100 * done // max(done + self.left, 1)


def sheet_id(area_id: int, content: bytes) -> UUID:
    """The same file for the same place is the same sheet."""
    return UUID(bytes=hashlib.blake2b(content, digest_size=16, person=str(area_id).encode()[:16]).digest())


def row_hash(person_id: UUID | None, content: Content) -> bytes:
    """Of whom a row is and what it would change; keyed, so it tells nobody what it says."""
    changes = "|".join(f"{change.field}={change.system}:{change.after}" for change in content.changes)
    return blind("repair_row", f"{person_id}|{changes}|{content.result}|{content.note}")


def save(sheet: Sheet, rows: Sequence[Row]) -> None:
    """Store a sheet with its rows in one transaction; a sheet emptied before is staged anew."""
    with hot_cursor() as cursor:
        SheetRow.objects.filter(sheet_id=sheet.id).delete()
        Sheet.objects.filter(id=sheet.id).delete()
        sheet.save(force_insert=True)
        for start in range(0, len(rows), INSERTED):
            part = rows[start : start + INSERTED]
            columns = [
                [row.number for row in part], [new_id() for _ in part], [row.person_id for row in part],
                [row.state for row in part], [row.reason for row in part],
                [row.hash or row_hash(row.person_id, row.content) for row in part], [row.seen for row in part],
                [_sealed(row.content) for row in part],
            ]  # fmt: skip
            arrays.execute(cursor, load("exchange", "insert_sheet_rows"), [sheet.id, *columns])


def update(sheet: UUID, rows: Sequence[Row]) -> None:
    """Write what became of rows; one statement."""
    if not rows:
        return
    columns = [
        [row.number for row in rows], [row.state for row in rows], [row.reason for row in rows],
        [row.seen for row in rows], [row.person_id for row in rows],
        [row.hash or row_hash(row.person_id, row.content) for row in rows], [_sealed(row.content) for row in rows],
    ]  # fmt: skip
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("exchange", "update_sheet_rows"), [*columns, sheet])


def rows_of(
    sheet: UUID, states: Iterable[str], *, after: int = 0, limit: int = 250, numbers: Collection[int] | None = None
) -> list[Row]:
    """A page of rows in these states by number; rows of an emptied sheet are none. One query."""
    wanted = SheetRow.objects.filter(sheet_id=sheet, state__in=list(states), number__gt=after, sealed__isnull=False)
    if numbers is not None:
        wanted = wanted.filter(number__in=list(numbers))
    fields = ("number", "state", "sealed", "person_id", "seen", "reason", "hash")
    return [
        Row(number, state, _opened(sealed), person_id, None if seen is None else bytes(seen), reason, bytes(found))
        for number, state, sealed, person_id, seen, reason, found in wanted.order_by("number").values_list(*fields)[
            :limit
        ]
    ]


def done_before(hashes: Collection[bytes]) -> set[bytes]:
    """Rows carried out before, by their hashes."""
    with hot_cursor() as cursor:
        arrays.execute(cursor, load("exchange", "done_hashes"), [sorted(hashes)])
        return {bytes(row[0]) for row in cursor.fetchall()}


def sheet(wanted: UUID) -> SheetFacts | None:
    """One sheet with its counts; two queries."""
    found = Sheet.objects.filter(id=wanted).first()
    return _facts([found])[0] if found is not None else None


def sheets(areas: Collection[int] | None, *, limit: int = 30) -> list[SheetFacts]:
    """The latest sheets of these areas, bulk corrections too; two queries."""
    wanted = Sheet.objects.exclude(state="set_aside").order_by("-created_at")
    if areas is not None:
        wanted = wanted.filter(area_id__in=list(areas))
    return _facts(list(wanted[:limit]))


def mark(wanted: UUID, state: State, *, when: Collection[str], **fields: object) -> bool:
    """Into another state, if it is in one of ``when``; False when somebody was quicker."""
    return bool(Sheet.objects.filter(id=wanted, state__in=list(when)).update(state=state, **fields))


def sealed_reason(reason: str) -> bytes:
    return seal(reason[:2_000], SHEET_CONTEXT)


def unfinished() -> list[UUID]:
    """Sheets that are being carried out; somebody goes on with them after a stop."""
    return list(Sheet.objects.filter(state="committing").order_by("confirmed_at").values_list("id", flat=True)[:100])


def with_content() -> list[UUID]:
    """Sheets whose rows still say something and may have been carried out."""
    return list(Sheet.objects.filter(state__in=["committing", "done"]).order_by("id").values_list("id", flat=True))


def kept_too_long(now: datetime) -> int:
    """Sheets older than ``KEPT`` whose rows still say something."""
    return Sheet.objects.filter(created_at__lt=now - KEPT).exclude(state__in=["emptied", "committing"]).count()


def empty_old(now: datetime) -> int:
    """Take away what rows of sheets older than ``KEPT`` said; how many sheets."""
    old = list(
        Sheet.objects.filter(created_at__lt=now - KEPT).exclude(state__in=["emptied", "committing"])
        .values_list("id", flat=True)[:500]
    )  # fmt: skip
    for wanted in old:
        with hot_cursor() as cursor:
            cursor.execute(load("exchange", "empty_sheet_rows"), [wanted])
            Sheet.objects.filter(id=wanted).update(state="emptied", sealed=None)
    return len(old)


def _facts(found: Sequence[Sheet]) -> list[SheetFacts]:
    counts: dict[UUID, dict[str, int]] = {item.id: {} for item in found}
    rows = SheetRow.objects.filter(sheet_id__in=list(counts)).values_list("sheet_id", "state")
    for owner, state, number in rows.annotate(number_of=Count("number")).order_by():
        counts[owner][state] = number
    return [
        SheetFacts(
            item.id, item.kind, item.area_id, item.actor_id, item.state, item.rows, item.created_at, item.confirmed_at,
            item.confirmed_by, item.finished_at, unseal(bytes(item.sealed), SHEET_CONTEXT) if item.sealed else "",
            counts[item.id],
        )
        for item in found
    ]  # fmt: skip


def _sealed(content: Content) -> bytes:
    return seal(_encode(content).decode(), ROW_CONTEXT)


def _opened(sealed: bytes) -> Content:
    return msgspec.json.decode(unseal(sealed, ROW_CONTEXT), type=Content)
