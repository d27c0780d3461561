"""Every column that points at people has somebody who moves it when two records become one, read from the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection

from lachan.kernel import movers

POINTING = re.compile(r"(^|_)(person_id|guardian_id|merged_into)$")


def pointing(found: Iterator[tuple[str, str]]) -> set[str]:
    return {f"{table}.{column}" for table, column in found if POINTING.search(column)}


def of_the_catalogue() -> Iterator[tuple[str, str]]:
    rooms = tuple(f"{config.label}_" for config in apps.get_app_configs() if config.name.startswith("lachan."))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.relname, a.attname FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
            WHERE t.relkind IN ('r', 'p') AND NOT t.relispartition AND a.attnum > 0 AND NOT a.attisdropped
              AND a.atttypid = 'uuid'::regtype
            """
        )
        return iter([row for row in cursor.fetchall() if row[0].startswith(rooms)])


def of_the_models() -> set[str]:
    """Tables that lie beside people by whatever column."""
    found = set()
    for model in apps.get_models():
        if model.__module__.startswith("lachan."):
            column = getattr(getattr(model, "Distribution", None), "column", None)
            if column == "person_id":
                found.add(f"{model._meta.db_table}.{column}")
    return found


@pytest.mark.django_db
def test_every_column_that_points_at_people_has_a_mover() -> None:
    missing = (pointing(of_the_catalogue()) | of_the_models()) - movers.answered().keys()
    assert not missing, (
        f"{sorted(missing)}: who moves these when two records become one? Register a mover "
        "(src/lachan/kernel/README.md, 'Movers'; config/wiring.py), or say with movers.stays() why they stay."
    )


@pytest.mark.django_db
def test_no_mover_answers_for_a_column_that_is_not_there() -> None:
    there = {f"{table}.{column}" for table, column in of_the_catalogue()}
    assert movers.answered().keys() - there == set()


def test_a_table_without_a_mover_is_seen() -> None:
    columns = iter([("harm_visit", "person_id"), ("people_guardian", "guardian_id"), ("x", "patient_person_id")])
    assert pointing(columns) - movers.answered().keys() == {"harm_visit.person_id", "x.patient_person_id"}


def test_a_reason_is_stated_for_what_stays() -> None:
    rooms = {config.label for config in apps.get_app_configs() if config.name.startswith("lachan.")}
    for column, said in movers.answered().items():
        assert said in rooms or len(said) > 20, f"{column}: {said!r} is no reason"
