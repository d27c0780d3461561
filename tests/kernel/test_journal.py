"""The journal is read in commit order, each row once, and its months are there before they are needed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction

from lachan.kernel import checks, jobs, journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.journal import Entry

AT = datetime(2022, 3, 10, 3, 0, tzinfo=UTC)
ACTOR = UUID(int=1)


def entry(verb: str, subject: UUID | None = None) -> Entry:
    return Entry(verb, subject or uuid4(), AT, ACTOR, '{"n": 1}')


def write(*verbs: str) -> None:
    with hot_cursor() as cursor:
        journal.append(cursor, [entry(verb) for verb in verbs])


def verbs_read(reader: str, limit: int = 1_000) -> list[str]:
    return [row.verb for rows in journal.read(reader, limit) for row in rows]


def verbs_to_come(reader: str, count: int, limit: int = 1_000) -> list[str]:
    """As many verbs as are to come. Transactions are numbered for the whole server, so one that runs in another
    database (another worker's test) holds readers back until it ends."""
    found: list[str] = []
    until = time.monotonic() + 60
    while len(found) < count and time.monotonic() < until:
        found += verbs_read(reader, limit)
        time.sleep(0.01)
    return found


@pytest.fixture
def other(committed: None) -> Iterator[Any]:
    """A second connection, for a transaction that overlaps ours."""
    second = connection.copy()
    second.ensure_connection()
    second.set_autocommit(False)
    yield second
    second.rollback()
    second.close()


@pytest.mark.django_db
def test_a_fact_is_kept_as_it_was_given() -> None:
    subject = uuid4()
    with hot_cursor() as cursor:
        journal.append(cursor, [])
        journal.append(cursor, [Entry("person.registered", subject, AT, ACTOR, '{"status": "known", "khoá": "Đ"}')])
        journal.append(cursor, [entry("person.merged", subject)])
    newest, oldest = journal.history(subject)
    assert (newest.verb, oldest.verb) == ("person.merged", "person.registered")
    assert oldest.body == {"status": "known", "khoá": "Đ"}
    assert (oldest.happened_at, oldest.actor, oldest.subject) == (AT, ACTOR, subject)
    assert oldest.xid == newest.xid
    assert [row.verb for row in journal.history(subject, limit=1)] == ["person.merged"]


@pytest.mark.slow
def test_each_reader_gets_each_row_once_in_order(committed: None) -> None:
    write("a", "b", "c")
    write("d")
    assert verbs_to_come("one", 4, limit=2) == ["a", "b", "c", "d"]
    assert verbs_read("one") == []
    write("e")
    assert verbs_to_come("one", 1) == ["e"]
    assert verbs_to_come("two", 5) == ["a", "b", "c", "d", "e"]


@pytest.mark.slow
def test_whom_facts_are_about_comes_once_a_batch_and_the_cursor_goes_past_the_others(committed: None) -> None:
    first, second = UUID(int=1), UUID(int=2)
    with hot_cursor() as cursor:
        facts = [
            ("case.opened", second),
            ("result.recorded", first),
            ("result.recorded", second),
            ("dose.recorded", first),
        ]
        journal.append(cursor, [entry(verb, subject) for verb, subject in facts])
    found: list[journal.Subjects] = []
    until = time.monotonic() + 60
    while len(found) < 2 and time.monotonic() < until:
        found += journal.subjects("figures", ("result.%", "case.%"), limit=3)
        time.sleep(0.01)
    assert [(one.read, one.people, one.ids) for one in found] == [(3, 2, f"{{{first},{second}}}"), (1, 0, "{}")]
    assert found[0].moments.count(",") == 1
    assert not list(journal.subjects("figures", ("dose.%",)))


@pytest.mark.slow
def test_a_transaction_that_began_earlier_and_commits_later_is_not_skipped(other: Any) -> None:
    with psycopg.Cursor(other.connection) as slow:
        journal.append(slow, [entry("began first")])
    write("committed first")
    assert verbs_read("reader") == []  # nothing above the oldest transaction still running
    other.commit()
    assert verbs_to_come("reader", 2) == ["began first", "committed first"]
    assert verbs_read("reader") == []


@pytest.mark.slow
def test_a_transaction_that_is_rolled_back_leaves_no_gap_to_wait_for(other: Any) -> None:
    with psycopg.Cursor(other.connection) as slow:
        journal.append(slow, [entry("never was")])
    write("is")
    other.rollback()
    assert verbs_to_come("reader", 1) == ["is"]


@pytest.mark.slow
def test_work_and_cursor_are_kept_or_lost_together(committed: None) -> None:
    write("a", "b")

    def work(fail: bool) -> None:
        for rows in journal.read("projection", limit=1):
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO kernel_journalcursor (reader, xid, row_id) VALUES (%s, 0, 0)", [f"did {rows[0].verb}"]
                )
            if fail and rows[0].verb == "b":
                raise ArithmeticError

    def done() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reader FROM kernel_journalcursor WHERE reader LIKE 'did %%'")
            return {row[0] for row in cursor.fetchall()}

    assert verbs_to_come("another", 2) == ["a", "b"]  # by now nothing holds readers back
    with pytest.raises(ArithmeticError):
        work(fail=True)
    assert done() == {"did a"}
    work(fail=False)
    assert done() == {"did a", "did b"}


@pytest.mark.slow
def test_a_loop_left_early_gives_its_batch_back(committed: None) -> None:
    write("a", "b")
    assert verbs_to_come("another", 2) == ["a", "b"]
    for rows in journal.read("reader", limit=1):
        assert rows[0].verb == "a"
        break
    assert verbs_to_come("reader", 2) == ["a", "b"]


@pytest.mark.slow
def test_only_one_reads_at_a_time_under_one_name(committed: None) -> None:
    write("a")
    seen: dict[str, list[str]] = {}

    def second(reader: str) -> None:
        try:
            seen[reader] = verbs_read(reader)
        finally:
            connection.close()

    assert verbs_to_come("shared", 1) == ["a"]
    write("b")
    assert verbs_to_come("another", 2) == ["a", "b"]
    for _rows in journal.read("shared"):
        for reader in ("shared", "own"):
            thread = threading.Thread(target=second, args=(reader,))
            thread.start()
            thread.join(20)
    # the reader's own transaction is running, so what committed before it is all that anyone may see
    assert seen == {"shared": [], "own": ["a", "b"]}


@pytest.mark.slow
def test_after_a_rewind_everything_comes_again(committed: None) -> None:
    write("a", "b")
    assert verbs_to_come("projection", 2) == ["a", "b"]
    journal.rewind("projection")
    assert verbs_to_come("projection", 2) == ["a", "b"]
    journal.rewind("nobody of this name")


def month_of(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM kernel_journal WHERE verb = %s", [name])
        return str(cursor.fetchone()[0])


def insert_at(verb: str, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_journal (recorded_at, happened_at, actor, verb, subject, body) "
            "VALUES (%s, %s, %s, %s, %s, '{}')",
            [at, AT, ACTOR, verb, uuid4()],
        )


def ensure(month: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_ensure_journal_month(%s)", [month])


@pytest.mark.django_db
def test_a_row_lies_in_the_month_of_its_recording() -> None:
    write("now")
    assert month_of("now") == f"kernel_journal_{datetime.now(UTC):%Y%m}"


@pytest.mark.django_db
def test_months_are_of_utc_whatever_the_zone_of_the_session() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Ho_Chi_Minh'")
    ensure(date(2031, 4, 17))
    ensure(date(2031, 5, 1))
    insert_at("first", datetime(2031, 4, 1, tzinfo=UTC))
    insert_at("last", datetime(2031, 4, 30, 23, 59, 59, tzinfo=UTC))
    insert_at("next", datetime(2031, 5, 1, tzinfo=UTC))
    assert [month_of(name) for name in ("first", "last", "next")] == [
        "kernel_journal_203104", "kernel_journal_203104", "kernel_journal_203105",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_month_made_late_takes_in_the_rows_that_waited() -> None:
    insert_at("early", datetime(2032, 2, 29, 12, tzinfo=UTC))
    insert_at("later", datetime(2032, 3, 1, tzinfo=UTC))
    assert month_of("early") == "kernel_journal_beyond"
    assert not {found.name: found.good for found in checks.check_all()}["journal partitions"]
    ensure(date(2032, 2, 1))
    ensure(date(2032, 2, 1))
    assert month_of("early") == "kernel_journal_203202"
    assert month_of("later") == "kernel_journal_beyond"
    ensure(date(2032, 3, 1))
    assert {found.name: found.good for found in checks.check_all()}["journal partitions"]


@pytest.mark.django_db
def test_the_nightly_job_keeps_months_ahead_across_the_year() -> None:
    jobs.ensure_journal_months(int(datetime(2033, 11, 30, 20, tzinfo=UTC).timestamp()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname ~ '^kernel_journal_2033|^kernel_journal_2034' "
                       "AND relkind = 'r' ORDER BY 1")  # fmt: skip
        assert [row[0] for row in cursor.fetchall()] == [
            "kernel_journal_203311", "kernel_journal_203312", "kernel_journal_203401", "kernel_journal_203402",
        ]  # fmt: skip


@pytest.mark.django_db
def test_a_fact_is_lost_with_the_transaction_it_was_part_of() -> None:
    subject = uuid4()

    def fails() -> None:
        with transaction.atomic(), hot_cursor() as cursor:
            journal.append(cursor, [entry("a", subject)])
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        fails()
    assert journal.history(subject) == []
