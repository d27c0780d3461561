"""What moves when doses are entered late or voided; how dated rules are found."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lachan.immunization
from lachan.immunization.rules.catalogue import Catalogue
from lachan.immunization.rules.document import catalogue_of, rows
from lachan.immunization.rules.series import PriorDose, Shift, after_insert, after_removal, position

DOCUMENT = json.loads(
    (Path(lachan.immunization.__file__).parent / "data" / "products.json").read_text(encoding="utf-8")
)
CATALOGUE = catalogue_of(DOCUMENT)
ASTRAZENECA, PFIZER, MODERNA, VEROCELL, JANSSEN, ABDALA = (
    CATALOGUE.keys[key] for key in ("astrazeneca", "pfizer", "moderna", "verocell", "janssen", "abdala")
)
SOME_ID = UUID(int=7)


def pfizer(month: int, day: int, number: int, id: UUID | None = None) -> PriorDose:
    return PriorDose(date(2021, month, day), PFIZER, number, id)


def test_the_first_of_two_is_voided_and_the_second_becomes_the_first() -> None:
    kept = pfizer(9, 22, 2, SOME_ID)
    assert after_removal(CATALOGUE, [kept], pfizer(9, 1, 1)) == (Shift(kept, 1, False, date(2021, 10, 13)),)


def test_the_latest_is_voided_and_nothing_moves() -> None:
    assert after_removal(CATALOGUE, [pfizer(9, 1, 1)], pfizer(9, 22, 2)) == ()


def test_a_booster_becomes_the_completing_dose_when_an_earlier_one_is_voided() -> None:
    first, booster = PriorDose(date(2021, 8, 1), PFIZER, 1), PriorDose(date(2022, 1, 10), PFIZER, 3)
    assert after_removal(CATALOGUE, [first, booster], pfizer(8, 25, 2)) == (Shift(booster, 2, True, date(2022, 4, 10)),)


def test_an_early_dose_entered_late_turns_the_second_into_a_booster() -> None:
    history = [pfizer(9, 1, 1), PriorDose(date(2022, 1, 10), PFIZER, 2)]
    assert after_insert(CATALOGUE, history, pfizer(8, 1, 1)) == (
        Shift(history[0], 2, True, None),
        Shift(history[1], 3, False, None),
    )


products = st.sampled_from(sorted(CATALOGUE.keys.values()))


@given(
    st.lists(st.tuples(st.dates(date(2021, 3, 8), date(2022, 12, 31)), products), max_size=6, unique_by=lambda d: d[0])
)
def test_voiding_what_was_entered_late_puts_everything_back(given_doses: list[tuple[date, int]]) -> None:
    *known, late = given_doses or [(date(2021, 10, 16), PFIZER)]
    history = [PriorDose(on, product, number) for number, (on, product) in enumerate(sorted(known), start=1)]
    new = PriorDose(late[0], late[1], position(CATALOGUE, history, late[0]).number)
    moved = {
        shift.dose: shift.dose._replace(dose_number=shift.dose_number)
        for shift in after_insert(CATALOGUE, history, new)
    }
    with_new = [moved.get(dose, dose) for dose in history]
    assert sorted(dose.dose_number for dose in [*with_new, new]) == list(range(1, len(history) + 2))
    back = {shift.dose: shift.dose_number for shift in after_removal(CATALOGUE, with_new, new)}
    assert [back.get(dose, dose.dose_number) for dose in with_new] == [dose.dose_number for dose in history]


def test_the_rule_of_the_day_is_found() -> None:
    def min_age(on: date) -> tuple[int, int]:
        found = CATALOGUE.rule_on(PFIZER, on)
        assert found is not None
        return found.rule.min_age, found.in_force

    assert min_age(date(2021, 6, 11)) == (18, -1)
    assert min_age(date(2021, 6, 12)) == (18, 0)
    assert min_age(date(2021, 10, 13)) == (18, 0)
    assert min_age(date(2021, 10, 14)) == (12, 0)
    assert min_age(date(2022, 4, 14)) == (5, 0)
    assert CATALOGUE.rule_on(99, date(2021, 6, 12)) is None


def test_the_booster_rule_of_the_day_is_found() -> None:
    months = {on: CATALOGUE.booster(on) for on in (date(2021, 11, 30), date(2021, 12, 16), date(2021, 12, 17))}
    assert [rule.min_months if rule is not None else None for rule in months.values()] == [None, 6, 3]


def test_a_rule_that_names_both_products_goes_before_the_general_one() -> None:
    def catalogue(mixing: list[dict[str, Any]]) -> Catalogue:
        source = rows(DOCUMENT)
        return Catalogue.from_rows(source.products, source.product_rules, mixing, source.booster_rules)

    general = {"from_product_id": VEROCELL, "to_product_id": None, "allowed": False}
    named = {"from_product_id": VEROCELL, "to_product_id": PFIZER, "allowed": True, "min_interval_days": 28}
    dated = {"valid_from": "2021-08-01", "valid_to": None, "reference": "x"}
    for order in ([general | dated, named | dated], [named | dated, general | dated]):
        found = catalogue(order)
        to_pfizer, to_moderna = (found.mixing(VEROCELL, to, date(2021, 10, 16)) for to in (PFIZER, MODERNA))
        assert to_pfizer is not None
        assert to_moderna is not None
        assert (to_pfizer.allowed, to_moderna.allowed) == (True, False)
        assert found.mixing(VEROCELL, PFIZER, date(2021, 7, 31)) is None


def test_the_version_names_the_content_not_the_order() -> None:
    source = rows(DOCUMENT)
    turned = Catalogue.from_rows(*(list(reversed(part)) for part in source))
    assert turned.version == CATALOGUE.version
    changed = [
        {**rule, "min_interval_days": 42} if rule["product"] == "pfizer" else rule for rule in source.product_rules
    ]
    other = Catalogue.from_rows(source.products, changed, source.mixing_rules, source.booster_rules)
    assert other.version != CATALOGUE.version


def test_a_product_without_a_rule_is_an_error() -> None:
    with pytest.raises(ValueError, match="has no rule"):
        Catalogue.from_rows([{"id": 1, "key": "new", "name": "New"}], [], [], [])


def test_completion_by_product() -> None:
    def completed(*doses: tuple[int, date]) -> bool:
        history = [PriorDose(on, product, number) for number, (product, on) in enumerate(doses, start=1)]
        return position(CATALOGUE, history, date(2023, 1, 1)).complete_before

    first, second, third = date(2021, 10, 1), date(2021, 12, 1), date(2022, 2, 1)
    assert completed((JANSSEN, first))
    assert not completed((PFIZER, first))
    assert completed((ASTRAZENECA, first), (PFIZER, second))
    assert completed((PFIZER, first), (JANSSEN, second))
    assert not completed((ABDALA, first), (PFIZER, second))
    assert completed((ABDALA, first), (PFIZER, second), (PFIZER, third))
