"""Cases by the thousand without what was said of them: for chains, clusters, and the figures of a wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from lachan.kernel.database import within
from lachan.kernel.statements import load

MOST: Final = 20_000


class Outline(NamedTuple):
    """The bones of a case that stands; no name."""

    id: UUID
    person_id: UUID
    code: str
    disease: str
    classification: str
    area_id: int | None
    onset_on: date | None
    sampled_at: datetime | None
    happened_at: datetime
    infected_from: datetime | None
    source_case_id: UUID | None
    cluster: str
    isolated_at: datetime | None


def outlines(
    areas: Sequence[int] | None, disease: str, since: date, until: date, *, limit: int = MOST,
    cursor: psycopg.Cursor[Any] | None = None,
) -> list[Outline]:  # fmt: skip
    """Cases of these areas (None: of the nation) that began in these days, by onset, else by sample, else by report;
    of more than ``limit`` the latest recorded. One query."""
    asked = _asked(areas, disease) | {"since": since, "until": until, "most": min(limit, MOST)}
    with within(cursor) as cursor:
        cursor.execute(load("surveillance", "case_outlines"), asked, prepare=False)
        return [Outline(*row) for row in cursor.fetchall()]


def state(
    areas: Sequence[int] | None, disease: str, cursor: psycopg.Cursor[Any] | None = None
) -> tuple[int, int, datetime | None]:
    """Differs from what it was when any of these cases changed. One query."""
    with within(cursor) as cursor:
        cursor.execute(load("surveillance", "case_outlines_state"), _asked(areas, disease), prepare=False)
        count, versions, changed = cursor.fetchall()[0]
        return int(count), int(versions), changed


def clusters(
    names: Sequence[str], areas: Sequence[int] | None, cursor: psycopg.Cursor[Any] | None = None
) -> set[tuple[str, str]]:
    """Of these names those that are a cluster's, or the code of a case, in these areas (None: in the nation), each
    with the diseases it is of. One query."""
    with within(cursor) as cursor:
        asked = {"names": list(names), "areas": None if areas is None else list(areas)}
        cursor.execute(load("surveillance", "case_clusters"), asked, prepare=False)
        return {(row[0], row[1]) for row in cursor.fetchall()}


def _asked(areas: Sequence[int] | None, disease: str) -> dict[str, Any]:
    return {"areas": None if areas is None else list(areas), "disease": disease}
