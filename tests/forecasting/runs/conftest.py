"""A register with an epidemic in it: four provinces of the map of 2025, two communes each, reports that come late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid5

import numpy as np
import pytest
from django.db import connection, transaction

from lachan.access.actors import Actor, GrantFact
from lachan.access.rules import Role
from lachan.access.scopes import NATION
from lachan.forecasting import operations
from lachan.forecasting.facts import REGISTER, RunFact
from lachan.places import queries as places
from tests.conftest import NAMESPACE
from tests.figures import Row, forget, known

AS_OF = date(2026, 5, 3)  # a Sunday: the week that ends with it is whole
WEEKS = 15  # the members of the ensemble learn from two of them
MAP = date(2026, 4, 30)
LATE = (0.4, 0.3, 0.15, 0.1, 0.05)  # share of a day's cases that comes to be known after so many days
ON_MAP = 4  # provinces with an epidemic; the others have none


@dataclass(frozen=True)
class World:
    """Where the epidemic is: provinces, the busy commune and the quiet one of each."""

    provinces: tuple[int, ...]
    busy: tuple[int, ...]
    quiet: tuple[int, ...]


def at(day: date) -> datetime:
    """Two in the morning after a day, in Việt Nam."""
    return datetime.combine(day, time(19), UTC)


def world() -> World:
    provinces = [area.id for area in places.provinces(MAP)][:ON_MAP]
    communes = [[area.id for area in places.communes(province, MAP)][:2] for province in provinces]
    return World(tuple(provinces), tuple(pair[0] for pair in communes), tuple(pair[1] for pair in communes))


def fill(until: date, *, late: tuple[float, ...] = LATE, silent: int | None = None, burst: int | None = None) -> World:
    """Cases of every day up to one, each known when its report came; the same numbers whatever is asked.

    ``silent``: the province with that index has sent nothing for twelve days. ``burst``: on the last three days its
    quiet commune has thirty cases a day.
    """
    here, rng = world(), np.random.default_rng(7)
    first = AS_OF - timedelta(days=7 * WEEKS - 1)
    rows: list[Row] = []
    for step in range((until - first).days + 1):
        day = first + timedelta(days=step)
        wave = 60.0 + 40.0 * np.sin(step / 17.0)
        for index in range(len(here.provinces)):
            for commune, mean in ((here.busy[index], wave / (1 + index)), (here.quiet[index], 0.1)):
                count = int(rng.poisson(mean))
                if silent == index and (until - day).days < 12:
                    continue
                if burst == index and commune == here.quiet[index] and (until - day).days < 3:
                    count = 30
                parts = rng.multinomial(count, late)
                rows += [
                    (day + timedelta(days=delay), day, commune, "cases", int(part))
                    for delay, part in enumerate(parts)
                    if part and day + timedelta(days=delay) <= until
                ]
    forget()
    known(rows, at(until))
    return here


def officer(role: Role, area_id: int) -> Actor:
    return Actor(uuid5(NAMESPACE, f"{role} {area_id}"), "user", str(role), (GrantFact(role, None, area_id),))


@pytest.fixture
def minister() -> Actor:
    return officer(Role.NATIONAL_OFFICER, NATION)


def patient() -> None:
    """A run computes between its transactions; a test is one transaction, which may then be idle for long."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


@dataclass(frozen=True)
class Made:
    """A register and the run of its last day."""

    world: World
    run: RunFact


@pytest.fixture(scope="package")
def made(reference: None, django_db_blocker: Any) -> Iterator[Made]:
    """One run for all of this folder, taken back at its end; a test that changes rows does so in a savepoint.

    Tests with a database of their own (``db``) come before it in any session.
    """
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            patient()
            here = fill(AS_OF, burst=2)
            yield Made(here, operations.run(REGISTER, AS_OF, now=at(AS_OF)))
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture
def undone(made: Made) -> Iterator[Made]:
    """The folder's run; whatever the test does is undone behind it."""
    with transaction.atomic():
        yield made
        transaction.set_rollback(True)
