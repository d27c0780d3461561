"""Heads have signed what is older than a week; the last days wait for the one who visits."""

from __future__ import annotations

from datetime import datetime, timedelta

from lachan.access.actors import Actor
from lachan.certificates import follower
from lachan.certificates.operations import signatures
from lachan.demonstration.plan import HISTORY_DAYS, Country, uuid_for

UNSIGNED_DAYS = 3  # of the story's station, before today
ELSEWHERE_DAYS = 30  # other stations: the last month, enough for the pages to live


def seed_signatures(land: Country, actor: Actor, now: datetime) -> str:
    """Sign the past, then bring the cards up to date; what there was to do, in words."""
    doses = 0
    for station in land.stations.values():
        story = station.id == land.story.id
        last = now.date() - timedelta(days=UNSIGNED_DAYS + 1 if story else 1)
        day = last - timedelta(days=2 * HISTORY_DAYS if story else ELSEWHERE_DAYS)
        while waiting := signatures.unsigned(station.id, day, last):
            doses += signatures.sign_days(
                station.id, day, last, batch_id=uuid_for("signed", station.id, str(waiting[0].id)),
                seen=signatures.digest_of(waiting), actor=actor, now=now,
            ).doses  # fmt: skip
    done = follower.follow_once()
    return f"Signed: {doses:,} doses; certificates: {done.issued:,}"
