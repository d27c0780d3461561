"""Serial intervals, from the infector's day to the infectee's: their density, their mean with an interval."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from scipy.special import gammainc, gammaln, ndtr

from lachan.tracing.chains.offspring import Range
from lachan.tracing.chains.shapes import Days, Timing, Weights

FEWEST_PAIRS: Final = 10
RESAMPLES: Final = 1_000
FEWEST_RESAMPLES: Final = 300
_CELLS: Final = 1_000_000  # drawn at once: 8 MB; and in all, where there are many pairs


class Serial(NamedTuple):
    """Mean, standard deviation and median in days with bootstrap intervals; the share below nought by Wilson's."""

    pairs: int
    mean: Range
    sd: Range
    median: Range
    negative: Range
    reason: str = ""


def measured(days: Days, *, seed: int) -> Serial:
    """What these intervals say; fewer than ten say nothing (``too_few_pairs``). NaN are left out."""
    days = days[~np.isnan(days)]
    if len(days) < FEWEST_PAIRS:
        nothing = Range(None)
        return Serial(len(days), nothing, nothing, nothing, nothing, "too_few_pairs")
    rng = np.random.default_rng(seed)
    drawn: list[Weights] = []
    rounds = max(FEWEST_RESAMPLES, min(RESAMPLES, _CELLS // len(days)))
    step = max(1, min(rounds, _CELLS // len(days)))
    for start in range(0, rounds, step):
        sample = days[rng.integers(0, len(days), (min(step, rounds - start), len(days)))]
        drawn.append(np.column_stack([sample.mean(axis=1), sample.std(axis=1, ddof=1), np.median(sample, axis=1)]))
    low, high = np.percentile(np.concatenate(drawn), [2.5, 97.5], axis=0)
    values = (float(days.mean()), float(days.std(ddof=1)), float(np.median(days)))
    mean, sd, median = (Range(value, float(low[n]), float(high[n])) for n, value in enumerate(values))
    return Serial(len(days), mean, sd, median, _share(int((days < 0).sum()), len(days)))


def timing_from(days: Days, otherwise: Timing) -> Timing:
    """The timing these intervals show, or the given one where they are fewer than ten."""
    days = days[~np.isnan(days)]
    if len(days) < FEWEST_PAIRS:
        return otherwise
    lowest = float(days.min())
    shift = max(0.0, -lowest) + 1.0 if lowest < 0 else 0.0
    mean = max(float(days.mean()), 0.5 - shift)
    # nobody incubates longer than from infector to infectee in the mean of diseases caught around onset
    return Timing(mean, max(float(days.std(ddof=1)), 1.0), shift, otherwise.incubation, otherwise.incubation_sd)


def reach(timing: Timing) -> float:
    """Days over which two cases who were listed as contacts lie apart when neither infected the other."""
    return timing.mean + 4 * timing.sd


def likeness(days: Days, variance: Weights, timing: Timing) -> Weights:
    """How many times likelier these intervals are from infector to infectee than of two cases who merely met.

    ``variance``: of days that are only estimated.
    """
    mean = timing.mean + timing.shift
    spread = timing.sd**2 + variance
    shape, scale = mean**2 / spread, spread / mean
    x = days + timing.shift
    # on the day of the infector itself a density may be without limit: taken half a day in
    x = np.where((x >= 0) & (x < 0.5), 0.5, x)
    found = np.zeros(len(days))
    inside = x > 0
    found[inside] = reach(timing) * np.exp(_log_gamma(x[inside], shape[inside], scale[inside]))
    return found


def over(days: Days, timing: Timing) -> Weights:
    """Which share of a case's infectees have been seen this many days after its own."""
    mean = timing.mean + timing.shift
    shape, scale = mean**2 / timing.sd**2, timing.sd**2 / mean
    found: Weights = gammainc(shape, np.maximum(days + timing.shift, 0.0) / scale)
    return found


def fits(infector: Days, infectee: Days, first: Days, last: Days, variance: Weights, timing: Timing) -> Weights:
    """How many times likelier their meeting lies there if one infected the other than by chance; 1 where nobody knows.

    Infection lies (mean serial interval - incubation) after the infector's onset and an incubation before the
    infectee's: with normal errors, the day of infection given both is normal too. Its density, averaged between first
    and last meeting, over that of any day.
    """
    after = timing.mean - timing.incubation
    from_infector = max(timing.sd**2 - timing.incubation_sd**2, 1.0) + variance / 2
    from_infectee = timing.incubation_sd**2 + variance / 2
    middle = ((infector + after) * from_infectee + (infectee - timing.incubation) * from_infector) / (
        from_infector + from_infectee
    )
    spread = np.sqrt(from_infector * from_infectee / (from_infector + from_infectee))
    low, high = (first - middle) / spread, (last - middle) / spread
    width = np.maximum(high - low, 1e-9)
    short = width < 0.05
    mean = np.where(
        short,
        np.exp(-(((low + high) / 2) ** 2) / 2) / math.sqrt(2 * math.pi),
        (ndtr(high) - ndtr(low)) / np.where(short, 1.0, width),
    )
    return np.where(np.isnan(first) | np.isnan(last), 1.0, mean / spread * reach(timing))


def _log_gamma(x: Weights, shape: Weights, scale: Weights) -> Weights:
    found: Weights = (shape - 1) * np.log(x) - x / scale - shape * np.log(scale) - gammaln(shape)
    return found


def _share(part: int, whole: int) -> Range:
    z = 1.959963984540054
    share = part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    reach = z / (1 + z * z / whole) * np.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return Range(share, max(0.0, float(middle - reach)), min(1.0, float(middle + reach)))
