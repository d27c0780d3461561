"""Which of a person's cases is which time of illness, and what class each one has now. No database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from lachan.surveillance.facts import ResultFact
from lachan.surveillance.rules.definitions import (
    LINKS,
    NOTHING,
    RANK,
    Decision,
    Episode,
    Evidence,
    again_after,
    decide,
    episodes,
)

OFFICER: Final = "officer"
WITHDRAWN: Final = "withdrawn"
SAME_ILLNESS: Final = "same_illness"


class Known(NamedTuple):
    """A case as it stands. ``word``: the class an officer gave it, and when; ``results``: those it rests on."""

    id: UUID
    since: datetime
    recorded_at: datetime
    results: frozenset[UUID]
    reported_at: datetime | None
    word: str
    word_at: datetime | None
    joined: bool
    symptoms: frozenset[str]
    onset_on: date | None
    link: str

    @property
    def own_ground(self) -> datetime | None:
        """The moment at which it began without any result: a report, or an officer's word that it is a case."""
        if self.reported_at is not None:
            return self.reported_at
        return self.since if RANK[self.word] > 0 else None


class Fate(NamedTuple):
    """What becomes of one case, or of a time of illness that has none yet (``case`` None)."""

    case: UUID | None
    since: datetime
    decision: Decision
    reason: str
    sampled_at: datetime | None
    facility_id: int | None
    joined_into: UUID | None = None
    latest: bool = False


def settle(disease: str, known: Sequence[Known], results: Sequence[ResultFact]) -> list[Fate]:
    """Every case of one person and disease as the results that stand make it, and the cases that are missing.

    A case belongs to the episode of which it holds a result, else to the nearest one it could be part of. Of several in
    one episode the first recorded stays and the others are the same illness.
    """
    told = [ground for case in known if (ground := case.own_ground) is not None]
    found = episodes(disease, results, told)
    members: list[list[Known]] = [[] for _ in found]
    fates: list[Fate] = []
    for case in known:
        place = _place(disease, case, found)
        if place is None:
            fates.append(Fate(case.id, case.since, _gone(case), WITHDRAWN, None, None))
        else:
            members[place].append(case)
    for place, (episode, cases) in enumerate(zip(found, members, strict=True)):
        fates += _of_episode(disease, episode, cases, latest=place == len(found) - 1)
    return fates


def _gone(case: Known) -> Decision:
    """Nothing speaks for it any more; an officer's word to that end stays the officer's."""
    return Decision("discarded", "", OFFICER if case.word == "discarded" else WITHDRAWN)


def _place(disease: str, case: Known, found: Sequence[Episode]) -> int | None:
    for place, episode in enumerate(found):
        if any(result.result_id in case.results for result in episode.results):
            return place
    near = [
        (abs(case.since - episode.since), place) for place, episode in enumerate(found)
        if abs(case.since - episode.since) < again_after(disease, min(case.since, episode.since))
    ]  # fmt: skip
    return min(near)[1] if near else None


def _of_episode(disease: str, episode: Episode, cases: list[Known], *, latest: bool) -> list[Fate]:
    ordered = sorted(cases, key=lambda case: (case.joined, case.recorded_at, case.id))
    kept, others = (ordered[0], ordered[1:]) if ordered else (None, [])
    evidence = _evidence(episode, cases)
    decision = _with_word(disease, evidence, cases, decide(disease, evidence))
    positives = [result for result in episode.results if result.outcome == "positive"]
    first = min(positives, key=lambda result: result.taken_at, default=None)
    if not decision.classification:
        decision = Decision("discarded", "", WITHDRAWN)
    if kept is None and decision.classification == "discarded":
        return []
    fate = Fate(
        kept.id if kept is not None else None, episode.since, decision, decision.code,
        first.taken_at if first is not None else None, first.facility_id if first is not None else None, latest=latest,
    )  # fmt: skip
    same = Decision("discarded", "", SAME_ILLNESS)
    return [fate, *(Fate(case.id, case.since, same, SAME_ILLNESS, None, None, fate.case) for case in others)]


def _evidence(episode: Episode, cases: Sequence[Known]) -> Evidence:
    reports = [case.reported_at for case in cases if case.reported_at is not None]
    onsets = [case.onset_on for case in cases if case.onset_on is not None]
    return Evidence(
        episode.results,
        min(reports, default=None),
        frozenset().union(*(case.symptoms for case in cases)),
        min(onsets, default=None),
        max((case.link for case in cases), key=lambda link: LINKS[link], default=""),
    )


def _with_word(disease: str, evidence: Evidence, cases: Sequence[Known], decision: Decision) -> Decision:
    """An officer's word stands until results recorded after it make more of the case than the word."""
    spoken = [case for case in cases if case.word_at is not None]
    if not spoken:
        return decision
    last = max(spoken, key=lambda case: (case.word_at, case.id))
    later = tuple(result for result in evidence.results if last.word_at and result.recorded_at > last.word_at)
    since = decide(disease, evidence._replace(results=later)) if later else NOTHING
    if since.results and RANK[since.classification] > RANK[last.word]:
        return decision
    return Decision(last.word, "", OFFICER)
