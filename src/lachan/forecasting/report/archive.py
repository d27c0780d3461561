"""Reports are kept once, chained by their seals, and drawn once: what was read at 19:00 is what is read next year."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from lachan.access.actors import Actor
from lachan.access.scopes import area_ids
from lachan.forecasting.report.content import Content, from_bytes, said_in, seal, to_bytes
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Forbidden
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load

READ: Final = "report.read"
DECIDE: Final = "report.decide"
PUBLISHED: Final = "report.published"
ROOM: Final = "forecasting"
MOST_DAYS: Final = 60  # of a page of the archive
Form = Literal["html", "pdf"]
Language = Literal["vi", "en"]


class Kept(NamedTuple):
    """A report as it stands in the archive."""

    id: UUID
    area_id: int
    day: date
    made_at: datetime
    content: Content
    before: str
    seal: str


class Filed(NamedTuple):
    """A line of the archive."""

    day: date
    made_at: datetime
    seal: str


def keep(contents: Sequence[Content], *, now: datetime) -> list[UUID]:
    """Keep reports of one day; returns the ids of those that were not there yet. Four statements for any number.

    ValueError where the contents are of several days. A report that stands is never changed: the second of two workers
    finds it there.
    """
    if not contents:
        return []
    day = contents[0].day
    if any(content.day != day for content in contents):
        raise ValueError("reports kept together are of one day")
    ordered = sorted(contents, key=lambda content: content.area_id)
    areas = [content.area_id for content in ordered]
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "seals_before"), {"areas": areas, "day": day})
        before: Mapping[int, str] = dict(cursor.fetchall())
        kept = [to_bytes(content) for content in ordered]
        befores = [before.get(area, "") for area in areas]
        seals = [seal(area, day, each, last) for area, each, last in zip(areas, kept, befores, strict=True)]
        cursor.execute(
            load(ROOM, "keep_reports"),
            {
                "day": day, "now": now, "ids": [new_id() for _ in areas], "areas": areas, "contents": kept,
                "befores": befores, "seals": seals,
            },
        )  # fmt: skip
        made = cursor.fetchall()
        sealed = dict(zip(areas, seals, strict=True))
        actor = Actor.system("reports").id
        entries = [
            journal.Entry(PUBLISHED, row[0], now, actor, json.dumps({"area": row[1], "seal": sealed[row[1]]}))
            for row in made
        ]
        journal.append(cursor, entries)
        cursor.execute(load(ROOM, "queue_sends"), {"reports": [row[0] for row in made], "now": now})
    return [row[0] for row in made]


def missing(area_ids_wanted: Sequence[int], day: date) -> list[int]:
    """Of these places, those without a report of the day: where a run that was cut goes on."""
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "areas_reported"), {"areas": list(area_ids_wanted), "day": day})
        there = {row[0] for row in cursor.fetchall()}
    return [area for area in area_ids_wanted if area not in there]


def said(area_ids_wanted: Sequence[int], day: date) -> dict[int, dict[str, float | None]]:
    """What the reports of a day said, by place and figure; without an actor, for jobs. One statement."""
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "contents_of_day"), {"areas": list(area_ids_wanted), "day": day})
        return {area: said_in(bytes(content)) for area, content in cursor.fetchall()}


def read(actor: Actor, area_id: int, day: date) -> Kept | None:
    """The report of a place on a day, or the latest before it; None while there is none. Forbidden out of scope."""
    _see(actor, area_id)
    return standing(area_id, day)


def archive(actor: Actor, area_id: int, until: date, limit: int = MOST_DAYS) -> list[Filed]:
    """Days of a place's reports before ``until``, latest first."""
    _see(actor, area_id)
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "days_of_reports"), {"area": area_id, "until": until, "limit": min(limit, MOST_DAYS)})
        return [Filed(*row) for row in cursor.fetchall()]


def drawn(
    kept: Kept, form: Form, language: Language, draw: Callable[[Content, Language], bytes], now: datetime
) -> bytes:
    """The page or PDF of a report: the one that was drawn first; drawn and kept when nobody asked before."""
    asked = {"report": kept.id, "form": form, "language": language}
    found = _drawing(asked)
    if found is None:
        made = draw(kept.content, language)
        with hot_cursor() as cursor:
            cursor.execute(
                load(ROOM, "keep_drawing"), asked | {"now": now, "digest": sha256(made).hexdigest(), "drawn": made}
            )
        found = _drawing(asked)
    assert found is not None  # it was there, or we have just written it
    return found


def see(actor: Actor, area_id: int, verb: str) -> None:
    """Forbidden where the actor may not do this in the place."""
    scope = area_ids(actor, verb)
    if scope is not None and area_id not in scope:
        raise Forbidden("The reports of this place are not within your grants.")


def _see(actor: Actor, area_id: int) -> None:
    see(actor, area_id, READ)


def _drawing(asked: Mapping[str, Any]) -> bytes | None:
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "drawing_of"), asked)
        row = cursor.fetchone()
    return bytes(row[0]) if row else None


def standing(area_id: int, day: date) -> Kept | None:
    """The same without an actor, for jobs."""
    with hot_cursor() as cursor:
        cursor.execute(load(ROOM, "report_of"), {"area": area_id, "day": day})
        row = cursor.fetchone()
    return None if row is None else Kept(row[0], row[1], row[2], row[3], from_bytes(bytes(row[4])), row[5], row[6])


def walk(statement: str, first: tuple[Any, ...], keys: Sequence[str], page: int = 500) -> Iterator[tuple[Any, ...]]:
    """Rows of a statement that takes its last key and a limit, page after page: memory stays the same."""
    at = first
    while True:
        with hot_cursor() as cursor:
            cursor.execute(load(ROOM, statement), dict(zip(keys, at, strict=True)) | {"limit": page})
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < page:
            return
        at = tuple(rows[-1][: len(first)])
