"""What the laboratory found, for the rooms and topics that decide by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

import psycopg

from lachan.kernel import arrays
from lachan.kernel.statements import load
from lachan.surveillance.facts import ResultFact


def standing_results(
    cursor: psycopg.Cursor[Any], pairs: Collection[tuple[UUID, str]]
) -> dict[tuple[UUID, str], list[ResultFact]]:
    """Results that stand, by (person, disease), in the order in which the samples were taken; one statement.

    A pair without any is left out. The negative of a pool stands for each of its members; the positive one of a pool
    for nobody.
    """
    found: dict[tuple[UUID, str], list[ResultFact]] = defaultdict(list)
    if not pairs:
        return found
    asked = sorted(set(pairs))
    columns = [[person for person, _ in asked], [disease for _, disease in asked]]
    arrays.execute(cursor, load("surveillance", "standing_results"), columns)
    for row in cursor.fetchall():
        fact = ResultFact(*row)
        found[fact.person_id, fact.disease].append(fact)
    return dict(found)
