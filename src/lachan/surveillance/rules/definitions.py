"""Who is a case: dated definitions as data, and the one decision each of them leads to. No database, no clock.

``data/definitions.json`` holds what the texts say. A definition is a list of clauses, the gravest first; a clause holds
when everything it names holds. What somebody was by the definition of the day stays: every definition that was in force
on a day of the evidence is asked about the evidence up to its own last day, and the gravest answer stands. So a rule
that changes in mid-outbreak changes nobody who was counted before, and the answer does not depend on when it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Final, Literal, NamedTuple

import msgspec

from lachan.surveillance.facts import ResultFact
from lachan.surveillance.rules.dated import DatedText, in_force, read

Class = Literal["suspected", "probable", "confirmed", "discarded"]
RANK: Final = {"": -1, "discarded": 0, "suspected": 1, "probable": 2, "confirmed": 3}
LINKS: Final = {"": 0, "factor": 1, "contact": 2}
ZONE: Final = timezone(timedelta(hours=7))  # days of the texts begin at midnight in Viet Nam
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One way of being ill as a text describes it: all of ``every``, and ``least`` of ``some``."""

    every: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    least: int = 0

    def shown(self, symptoms: frozenset[str]) -> bool:
        return symptoms.issuperset(self.every) and len(symptoms.intersection(self.some)) >= self.least


class Found(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Positive results a clause asks for: ``count`` of different samples, each within ``hours`` of the one before.
    ``weak``: also those whose cycle is too late to count alone."""

    kinds: tuple[str, ...]
    count: int = 1
    hours: float | None = None
    weak: bool = False


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What makes a class. ``ill``: one of the definition's pictures. ``reported``: somebody suspected it. ``link``: to
    a case, at least so close."""

    gives: Class
    code: str
    positive: Found | None = None
    ill: bool = False
    reported: bool = False
    symptoms: Picture | None = None
    link: Literal["", "factor", "contact"] = ""


class RuledOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Negative results that end a suspicion: ``count`` of these kinds, each of a sample taken ``days_after_onset`` or
    later, none of which came before a positive that stands (but for the kinds ``over``, which they outweigh)."""

    kinds: tuple[str, ...]
    count: int = 1
    days_after_onset: int = 0
    over: tuple[str, ...] = ()


class Definition(DatedText, frozen=True, kw_only=True):
    """Who is a case, by one text in one period. ``again_days``: a positive sample so long after the first one of an
    episode begins another. ``weak_ct``: a cycle from which a positive does not count alone."""

    again_days: int
    weak_ct: float | None = None
    pictures: tuple[Picture, ...] = ()
    clauses: tuple[Clause, ...]
    ruled_out: RuledOut | None = None

    @property
    def last_moment(self) -> datetime:
        if self.valid_to is None:
            return _NEVER
        return midnight(self.valid_to + timedelta(days=1)) - timedelta(microseconds=1)


class Evidence(NamedTuple):
    """What is known of one episode. ``reported_at``: when somebody suspected it, None: nobody did."""

    results: tuple[ResultFact, ...] = ()
    reported_at: datetime | None = None
    symptoms: frozenset[str] = frozenset()
    onset_on: date | None = None
    link: str = ""


class Decision(NamedTuple):
    """The class, by which definition and clause, on which results. ``decided_at``: when the latest of them was
    recorded; None: it rests on no result. An empty class: nothing makes this a case."""

    classification: str
    definition: str = ""
    code: str = ""
    results: tuple[ResultFact, ...] = ()

    @property
    def decided_at(self) -> datetime | None:
        return max((result.recorded_at for result in self.results), default=None)


NOTHING: Final = Decision("")


def midnight(day: date) -> datetime:
    """The first moment of a day of the texts."""
    return datetime.combine(day, datetime.min.time(), ZONE)


@cache
def catalogue() -> tuple[Definition, ...]:
    """Every definition, by disease, authority and first day."""
    return read("definitions.json", list[Definition])


@cache
def diseases() -> tuple[str, ...]:
    """Codes of the diseases somebody can be a case of."""
    return tuple(sorted({entry.disease for entry in catalogue()}))


@cache
def by_id(definition_id: str) -> Definition:
    """The definition of that id; LookupError when there is none."""
    for entry in catalogue():
        if entry.id == definition_id:
            return entry
    raise LookupError(f"no definition {definition_id!r}")


@cache
def definition_on(disease: str, day: date, authority: str = "VN") -> Definition:
    """The definition in force on a day: the authority's, else the first one's for a day before all, else WHO's.

    LookupError for a disease nobody defined.
    """
    for wanted in (authority, "WHO"):
        if (found := in_force(catalogue(), disease, day, wanted)) is not None:
            return found
    raise LookupError(f"no definition of {disease!r}")


def decide(disease: str, evidence: Evidence, *, authority: str = "VN") -> Decision:
    """The class of one episode; :data:`NOTHING` when no clause of any definition holds."""
    best = NOTHING
    for definition in _in_force(disease, evidence, authority):
        found = _by(definition, evidence)
        if RANK[found.classification] > RANK[best.classification]:
            best = found
    return best


def _in_force(disease: str, evidence: Evidence, authority: str) -> list[Definition]:
    """The definitions of the days on which something spoke for a case, the oldest first."""
    moments = [result.taken_at for result in evidence.results if result.outcome == "positive"]
    if evidence.reported_at is not None:
        moments.append(evidence.reported_at)
    found = {definition_on(disease, moment.astimezone(ZONE).date(), authority) for moment in moments}
    return sorted(found, key=lambda entry: entry.valid_from)


def _by(definition: Definition, evidence: Evidence) -> Decision:
    """What one definition makes of the evidence up to its last day."""
    last = definition.last_moment
    known = [result for result in evidence.results if result.taken_at <= last]
    reported = evidence.reported_at is not None and evidence.reported_at <= last
    seen = evidence._replace(results=tuple(known), reported_at=evidence.reported_at if reported else None)
    for clause in definition.clauses:
        positives = _positives(definition, clause, known)
        if positives is not None and _holds(definition, clause, seen):
            out = _ruled_out(definition, seen) if clause.gives in ("suspected", "probable") else ()
            if out:
                return Decision("discarded", definition.id, "negative", out)
            return Decision(clause.gives, definition.id, clause.code, positives)
    return NOTHING


def _positives(definition: Definition, clause: Clause, known: Sequence[ResultFact]) -> tuple[ResultFact, ...] | None:
    """The results that fulfil a clause, () where it asks for none, None where there are not enough."""
    wanted = clause.positive
    if wanted is None:
        return ()
    counted = sorted(
        (result for result in known if result.outcome == "positive" and result.kind in wanted.kinds
         and (wanted.weak or not _weak(definition, result))),
        key=lambda result: (result.taken_at, result.resulted_at),
    )  # fmt: skip
    run: list[ResultFact] = []
    for result in counted:
        if run and result.sample_id == run[-1].sample_id:
            continue
        if run and wanted.hours is not None and result.taken_at - run[-1].resulted_at > timedelta(hours=wanted.hours):
            run = []
        run.append(result)
        if len(run) == wanted.count:
            return tuple(run)
    return None


def _weak(definition: Definition, result: ResultFact) -> bool:
    return definition.weak_ct is not None and result.ct is not None and result.ct >= definition.weak_ct


def _holds(definition: Definition, clause: Clause, evidence: Evidence) -> bool:
    if clause.reported and evidence.reported_at is None:
        return False
    if clause.link and LINKS[evidence.link] < LINKS[clause.link]:
        return False
    if clause.symptoms is not None and not clause.symptoms.shown(evidence.symptoms):
        return False
    return not clause.ill or any(picture.shown(evidence.symptoms) for picture in definition.pictures)


def _ruled_out(definition: Definition, evidence: Evidence) -> tuple[ResultFact, ...]:
    """The negative results that end a suspicion, () while they do not."""
    rule = definition.ruled_out
    if rule is None:
        return ()
    positives = [r for r in evidence.results if r.outcome == "positive"]
    if any(r.kind not in rule.over and not _weak(definition, r) for r in positives):
        return ()
    since = datetime.min.replace(tzinfo=UTC)
    if evidence.onset_on is not None:
        since = midnight(evidence.onset_on + timedelta(days=rule.days_after_onset))
    elif evidence.reported_at is not None:
        since = evidence.reported_at - timedelta(days=3)  # the sample is often taken before the form is filled
    after = max([since, *(r.taken_at for r in positives if r.kind in rule.over)])
    found = [r for r in evidence.results if r.outcome == "negative" and r.kind in rule.kinds and r.taken_at >= after]
    if len({r.sample_id for r in found}) < rule.count:
        return ()
    return tuple(sorted(found, key=lambda result: result.taken_at)[: rule.count])


class Episode(NamedTuple):
    """A time of illness: its results, and the moment it begins."""

    since: datetime
    results: tuple[ResultFact, ...]


def again_after(disease: str, since: datetime) -> timedelta:
    """How long after the beginning of an episode another one may begin, by the definition of that day."""
    return timedelta(days=definition_on(disease, since.astimezone(ZONE).date()).again_days)


def episodes(disease: str, results: Sequence[ResultFact], told: Iterable[datetime]) -> list[Episode]:
    """Results of one person, and the moments at which a case was reported, cut into times of illness.

    A positive sample or report begins one; so does the next that comes later than the definition lets the first reach.
    A negative result belongs to the episode it follows, or that follows it.
    """
    points = sorted([*(r.taken_at for r in results if r.outcome == "positive"), *told])
    starts: list[datetime] = []
    for point in points:
        if not starts or point - starts[-1] >= again_after(disease, starts[-1]):
            starts.append(point)
    parts: list[list[ResultFact]] = [[] for _ in starts]
    for result in sorted(results, key=lambda result: (result.taken_at, result.recorded_at)):
        later = [place for place, since in enumerate(starts) if since <= result.taken_at]
        if starts:
            parts[later[-1] if later else 0].append(result)
    return [Episode(since, tuple(part)) for since, part in zip(starts, parts, strict=True)]
