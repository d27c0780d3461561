"""What stock and deliveries make of demand: the risk of running out, doses that expire, how much to order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Supply:
    """What is and what comes, doses.

    stock [A, P, E]: by the week in which the lot expires (0: usable in the next week only), the last column: beyond
    the weeks looked at. deliveries [A, P, H]: arrive before the week's sessions, usable to the end of the weeks looked
    at. vial [P]: doses in a vial; sessions [A, P]: sessions a week over which people spread (what is left of an opened
    vial is lost at the end of one).
    """

    stock: Floats
    deliveries: Floats
    vial: npt.NDArray[np.int64]
    sessions: npt.NDArray[np.int64]

    def of(self, places: slice) -> Supply:
        """The same for some places."""
        return Supply(self.stock[places], self.deliveries[places], self.vial, self.sessions[places])


@dataclass(frozen=True)
class Risk:
    """out [A, P, H]: chance that somebody is turned away in that week. ever [A, P]: in any of the weeks covered. unmet
    [A, P, H]: people turned away and not served yet, mean. expired [A, P]: doses that expire unused, mean. opened
    [A, P]: doses lost in opened vials, mean. target [A, P]: doses that suffice for the weeks covered with the service
    level asked for; order [A, P]: what lacks, whole vials."""

    out: Floats
    ever: Floats
    unmet: Floats
    expired: Floats
    opened: Floats
    target: Floats
    order: Floats


def used_for(people: Floats, vial: npt.NDArray[np.int64], sessions: npt.NDArray[np.int64]) -> Floats:
    """Doses of the vials opened [...] when people [...] spread evenly over sessions; vial and sessions broadcast."""
    number = np.maximum(sessions, 1)
    each = np.floor(people / number)
    more = people - each * number
    return np.asarray(vial * (more * np.ceil((each + 1) / vial) + (number - more) * np.ceil(each / vial)))


def risk(wanted: Floats, supply: Supply, *, level: float = 0.95, covered: int = 4) -> Risk:
    """Play every path of doses wanted [S, A, P, H] against the supply, first expired first out.

    Who is turned away comes back the week after. level: service level of the target over the next `covered` weeks
    (lead time of a delivery and the time to the one after). Raises ValueError where shapes do not fit.
    """
    samples, places, products, weeks = wanted.shape
    if supply.stock.shape[:2] != (places, products) or supply.deliveries.shape != (places, products, weeks):
        raise ValueError(
            f"stock {supply.stock.shape}, deliveries {supply.deliveries.shape}: want [{places}, {products}, …] and "
            f"[{places}, {products}, {weeks}]"
        )
    if not 1 <= covered <= weeks or not 0 < level < 1:
        raise ValueError(f"covered {covered} of {weeks} weeks, level {level:g}")
    columns = supply.stock.shape[2]
    lots = np.broadcast_to(supply.stock, (samples, *supply.stock.shape)).copy()
    out, unmet = np.zeros((places, products, weeks)), np.zeros((places, products, weeks))
    expired, opened = np.zeros((places, products)), np.zeros((places, products))
    waiting = np.zeros((samples, places, products))
    ever = np.zeros((samples, places, products), dtype=bool)
    for week in range(weeks):
        lots[..., -1] += supply.deliveries[..., week]
        people = wanted[..., week] + waiting
        there = lots.sum(axis=-1)
        served = np.minimum(people, there)
        taken = np.minimum(used_for(served, supply.vial, supply.sessions), there)
        waiting = people - served
        out[..., week], unmet[..., week] = (waiting > 0).mean(axis=0), waiting.mean(axis=0)
        if week < covered:
            ever |= waiting > 0
        opened += (taken - served).mean(axis=0)
        _take(lots, taken)
        if week < columns - 1:  # the last column expires beyond the weeks looked at
            expired += lots[..., week].mean(axis=0)
            lots[..., week] = 0.0
    target = _target(wanted[..., :covered], supply, level)
    usable = _usable(wanted[..., :covered], supply)
    lacking = np.maximum(target - usable - supply.deliveries[..., :covered].sum(axis=-1), 0.0)
    order = np.ceil(lacking / supply.vial) * supply.vial
    return Risk(out, ever.mean(axis=0), unmet, expired, opened, target, order)


def _take(lots: Floats, taken: Floats) -> None:
    """Take doses [S, A, P] out of lots [S, A, P, E], the first to expire first."""
    before = np.cumsum(lots, axis=-1) - lots
    lots -= np.clip(taken[..., None] - before, 0.0, lots)


def _target(wanted: Floats, supply: Supply, level: float) -> Floats:
    """Quantile [A, P] of the doses opened over the weeks covered."""
    used = used_for(wanted, supply.vial[:, None], supply.sessions[..., None]).sum(axis=-1)
    return np.asarray(np.ceil(np.quantile(used, level, axis=0)))


def _usable(wanted: Floats, supply: Supply) -> Floats:
    """Doses of the stock [A, P] that can be used in the weeks covered before they expire, by the mean path."""
    used = used_for(wanted, supply.vial[:, None], supply.sessions[..., None]).mean(axis=0)
    left = supply.stock.copy()
    taken = np.zeros(left.shape[:2])
    for week in range(used.shape[-1]):
        now = np.minimum(used[..., week], left.sum(axis=-1))
        _take(left, now)
        taken += now
        if week < left.shape[-1] - 1:
            left[..., week] = 0.0
    return np.asarray(taken + left.sum(axis=-1))
