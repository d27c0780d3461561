"""Nowcasts of triangles we made ourselves: what is covered, what is noticed, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from lachan.forecasting.engines.hub import Triangle
from lachan.forecasting.engines.nowcast import Nowcast, nowcast
from lachan.forecasting.engines.nowcast.reporters import reporters

LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
FIRST = np.datetime64("2021-03-01")
WEEKEND = np.array([0.9, 1.1, 1.1, 1.0, 0.95, 0.5, 0.3])  # how much is reported by weekday


def reported(seed: int, *, rows: int = 4, days: int = 90, longest: int = 25, level: float = 30.0,
             slower: tuple[int, float] | None = None) -> np.ndarray:  # fmt: skip
    """What comes of each day after k days [L, D, K], with the future; from day `slower[0]` delays are longer."""
    rng = np.random.default_rng(seed)
    made = np.zeros((rows, days, longest + 1))
    late = np.arange(longest + 1)
    for row in range(rows):
        size = level * np.exp(rng.normal(0, 0.5))
        for day in range(days):
            mean = 4.0 * (slower[1] if slower and day >= slower[0] else 1.0)
            share = np.exp(-late / mean) * WEEKEND[(day + late) % 7] * rng.gamma(30.0, 1 / 30.0, longest + 1)
            made[row, day] = rng.multinomial(rng.poisson(rng.gamma(15.0, size / 15.0)), share / share.sum())
    return made


def seen(made: np.ndarray) -> Triangle:
    """The triangle as it stands on its last day."""
    counts = made.astype(float).copy()
    counts[:, np.arange(made.shape[2]) > np.arange(made.shape[1])[::-1, None]] = np.nan
    return Triangle("cases", tuple(f"P{row}" for row in range(len(made))), FIRST + np.arange(made.shape[1]), counts)


def of_last(triangle: Triangle, days: int = 10, **more: int) -> Nowcast:
    return nowcast(triangle, triangle.days[-days:], LEVELS, **more)


@pytest.mark.slow
def test_nine_of_ten_truths_lie_in_the_ninety_percent_interval() -> None:
    inside, half, error, naive = [], [], [], []
    for seed in range(8):
        made = reported(seed)
        triangle = seen(made)
        truth = made.sum(axis=2)[:, -10:]
        got = of_last(triangle).quantiles
        inside.append((truth >= got[..., 0]) & (truth <= got[..., 4]))
        half.append((truth >= got[..., 1]) & (truth <= got[..., 3]))
        error.append(np.abs(truth - got[..., 2]))
        naive.append(truth - np.nansum(triangle.counts, axis=2)[:, -10:])
    assert 0.84 <= np.mean(inside) <= 0.99  # small counts are whole numbers: their intervals cover more
    assert 0.42 <= np.mean(half) <= 0.65
    assert np.mean(error) < 0.4 * np.mean(naive)  # the median is far nearer than what is known so far


@pytest.mark.slow
def test_nothing_later_is_read_and_the_same_seed_says_the_same() -> None:
    made = reported(1, rows=3, days=60)
    triangle = seen(made)
    poisoned = triangle.counts.copy()
    poisoned[np.isnan(poisoned)] = 1e6
    one = of_last(triangle)
    two = of_last(Triangle("cases", triangle.locations, triangle.days, poisoned))
    assert np.array_equal(one.quantiles, two.quantiles)
    assert np.array_equal(one.samples, two.samples)
    assert not np.array_equal(one.samples, of_last(triangle, seed=1).samples)


@pytest.mark.slow
def test_quantiles_rise_and_never_fall_below_what_is_known() -> None:
    triangle = seen(reported(2, rows=3, days=60, level=4.0))
    got = of_last(triangle).quantiles
    known = np.nansum(triangle.counts, axis=2)[:, -10:]
    assert (np.diff(got, axis=2) >= 0).all()
    assert (got >= known[:, :, None]).all()


@pytest.mark.slow
def test_the_total_is_the_sum_of_its_parts_in_every_sample() -> None:
    made = reported(3, rows=3, days=60)
    whole = np.concatenate([made.sum(axis=0, keepdims=True), made])
    got = of_last(seen(whole))
    assert np.array_equal(got.samples[0], got.samples[1:].sum(axis=0))
    apart = got.quantiles[:, -1, 4] - got.quantiles[:, -1, 0]
    assert apart[0] < apart[1:].sum()  # errors of the parts cancel in part


@pytest.mark.slow
def test_many_small_places_do_not_add_up_to_cases_that_nobody_has() -> None:
    missed = []
    for seed in range(2):
        made = reported(seed, rows=34, days=60, longest=12, level=0.4)
        whole = np.concatenate([made.sum(axis=0, keepdims=True), made])
        got = of_last(seen(whole)).samples[0].mean(axis=0)
        missed.append(got - whole[0].sum(axis=1)[-10:])
    assert abs(np.mean(missed)) < 2.0  # of some thirteen a day


@pytest.mark.slow
def test_a_longer_delay_is_noticed_with_its_day_and_growth_is_not_taken_for_one() -> None:
    slower = [of_last(seen(reported(seed, slower=(65, 2.0)))).delay for seed in range(5)]
    assert sum(one.changed and one.longer for one in slower) >= 4
    since = [int((one.since - FIRST).astype(int)) for one in slower if one.since is not None]
    assert all(60 <= day <= 80 for day in since)
    assert all(one.now_days > one.before_days for one in slower if one.changed)
    same = [of_last(seen(reported(seed))).delay for seed in range(5)]
    assert not any(one.changed for one in same)
    growth = np.round(reported(9, level=200.0) * (1.05 ** np.arange(90))[None, :, None] / 20.0)
    assert not of_last(seen(growth)).delay.changed


def test_reporters_are_told_apart() -> None:
    rng = np.random.default_rng(4)
    regular = rng.poisson(12.0, 56)
    weekly = np.where(np.arange(56) % 7 == 3, 80, 0)
    silent = np.where(np.arange(56) < 49, regular, 0)
    broken = np.where(rng.random(56) < 0.5, regular, 0)
    no_weekend = np.where(np.arange(56) % 7 < 5, regular, 0)
    small = rng.poisson(0.1, 56)
    broken[-1] = 12  # it has not fallen silent
    kinds = reporters(np.array([regular, weekly, silent, broken, no_weekend, small], dtype=float), 0)
    assert [one.kind for one in kinds] == ["regular", "weekly", "silent", "broken", "regular", "regular"]
    assert kinds[1].weekday == 3
    assert kinds[2].silent_days == 7


@pytest.mark.slow
def test_a_silent_place_is_not_taken_for_one_without_cases() -> None:
    made = reported(5, rows=4, days=80)
    triangle = seen(made)
    for day in range(73, 80):  # nothing comes from the first place in the last week
        triangle.counts[0, np.arange(day - 25, day + 1), np.arange(25, -1, -1)] = 0
    got = of_last(triangle)
    assert got.reporters[0].kind == "silent"
    truth = made.sum(axis=2)[0, -10:]
    assert ((truth >= got.quantiles[0, :, 0]) & (truth <= got.quantiles[0, :, 4])).mean() >= 0.7
    assert (got.quantiles[0, -1, 4] - got.quantiles[0, -1, 0]) > truth.mean()  # and it says how little it knows


@pytest.mark.slow
def test_a_backlog_is_named_and_does_not_bend_the_delay() -> None:
    made = reported(6, rows=4, days=80)
    plain = of_last(seen(made)).quantiles[1, -4:, 2]
    for day in range(50, 66):  # two weeks of old reports of the second place came on day 76
        made[1, day, min(76 - day, 25)] += 40
    got = of_last(seen(made))
    assert "batch" in got.delay.said
    assert (1, FIRST + 76) in got.delay.batches
    assert np.allclose(got.quantiles[1, -4:, 2], plain, rtol=0.35)


@pytest.mark.slow
def test_delays_beyond_the_triangle_are_said_and_unseen_ones_are_no_zeros() -> None:
    made = reported(7, rows=3, days=60, longest=4)
    assert "beyond_triangle" in of_last(seen(made)).delay.said  # a mean of four days, cut at four
    short = seen(reported(7, rows=3, days=12, longest=25))  # fewer days than delays
    got = of_last(short, 12)
    first = got.quantiles[:, 0]
    assert (first[:, 4] > np.nansum(short.counts, axis=2)[:, 0]).any()  # eleven days on, more may come


@pytest.mark.slow
def test_counts_taken_back_may_end_below_what_is_known() -> None:
    made = reported(8, rows=3, days=80, level=150.0)
    made[:, :, 6] -= (0.9 * made[:, :, :3].sum(axis=2)).round()  # most of the first reports were no cases
    triangle = seen(made)
    got = of_last(triangle).quantiles[:, -6]
    known = np.nansum(triangle.counts, axis=2)[:, -6]  # five days old: the corrections are still to come
    truth = made.sum(axis=2)[:, -6]
    assert (got[:, 2] < known).all()
    assert ((got[:, 0] <= truth) & (truth <= got[:, 4])).sum() >= 2


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("value", [0.0, np.nan])
def test_nothing_reported_is_answered_with_little(rows: int, value: float) -> None:
    triangle = seen(np.zeros((rows, 40, 8)))
    triangle.counts[:] = value
    got = of_last(triangle).quantiles
    assert np.isfinite(got).all()
    assert got.max() <= 10


def test_wrong_forms_are_refused_by_name() -> None:
    triangle = seen(reported(1, rows=2, days=40))
    with pytest.raises(ValueError, match="lie between"):
        nowcast(triangle, triangle.days[-1:] + 1, LEVELS)
    with pytest.raises(ValueError, match="shape"):
        nowcast(Triangle("x", ("A",), triangle.days, triangle.counts), triangle.days[-1:], LEVELS)
    with pytest.raises(ValueError, match="infinite"):
        nowcast(Triangle("x", ("A", "B"), triangle.days, triangle.counts + np.inf), triangle.days[-1:], LEVELS)
