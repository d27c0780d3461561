"""Whatever people press, in whatever order: a change is made by two of them or not at all, and never twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.certificates import follower
from lachan.certificates.corrections import checks, operations, queries
from lachan.certificates.corrections.facts import FOLLOWER
from lachan.certificates.corrections.operations import Wish
from lachan.certificates.corrections.proposals import Wanted
from lachan.certificates.corrections.rules import STEPS, Owner
from lachan.kernel.journal import history

from .conftest import Case

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PRESSED = st.lists(
    st.tuples(
        st.sampled_from([*STEPS, "nonsense"]),
        st.sampled_from(["head", "commune", "district", "nurse", "person"]),
        st.sampled_from(["1981-05-17", "1979", "2050", ""]),
        st.booleans(),  # seen as it is, or an old page
    ),
    min_size=4,
    max_size=14,
)


class _Undo(Exception):
    pass


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(presses=PRESSED, proposed=st.booleans())
def test_no_order_of_steps_changes_a_record_without_two_people(case: Case, presses: list[Any], proposed: bool) -> None:
    first = [("propose", "head", "1981-05-17", True)] if proposed else []
    try:
        with transaction.atomic():
            _press(case, first + presses)
            raise _Undo  # the next example begins anew
    except _Undo:
        pass


def _press(case: Case, presses: list[Any]) -> None:
    case.ask()
    before = case.person
    changes = 0
    for step, who, value, seen in presses:
        row = case.row
        wanted = Wanted("person.amend", {"birth_date": value})
        wish = Wish(row.id, step, row.version if seen else row.version - 1, "đối chiếu", "no_evidence", wanted,
                    Owner(facility_id=case.facility.id))  # fmt: skip
        if who == "person":
            operations.act_as_person([wish], own={case.person_id}, now=case.now)
        else:
            operations.act([wish], actor=case.people[who], now=case.now)
        operations.finish(case.now)
        if case.person != before:
            changes += 1
            before = case.person
            assert step == "approve", "only an approval changes a record"
            assert case.row.proposer_id not in (None, case.people[who].id), "by another than proposed it"
    verbs = [entry.verb for entry in history(case.person_id)]
    assert verbs.count("person.amended") == changes <= verbs.count("correction.approved") <= 1
    assert [finding for finding in checks.check_all()[:2] if not finding.good] == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_command WHERE verb = 'person.amend'")
        assert cursor.fetchone()[0] == verbs.count("correction.approved")
        cursor.execute("SELECT count(*) FROM kernel_worklistitem")
        assert cursor.fetchone()[0] == 0
    assert len(queries.steps(case.row)) == case.row.version


def test_approving_twice_sends_nothing_twice(case: Case) -> None:
    case.ask()
    case.propose()
    row = case.row
    wish = Wish(row.id, "approve", row.version)
    outcomes = [
        operations.act([wish], actor=case.people[who], now=case.now)[0] for who in ("commune", "commune", "district")
    ]
    assert [outcome.reason for outcome in outcomes] == [None, "correction_not_now", "correction_not_now"] or [
        outcome.reason for outcome in outcomes
    ] == [None, "correction_changed_meanwhile", "correction_changed_meanwhile"]
    assert [entry.verb for entry in history(case.person_id)].count("person.amended") == 1


def test_the_follower_is_called_what_it_is_called() -> None:
    assert follower.READER == FOLLOWER
