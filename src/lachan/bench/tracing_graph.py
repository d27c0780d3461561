"""The graph of chains from its tables to its drawing: cases and links read, chains worked out, the first picture and
the largest cluster written. With 5,000 cases and 20,000 contacts it must be usable within two seconds.

Rows are laid into the database of this process in a transaction that is taken back.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
import numpy as np
from django.db import transaction

from lachan.bench.tracing_chains import CASES, CONTACTS, outbreak
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load
from lachan.tracing.outbreak import clusters, graph

BEGIN: Final = date(2021, 7, 1)
DISEASE: Final = "covid-19"
_AREA: Final = 1


def measure() -> dict[str, Any]:
    """``graph_s``: from the question to the first drawing, nothing remembered; ``graph_again_s``: once more;
    ``unfold_s``: the largest cluster, case by case; how many cases, contacts and clusters there were."""
    with transaction.atomic():
        fill()
        wish = graph.Wish(DISEASE, BEGIN - timedelta(days=30), BEGIN + timedelta(days=300), None)
        graph.picture(wish)  # what is compiled is compiled
        graph.forget()
        started = time.perf_counter()
        found = graph.picture(wish)
        groups = clusters.groups(found)
        drawn = msgspec.json.encode(clusters.stages(found, [one.label for one in groups[: clusters.MOST_DRAWN]]))
        first = time.perf_counter() - started
        started = time.perf_counter()
        graph.picture(wish)
        again = time.perf_counter() - started
        started = time.perf_counter()
        members = found.members(0)[: clusters.MOST_UNFOLDED]
        clusters.rows_of(found, members)
        unfold = time.perf_counter() - started
        transaction.set_rollback(True)
    graph.forget()
    return {
        "graph_s": first, "graph_again_s": again, "unfold_s": unfold, "graph_cases": len(found.cases),
        "graph_contacts": int(found.f1.sum()), "graph_clusters": len(groups), "graph_bytes": len(drawn),
        "graph_largest": int(found.clusters.size[0]),
    }  # fmt: skip


def fill(seed: int = 1, area_id: int = _AREA) -> None:
    """The outbreak of :mod:`tracing_chains` as rows; every contact of it stands on a list, in the caller's
    transaction."""
    cases, contacts = outbreak(seed)
    people = [uuid4() for _ in range(CASES)]
    ids = [new_id() for _ in range(CASES)]
    begin = np.nanmin(cases.onset)
    onsets = [BEGIN + timedelta(days=int(day - begin)) for day in cases.onset.tolist()]
    sampled = [_noon(day + timedelta(days=3)) for day in onsets]
    with hot_cursor() as cursor:
        with cursor.copy(load("bench", "fill_cases")) as copy:
            for n in range(CASES):
                copy.write_row((
                    ids[n], people[n], people[n], sampled[n], sampled[n], f"79-21-{n:06d}", DISEASE, "confirmed", True,
                    sampled[n], onsets[n], area_id, sampled[n], 1, "", "", "[]", "", "[]", "", "", "", "", "", "", "",
                    "", "",
                ))  # fmt: skip
        seen: set[tuple[UUID, UUID]] = set()
        with cursor.copy(load("bench", "fill_links")) as copy:
            for n in range(CONTACTS):
                left, right = int(contacts.left[n]), int(contacts.right[n])
                if left == right or (people[right], ids[left]) in seen:
                    right, person = left, uuid4()  # somebody else, who fell not ill
                else:
                    person = people[right]
                seen.add((person, ids[left]))
                at = _noon(BEGIN) + timedelta(days=float(contacts.first[n] - begin))
                seconds = int(60 * contacts.minutes[n]) + 60
                copy.write_row((
                    new_id(), person, ids[left], people[left], DISEASE, 1, "contact", "vn-11042-2021-12-29", at,
                    at + timedelta(seconds=seconds), seconds, "visit", 1.0, n, "[]", "standing", at, at, "",
                ))  # fmt: skip
        cursor.execute(load("bench", "analyze_outbreak"))


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
