"""Clusters of reactions: the arithmetic against brute force, quiet data, and harm that must be found."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.immunization.rules.clusters import Cell, Onset, adjusted, binomial_tail, bunches, poisson_tail, signals

AT = datetime(2022, 3, 10, 8, 0, tzinfo=timezone(timedelta(hours=7)))


def brute_binomial(observed: int, trials: int, chance: Fraction) -> Fraction:
    def at(k: int) -> Fraction:
        return math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)

    return sum((at(k) for k in range(observed + 1, trials + 1)), Fraction(0)) + at(observed) / 2


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 99))
def test_the_binomial_tail_is_that_of_exact_fractions(observed: int, more: int, percent: int) -> None:
    trials = observed + more
    exact = float(brute_binomial(observed, trials, Fraction(percent, 100)))
    assert binomial_tail(observed, trials, percent / 100) == pytest.approx(exact, rel=1e-9, abs=1e-15)


@given(st.integers(0, 60), st.floats(0.01, 40))
def test_the_poisson_tail_is_the_sum_of_its_terms(observed: int, expected: float) -> None:
    def at(k: int) -> float:
        return math.exp(k * math.log(expected) - expected - math.lgamma(k + 1))

    brute = math.fsum(at(k) for k in range(observed + 1, observed + 400)) + at(observed) / 2
    assert poisson_tail(observed, expected) == pytest.approx(brute, rel=1e-9, abs=1e-14)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.sampled_from([0.01, 0.05, 0.2]))
def test_adjusted_values_call_what_the_step_up_procedure_calls(tails: list[float], rate: float) -> None:
    ordered = sorted(tails)
    passing = [p for rank, p in enumerate(ordered, 1) if p * len(tails) / rank <= rate]
    called = [p for p in tails if passing and p <= max(passing)]
    assert [p for p, q in zip(tails, adjusted(tails), strict=True) if q <= rate] == called


def test_a_large_count_neither_overflows_nor_vanishes() -> None:
    assert 0.4 < binomial_tail(50_000, 100_000, 0.5) < 0.6
    assert 0 < binomial_tail(900, 100_000, 0.001) < 1e-200
    assert 0.4 < poisson_tail(1_000_000, 1e6) < 0.6


def test_twelve_of_a_lot_where_two_are_expected_stand_out() -> None:
    cells = [Cell((lot,), 1, 5_000, 2) for lot in range(40)]
    cells[7] = Cell((7,), 1, 5_000, 12)
    [signal] = signals(cells)
    assert signal.cell.key == (7,)
    assert (signal.expected, signal.compared, signal.others_cases) == (2.0, 40, 78)
    assert signal.q_value < 0.001


def test_many_reactions_of_many_doses_are_no_signal() -> None:
    cells = [Cell((lot,), 1, 1_000, 1) for lot in range(40)] + [Cell((99,), 1, 60_000, 66)]
    assert signals(cells) == []


def test_two_reactions_are_a_pair_and_no_signal() -> None:
    assert signals([Cell((1,), 1, 10, 2), *(Cell((lot,), 1, 10_000, 0) for lot in range(2, 50))]) == []


def test_products_are_not_compared_with_each_other() -> None:
    weak = [Cell((lot,), 1, 1_000, 10) for lot in range(20)]
    strong = [Cell((lot,), 2, 1_000, 100) for lot in range(20, 40)]
    assert signals(weak + strong) == []


@pytest.mark.slow
def test_quiet_data_seldom_alarms() -> None:
    """300 quiet campaigns of 400 lots of very different size, one rate for all: at most 5 % may have any signal."""
    random = numpy.random.default_rng(2021)
    alarms = 0
    for _ in range(300):
        doses = random.lognormal(7, 1.2, 400).astype(int) + 1
        cases = random.poisson(doses * 4e-4)
        alarms += bool(
            signals([Cell((n,), 1, int(d), int(c)) for n, (d, c) in enumerate(zip(doses, cases, strict=True))])
        )
    print(f"campaigns with a false alarm: {alarms} of 300")
    assert alarms <= 15


@pytest.mark.slow
def test_a_lot_five_times_as_reactive_is_found() -> None:
    random = numpy.random.default_rng(7)
    found = 0
    for _ in range(100):
        doses = random.lognormal(7, 1.2, 400).astype(int) + 1
        doses[0] = 8_000
        cases = random.poisson(doses * 4e-4)
        cases[0] = random.poisson(8_000 * 20e-4)
        found += any(
            signal.cell.key == (0,)
            for signal in signals(
                [Cell((n,), 1, int(d), int(c)) for n, (d, c) in enumerate(zip(doses, cases, strict=True))]
            )
        )
    print(f"lots of harm found: {found} of 100")
    assert found >= 80


def onset(session: str, minute: float, after: float = 5) -> Onset:
    return Onset(session, AT + timedelta(minutes=minute - after), AT + timedelta(minutes=minute))


def test_four_who_faint_within_minutes_are_a_bunch() -> None:
    onsets = [onset("a", minute) for minute in (10, 12, 15, 21)] + [onset("b", 10), onset("b", 90)]
    [bunch] = bunches(onsets, {"a": 60, "b": 60}, 0.002)
    assert (bunch.session, bunch.people) == ("a", 4)
    assert bunch.p_value < 1e-3


def test_fainting_hours_after_the_needle_or_apart_is_none() -> None:
    late = [onset("a", minute, after=120) for minute in (130, 132, 134)]
    apart = [onset("b", minute) for minute in (10, 60, 120)]
    assert bunches(late + apart, {"a": 60, "b": 60}, 0.002) == []
