"""The epidemic of the demonstration: venues and visits, an outbreak, cases and a laboratory's day, and the calls that
follow. Only facts are sent; lists, watches and tasks are made of them as by any night's worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from lachan.access.operations.demo import COMMUNE, DEMO_DAY
from lachan.demonstration.cases import seed_cases
from lachan.demonstration.declarations import seed_declarations
from lachan.demonstration.laboratory import seed_laboratory
from lachan.demonstration.plan import Country
from lachan.demonstration.tracing_work import seed_tracing_work
from lachan.demonstration.venues import seed_venues
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import Outcome
from lachan.places import queries as places
from lachan.synth.epidemic import record
from lachan.synth.epidemic.plan import Outbreak
from lachan.tracing import answers, follower

OUTBREAK: Final = Outbreak(people=3_000, days=14, seeds=20, visits=0.3)
Say = Callable[[str], Any]
Run = Callable[[Sequence[Command]], list[Outcome]]


def seed_epidemic(land: Country, now: datetime, run: Run, say: Say) -> None:
    """Make it; a step that was done before adds nothing."""
    commune = places.area_at(COMMUNE, 3, DEMO_DAY)
    assert commune is not None
    venues = seed_venues(commune.id, [person.id for person in land.people[land.story.id]], now)
    say(f"Venues: {len(venues)} in the story's commune")
    made = record.put(record.until_today(OUTBREAK, now), now=now, say=lambda _: None)
    say(f"Outbreak: {made.visits:,} visits, {made.found:,} people found positive")
    say(f"Cases of the story's commune: {seed_cases(land, now, run)}")
    say(seed_laboratory(land, now, run))
    say(f"Declarations: {seed_declarations(land, now, run)}")
    answers.store().refresh(at_least_every=0)
    followed = follower.follow_once()
    say(f"Lists of contacts: {followed.lists}, {followed.listed:,} people under watch")
    say(seed_tracing_work(now))
