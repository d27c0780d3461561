"""From a dose committed over HTTP to the certificate ready to show, and from a correction to the new one.

The clock runs from the server's answer to the station until the new card can be read. The head's signature is made at
once, in the way of the signing page: what people do in between is not the system's time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from lachan.bench import stations, wire
from lachan.bench.house import House, durable
from lachan.certificates.operations import signatures
from lachan.certificates.queries.cards import cards_of, wires
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.places import queries as places

DOSES: Final = 60
CORRECTIONS: Final = 40
BUSY_DOSES: Final = 4_000  # recorded beside, one a call, as fast as two lines carry
PATIENCE_S: Final = 30.0
LOOK_EVERY_S: Final = 0.004
_NAMES: Final = ("Nguyễn Thị Sửa Đổi", "Trần Văn Cải Chính")


def measure(house: House) -> dict[str, Any]:
    """``ready_p95_s`` of doses on a quiet house, the same while other stations record, and of corrections."""
    durable()
    stations.forget()
    token = stations.key()
    made = stations.batches(600 + BUSY_DOSES, 200)
    calm, busy = made[:3], made[3:]
    people = [(batch, person) for batch in calm for person in batch.persons]
    _record(house, token, people[0][0], people[0][1])
    quiet = [_dose_s(house, token, batch, person) for batch, person in people[1 : 1 + DOSES]]
    corrected = [_correction_s(person) for _, person in people[1 : 1 + CORRECTIONS]]
    beside = threading.Thread(target=_rush, args=(house, token, busy))
    beside.start()
    loaded = [_dose_s(house, token, batch, person) for batch, person in people[100 : 100 + DOSES]]
    beside.join()
    return {
        **_percentiles("ready", quiet), **_percentiles("ready_busy", loaded),
        **_percentiles("correction", corrected), "failed_calls": 0,
    }  # fmt: skip


def _percentiles(name: str, seconds: list[float]) -> dict[str, float]:
    return {
        f"{name}_p50_s": round(wire.percentile(seconds, 0.5), 3),
        f"{name}_p95_s": round(wire.percentile(seconds, 0.95), 3),
    }


def _dose_s(house: House, token: str, batch: stations.Batch, person: UUID) -> float:
    begun = _record(house, token, batch, person)
    facility, today = _facility(batch.facility), timezone.localdate()
    sign(facility, today)
    return _until(begun, lambda: _shown(person, None) is not None)


def sign(facility_id: int, day: date) -> None:
    """Everything unsigned of the day, as its head signs it."""
    seen = signatures.digest_of(signatures.unsigned(facility_id, day, day))
    signatures.sign_days(facility_id, day, day, batch_id=new_id(), seen=seen, actor=stations.ACTOR, now=timezone.now())


def _correction_s(person: UUID) -> float:
    before = _shown(person, None)
    now = timezone.now()
    body = {"person": {"id": str(person)}, "changes": {"name": _NAMES[person.int % 2]}, "reason": "bench"}
    [outcome] = execute([Command(new_id(), "person.amend", now, body)], actor=stations.ACTOR, now=now)
    if outcome.status is not ACCEPTED:
        raise SystemExit(f"a correction was not accepted: {outcome.reason}")
    begun = time.perf_counter()
    return _until(begun, lambda: _shown(person, before) is not None)


def _record(house: House, token: str, batch: stations.Batch, person: UUID) -> float:
    """Send one dose; when its answer was there. SystemExit when it was not accepted."""
    entry = stations.encode(batch._replace(persons=[person]), timezone.now())
    line = wire.Line(house.url)
    status, answer = line.call(wire.request(house.url, "/api/v1/commands", token=token, body=entry.body))
    line.close()
    if status != 200 or b'"status":"accepted"' not in answer:
        raise SystemExit(f"a command was not accepted: {status} {answer[:300]!r}")
    return time.perf_counter()


def _shown(person: UUID, but: UUID | None) -> UUID | None:
    """The card for borders that the person can show, its text opened; not the one named."""
    for card in cards_of([person]).get(person, []):
        if card.kind == "hcert" and card.state == "current" and card.id != but and wires([(person, card.id)]):
            return card.id
    return None


def _until(begun: float, ready: Callable[[], bool]) -> float:
    while not ready():
        if time.perf_counter() - begun > PATIENCE_S:
            raise SystemExit(f"no certificate was there {PATIENCE_S:.0f} s after the dose")
        time.sleep(LOOK_EVERY_S)
    return time.perf_counter() - begun


def _facility(code: str) -> int:
    return places.facilities_by_code([code])[code].id


def _rush(house: House, token: str, made: list[stations.Batch]) -> None:
    requests = []
    for batch in made:
        for person in batch.persons:
            entry = stations.encode(batch._replace(persons=[person]), timezone.now())
            requests.append(wire.request(house.url, "/api/v1/commands", token=token, body=entry.body))
    wire.run(house.url, requests, 2)
