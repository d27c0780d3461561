"""How quickly people are asked about at the population register, and how quickly a commune sees what it has to mend."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection

from lachan.bench import wire
from lachan.bench.reads import timed
from lachan.exchange.register.client import HttpLine
from lachan.exchange.register.sender import Sender
from lachan.kernel.statements import load
from lachan.people.verification import queries
from lachan.people.verification.rules import OPEN
from lachan.places import queries as places

ITEMS = 500_000
PAGE = 50


def register_per_s(people: int = 100_000) -> dict[str, Any]:
    """Persons a second through the real client against the played register at its full rate, this process included.

    The people of ``lachan synth`` are there already; those answered before are owed an answer again. Every person is
    read, the number opened, the four fields sent, the answer written with history and journal.
    """
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "owed_again"))
        cursor.execute(load("bench", "settle_verifications"))
        cursor.execute("SELECT count(*) FROM people_person")
        known = cursor.fetchone()[0]
    with _played(known) as url:
        begun, cpu = time.perf_counter(), time.process_time()
        sent = Sender(HttpLine(url), most=people).run()
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    return {
        "register_per_s": round(sent.asked / seconds), "asked": sent.asked, "right": sent.right, "wrong": sent.wrong,
        "seconds": round(seconds, 2), "client_cpu_seconds": round(cpu, 2), "failures": sent.failures,
    }  # fmt: skip


def worklist_p95_ms(items: int = ITEMS, times: int = 120) -> dict[str, Any]:
    """The first page of each repair group for a province with so many open items, a page further on, one commune's,
    and the counts by commune and group; ``worklist_p95_ms`` is that of the slowest first page."""
    province = places.area_at("79", 1, date(2021, 11, 1))
    assert province is not None
    communes = [area.id for area in places.communes(province.id, date(2021, 11, 1))]
    areas = places.areas_under(province.id)
    with connection.cursor() as cursor:
        cursor.execute(load("bench", "invent_repairs"), [communes, len(communes), province.id, items])
        cursor.execute(load("bench", "settle_verifications"))
    try:
        found: dict[str, Any] = {}
        for group in OPEN:
            page = queries.open_repairs(areas, group, limit=PAGE)
            after = page[-1].since, page[-1].person_id
            found[f"first_page_{group}"] = _p95(lambda g=group: queries.open_repairs(areas, g, limit=PAGE), times)
            found[f"next_page_{group}"] = _p95(
                lambda g=group, a=after: queries.open_repairs(areas, g, a, limit=PAGE), times
            )
        quarter = communes[:12]
        found["commune_page"] = _p95(lambda: queries.open_repairs(quarter, "wrong", limit=PAGE), times)
        found["commune_counts"] = _p95(lambda: queries.repair_counts(quarter), times)
        found["province_counts"] = _p95(lambda: queries.repair_counts(areas), max(times // 4, 5))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(load("bench", "forget_repairs"))
    slowest = max(value for name, value in found.items() if name.startswith("first_page"))
    return {"worklist_p95_ms": slowest, "items": items, **found}


def _p95(action: Any, times: int) -> float:
    return round(wire.percentile([timed(action) for _ in range(times)], 0.95), 2)


@contextmanager
def _played(people: int) -> Iterator[str]:
    """``lachan register serve`` knowing the same people; its address."""
    command = [sys.executable, "-m", "lachan.cli.main", "register", "serve", "--port", "0", "--people", str(people)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=30)
