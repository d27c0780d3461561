"""Who meets whom by age, built from labelled assumptions: no licensed matrix of Vietnam is shipped.

Each setting says how many people one meets a day at each age, and whom one prefers; a symmetric scaling then makes the
meetings of i with j as many as those of j with i while everybody keeps their number (Sinkhorn and Knopp 1967).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from lachan.forecasting.engines.whatif.assumptions import Floats

YEARS: Final = 90  # years of age told apart while building; older people count as the last
ROUNDS: Final = 400
GENERATION: Final = 28.0  # years between parents and children at home


def matrices(people: Floats, ages: tuple[int, ...], each: dict[str, Floats]) -> dict[str, Floats]:
    """Contacts [n, A, A] a day of one person of the row's age with people of the column's age, by setting.

    people [A]; each[setting] [n]: meetings a day of those whom the setting is for. People times contacts is symmetric.
    """
    band = np.clip(np.searchsorted(ages, np.arange(YEARS), side="right") - 1, 0, None)
    years = people[band] / np.bincount(band, minlength=len(ages))[band]
    made = {}
    for setting, level in each.items():
        taking = _taking_part(setting)
        meetings = balance(_preference(setting) * np.outer(years, years), years * taking)
        inside = np.zeros((len(ages), len(ages)))
        np.add.at(inside, (band[:, None], band[None, :]), meetings)
        made[setting] = level[:, None, None] * (inside / np.maximum(people, 1e-9)[:, None])[None]
    return made


def balance(preference: Floats, wanted: Floats) -> Floats:
    """The symmetric matrix diag(u)·preference·diag(u) whose rows sum to `wanted`."""
    u = np.where(wanted > 0, 1.0, 0.0) / np.sqrt(preference.sum())
    for _ in range(ROUNDS):
        reach = preference @ u
        u = np.where(wanted > 0, np.sqrt(u * wanted / np.maximum(reach, 1e-300)), 0.0)
    made = u[:, None] * preference * u[None, :]
    return np.asarray((made + made.T) / 2.0)


def _taking_part(setting: str) -> Floats:
    """How much of a setting's meetings each year of age [YEARS] has."""
    age = np.arange(YEARS)
    if setting == "school":
        whole, half = (age >= 6) & (age <= 17), (age >= 3) & (age <= 22)
        return np.where(whole, 1.0, np.where(half, 0.5, 0.0))
    if setting == "work":
        return np.where((age >= 18) & (age <= 64), 1.0, 0.0)
    if setting == "other":
        return np.where(age >= 65, 0.5, 1.0)
    return np.ones(YEARS)


def _preference(setting: str) -> Floats:
    """Whom one prefers, by the difference of ages [YEARS, YEARS]."""
    apart = np.abs(np.subtract.outer(np.arange(YEARS), np.arange(YEARS))).astype(float)

    def near(centre: float, width: float) -> Floats:
        return np.asarray(np.exp(-0.5 * ((apart - centre) / width) ** 2) / width)

    if setting == "home":
        return 0.5 * near(0.0, 6.0) + 0.4 * near(GENERATION, 6.0) + 0.1 * near(2 * GENERATION, 6.0) + 1e-6
    if setting == "school":
        return near(0.0, 1.5) + 1e-6
    if setting == "work":
        return near(0.0, 12.0) + 1e-4
    return 0.5 * near(0.0, 8.0) + 0.5 / 40.0
