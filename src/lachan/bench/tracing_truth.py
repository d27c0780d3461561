"""Tracing against truth: of the infections of an invented outbreak, how many each rule's lists hold, at what cost.

Files only: scanned visits, records of telephones, and who lives with whom, against the chains that were played. A pair
counts when the infector was found; lists are those the engine makes for every case by its own window.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from lachan.synth.epidemic import outbreak
from lachan.synth.epidemic.days import Stays
from lachan.synth.epidemic.files import cases_of, visits_of
from lachan.synth.epidemic.plan import DAY, Outbreak
from lachan.synth.epidemic.population import Places
from lachan.synth.epidemic.spread import HOME, homes_of, housemates
from lachan.tracing.engine import ranking
from lachan.tracing.engine.answer import Scorer
from lachan.tracing.engine.columns import Cases, Encounters, Visits
from lachan.tracing.engine.rules import ANCHORS, AnchorKind, by_id, compiled
from lachan.tracing.engine.trace import trace

PLAN: Final = Outbreak(people=30_000, days=28, seeds=80, r=1.6, seed=9)
RULES: Final = (
    "vn-3468-2020-08-07",
    "vn-3638-2021-07-30",
    "vn-11042-2021-12-29",
    "who-2021-02-01",
    "us-cdc-2020-10-21",
)
CALLS: Final = 50
EVIDENCE: Final = ("visits", "encounters", "visits_encounters", "all")  # all: and who lives with whom


class World(NamedTuple):
    """What tracers have, and the pairs they look for (infector x people + infectee)."""

    visits: Visits
    encounters: Encounters
    homes: Encounters
    cases: Cases
    kinds: Sequence[AnchorKind]
    places: int
    people: int
    pairs: Any
    at_home: Any


def measure() -> dict[str, Any]:
    """Shares of true pairs in whole lists and in the first 50 calls of each case; calls for each infected found."""
    begun = time.perf_counter()
    world = laid_out(PLAN)
    found: dict[str, Any] = {
        "people": world.people,
        "visits": len(world.visits.person),
        "cases": len(world.cases.person),
        "true_pairs": len(world.pairs),
        "true_pairs_at_home": round(float(world.at_home.mean()), 3),
        "played_s": round(time.perf_counter() - begun, 2),
        "rules": {},
    }
    for rule in RULES:
        found["rules"][rule] = {evidence: traced(world, rule, evidence) for evidence in EVIDENCE}
    headline = found["rules"]["vn-11042-2021-12-29"]["all"]
    return found | {f"truth_{name}": value for name, value in headline.items()}


def laid_out(plan: Outbreak) -> World:
    """The outbreak as the engine's columns."""
    days: list[dict[str, Any]] = []

    def each_day(stays: Stays, places: Places) -> None:
        days.append(visits_of(stays, places))

    told = outbreak.play(plan, each_day)
    whole = {name: np.concatenate([day[name] for day in days]) for name in days[0]}
    met = list(outbreak.encounters(told))
    columns = [np.concatenate(column) for column in zip(*met, strict=True)] if met else [np.empty(0)] * 5
    listed = cases_of(told)
    kinds = [kind for kind in ANCHORS if kind in ("onset", "sample")]
    course = told.course
    infected = told.infected()
    who = infected[course.infector[infected] >= 0]
    who = who[np.isin(course.infector[who], told.cases())]
    return World(
        Visits(whole["person"], whole["place"], whole["t_in"], whole["t_out"], whole["closed"].astype(np.uint8)),
        _encounters(*columns),
        _at_home(told),
        Cases(
            listed["person"], listed["anchor_time"], listed["isolated_at"],
            np.array([kinds.index(kind) for kind in listed["anchor_kind"].tolist()], dtype=np.uint8),
        ),
        kinds,
        len(told.places.kind),
        plan.people,
        course.infector[who].astype(np.int64) * plan.people + who,
        course.place[who] < 0,
    )  # fmt: skip


def traced(world: World, rule: str, evidence: str) -> dict[str, Any]:
    """The figures of one rule on one kind of evidence."""
    legal = by_id(rule)
    # first-degree contacts only, whatever the rule says of the second
    rules = [msgspec.structs.replace(compiled(legal, kind), levels=1) for kind in world.kinds]
    visits = world.visits if "visits" in evidence or evidence == "all" else Visits._make(c[:0] for c in world.visits)
    met = world.encounters if evidence != "visits" else _none(world.encounters)
    if evidence == "all":
        met = _both(met, world.homes)
    scorer = Scorer(visits, world.places, closed_known=True)
    listed, called = [], []
    for row, lines in trace(visits, met, world.cases, rules, people=world.people):
        lines = scorer.scored(lines)
        f0 = int(world.cases.person[row]) * world.people
        listed.append(f0 + lines.contact)
        called.append(f0 + lines.contact[ranking.order(lines)[:CALLS]])
    names, calls = np.concatenate(listed), np.concatenate(called)
    hit, hit_called = np.isin(world.pairs, names), np.isin(world.pairs, calls)
    return {
        "recall": _share(hit.sum(), len(world.pairs)),
        "precision": _share(hit.sum(), len(names)),
        "lines_per_case": round(len(names) / max(len(listed), 1), 1),
        "recall_50": _share(hit_called.sum(), len(world.pairs)),
        "precision_50": _share(hit_called.sum(), len(calls)),
        "calls_per_found_50": round(len(calls) / max(int(hit_called.sum()), 1), 1),
    }


def _at_home(told: outbreak.Told) -> Encounters:
    """Cases' households as evenings together: what a tracer asks first."""
    one, other = housemates(homes_of(told.folk), told.cases())
    one, other = one[one != other], other[one != other]
    base = told.plan.first_second + np.arange(told.plan.days) * DAY
    begun = np.repeat(base + int(HOME[0] * 3_600), len(one))
    one, other = np.tile(one, told.plan.days), np.tile(other, told.plan.days)
    kept = (told.course.isolated[one] > begun) & (told.course.isolated[other] > begun)
    length = int((HOME[1] - HOME[0]) * 3_600)
    return _encounters(one[kept], other[kept], begun[kept], begun[kept] + length, np.full(int(kept.sum()), 1.0))


def _encounters(one: Any, other: Any, start: Any, end: Any, distance: Any) -> Encounters:
    whole = np.int32, np.int32, np.int64, np.int64, np.float64
    columns = (np.asarray(c).astype(k) for c, k in zip((one, other, start, end, distance), whole, strict=True))
    return Encounters._make(columns)


def _both(some: Encounters, others: Encounters) -> Encounters:
    pairs: list[tuple[Any, Any]] = list(zip(some, others, strict=True))
    return Encounters._make(np.concatenate(pair) for pair in pairs)


def _none(encounters: Encounters) -> Encounters:
    return Encounters._make(column[:0] for column in encounters)


def _share(part: Any, whole: int) -> float:
    return round(float(part) / whole, 4) if whole else 0.0
