"""Heads have signed what is older than a week; the last days wait for who visits. Cards follow by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from lachan.access.actors import Actor
from lachan.access.operations.demo import COMMUNE
from lachan.certificates.operations import signatures
from lachan.demonstration.plan import HISTORY_DAYS, uuid_for
from lachan.places.facts import FacilityRow

UNSIGNED_DAYS = 3  # of the story's station, before today
ELSEWHERE_DAYS = 30  # other stations: the last month, enough for the pages to live


def seed_signatures(stations: Iterable[FacilityRow], actor: Actor, now: datetime) -> str:
    """Sign the past of these stations; how many doses, in words."""
    doses = 0
    for station in stations:
        story = station.code == f"TYT{COMMUNE}"
        last = now.date() - timedelta(days=UNSIGNED_DAYS + 1 if story else 1)
        day = last - timedelta(days=2 * HISTORY_DAYS if story else ELSEWHERE_DAYS)
        while waiting := signatures.unsigned(station.id, day, last):
            doses += signatures.sign_days(
                station.id, day, last, batch_id=uuid_for("signed", station.id, str(waiting[0].id)),
                seen=signatures.digest_of(waiting), actor=actor, now=now,
            ).doses  # fmt: skip
    return f"Signed: {doses:,} doses"
