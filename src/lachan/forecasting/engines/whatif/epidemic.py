"""The model: people by age, dose and whether infected before, moved in steps of half a day; nobody is lost.

    infected = open people × (1 − exp(−force × step))
    force of variant v on age a = m × β_v × susceptibility_a × Σ_b contacts_ab × infectious_vb / people_b
    β_v = R0_v / (largest growth of susceptibility × contacts × days infectious)

Latent, infectious, waiting, ward and intensive care have two stages each (Erlang), so that stays are not memoryless.
Chance: one factor a day and draw on the force, of mean 1 and the variance that superspreading gives so many infections.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lachan.forecasting.engines.whatif.assumptions import Floats
from lachan.forecasting.engines.whatif.draws import STEP, Parameters, spectral

STEPS = round(1 / STEP)  # a day
LEAST = 0.05  # infections a day below which chance grows no more


@dataclass
class State:
    """People of each draw. Axes: n draws, 2 stages, K variants, 2 (never infected, infected before), A ages, 4 doses.

    open [n,2,A,4]; immune [n,A,4]; latent, infectious [n,2,K,2,A,4]; waiting, ward, icu [n,2,A,4]; dead [n,A].
    `reports` [n,2] are infections waiting to be reported and no people. `log_m` [n]: what contacts do beyond measures.
    """

    open: Floats
    immune: Floats
    latent: Floats
    infectious: Floats
    waiting: Floats
    ward: Floats
    icu: Floats
    dead: Floats
    reports: Floats
    log_m: Floats

    def everybody(self) -> Floats:
        """People [n, A], the dead among them: the same on every day."""
        living = self.open.sum(axis=(1, 3)) + self.immune.sum(axis=2)
        sick = self.latent.sum(axis=(1, 2, 3, 5)) + self.infectious.sum(axis=(1, 2, 3, 5))
        cared = sum(part.sum(axis=(1, 3)) for part in (self.waiting, self.ward, self.icu))
        return np.asarray(living + sick + cared + self.dead)


@dataclass
class Day:
    """What happened on a day, [n] each; `by_pressure` is what R is read from."""

    infections: Floats
    reported: Floats
    admissions: Floats
    deaths: Floats
    by_pressure: Floats


@dataclass(frozen=True)
class Guard:
    """Protection on a day. openness [n,K,A,4] of the never or long ago infected; ill [n,K,A,4]: need of a bed of the
    infected, relative to the unvaccinated; dying [n,A,4] the same of deaths of those in a bed."""

    openness: Floats
    ill: Floats
    dying: Floats


def guard(p: Parameters, protection: dict[str, Floats]) -> Guard:
    """Average protection by dose [n, A, 4] turned into what it does against each variant."""
    infection = protection["infection"][:, None] * (1.0 - p["escape_infection"])[:, :, None, None]
    severe = protection["severe"][:, None] * (1.0 - p["escape_severe"])[:, :, None, None]
    openness = 1.0 - infection
    ill = np.clip((1.0 - severe) / np.maximum(openness, 1e-9), 0.0, 1.0)
    dying = np.clip((1.0 - protection["death"]) / np.maximum(1.0 - protection["severe"], 1e-9), 0.0, 1.0)
    return Guard(openness, ill, dying)


def force(state: State, p: Parameters, meets: Floats) -> Floats:
    """Force of infection a day [n, K, A] on a fully open person."""
    infectious = state.infectious.sum(axis=(1, 3, 5)) / p.people
    felt = np.matmul(infectious, meets.transpose(0, 2, 1))
    return np.asarray(np.exp(state.log_m)[:, None, None] * p["beta"][:, :, None] * p.susceptibility * felt)


def reproduction(state: State, p: Parameters, seen: Guard, meets: Floats) -> Floats:
    """People infected by one [n] with the immunity and the contacts of a day, variants by their share, m left out."""
    still = np.einsum("nav,nkav->nka", state.open.sum(axis=1), seen.openness)
    still += p["reinfects"][:, :, None] * np.einsum("nav,nkav->nka", state.immune, seen.openness)
    weight = state.infectious.sum(axis=(1, 3, 4, 5)) + state.latent.sum(axis=(1, 3, 4, 5))
    weight = weight + 1e-9 * p["share"]  # where nobody is infected yet
    weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    grown = (weight * p["beta"] * p["infectious_days"])[:, :, None] * p.susceptibility * still / p.people
    return spectral(grown.sum(axis=1)[:, :, None] * meets)


def advance(state: State, p: Parameters, seen: Guard, meets: Floats, chance: Floats, imports: Floats) -> Day:
    """One day. chance [n]: standard normal; imports [n, K]: infections brought from outside. Changes the state."""
    day = Day(*(np.zeros(len(chance)) for _ in range(5)))
    for _ in range(STEPS):
        new, expected = _infections(state, p, seen, force(state, p, meets), chance)
        brought = _imports(state, imports * STEP)
        pressure = (state.infectious.sum(axis=(1, 3, 4, 5)) / p["infectious_days"]).sum(axis=1) * STEP
        day.infections += new.sum(axis=(1, 2, 3, 4)) + brought.sum(axis=(1, 2, 3, 4))
        day.by_pressure += np.where(pressure > 0, expected / np.maximum(pressure, 1e-300), np.nan) / STEPS
        begun, ended = _course(state, p, new + brought)
        _reports(state, p, begun, day)
        _care(state, p, seen, ended, day)
        waned = state.immune * p["wane"][:, None, None]
        state.immune -= waned
        state.open[:, 1] += waned
    return day


def _infections(state: State, p: Parameters, seen: Guard, felt: Floats, chance: Floats) -> tuple[Floats, Floats]:
    """Newly infected [n, K, 2, A, 4], taken from the open and the immune; and how many were expected [n]."""
    hazard = felt[:, :, :, None] * seen.openness  # [n, K, A, 4]
    again = hazard * p["reinfects"][:, :, None, None]
    mean = (hazard * state.open.sum(axis=1)[:, None] + again * state.immune[:, None]).sum(axis=(2, 3)) * STEP
    expected = mean.sum(axis=1)
    spread = np.log1p((1.0 + 1.0 / p["superspreading"]) / np.maximum(expected * STEPS, LEAST))
    factor = np.exp(np.sqrt(spread) * chance - spread / 2.0)[:, None, None, None]
    from_open = _caught(hazard * factor, state.open)
    from_immune = _caught(again * factor, state.immune[:, None])[:, :, 0]
    state.open -= from_open.sum(axis=1)
    state.immune -= from_immune.sum(axis=1)
    from_open[:, :, 1] += from_immune
    return from_open, expected


def _caught(hazard: Floats, people: Floats) -> Floats:
    """Of people [n, G, A, 4] under hazards [n, K, A, 4] a day those caught in a step [n, K, G, A, 4]."""
    whole = hazard.sum(axis=1)
    share = -np.expm1(-whole * STEP) / np.maximum(whole, 1e-300)
    return np.asarray((hazard * share[:, None])[:, :, None] * people[:, None])


def _imports(state: State, wanted: Floats) -> Floats:
    """Residents infected elsewhere [n, K, 2, A, 4], taken from those never infected in proportion."""
    brought = np.zeros((*wanted.shape, *state.open.shape[1:]))
    if not wanted.any():
        return brought
    never = state.open[:, 0]
    share = wanted / np.maximum(never.sum(axis=(1, 2)), 1e-12)[:, None]
    share = share * np.minimum(1.0, 0.5 / np.maximum(share.sum(axis=1, keepdims=True), 1e-12))
    brought[:, :, 0] = share[:, :, None, None] * never[:, None]
    state.open[:, 0] -= brought[:, :, 0].sum(axis=1)
    return brought


def _through(stages: Floats, chance: Floats, coming: Floats) -> Floats:
    """Two stages [n, 2, …] with who comes in; returns who leaves the second."""
    first, second = stages[:, 0] * chance, stages[:, 1] * chance
    stages[:, 0] += coming - first
    stages[:, 1] += first - second
    return np.asarray(second)


def _course(state: State, p: Parameters, new: Floats) -> tuple[Floats, Floats]:
    """Latent to infectious to the end of it; both flows [n, K, 2, A, 4]."""
    begun = _through(state.latent, p["leave_latent"][:, :, None, None, None], new)
    return begun, _through(state.infectious, p["leave_infectious"][:, :, None, None, None], begun)


def _reports(state: State, p: Parameters, begun: Floats, day: Day) -> None:
    found = p["report_share"] * begun.sum(axis=(1, 2, 3, 4))
    day.reported += _through(state.reports, p["leave_report"], found)


def need_of_bed(p: Parameters, seen: Guard) -> Floats:
    """Chance [n, K, 2, A, 4] that somebody infected needs a bed."""
    first = p["hospital"][:, None, :, None] * p["severity"][:, :, None, None] * seen.ill
    both = np.stack([first, first * p["second"][:, None, None, None]], axis=2)
    return np.minimum(both, 1.0)


def _care(state: State, p: Parameters, seen: Guard, ended: Floats, day: Day) -> None:
    """From the end of being infectious: home, or a bed; from there life or death."""
    ill_each = ended * need_of_bed(p, seen)
    ill = ill_each.sum(axis=(1, 2))
    state.immune += ended.sum(axis=(1, 2)) - ill
    admitted = _through(state.waiting, p["leave_wait"][:, None, None], ill)
    to_icu = admitted * p["icu"][:, :, None]
    occupied = state.icu.sum(axis=(1, 2, 3))
    lacking = np.maximum(0.0, 1.0 - p["icu_beds"] / np.maximum(occupied, 1e-12))
    from_icu = _through(state.icu, p["leave_icu"][:, None, None], to_icu)
    from_ward = _through(state.ward, p["leave_ward"][:, None, None], admitted - to_icu)
    usual = p["death_icu"][:, :, None] * seen.dying
    without = np.maximum(usual, p["death_without_icu"][:, None, None])
    dead_icu = from_icu * (usual + lacking[:, None, None] * (without - usual))
    dead_ward = from_ward * p["death_ward"][:, :, None] * seen.dying
    dead = dead_icu + dead_ward
    state.immune += from_icu + from_ward - dead
    state.dead += dead.sum(axis=2)
    day.admissions += admitted.sum(axis=(1, 2))
    day.deaths += dead.sum(axis=(1, 2))


def vaccinate(state: State, doses: Floats) -> Floats:
    """Give doses [3, A] of a day to those one dose behind who are not ill; returns how many found nobody [n]."""
    missed = np.zeros(len(state.log_m))
    for dose in (2, 1, 0):  # the third first: nobody gets two on one day
        if not doses[dose].any():
            continue
        ready = state.open[..., dose].sum(axis=1) + state.immune[..., dose]
        share = np.minimum(1.0, doses[dose] / np.maximum(ready, 1e-9))
        missed += np.maximum(0.0, doses[dose] - ready).sum(axis=1)
        for part, given in ((state.open, share[:, None]), (state.immune, share)):
            moved = part[..., dose] * given
            part[..., dose] -= moved
            part[..., dose + 1] += moved
    return missed
