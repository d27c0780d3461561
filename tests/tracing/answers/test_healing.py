"""Segments that are damaged, deleted, foreign or out of date: noticed, answered by PostgreSQL meanwhile, made again."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from lachan.tracing.segments import manifest, sealing
from tests.tracing.answers.test_answers import ask, from_segments, keep
from tests.tracing.answers.writing import DAY, MIDNIGHT, settled, world, write

pytestmark = pytest.mark.slow
TODAY = MIDNIGHT // 86_400


@pytest.fixture
def sealed(own_store: Any) -> Any:
    write(world(21))
    keep(own_store)
    from_segments(own_store.store())
    return own_store


def segment(answers: Any, day: int = TODAY) -> Path:
    folder: Path = answers.folder()
    return folder / manifest.read(folder)[0].days[day].file


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 255
    path.write_bytes(content)


@pytest.mark.parametrize("harm", ["flip", "delete", "people", "manifest", "folder"])
def test_noticed_answered_and_healed(sealed: Any, harm: str) -> None:
    store = sealed.store()
    before = from_segments(store)
    path = segment(sealed)
    if harm == "flip":
        flip(path)
    elif harm == "delete":
        path.unlink()
    elif harm == "people":
        flip(sealed.folder() / store.store.manifest.people)
    elif harm == "manifest":
        (sealed.folder() / manifest.NAME).unlink()
    else:
        shutil.rmtree(sealed.folder())
    asked = store.from_truth
    assert ask(store) == before
    assert store.from_truth > asked
    assert store.store.damaged
    assert keep(sealed).sealed >= 1
    assert from_segments(store) == before
    sealed.close()
    assert from_segments(sealed.store()) == before


def test_the_worker_is_asked_once(sealed: Any) -> None:
    flip(segment(sealed))
    for _ in range(3):
        sealed.close()
        ask(sealed.store())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tracing.heal_answers' AND status = 'todo'"
        )
        assert cursor.fetchone()[0] == 1
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'tracing.heal_answers'")


def test_a_segment_of_another_database_is_not_believed(sealed: Any) -> None:
    before = from_segments(sealed.store())
    folder = sealed.folder()
    with manifest.writing(folder) as held:
        manifest.write(folder, manifest.Manifest("elsewhere", held.lineage, held.serial, held.people, held.days))
    sealed.close()
    store = sealed.store()
    assert ask(store) == before
    assert store.from_truth > 0
    keep(sealed)
    assert from_segments(sealed.store()) == before


def test_segments_of_a_future_that_was_not_restored_are_not_believed(sealed: Any) -> None:
    before = from_segments(sealed.store())
    folder = sealed.folder()
    future = 1 << 40
    sealing.advance(folder, {TODAY: f"{future}:{future}:"})
    sealed.close()
    store = sealed.store()
    assert ask(store) == before
    assert list(store.store.damaged) == [TODAY]
    assert keep(sealed).sealed == 1
    assert from_segments(sealed.store()) == before


def test_a_folder_that_slept_while_batches_went_is_not_believed(sealed: Any) -> None:
    old = sealed.folder().with_name("old")
    shutil.copytree(sealed.folder(), old)
    more = world(22, 50, people=90)
    write(more)
    sealed.rebuild()
    write([(9, 7, 60, 120)])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tracing_visitbatch SET recorded_at = recorded_at - interval '2 days'")
    settled()
    assert keep(sealed).batches >= 2
    before = from_segments(sealed.store())
    shutil.rmtree(sealed.folder())
    shutil.move(old, sealed.folder())
    sealed.close()
    assert ask(sealed.store()) == before
    assert sealed.store().from_truth > 0
    keep(sealed)
    assert from_segments(sealed.store()) == before


def test_batches_stay_while_a_day_needs_them_and_while_they_are_young(sealed: Any) -> None:
    write([(9, 7, 60, 120)])
    assert keep(sealed).batches == 0  # young
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tracing_visitbatch SET recorded_at = recorded_at - interval '2 days'")
    before = from_segments(sealed.store())
    assert keep(sealed).batches <= 1  # the day waits for the second, one stays in any case
    sealed.close()
    assert from_segments(sealed.store()) == before


def test_days_are_sealed_again_when_they_gained_enough(sealed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from lachan.tracing.answers import keeping

    write([(9, 7, 60, 120), (9, 14, 60, 120)])
    assert keep(sealed).sealed == 0
    assert keep(sealed).advanced == 2
    later = datetime.now(UTC) + timedelta(hours=7)
    assert sealed.keep(later).sealed == 1
    assert sealed.store().store.tail_rows == 0
    monkeypatch.setattr(keeping, "MANY", 1)
    write([(9, 21, 60, 120)])
    assert keep(sealed).sealed == 0  # less than a twentieth of the day
    write([(9, 21 + n, 60, 120) for n in range(1, 9)])
    assert keep(sealed).sealed == 1


def test_dropped_days_are_forgotten(sealed: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE tracing_visit_{DAY:%Y%m%d}")
    assert sealed.forget(DAY) == 1
    assert not [path for path in sealed.folder().iterdir() if path.name.startswith(DAY.isoformat())]
    store = sealed.store()
    store.refresh(at_least_every=0)
    window = (MIDNIGHT, MIDNIGHT + 86_400)
    assert all(t_in < MIDNIGHT for t_in in store.visits_of_place(1, *window).t_in.tolist())
    assert not store.store.damaged
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE tracing_visit_{DAY - timedelta(days=1):%Y%m%d}")
    assert keep(sealed).forgotten == 1


def test_db_check_recounts(sealed: Any) -> None:
    from lachan.tracing.answers.checks import check_all

    assert all(finding.good for finding in check_all())
    day = sealed.store().store.day(TODAY)
    sealing.seal(
        sealed.folder(), TODAY, day.of(slice(1, None)), snapshot=manifest.read(sealed.folder())[0].days[TODAY].snapshot,
        origin=manifest.read(sealed.folder())[0].origin,
    )  # fmt: skip
    assert [finding.good for finding in check_all()] == [True, False]
    sealed.seal(DAY)
    flip(segment(sealed))
    assert [finding.good for finding in check_all()] == [False, True]


def test_questions_to_postgresql_use_its_indexes(own_store: Any) -> None:
    """As planned for many rows: spans of the key and of the index of subjects, no table read whole."""
    from lachan.kernel.statements import load

    write(world(23))
    asked = {
        "subjects": [7], "since": MIDNIGHT, "until": MIDNIGHT + 86_400, "earliest": MIDNIGHT, "place": 1, "places": [1],
    }  # fmt: skip
    wanted = {
        "overlapping_stays": ["(place_id = own.place_id) AND (t_in > ", "(subject = ANY"],
        "overlapping_stays_of_each": [
            "(place_id = own.place_id) AND (t_in > ",
            "(subject = asked.subject) AND (t_in > ",
        ],
        "stays_of_subjects": ["(subject = ANY"],
        "guests_of_place": ["(place_id = '1'::bigint) AND (t_in > "],
        "crowds_of_places": ["(place_id = ANY"],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table of three hundred rows is read whole otherwise
        for name, conditions in wanted.items():
            given = {**asked, "since": [MIDNIGHT]} if name.endswith("each") else asked
            cursor.execute("EXPLAIN " + load("tracing", name), given)
            plan = "\n".join(row[0] for row in cursor.fetchall())
            spans = [line for line in plan.splitlines() if "Index Cond:" in line]
            for condition in conditions:
                assert any(condition in line for line in spans), plan
