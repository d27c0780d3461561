"""Fridges, what their thermometers said, and what was decided about the vials."""

from __future__ import annotations

import hashlib
import itertools
import json
import zlib
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from lachan.access import scopes
from lachan.access.actors import Actor
from lachan.immunization.batch import Batch, Item
from lachan.immunization.bodies.supply import DeviceIn, ExcursionDecideIn, ExcursionIn
from lachan.immunization.rules import cold as rules
from lachan.immunization.rules import loggers
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import journal
from lachan.kernel.commands import Worked
from lachan.kernel.database import hot_cursor
from lachan.kernel.errors import Forbidden, Problem
from lachan.kernel.ids import new_id
from lachan.kernel.statements import load


class LogRead(NamedTuple):
    """A logger's file as it was taken in. ``known``: the same file was here before, nothing was added."""

    id: UUID
    points: int
    left_out: int
    faults: list[loggers.Fault]
    excursions: list[UUID]
    known: bool


@cache
def ranges() -> tuple[rules.Range, ...]:
    """All limits, of every time."""
    text = (resources.files("lachan.immunization") / "data" / "storage_ranges.json").read_text(encoding="utf-8")
    return tuple(msgspec.convert(json.loads(text)["ranges"], tuple[rules.Range, ...]))


def register_devices(batch: Batch, items: list[Item]) -> list[Worked]:
    """Fridges of a facility; sent again, name and kind change; one that was retired comes back."""
    done: list[Worked] = []
    for item in items:
        body: DeviceIn = item.body
        assert item.facility is not None
        if rules.range_on(ranges(), body.storage, batch.today) is None:
            done.append(item.refuse("storage_unknown", storage=body.storage))
            continue
        batch.cursor.execute(
            load("immunization", "save_device"),
            [
                item.facility.id, body.device_id, body.name.strip(), body.storage, batch.now, batch.actor.id,
                batch.now if body.retired else None,
            ],
        )  # fmt: skip
        batch.record(
            "cold.registered", body.device_id, item.command.happened_at,
            f'{{"facility":{item.facility.id},"storage":"{body.storage}"}}',
        )  # fmt: skip
        done.append(item.accept(body.device_id))
    return done


def record_excursions(batch: Batch, items: list[Item]) -> list[Worked]:
    """What a person read from a thermometer. Within the limits it is none and is refused."""
    done: list[Worked] = []
    for item in items:
        body: ExcursionIn = item.body
        assert item.facility is not None
        batch.cursor.execute(load("immunization", "cold_device"), [item.facility.id, body.device_id])
        row = batch.cursor.fetchone()
        limits = rules.range_on(ranges(), row[0], _day(body.began_at)) if row is not None else None
        if limits is None:
            done.append(item.refuse("device_unknown"))
            continue
        kind = rules.kind_of(limits, body.lowest, body.highest)
        if kind is None:
            done.append(item.refuse("within_limits", low=limits.low, high=limits.high))
            continue
        excursion_id = new_id()
        minutes = int((body.ended_at - body.began_at).total_seconds() // 60)
        batch.cursor.execute(
            load("immunization", "insert_excursion"),
            [
                excursion_id, item.facility.id, body.device_id, None, kind, body.began_at, body.ended_at, body.lowest,
                body.highest, minutes, limits.version, _lots_then(batch.cursor, item.facility.id, body.began_at),
                body.note, batch.actor.id, batch.now,
            ],
        )  # fmt: skip
        if batch.cursor.fetchone() is None:
            done.append(item.refuse("excursion_exists"))
            continue
        batch.record(
            "excursion.recorded", excursion_id, item.command.happened_at,
            f'{{"facility":{item.facility.id},"kind":"{kind}","minutes":{minutes}}}',
        )  # fmt: skip
        done.append(item.accept(excursion_id, kind=kind))
    return done


def decide_excursions(batch: Batch, items: list[Item]) -> list[Worked]:
    """Acknowledged once, with a comment and whether the vials may be used."""
    done: list[Worked] = []
    for item in items:
        body: ExcursionDecideIn = item.body
        assert item.facility is not None
        batch.cursor.execute(
            load("immunization", "decide_excursion"),
            [body.decision, body.comment.strip(), batch.actor.id, batch.now, item.facility.id, body.excursion_id],
        )
        if batch.cursor.fetchone() is None:
            done.append(item.refuse("excursion_not_open"))
            continue
        batch.record(
            "excursion.decided", body.excursion_id, item.command.happened_at, f'{{"decision":"{body.decision}"}}'
        )
        done.append(item.accept(body.excursion_id))
    return done


def take_log(content: bytes, *, facility_id: int, device_id: UUID, actor: Actor, now: datetime) -> LogRead:
    """Take in a logger's file for a device: its readings, and the excursions they show. The same file again adds
    nothing. Raises :class:`Problem` with the code of what is wrong, :class:`Forbidden`."""
    if not scopes.may_at(actor, "excursion.record", facility_id):
        raise Forbidden("Temperatures are entered by the facility's own staff.")
    try:
        readings = loggers.read(content)
    except loggers.Unreadable as error:
        raise Problem(str(error.args[0]), "Not read", str(error.args[0]), status=422) from None
    digest = hashlib.blake2b(content, digest_size=16).digest()
    log_id = new_id()
    first, latest = (datetime.fromtimestamp(at, UTC) for at in (readings.times[0], readings.times[-1]))
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "cold_device"), [facility_id, device_id])
        row = cursor.fetchone()
        limits = rules.range_on(ranges(), row[0], _day(first)) if row is not None else None
        if limits is None:
            raise Problem("device_unknown", "Unknown device", "device_unknown", status=422)
        cursor.execute(
            load("immunization", "insert_temperature_log"),
            [
                log_id, facility_id, device_id, digest, len(readings.times), first, latest,
                pack(readings.times, readings.degrees), actor.id, now,
            ],
        )  # fmt: skip
        if cursor.fetchone() is None:
            cursor.execute(load("immunization", "temperature_log_of"), [facility_id, device_id, digest])
            known = cursor.fetchone()
            return LogRead(
                known[0] if known else log_id, len(readings.times), readings.left_out, readings.faults, [], True
            )
        found = []
        for breach in rules.breaches(limits, readings.times, readings.degrees):
            began, ended = (datetime.fromtimestamp(at, UTC) for at in (breach.began, breach.ended))
            excursion_id = new_id()
            cursor.execute(
                load("immunization", "insert_excursion"),
                [
                    excursion_id, facility_id, device_id, log_id, breach.kind, began, ended, breach.lowest,
                    breach.highest, breach.minutes, limits.version, _lots_then(cursor, facility_id, began), "",
                    actor.id, now,
                ],
            )  # fmt: skip
            if cursor.fetchone() is not None:  # files of a logger overlap: the same excursion is in both
                found.append(excursion_id)
        body = f'{{"facility":{facility_id},"points":{len(readings.times)},"excursions":{len(found)}}}'
        journal.append(cursor, [journal.Entry("cold.read", log_id, now, actor.id, body)])
    return LogRead(log_id, len(readings.times), readings.left_out, readings.faults, found, False)


def pack(times: Sequence[int], degrees: Sequence[float]) -> bytes:
    """A series in a few bytes a reading: seconds as steps, hundredths of a degree, compressed."""
    steps = array("q", [times[0], *(after - before for before, after in itertools.pairwise(times))])
    values = array("h", [round(value * 100) for value in degrees])
    return zlib.compress(steps.tobytes() + values.tobytes(), 6)


def unpack(packed: bytes, points: int) -> tuple[list[int], list[float]]:
    """What was packed: (seconds since 1970, °C)."""
    content = zlib.decompress(packed)
    steps, values = array("q"), array("h")
    steps.frombytes(content[: 8 * points])
    values.frombytes(content[8 * points :])
    times, at = [], 0
    for step in steps:
        at += step
        times.append(at)
    return times, [value / 100 for value in values]


def _lots_then(cursor: Any, facility_id: int, began: datetime) -> str:
    """Lots the facility has had in hand since, as JSON."""
    cursor.execute(
        load("immunization", "lots_at_facility_since"),
        {"facility": facility_id, "began": began, "day": _day(began)},
    )
    return json.dumps(sorted(row[0] for row in cursor.fetchall()))


def _day(at: datetime) -> Any:
    return at.astimezone(VIETNAM).date()
