"""What the engineers of the night ask: alive, ready, how many."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from lachan.kernel import health


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    health._complete = False


def test_alive_touches_no_database(client: Client) -> None:
    # no database mark: a query would fail the test
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_when_every_migration_is_there(client: Client, django_assert_num_queries: object) -> None:
    assert client.get("/readyz").json() == {"ready": True, "migrations_waiting": 0}
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_not_ready_while_a_migration_waits(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'analytics'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations_waiting"] >= 1  # it, and what builds on it


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("10.1.2.3", 200), ("8.8.8.8", 404)])
def test_counts_are_for_scrapers_near_by(client: Client, address: str, status: int) -> None:
    answer = client.get("/metrics", REMOTE_ADDR=address)
    assert answer.status_code == status
    if status == 200:
        text = answer.content.decode()
        for name in (
            "lachan_worklist_open",
            "lachan_jobs_waiting",
            "lachan_command_call_seconds",
            "lachan_lists_waiting_seconds 0.0",
        ):
            assert name in text


@pytest.mark.django_db
def test_counts_do_not_leave_through_the_public_proxy(client: Client) -> None:
    answer = client.get("/metrics", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert answer.status_code == 404
