"""Definitions of contacts as dated data with their legal text, and the one parametric rule each compiles into.

``data/rules.json`` holds what the texts say; nothing of it is in code. Sources are named in each entry; an entry that
was not read in the text itself has ``verified`` false and says so in its note.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple, Protocol

import msgspec

from lachan.tracing.engine.shapes import Rule

AnchorKind = Literal["onset", "sample", "source"]
Quarantine = Literal["facility", "home", "none"]
ANCHORS: Final[tuple[AnchorKind, ...]] = ("onset", "sample", "source")
ZONE: Final = timezone(timedelta(hours=7))  # days of the law begin at midnight in Viet Nam, all year round
DAY: Final = 86_400
NEVER: Final = 366 * 24 * 60.0  # minutes: more than any window holds, for a disease people do not give each other


class AnchorDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Days of the window before and after one kind of anchor. ``bounded``: false where the text names no last day and
    ``days_after`` is our own bound."""

    days_before: float
    days_after: float
    bounded: bool = True


class Watch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is asked of a contact: days from the last exposure, days of tests counted from it, where they stay."""

    days: int
    test_days: tuple[int, ...] = ()
    quarantine: Quarantine = "none"


class LegalRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One dated definition of a contact.

    ``verified``: whom it counts was read in the text or on public pages of it; ``from_memory``: parts that were not all
    the same: how contacts are followed, from when to when it held.
    ``anchors``: the window for each kind of anchor the text knows. ``end``: what ends the window before its last day:
    isolation, or a negative test (whichever instant the case carries for it). ``metres``, ``minutes``: with a mask, and
    ``_unmasked`` without. ``closed_only``: a stay at the same place counts in a closed space only. ``groups``: kinds of
    evidence (:data:`shapes.KINDS`) that make a contact whatever the minutes; ``factors``: those that are noted and make
    none. ``vehicle_rows``: rows before and behind that count, null for the whole vehicle. ``person_to_person``: false
    for what people do not give each other; all lines are then factors. ``watch``: by level and vaccination, keys
    ``f1``, ``f1_vaccinated``, ``f2``.
    """

    id: str
    disease: str
    authority: str
    valid_from: date
    valid_to: date | None
    reference: str
    reference_vi: str
    source: str
    verified: bool
    from_memory: tuple[Literal["watch", "validity"], ...] = ()
    note: str = ""
    anchors: dict[AnchorKind, AnchorDays]
    end: Literal["isolation", "negative", "none"]
    metres: float
    metres_unmasked: float
    minutes: float
    minutes_unmasked: float
    sum: Literal["single", "day", "window"]
    closed_only: bool
    vehicle_rows: int | None = None
    groups: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    person_to_person: bool = True
    levels: Literal[1, 2]
    latent_days: float
    grade: Literal["contact", "high", "factor"] = "contact"
    watch: dict[Literal["f1", "f1_vaccinated", "f2"], Watch]


class CaseLike(Protocol):
    """What of a case decides its anchor; ``surveillance.facts.CaseFacts`` has it."""

    @property
    def symptomatic(self) -> bool | None: ...
    @property
    def onset_on(self) -> date | None: ...
    @property
    def sampled_at(self) -> datetime | None: ...
    @property
    def infected_from(self) -> datetime | None: ...
    @property
    def isolated_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


class Anchor(NamedTuple):
    """``at``: UNIX seconds."""

    kind: AnchorKind
    at: int


class Watching(NamedTuple):
    """``until``: the last day under watch; ``test_days``: days of tests, ascending."""

    until: date
    test_days: tuple[date, ...]
    quarantine: Quarantine


@cache
def catalogue() -> tuple[LegalRule, ...]:
    """Every rule we hold, by disease, authority and first day."""
    raw = files("lachan.tracing").joinpath("data/rules.json").read_bytes()
    rows = msgspec.json.decode(raw, type=list[LegalRule])
    return tuple(sorted(rows, key=lambda row: (row.disease, row.authority, row.valid_from)))


def by_id(identifier: str) -> LegalRule:
    """The rule of that id; LookupError."""
    for row in catalogue():
        if row.id == identifier:
            return row
    raise LookupError(f"there is no rule {identifier!r}")


def rule_on(disease: str, day: date, *, authority: str = "VN") -> LegalRule:
    """The rule that held on a day; the latest where two overlap; LookupError when none did."""
    for row in reversed(catalogue()):
        until = row.valid_to or date.max
        if row.disease == disease and row.authority == authority and row.valid_from <= day <= until:
            return row
    raise LookupError(f"no rule of {authority} for {disease} on {day.isoformat()}")


def compiled(legal: LegalRule, anchor_kind: AnchorKind = "onset", *, unmasked: bool = False) -> Rule:
    """The parametric rule for cases with that kind of anchor; LookupError when the text knows no such anchor.

    Nobody's mask is known from a list of stays, so the distance and minutes with a mask are taken unless ``unmasked``.
    """
    days = legal.anchors.get(anchor_kind)
    if days is None:
        raise LookupError(f"{legal.id} has no window for the anchor {anchor_kind!r}")
    minutes = legal.minutes_unmasked if unmasked else legal.minutes
    return Rule(
        id=legal.id,
        days_before=days.days_before,
        days_after=days.days_after,
        end=None if legal.end == "none" else "isolated_at",
        min_minutes=minutes if legal.person_to_person else NEVER,
        sum=legal.sum,
        max_distance_m=legal.metres_unmasked if unmasked else legal.metres,
        closed_only=legal.closed_only,
        levels=legal.levels,
        latent_days=legal.latent_days,
    )


def anchor_of(facts: CaseLike, legal: LegalRule) -> Anchor:
    """The instant the window hangs on: onset where there is one, else the first contact with a known source, else the
    sample, as far as the rule knows them. Onset is a day, and its instant the midnight it begins with in Viet Nam.

    LookupError when the case has none of the anchors the rule knows.
    """
    if "onset" in legal.anchors and facts.onset_on is not None and facts.symptomatic is not False:
        return Anchor("onset", int(datetime.combine(facts.onset_on, datetime.min.time(), ZONE).timestamp()))
    if "source" in legal.anchors and facts.infected_from is not None:
        return Anchor("source", int(facts.infected_from.timestamp()))
    if "sample" in legal.anchors and facts.sampled_at is not None:
        return Anchor("sample", int(facts.sampled_at.timestamp()))
    raise LookupError(f"the case has none of the anchors of {legal.id}: {', '.join(legal.anchors)}")


def end_of(facts: CaseLike, legal: LegalRule) -> int | None:
    """The instant that cuts the window, UNIX seconds: isolation, or the end of the case where the rule asks for a
    negative test and the case was never isolated."""
    if legal.end == "none":
        return None
    moments: Sequence[datetime | None] = (facts.isolated_at, facts.ended_at if legal.end == "negative" else None)
    known = [int(moment.timestamp()) for moment in moments if moment is not None]
    return min(known, default=None)


def watch_of(legal: LegalRule, last_exposure: int, vaccinated: bool, level: int) -> Watching:
    """How long somebody is watched who was last exposed at ``last_exposure`` (UNIX seconds), and how."""
    key: Literal["f1", "f1_vaccinated", "f2"] = "f2" if level == 2 else "f1_vaccinated" if vaccinated else "f1"
    asked = legal.watch.get(key) or legal.watch["f1"]
    day = datetime.fromtimestamp(last_exposure, UTC).astimezone(ZONE).date()
    tests = tuple(day + timedelta(days=number) for number in asked.test_days)
    return Watching(day + timedelta(days=asked.days), tests, asked.quarantine)
