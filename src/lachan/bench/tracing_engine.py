"""F1 in the engine against PostgreSQL's B-tree in the same run, with the same cases, and others beside them.

Twenty million visits of 21 days (:mod:`lachan.bench.tracing_visits_data`) in one table of an embedded server and in
sealed segments; the question is always everybody who was at least 15 minutes in all at the same places as one person
in 14 days. Answers are compared, not only clocks.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import psycopg

from lachan.bench import tracing_engine_peers as peers
from lachan.bench.tracing_visits_data import DAYS, FIRST_DAY, by_day, people_of, subjects
from lachan.bench.wire import percentile
from lachan.kernel.embedded import EmbeddedServer
from lachan.kernel.statements import load
from lachan.tracing.engine.settle import settle
from lachan.tracing.engine.shapes import VISIT, Lines, Pieces, Rule
from lachan.tracing.segments import sealing
from lachan.tracing.segments.layout import DAY_S, Rows
from lachan.tracing.segments.store import Store

CASES: Final = 1_000
AGAINST: Final = 300  # of them, asked of PostgreSQL and others as well
BATCH: Final = 10_000
SECOND: Final = 40
IN_TURN: Final = 100  # cases asked of one, then of the other, so that each works as it would alone
ROUNDS: Final = 3
WINDOW: Final = ((FIRST_DAY + DAYS - 15) * DAY_S, (FIRST_DAY + DAYS - 1) * DAY_S)
RULE: Final = Rule(
    id="15-minutes", days_before=7, days_after=7, min_minutes=15, sum="window", max_distance_m=2, latent_days=2,
    levels=2,
)  # fmt: skip


def measure(folder: Path, visits: int = 20_000_000, *, say: Callable[[str], None] = lambda _: None) -> dict[str, float]:
    """Milliseconds of one F1, their ratio to PostgreSQL's, seconds of 10,000, bytes a visit, growth from a tenth.

    ``folder`` is kept for the next run (about 4 GB at 20 million). SystemExit when answers differ.
    """
    folder.mkdir(parents=True, exist_ok=True)
    server = EmbeddedServer(folder)
    was_running = server.is_running()
    server.ensure()
    try:
        with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
            _fill(connection, folder, visits, say)
        with psycopg.connect(server.dsn(_database(visits)), autocommit=True) as connection:
            return _measure(connection, folder, visits, say)
    finally:
        if not was_running:
            server.stop()


def _measure(
    connection: psycopg.Connection[Any], folder: Path, visits: int, say: Callable[[str], None]
) -> dict[str, float]:
    store, small = Store(folder / f"segments-{visits}"), Store(folder / f"segments-{visits // 10}")
    chosen, few = _cases(visits, BATCH), _cases(visits // 10, CASES)
    found = _size(store, folder / f"segments-{visits}")
    say("asking the engine")
    found |= _alone(store, small, chosen[:CASES], few)
    begun = time.perf_counter()
    store.many([([case], WINDOW) for case in chosen], RULE)
    found["batch_10000_s"] = round((time.perf_counter() - begun) * BATCH / len(chosen), 2)
    found |= _second(store, chosen[:SECOND])
    say("asking PostgreSQL")
    found |= _against(store, connection, chosen[:AGAINST])
    rows = [rows for _, rows in by_day(visits)]
    for name, peer in peers.PEERS.items():
        say(f"asking {name}")
        found |= peers.measure(name, peer, rows, store, chosen[:AGAINST], WINDOW, RULE)
    return found


def _cases(visits: int, count: int) -> list[int]:
    everybody = subjects(people_of(visits))
    chosen = np.random.default_rng(7).choice(everybody, min(count, len(everybody)), replace=False)
    return [int(subject) for subject in chosen]


def _size(store: Store, folder: Path) -> dict[str, float]:
    rows = sum(day.rows for day in store.manifest.days.values())
    size = sum(path.stat().st_size for path in folder.iterdir())
    return {"visits": rows, "bytes_per_visit": round(size / rows, 2)}


def _timed(ask: Callable[[int], Any], cases: Iterable[int]) -> list[float]:
    """Milliseconds of each."""
    spent = []
    for case in cases:
        begun = time.perf_counter()
        ask(case)
        spent.append((time.perf_counter() - begun) * 1_000)
    return spent


def _alone(store: Store, small: Store, cases: list[int], few: list[int]) -> dict[str, float]:
    """One F1 after another, in turn with as many on a tenth of the visits: the median of several rounds."""
    rounds: list[tuple[float, float, float]] = []
    for _ in range(ROUNDS + 1):
        large, little = [], []
        for at in range(0, len(cases), IN_TURN):
            large += _timed(lambda case: store.f1([case], WINDOW, RULE), cases[at : at + IN_TURN])
            little += _timed(lambda case: small.f1([case], WINDOW, RULE), few[at : at + IN_TURN])
        rounds.append((percentile(large, 0.5), percentile(large, 0.95), percentile(little, 0.95)))
    median, p95, p95_small = (float(np.median(column)) for column in zip(*rounds[1:], strict=True))
    return {
        "f1_engine_median_ms": round(median, 4), "f1_engine_p95_ms": round(p95, 4), "growth": round(p95 / p95_small, 2),
        "contacts": float(np.median([len(store.f1([case], WINDOW, RULE).contact) for case in cases])),
    }  # fmt: skip


def _second(store: Store, cases: list[int]) -> dict[str, float]:
    near = {case: store.f1([case], WINDOW, RULE) for case in cases}
    spent = _timed(lambda case: store.f2([case], near[case], WINDOW, RULE), cases)
    return {
        "f2_engine_median_ms": round(percentile(spent, 0.5), 1),
        "f2_engine_p95_ms": round(percentile(spent, 0.95), 1),
    }


def _against(store: Store, connection: psycopg.Connection[Any], cases: list[int]) -> dict[str, float]:
    """The same cases in turn; of PostgreSQL's two ways, rows sent and settled here or summed there, the faster."""
    since, until = (datetime.fromtimestamp(at, UTC) for at in WINDOW)
    cursor = connection.cursor(binary=True)

    def summed(case: int) -> dict[int, int]:
        asked = {"subject": case, "since": since, "until": until, "least": RULE.min_minutes * 60}
        return dict(cursor.execute(load("bench", "contacts_by_btree"), asked).fetchall())

    def sent(case: int) -> Lines:
        asked = {"subjects": [case], "since": WINDOW[0], "until": WINDOW[1]}
        rows = np.array(cursor.execute(load("tracing", "overlapping_stays"), asked).fetchall(), np.int64).reshape(-1, 4)
        n = len(rows)
        pieces = Pieces(
            rows[:, 0].copy(), rows[:, 1].copy(), rows[:, 2].copy(), rows[:, 3].copy(), np.full(n, VISIT, np.uint8),
            np.zeros(n, np.uint8), np.full(n, np.nan, np.float32),
        )  # fmt: skip
        return settle(pieces, window=WINDOW, rule=RULE)

    for case in cases:  # warm, and compared: the truth is equal to the second
        ours, theirs = store.f1([case], WINDOW, RULE), sent(case)
        if any(getattr(ours, name).tolist() != getattr(theirs, name).tolist() for name in Lines._fields):
            raise SystemExit(f"segments and PostgreSQL differ about case {case}")
        summed(case)
    engine, by_rows, by_sums = [], [], []
    for at in range(0, len(cases), IN_TURN):
        some = cases[at : at + IN_TURN]
        engine += _timed(lambda case: store.f1([case], WINDOW, RULE), some)
        by_rows += _timed(sent, some)
        by_sums += _timed(summed, some)
    best = min(by_rows, by_sums, key=lambda spent: percentile(spent, 0.95))
    return {
        "postgresql_median_ms": round(percentile(best, 0.5), 2), "postgresql_p95_ms": round(percentile(best, 0.95), 2),
        "f1_beside_postgresql_p95_ms": round(percentile(engine, 0.95), 4),
        "f1_engine_ratio": round(percentile(best, 0.95) / percentile(engine, 0.95), 1),
    }  # fmt: skip


def _database(visits: int) -> str:
    return f"visits_{visits}"


def _fill(connection: psycopg.Connection[Any], folder: Path, visits: int, say: Callable[[str], None]) -> None:
    """Segments and table, where an earlier run did not leave them whole."""
    name = _database(visits)
    for count in (visits // 10, visits):
        if not (folder / f"segments-{count}" / "whole").exists():
            say(f"sealing {count:,} visits")
            _seal(folder / f"segments-{count}", count)
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None:
        return
    say(f"loading {visits:,} visits into PostgreSQL")
    passing = f"{name}_loading"
    connection.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {}").format(psycopg.sql.Identifier(passing)))
    connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(passing)))
    parts = connection.info.dsn.split()
    target = " ".join([part for part in parts if not part.startswith("dbname=")] + [f"dbname={passing}"])
    with psycopg.connect(target) as loading:
        _load(loading, visits)
    with psycopg.connect(target, autocommit=True) as loading:
        loading.execute("SET maintenance_work_mem = '1GB'")
        loading.execute(load("bench", "index_visits_by_place"))
        loading.execute(load("bench", "index_visits_by_subject"))
        loading.execute("VACUUM (ANALYZE) tracing_visit")
    rename = psycopg.sql.SQL("ALTER DATABASE {} RENAME TO {}")
    connection.execute(rename.format(psycopg.sql.Identifier(passing), psycopg.sql.Identifier(name)))


def _seal(folder: Path, visits: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for day, rows in by_day(visits):
        sealing.seal(folder, day, rows, snapshot="1:1:")
    (folder / "whole").touch()


def _load(connection: psycopg.Connection[Any], visits: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "make_visits_to_measure"))
        with cursor.copy(load("bench", "load_visits_to_measure")) as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for _, rows in by_day(visits):
                copy.write(binary(rows))
            copy.write(b"\xff\xff")


def binary(rows: Rows) -> bytes:
    """Rows of visits for COPY in binary: place, subject, t_in, t_out, provisional."""
    kind = np.dtype([
        ("n", ">i2"), ("a", ">i4"), ("place", ">i8"), ("b", ">i4"), ("subject", ">i8"), ("c", ">i4"), ("t_in", ">i8"),
        ("d", ">i4"), ("t_out", ">i8"), ("e", ">i4"), ("provisional", "u1"),
    ])  # fmt: skip
    made = np.zeros(len(rows.place), kind)
    made["n"], made["e"] = 5, 1
    for length in "abcd":
        made[length] = 8
    made["place"], made["subject"] = rows.place, rows.subject
    made["t_in"] = (rows.t_in - 946_684_800) * 1_000_000  # PostgreSQL counts microseconds from 2000
    made["t_out"] = (rows.t_out - 946_684_800) * 1_000_000
    made["provisional"] = rows.flags >> 1 & 1
    return made.tobytes()
