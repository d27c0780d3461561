"""The tracer's day of the demonstration: some households spoken to, some not reached, people handed over both ways."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from lachan.access.actors import Actor, actor_of_user
from lachan.access.queries import user_by_name
from lachan.demonstration.plan import uuid_for
from lachan.immunization.commands import execute
from lachan.kernel.commands import Command
from lachan.places import queries as places
from lachan.tracing.work import queries
from lachan.tracing.work.daily import plan_day
from lachan.tracing.work.queries import Sitting

PAGES: Final = 2  # of the list: what is left is for whoever looks
OUTCOMES: Final = ("reached", "reached", "household", "reached", "no_answer", "reached", "wrong_number", "no_answer")
NEIGHBOUR: Final = "00166"  # phường Dịch Vọng, Quận Cầu Giấy, Hà Nội
_WHY: Final = "Đang ở nhà người thân tại đây đến hết tháng."


def seed_tracing_work(now: datetime) -> str:
    """Call, hand over, plan the day, for whoever stands on the tracer's list by then; what was done, in words.

    Again has no second effect: a list of which somebody was called is left alone.
    """
    tracer = _user("tracer", now)
    areas = queries.areas_of(tracer)
    if _called(areas):
        return "Tracing: the list has been worked on before"
    calls, outcomes = 0, cycle(OUTCOMES)
    found = [sitting for page in range(PAGES) for sitting in queries.today(areas, now, page=page).sittings]
    for place, sitting in enumerate(found):
        if place % 3 == 2:
            continue  # stands open still
        outcome = next(outcomes)
        at = now - timedelta(minutes=3 * (len(found) - place))
        calls += len(_send([_call(sitting, person, outcome, at, place) for person in sitting.persons], tracer, now))
    offered = _hand_over(found, areas, tracer, now)
    plan_day(now)
    return f"Tracing: {calls} contacts called, {offered} hand-overs wait for an answer"


def _call(sitting: Sitting, person: UUID, outcome: str, at: datetime, place: int) -> Command:
    task = sitting.tasks[person][0]
    body: dict[str, Any] = {"person": {"id": str(person)}, "watch_id": str(task.watch_id), "outcome": outcome}
    if outcome in ("reached", "household"):
        body |= {"staying": "home", "symptoms": ["fever", "cough"] if place % 11 == 3 else []}
        if task.level == 1:
            body["quarantined_on"] = timezone.localdate(at).isoformat()
    return Command(uuid_for("tracing call", person, task.watch_id), "contact.call", at, body)


def _hand_over(found: list[Sitting], areas: list[int], tracer: Actor, now: datetime) -> int:
    """Somebody of the list is offered to Hà Nội, somebody of another place to the list."""
    neighbour = places.area_at(NEIGHBOUR, 3, date(2021, 10, 16))
    if neighbour is None or not found:
        return 0
    offers = [(_offer(found[-1].first.person_id, found[-1].first.watch_id, neighbour.id, now), tracer)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, id FROM tracing_watch WHERE state = 'open' AND NOT area_id = ANY(%s)"
            " ORDER BY id LIMIT 1",
            [areas],
        )
        elsewhere = cursor.fetchone()
    if elsewhere is not None:
        mine = found[0].first.area_id
        offers.append((_offer(elsewhere[0], elsewhere[1], mine, now), Actor.system("demonstration")))
    return sum(len(_send([command], actor, now)) for command, actor in offers)


def _offer(person: UUID, watch: UUID, to: int, now: datetime) -> Command:
    body = {"person": {"id": str(person)}, "watch_id": str(watch), "to_area_id": to, "reason": _WHY}
    return Command(uuid_for("handover", person, watch), "contact.handover", now - timedelta(minutes=25), body)


def _called(areas: list[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM tracing_call WHERE area_id = ANY(%s))", [areas])
        return bool(cursor.fetchone()[0])


def _send(commands: list[Command], actor: Actor, now: datetime) -> list[UUID]:
    """What was accepted."""
    return [outcome.id for outcome in execute(commands, actor=actor, now=now) if outcome.id is not None]


def _user(name: str, now: datetime) -> Actor:
    found = user_by_name(name)
    assert found is not None, "the cast of the demonstration is there before its stories"
    return actor_of_user(found.id, name, today=timezone.localdate(now))
