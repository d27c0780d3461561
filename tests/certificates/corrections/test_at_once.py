"""Several officers press at the same moment, on different machines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from lachan.access import operations as access
from lachan.access import scopes
from lachan.certificates.corrections import operations
from lachan.certificates.corrections.operations import Wish
from lachan.kernel.journal import history
from lachan.kernel.outcomes import ACCEPTED, Outcome

from .conftest import made_case

pytestmark = [pytest.mark.slow]


def test_of_many_approvals_at_once_one_changes_the_record(committed: None) -> None:
    scopes.forget()
    access.create_demo_users(timezone.now())
    case = made_case()
    case.ask()
    case.propose()
    row = case.row
    start = Barrier(6)

    def press(who: str) -> Outcome:
        try:
            start.wait(10)
            wish = Wish(row.id, "approve", row.version)
            return operations.act([wish], actor=case.people[who], now=timezone.now())[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(press, ["commune", "district", "head"] * 2))
    assert [outcome.status for outcome in outcomes].count(ACCEPTED) == 1
    verbs = [entry.verb for entry in history(case.person_id)]
    assert (verbs.count("person.amended"), verbs.count("correction.approved")) == (1, 1)
    assert str(case.person.birth_date) == "1981-05-17"


def test_from_however_many_devices_no_more_are_open_than_may_be(committed: None) -> None:
    scopes.forget()
    access.create_demo_users(timezone.now())
    case = made_case()
    start = Barrier(4)

    def press(_: int) -> Outcome:
        try:
            start.wait(10)
            return case.ask("other", "điều chưa đúng")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(press, range(4)))
    assert [outcome.status for outcome in outcomes].count(ACCEPTED) == 3, "as many as may be open"
    assert [outcome.reason for outcome in outcomes].count("correction_too_many") == 1
