"""Random numbers by name: a scenario compared with another draws the same number for the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol
from zlib import crc32

import numpy as np

from lachan.forecasting.engines.whatif import contacts
from lachan.forecasting.engines.whatif.assumptions import Floats, Range
from lachan.forecasting.engines.whatif.scenario import SETTINGS, Measure, Scenario
from lachan.forecasting.engines.whatif.vaccination import OUTCOMES, Effect

STEP: Final = 0.5  # days; two stages of anything last at least this long each


class Numbers:
    """Streams of random numbers, one a name; the same (seed, day, name) gives the same numbers."""

    def __init__(self, seed: int, day: int) -> None:
        self._seed, self._day = seed, day

    def _stream(self, name: str) -> np.random.Generator:
        return np.random.default_rng([self._seed, self._day, crc32(name.encode())])

    def uniform(self, name: str, *shape: int) -> Floats:
        return np.asarray(self._stream(name).random(shape))

    def normal(self, name: str, *shape: int) -> Floats:
        return np.asarray(self._stream(name).standard_normal(shape))


@dataclass(frozen=True)
class Parameters:
    """Everything drawn, first axis the draws: `each[name]` [n, …], `contacts[setting]` [n, A, A]; people and
    susceptibility [A] are the same in all."""

    people: Floats
    susceptibility: Floats
    each: dict[str, Floats]
    contacts: dict[str, Floats]
    effect: Effect

    def __getitem__(self, name: str) -> Floats:
        return self.each[name]


def draw(scenario: Scenario, numbers: Numbers, count: int) -> Parameters:
    """Draw every assumption `count` times and work out rates, so that R0 holds exactly for people without immunity."""

    def one(name: str) -> Floats:
        return scenario.range(name).at(numbers.uniform(name, count))

    given = {name: np.broadcast_to(value, (count, *value.shape)) for name, value in scenario.matrix.items()}
    meets = given or contacts.matrices(
        scenario.people, scenario.ages, {name: one(f"contacts.{name}") for name in SETTINGS}
    )
    susceptibility = scenario.by_age("infection.susceptibility").at(scenario.mean_ages())
    each = _of_variants(scenario, numbers, count)
    latent = one("infection.latent_share")[:, None] * each["generation_days"]
    infectious = (each["generation_days"] - latent) / 0.75  # two stages: the mean moment of infecting is at 3/4 of it
    each["leave_latent"], each["leave_infectious"] = _leaving(latent), _leaving(infectious)
    each["infectious_days"] = 2 * STEP / each["leave_infectious"]
    each["latent_days"] = 2 * STEP / each["leave_latent"]
    whole = susceptibility[None, :, None] * np.sum(list(meets.values()), axis=0)
    each["beta"] = each["r0"] / (spectral(whole)[:, None] * each["infectious_days"])
    each |= _of_severity(scenario, one)
    for name in ("wait", "ward", "icu"):
        each[f"{name}_days"] = one(f"hospital.{name}_days")
        each[f"leave_{name}"] = _leaving(each[f"{name}_days"])
    each["report_days"] = one("reporting.delay_days")
    each["leave_report"] = _leaving(each["report_days"])
    each["report_share"] = one("reporting.share")
    each["report_noise"] = one("reporting.noise")
    each["superspreading"] = one("infection.superspreading")
    each["wane"] = 1.0 - np.exp(-STEP / (one("infection.protection_months") * 30.44))
    each["drift"], each["drift_before"] = one("behaviour.drift"), one("fit.drift")
    each["tolerance"] = one("fit.tolerance")
    each["infected_before"] = one("start.infected_before")
    each["strictness"] = numbers.uniform("measures", count)
    beds = scenario.value("hospital.icu_beds")
    u = numbers.uniform("hospital.icu_beds", count)
    each["icu_beds"] = beds.at(u) if isinstance(beds, Range) else np.full(count, np.inf)
    return Parameters(scenario.people, susceptibility, each, meets, _effect(scenario, numbers, one, count))


def _of_variants(scenario: Scenario, numbers: Numbers, count: int) -> dict[str, Floats]:
    names = (
        "r0", "generation_days", "severity", "escape_infection", "escape_severe", "reinfects", "share",
        "imported_per_day",
    )  # fmt: skip
    return {
        name: np.column_stack(
            [getattr(entry, name).at(numbers.uniform(f"{entry.name}.{name}", count)) for entry in scenario.variants]
        )
        for name in names
    }


def _of_severity(scenario: Scenario, one: _One) -> dict[str, Floats]:
    """Chances [n, A] of the unvaccinated infected first: of a bed, of intensive care there, of dying on each way."""
    ages = scenario.mean_ages()
    hospital = scenario.by_age("severity.hospital").at_log(ages) * one("severity.hospital_scale")[:, None]
    icu = np.clip(scenario.by_age("severity.icu").at_log(ages) * one("severity.icu_scale")[:, None], 0.0, 1.0)
    deaths = scenario.by_age("severity.death").at_log(ages) * one("severity.death_scale")[:, None]
    hospital = np.clip(np.maximum(hospital, deaths), 0.0, 1.0)
    dying = np.clip(deaths / np.maximum(hospital, 1e-12), 0.0, 1.0)
    in_icu = np.clip(dying * one("severity.deaths_in_icu")[:, None] / np.maximum(icu, 1e-12), 0.0, 1.0)
    in_ward = np.clip((dying - icu * in_icu) / np.maximum(1.0 - icu, 1e-12), 0.0, 1.0)
    return {
        "hospital": hospital,
        "icu": icu,
        "death_icu": in_icu,
        "death_ward": in_ward,
        "death_without_icu": one("hospital.death_without_icu"),
        "second": one("infection.second_severity"),
        "oxygen_share": one("hospital.oxygen_share"),
        "oxygen_ward": one("hospital.oxygen_ward"),
        "oxygen_icu": one("hospital.oxygen_icu"),
    }


class _One(Protocol):
    """The type of a function that draws one assumption by its name."""

    def __call__(self, name: str) -> Floats: ...


def _effect(scenario: Scenario, numbers: Numbers, one: _One, count: int) -> Effect:
    """Doses share one draw an outcome: where one dose protects well, so does the next."""
    best = {}
    for outcome in OUTCOMES:
        u = numbers.uniform(f"effectiveness.{outcome}", count)
        best[outcome] = np.column_stack([scenario.range(f"effectiveness.{outcome}.{dose}").at(u) for dose in (1, 2, 3)])
    waning = {outcome: one(f"effectiveness.{outcome}.waning") for outcome in OUTCOMES}
    return Effect(best, waning, one("effectiveness.onset_days"))


def _leaving(days: Floats) -> Floats:
    """Chance to leave one of two stages in a step, so that both together last `days`."""
    return np.minimum(1.0, 2 * STEP / np.maximum(days, 1e-9))


def spectral(matrices: Floats) -> Floats:
    """Largest growth [n] of matrices [n, A, A] without negative entries."""
    return np.asarray(np.abs(np.linalg.eigvals(matrices)).max(axis=-1))


def contacts_left(measures: tuple[Measure, ...], strictness: Floats, on: np.datetime64) -> dict[str, Floats]:
    """Share of contacts [n] left in each setting on a day."""
    left = {setting: np.ones(len(strictness)) for setting in SETTINGS}
    for entry in _in_force(measures, on):
        for setting in SETTINGS if entry.setting == "all" else (entry.setting,):
            left[setting] = left[setting] * (1.0 - entry.reduction.at(strictness))
    return left


def _in_force(measures: tuple[Measure, ...], on: np.datetime64) -> Iterator[Measure]:
    for entry in measures:
        begun = entry.since is None or np.datetime64(entry.since, "D") <= on
        if begun and (entry.until is None or on <= np.datetime64(entry.until, "D")):
            yield entry
