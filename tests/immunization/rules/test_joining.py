"""Numbers of doses of two records in one history, and which of two records should stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from lachan.immunization.rules.catalogue import Catalogue
from lachan.immunization.rules.joining import joined, replayed
from lachan.immunization.rules.series import PriorDose
from lachan.people.merging.proposal import Standing, proposed

AUGUST = date(2021, 8, 1)


def doses(*given: tuple[int, int]) -> list[PriorDose]:
    """(week, number) as doses, each with the id of its week."""
    return [PriorDose(AUGUST + timedelta(weeks=week), 2, number, UUID(int=week)) for week, number in given]


@pytest.fixture
def catalogue(db: None, reference: None) -> Catalogue:
    from lachan.immunization.queries import catalogue

    return catalogue()


@pytest.mark.parametrize(
    ("both", "numbers"),
    [
        (((0, 1), (4, 1)), [1, 2]),
        (((0, 1), (4, 1), (8, 2), (12, 2)), [1, 2, 3, 4]),
        (((0, 1), (4, 3)), [1, 3]),  # from a slip: a dose between was never entered
        (((0, 2), (4, 1)), [2, 3]),
        ((), []),
    ],
)
def test_dates_give_the_order_and_stored_numbers_are_believed(
    catalogue: Catalogue, both: tuple[tuple[int, int], ...], numbers: list[int]
) -> None:
    assert [shift.dose_number for shift in joined(catalogue, doses(*both))] == numbers


def test_a_history_is_replayed_as_if_there_had_been_no_merge(catalogue: Catalogue) -> None:
    before = doses((0, 1), (4, 2), (8, 3))
    now = doses((0, 2), (8, 4), (12, 5))  # under the numbers of the merged history; week 4 was voided, 12 is new
    found = {shift.dose.id: shift.dose_number for shift in replayed(catalogue, before, now, {})}
    assert found == {UUID(int=0): 1, UUID(int=8): 2, UUID(int=12): 3}


def test_an_amended_dose_keeps_the_place_of_the_one_it_replaced(catalogue: Catalogue) -> None:
    before = doses((0, 1), (4, 3))
    other = PriorDose(before[1].given_on, 3, 7, UUID(int=99))
    found = replayed(catalogue, before, [before[0], other], {UUID(int=4): UUID(int=99)})
    assert [(shift.dose.id, shift.dose_number) for shift in found] == [(UUID(int=0), 1), (UUID(int=99), 3)]


def record(number: int, known: bool, trusted: bool, year: int) -> Standing:
    return Standing(UUID(int=number), known, trusted, datetime(year, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("one", "other", "stays", "why"),
    [
        (record(1, True, False, 2022), record(2, False, True, 2021), 1, "known"),
        (record(1, True, False, 2021), record(2, True, True, 2022), 2, "trusted_number"),
        (record(1, True, True, 2022), record(2, True, True, 2021), 2, "older"),
    ],
)
def test_which_record_is_proposed_to_stay(one: Standing, other: Standing, stays: int, why: str) -> None:
    assert proposed(one, other) == (UUID(int=stays), why) == proposed(other, one)
