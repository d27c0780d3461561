"""Whether reactions at a lot, a facility or in a session are more than chance would show. Pure; no dependency but math.

A lot with many reactions may be a bad lot, or a big one, or the bad luck of one in a thousand lots. Three things keep
luck from looking like harm:

*Against its peers, by doses.* Given that ``total`` reactions fell on all doses of a product, each falls on this cell
with probability ``doses / all doses``; so the cell's count is binomial, exactly, and the unknown true rate drops out
(Przyborowski and Wilenski 1940: two Poisson counts compared given their sum). The mid-P of the upper tail is used
(Lancaster 1961): it counts the observed value by half, since the exact tail of such small counts is too cautious.

*Many looks.* With ten thousand cells one in a thousand is ten; the false discovery rate is held by Benjamini and
Hochberg (1995) over all cells of one product, kind and measure.

*A least count and a least excess.* Two reactions are a pair, whatever the arithmetic says.

Rates of reporting differ between facilities for reasons other than harm (a careful observer reports more): a signal
says where to look, not what is wrong.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

LEAST_CASES: Final = 3
LEAST_RATIO: Final = 2.0  # observed over expected
FALSE_DISCOVERIES: Final = 0.05  # of the signals of a run, in the long run
STRESS_WITHIN: Final = timedelta(minutes=15)  # from the needle to the first sign, and from the first to the last person
TINY: Final = 1e-300


class Cell(NamedTuple):
    """Doses and reactions under one heading. ``key``: a lot, a facility, or both; compared within ``product``."""

    key: tuple[int, ...]
    product: int
    doses: int
    cases: int


class Signal(NamedTuple):
    """A cell that stands out. ``expected``: what its doses would have had at the rate of all the others together."""

    cell: Cell
    expected: float
    p_value: float
    q_value: float
    compared: int
    others_doses: int
    others_cases: int

    @property
    def ratio(self) -> float:
        """How many times more than expected; infinite where the others have had none."""
        return self.cell.cases / self.expected if self.expected > 0 else math.inf


class Onset(NamedTuple):
    """A reaction that may be of stress: the session, the person's place in the list, needle and first sign."""

    session: str
    given_at: datetime
    onset_at: datetime


class Bunch(NamedTuple):
    """People of one session with such signs close together."""

    session: str
    people: int
    first_at: datetime
    latest_at: datetime
    expected: float
    p_value: float


def signals(
    cells: Sequence[Cell],
    *,
    rate: float = FALSE_DISCOVERIES,
    least: int = LEAST_CASES,
    ratio: float = LEAST_RATIO,
) -> list[Signal]:
    """The cells that stand out, the least likely by chance first. A cell without doses says nothing and is left out."""
    by_product: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.doses > 0:
            by_product[cell.product].append(cell)
    found: list[Signal] = []
    for group in by_product.values():
        found += _group(group, rate, least, ratio)
    return sorted(found, key=lambda signal: (signal.p_value, -signal.cell.cases, signal.cell.key))


def _group(cells: list[Cell], rate: float, least: int, ratio: float) -> list[Signal]:
    doses, cases = sum(cell.doses for cell in cells), sum(cell.cases for cell in cells)
    if len(cells) < 2 or cases < least:
        return []
    tails = [binomial_tail(cell.cases, cases, cell.doses / doses) for cell in cells]
    qs = adjusted(tails)
    found = []
    for cell, p, q in zip(cells, tails, qs, strict=True):
        rest, rest_cases = doses - cell.doses, cases - cell.cases
        expected = cell.doses * rest_cases / rest if rest else float(cell.cases)
        if q <= rate and cell.cases >= least and cell.cases >= ratio * expected:
            found.append(Signal(cell, expected, p, q, len(cells), rest, rest_cases))
    return found


def bunches(onsets: Sequence[Onset], doses: dict[str, int], rate: float, *, least: int = LEAST_CASES) -> list[Bunch]:
    """Sessions in which several people had signs of stress within minutes of the needle and of each other (WHO calls
    it immunization stress-related responses).

    ``doses``: given in each session; ``rate``: such reactions a dose in all sessions. Of a session the window with the
    most people is taken; its chance is the Poisson tail at the session's own number of doses, times the windows looked
    at (Bonferroni), so that a long session has no advantage.
    """
    by_session: dict[str, list[Onset]] = defaultdict(list)
    for onset in onsets:
        if timedelta(0) <= onset.onset_at - onset.given_at <= STRESS_WITHIN:
            by_session[onset.session].append(onset)
    found = []
    for session, those in by_session.items():
        times = sorted(onset.onset_at for onset in those)
        first, people = _fullest(times)
        if people < least:
            continue
        expected = rate * doses.get(session, 0)
        p = min(1.0, poisson_tail(people, expected) * len(times)) if expected > 0 else 0.0
        found.append(Bunch(session, people, times[first], times[first + people - 1], expected, p))
    return sorted(found, key=lambda bunch: (bunch.p_value, -bunch.people, bunch.session))


def _fullest(times: list[datetime]) -> tuple[int, int]:
    """(index of its first, how many) of the window of :data:`STRESS_WITHIN` that holds the most."""
    best, start = (0, 0), 0
    for end, at in enumerate(times):
        while at - times[start] > STRESS_WITHIN:
            start += 1
        best = max(best, (start, end - start + 1), key=lambda window: window[1])
    return best


def adjusted(tails: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's q values: the least false discovery rate at which each would be called."""
    order = sorted(range(len(tails)), key=lambda index: tails[index], reverse=True)
    found = [1.0] * len(tails)
    least, count = 1.0, len(tails)
    for place, index in enumerate(order):
        least = min(least, tails[index] * count / (count - place))
        found[index] = least
    return found


def binomial_tail(observed: int, trials: int, chance: float) -> float:
    """Mid-P of at least ``observed`` of ``trials``, each with ``chance``: P(X > k) + P(X = k) / 2."""
    if observed <= 0:
        return 1.0 - 0.5 * (1.0 - chance) ** trials
    if chance <= 0.0:
        return 0.0
    if chance >= 1.0:
        return 0.5 if observed == trials else 1.0
    log_first = (
        math.lgamma(trials + 1)
        - math.lgamma(observed + 1)
        - math.lgamma(trials - observed + 1)
        + observed * math.log(chance)
        + (trials - observed) * math.log1p(-chance)
    )
    odds = chance / (1.0 - chance)
    return _tail(log_first, ((trials - k) / (k + 1) * odds for k in range(observed, trials)))


def poisson_tail(observed: int, expected: float) -> float:
    """Mid-P of at least ``observed`` where ``expected`` are expected: P(X > k) + P(X = k) / 2."""
    if expected <= 0.0:
        return 1.0 if observed <= 0 else 0.0
    if observed <= 0:
        return 1.0 - 0.5 * math.exp(-expected)
    log_first = observed * math.log(expected) - expected - math.lgamma(observed + 1)
    most = observed + int(40 * math.sqrt(expected) + expected + 200)  # beyond it nothing is left
    return _tail(log_first, (expected / (k + 1) for k in range(observed, most)))


def _tail(log_first: float, ratios: Iterable[float]) -> float:
    """Half the first term and all that follow, each made from the one before it; scaled so that nothing overflows."""
    total, term = 0.5, 1.0
    for step in ratios:
        term *= step
        total += term
        if step < 1.0 and term < total * 1e-17:
            break
    return min(1.0, max(TINY, math.exp(log_first + math.log(total))))
