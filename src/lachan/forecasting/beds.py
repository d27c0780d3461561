"""Beds ahead, from the sample paths of admissions: who is in hospital, in intensive care, how much oxygen. Pure.

Whoever is admitted stays as long as the what-if assumes, in two stages (Erlang), so a bed is a sum over weeks of
admissions × the share of them still there. Path by path: what is said of beds belongs to what is said of admissions.
A path draws its stays and shares once for all places, and the paths of provinces add up to the nation's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from lachan.forecasting.communes import carried_on
from lachan.forecasting.engines.hub import Floats
from lachan.forecasting.engines.whatif.assumptions import ByAge, Entry, Range, catalogue
from lachan.forecasting.engines.whatif.scenario import OLDEST, national_people

SOURCES: Final = ("admissions", "cases")  # measures whose paths beds are made of, the better one first
PAST_WEEKS: Final = 16  # of admissions, after which nobody is taken to be there still
ICU_WEEKS: Final = 8  # that the share in intensive care is read from
PRIOR: Final = 40.0  # admitted that the assumed share in intensive care counts as
ENOUGH: Final = 50.0  # admitted in the nation in four weeks, from which the register says how long they stay
STAYS: Final = np.exp(np.linspace(np.log(0.3), np.log(4.0), 80))  # times the assumed stay
CUBIC: Final = 1.44  # m³ a day of a litre a minute
_WITHIN: Final = np.arange(7) + 0.5  # days from an admission to the end of its week
SHARE: Final = Range(0.02, 0.2)
ADMITTED: Final = Entry(
    "beds.admitted_of_cases", "range", "share of reported cases", SHARE, 0.0, 1.0,
    "need a hospital bed, of reported cases; those kept for isolation alone are not counted",
    "cần nằm viện, trong số ca được báo cáo; không tính người chỉ nằm viện để cách ly",
    "own assumption of 2021; the upper end is the severe and critical of the WHO-China Joint Mission, February 2020 "
    "(nobody vaccinated), the lower one the same with nine of ten protected from severe disease",
)  # fmt: skip
_DRAWN: Final = (
    "hospital.ward_days", "hospital.icu_days", "severity.icu_scale", "hospital.oxygen_share", "hospital.oxygen_ward",
    "hospital.oxygen_icu",
)  # fmt: skip


@dataclass(frozen=True)
class Course:
    """What beds are made of. ``weekly`` [L, W]: admissions (or cases) of whole weeks, late reports added; ``paths``
    [L, S, H]: the weeks ahead; ``nation``: its row, ``adds_up``: whether the other places are all of it.

    ``stock`` [L, W]: people in hospital at the ends of the same weeks as recorded, ``critical`` [L, W]: who became
    critical; None: not recorded.
    """

    source: str
    weekly: Floats
    paths: Floats
    nation: int
    adds_up: bool
    stock: Floats | None = None
    critical: Floats | None = None


class Beds(NamedTuple):
    """``quantiles`` and ``baseline`` (as many as now) by measure, [L, H, Q]; ``card``: what they rest on."""

    quantiles: dict[str, Floats]
    baseline: dict[str, Floats]
    card: dict[str, Any]


def beds(course: Course, levels: Floats, rng: np.random.Generator) -> Beds:
    """People in hospital (``beds``), of them in intensive care (``icu``), oxygen in m³ a day, at the end of each week
    ahead. Vectorised over places, samples and weeks."""
    samples = course.paths.shape[1]
    drawn = {name: _range(name).at(rng.random((samples,))) for name in _DRAWN}
    admitted = SHARE.at(rng.random((samples,))) if course.source == "cases" else np.ones(samples)
    icu_share = _icu_share(course, drawn["severity.icu_scale"], rng)
    stay = _stay(course)
    past = _past(course.weekly)
    ahead = np.maximum(course.paths, 0.0)
    ahead = (summing(ahead, course.nation) if course.adds_up else ahead) * admitted[:, None]
    held = {}
    for kind, share in (("ward", 1.0 - icu_share), ("icu", icu_share)):
        still = remaining(drawn[f"hospital.{kind}_days"] * stay, past.shape[1] + ahead.shape[2])  # [S, K]
        held[kind] = (
            _carried(past, still, ahead.shape[2]) * (admitted * share)[:, None],
            _coming(ahead, still) * share[:, None],
        )
    ratio, anchored = _anchor(course, held["ward"][0][..., 0] + held["icu"][0][..., 0])
    ward, icu = (carried[..., 1:] * ratio[..., None] + coming for carried, coming in held.values())
    now_ward, now_icu = (carried[..., :1] * ratio[..., None] for carried, _ in held.values())
    moved = _moved(course.stock, ahead.shape[2], levels)
    base = {name: np.sort(values * moved, axis=2) for name, values in _told(now_ward, now_icu, drawn, levels).items()}
    return Beds(_told(ward, icu, drawn, levels), base, _card(course, anchored, stay, icu_share))


def _past(weekly: Floats) -> Floats:
    """The weeks somebody may still be there from; a trace, so that who is there without any admission leaves too."""
    return np.asarray(np.maximum(np.nan_to_num(weekly[:, -PAST_WEEKS:]), 0.0) + 1e-6)


def _moved(stock: Floats | None, horizons: int, levels: Floats) -> Floats:
    """Nothing changes, as a factor on what is now: as wide as the recorded stock's own changes were, if it is known."""
    if stock is None:
        return np.ones((1, horizons, 1))
    counts = np.maximum(np.nan_to_num(stock), 0.0)
    carried = carried_on(counts, np.arange(1, horizons + 1), levels)
    now = counts[:, -1][:, None, None]
    return np.where(now > 0, carried / np.maximum(now, 1e-9), 1.0)


def _range(field: str) -> Range:
    found = catalogue()[field].default
    assert isinstance(found, Range)
    return found


def remaining(days: Floats, weeks: int) -> Floats:
    """Share [S, K] of a week's admissions still there at its end and k weeks later, for mean stays [S]: two stages."""
    after = np.arange(weeks)[:, None] * 7.0 + _WITHIN
    x = 2.0 * after / days[:, None, None]
    return np.asarray((np.exp(-x) * (1.0 + x)).mean(axis=2))


def _carried(past: Floats, still: Floats, horizons: int) -> Floats:
    """Of those admitted in the weeks before [L, W], who are there now and at each week's end ahead [L, S, 1 + H]."""
    weeks = past.shape[1]
    age = np.arange(weeks)[::-1, None] + np.arange(horizons + 1)  # weeks since, of each week at each end
    return np.asarray(np.einsum("lw,swh->lsh", past, still[:, age]))


def _coming(ahead: Floats, still: Floats) -> Floats:
    """Of those admitted in the weeks ahead [L, S, H], who are there at each week's end."""
    out = np.zeros_like(ahead)
    for at in range(ahead.shape[2]):
        out[..., at:] += ahead[..., at : at + 1] * still[:, : ahead.shape[2] - at]
    return out


def summing(paths: Floats, nation: int) -> Floats:
    """Paths [L, S, H] in which the places other than the nation add up to it in every sample and week.

    The nation's paths keep their margins and are put in the order of the sums, as what happens in its parts happens
    to it; then each part is held to its share, by at most a half or the double.
    """
    parts = paths.sum(axis=0) - paths[nation]
    rank = np.argsort(np.argsort(parts.sum(axis=1), kind="stable"), kind="stable")
    whole = paths[nation][np.argsort(paths[nation].sum(axis=1), kind="stable")[rank]]
    out = paths * np.clip(whole / np.maximum(parts, 1e-9), 0.5, 2.0)
    out[nation] = 0.0
    # where the parts cannot follow so far the nation follows them
    out[nation] = np.where(parts > 0, out.sum(axis=0), whole)
    return np.asarray(out)


def _stay(course: Course) -> float:
    """How many times the assumed stay explains who is in hospital in the nation now; 1 where it is not known."""
    at = course.nation
    if course.stock is None or course.source != "admissions":
        return 1.0
    past = _past(course.weekly[at : at + 1])
    stock = float(np.nan_to_num(course.stock[at, -1]))
    if past[0, -4:].sum() < ENOUGH or stock <= 0:
        return 1.0
    days = _range("hospital.ward_days").middle * STAYS
    there = _carried(past, remaining(days, past.shape[1]), 0)[0, :, 0]
    return float(STAYS[np.argmin(np.abs(there - stock))])


def _anchor(course: Course, modelled: Floats) -> tuple[Floats, bool]:
    """Factor [L, S] that brings who is modelled to be there now [L, S] to who is recorded to be there."""
    if course.stock is None:
        return np.ones_like(modelled), False
    recorded = np.maximum(np.nan_to_num(course.stock[:, -1:]), 0.0)
    return np.where(modelled > 0, recorded / np.maximum(modelled, 1e-9), 1.0), True


def _icu_share(course: Course, scale: Floats, rng: np.random.Generator) -> Floats:
    """Share [S] of the admitted who need intensive care: as assumed by age, and as the register has found."""
    years = np.arange(OLDEST, dtype=np.float64)
    people = national_people(tuple(range(OLDEST)))
    hospital, icu = catalogue()["severity.hospital"].default, catalogue()["severity.icu"].default
    assert isinstance(hospital, ByAge)
    assert isinstance(icu, ByAge)
    weight = people * hospital.at_log(years)
    assumed = np.clip(scale * float((weight * icu.at(years)).sum() / weight.sum()), 0.001, 0.9)
    if course.critical is None or course.source != "admissions":
        return assumed
    admitted = max(float(np.nansum(course.weekly[course.nation, -ICU_WEEKS:])), 0.0)
    critical = min(max(float(np.nansum(course.critical[course.nation, -ICU_WEEKS:])), 0.0), admitted)
    return np.asarray(rng.beta(critical + PRIOR * assumed, admitted - critical + PRIOR * (1.0 - assumed)))


def _told(ward: Floats, icu: Floats, drawn: Mapping[str, Floats], levels: Floats) -> dict[str, Floats]:
    """Quantiles [L, H, Q] by measure."""
    litres = icu * drawn["hospital.oxygen_icu"][:, None]
    litres = litres + ward * (drawn["hospital.oxygen_share"] * drawn["hospital.oxygen_ward"])[:, None]
    told = {"beds": ward + icu, "icu": icu, "oxygen": CUBIC * litres}
    return {name: np.moveaxis(np.quantile(paths, levels, axis=1), 0, 2) for name, paths in told.items()}


def _card(course: Course, anchored: bool, stay: float, icu_share: Floats) -> dict[str, Any]:
    """For the model card: what was measured, and every assumption by its field with its range and source."""
    used = [catalogue()[name] for name in _DRAWN]
    used += [catalogue()["severity.icu"], *([ADMITTED] if course.source == "cases" else [])]
    return {
        "from": course.source, "anchored": anchored, "stay_factor": round(stay, 3),
        "icu_share": [round(float(value), 4) for value in np.quantile(icu_share, [0.05, 0.5, 0.95])],
        "assumptions": [
            {"field": entry.field, "said": entry.default.said() if entry.default is not None else "",
             "unit": entry.unit, "en": entry.en, "vi": entry.vi, "source": entry.source}
            for entry in used
        ],
    }  # fmt: skip
