"""Looks for reactions that are more than chance would show, and keeps what it found with its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from django.db import transaction

from lachan.immunization.models import HarmSignal
from lachan.immunization.queries import harm as reads
from lachan.immunization.rules import clusters
from lachan.immunization.rules.clusters import Cell, Signal
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.ids import new_id

STRESS_DAYS: Final = 60  # sessions looked at for stress; lots are looked at over their whole life
MOST_KEPT: Final = 200  # signals of a run; more than that is not a list but an epidemic of alarms
_KINDS: Final = {"lot": ("lot_id",), "facility": ("facility_id",), "lot_facility": ("lot_id", "facility_id")}


class Key(NamedTuple):
    """What a signal is about; the same one found again is the same row."""

    kind: str
    measure: str
    product_id: int | None
    lot_id: int | None
    facility_id: int | None
    session_id: UUID | None


def find_signals(now: datetime, actor_id: UUID) -> int:
    """Look at everything, keep what stands out and mark what no longer does; how many stand out now.

    Four queries and one write a signal; a nation of 10,000 facilities with 20 lots each takes seconds.
    """
    found = {**_of_cells(), **_of_sessions(now)}
    kept = dict(sorted(found.items(), key=lambda entry: entry[1]["p_value"])[:MOST_KEPT])
    with transaction.atomic():
        before = {_key(row): row for row in HarmSignal.objects.select_for_update().filter(gone_at=None)}
        fresh = []
        for key, numbers in kept.items():
            known = before.pop(key, None)
            if known is None:
                fresh.append(
                    HarmSignal(
                        id=new_id(), **key._asdict(), **numbers, first_found_at=now, latest_found_at=now, gone_at=None
                    )
                )
            else:
                HarmSignal.objects.filter(id=known.id).update(**numbers, latest_found_at=now)
        HarmSignal.objects.filter(id__in=[row.id for row in before.values()]).update(gone_at=now)
        HarmSignal.objects.bulk_create(fresh)
        with hot_cursor() as cursor:
            journal.append(cursor, [_entry(row, now, actor_id) for row in fresh])
    return len(kept)


def _of_cells() -> dict[Key, dict[str, Any]]:
    """Lots, facilities and both, by all cases and by serious ones."""
    exposures = reads.exposures()
    found: dict[Key, dict[str, Any]] = {}
    for kind, names in _KINDS.items():
        for measure in ("all", "serious"):
            for signal in clusters.signals(_cells(exposures, names, measure)):
                about = dict(zip(names, signal.cell.key, strict=True))
                key = Key(kind, measure, signal.cell.product, about.get("lot_id"), about.get("facility_id"), None)
                found[key] = _numbers(signal)
    return found


def _cells(exposures: Iterable[reads.Exposure], names: tuple[str, ...], measure: str) -> list[Cell]:
    doses: Counter[tuple[int, tuple[int, ...]]] = Counter()
    cases: Counter[tuple[int, tuple[int, ...]]] = Counter()
    for row in exposures:
        key = row.product_id, tuple(getattr(row, name) for name in names)
        doses[key] += row.doses
        cases[key] += row.cases if measure == "all" else row.serious
    return [Cell(key, product, count, cases[product, key]) for (product, key), count in doses.items()]


def _numbers(signal: Signal) -> dict[str, Any]:
    return {
        "observed": signal.cell.cases,
        "doses": signal.cell.doses,
        "expected": signal.expected,
        "p_value": signal.p_value,
        "q_value": signal.q_value,
        "compared": signal.compared,
        "evidence": {"others_doses": signal.others_doses, "others_cases": signal.others_cases},
    }


def _of_sessions(now: datetime) -> dict[Key, dict[str, Any]]:
    """Several people of one session with signs of stress within minutes."""
    onsets, doses, rate = reads.stress_onsets(now - timedelta(days=STRESS_DAYS))
    about = {str(row.session_id): row for row in onsets}
    bunches = clusters.bunches([row.onset for row in onsets], doses, rate)
    qs = clusters.adjusted([bunch.p_value for bunch in bunches])
    found = {}
    for bunch, q in zip(bunches, qs, strict=True):
        if q > clusters.FALSE_DISCOVERIES:
            continue
        row = about[bunch.session]
        found[Key("session", "stress", row.product_id, None, row.facility_id, row.session_id)] = {
            "observed": bunch.people,
            "doses": doses.get(bunch.session, 0),
            "expected": bunch.expected,
            "p_value": bunch.p_value,
            "q_value": q,
            "compared": len({onset.session_id for onset in onsets}),
            "evidence": {"first_at": bunch.first_at.isoformat(), "latest_at": bunch.latest_at.isoformat()},
        }
    return found


def _key(row: HarmSignal) -> Key:
    return Key(row.kind, row.measure, row.product_id, row.lot_id, row.facility_id, row.session_id)


def _entry(row: HarmSignal, now: datetime, actor_id: UUID) -> journal.Entry:
    body = {"kind": row.kind, "measure": row.measure, "observed": row.observed, "expected": round(row.expected, 2)}
    return journal.Entry("harm.signal_found", row.id, now, actor_id, msgspec.json.encode(body).decode())
