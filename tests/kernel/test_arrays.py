"""Columns packed by hand come back from PostgreSQL as they were."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.kernel import arrays
from lachan.kernel.database import hot_cursor

pytestmark = pytest.mark.django_db
text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "uuid": st.uuids(),
    "int": st.integers(-(2**31), 2**31 - 1),
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "bool": st.booleans(),
    "date": st.dates(),
    "timestamptz": st.datetimes(
        datetime(1, 1, 2), datetime(9999, 12, 30),  # noqa: DTZ001 (hypothesis adds the zone)
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=-3, minutes=-30))]),
    ),
    "text": text,
    "bytea": st.binary(max_size=30),
}  # fmt: skip


def there_and_back(kind: str, column: list[Any]) -> list[Any]:
    with hot_cursor() as cursor:
        arrays.execute(
            cursor, f"SELECT value FROM unnest(%s::{kind}[]) WITH ORDINALITY AS c (value, n) ORDER BY n", [column]
        )
        return [bytes(row[0]) if isinstance(row[0], memoryview) else row[0] for row in cursor.fetchall()]


@pytest.mark.slow
@pytest.mark.parametrize("kind", VALUES)
def test_a_column_comes_back_as_it_was(kind: str) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.none() | VALUES[kind], max_size=12))
    def back(column: list[Any]) -> None:
        assert there_and_back(kind, column) == column

    back()


@pytest.mark.parametrize("kind", [*VALUES, "json", "jsonb"])
def test_empty_columns_and_columns_of_nothing(kind: str) -> None:
    assert there_and_back(kind, []) == []
    assert there_and_back(kind, [None]) == [None]


@pytest.mark.parametrize("kind", ["json", "jsonb"])
def test_json_with_vietnamese_and_quotes(kind: str) -> None:
    with hot_cursor() as cursor:
        arrays.execute(
            cursor, f"SELECT unnest(%s::{kind}[])->>'a'", [['{"a": "Hoà \\"Đông\\" 👩‍⚕️"}', '{"a": null}', None]]
        )
        assert [row[0] for row in cursor.fetchall()] == ['Hoà "Đông" 👩‍⚕️', None, None]


def test_first_and_last_days_and_microseconds() -> None:
    days = [date.min, date(1999, 12, 31), date(2000, 1, 1), date(2024, 2, 29), date.max]
    assert there_and_back("date", days) == days
    moments = [
        datetime(1582, 10, 4, 23, 59, 59, 999_999, UTC),
        datetime(2000, 1, 1, tzinfo=UTC),
        datetime(2261, 4, 11, 23, 47, 16, 854_775, UTC),
    ]
    assert there_and_back("timestamptz", moments) == moments


def test_columns_beside_single_values() -> None:
    person = UUID(int=7)
    with hot_cursor() as cursor:
        arrays.execute(
            cursor, "SELECT %s::uuid, n, t, %s::text FROM unnest(%s::int[], %s::text[]) AS row (n, t)",
            [person, None, [1, 2], ["một", None]],
        )  # fmt: skip
        assert cursor.fetchall() == [(person, 1, "một", None), (person, 2, None, None)]


def test_a_forgotten_parameter_is_an_error_before_it_is_sent() -> None:
    with hot_cursor() as cursor, pytest.raises(ValueError, match="2 parameters, 1 were given"):
        arrays.execute(cursor, "SELECT * FROM unnest(%s::int[], %s::int[])", [[1]])


def test_what_no_column_can_hold_is_an_error_and_not_another_value() -> None:
    with hot_cursor() as cursor, pytest.raises(struct.error):
        arrays.execute(cursor, "SELECT unnest(%s::smallint[])", [[40_000]])
    with pytest.raises(psycopg.DataError):
        there_and_back("text", ["a\0b"])


def test_the_transaction_still_works_after_a_refused_column() -> None:
    with pytest.raises(psycopg.DataError):
        there_and_back("text", ["\0"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
