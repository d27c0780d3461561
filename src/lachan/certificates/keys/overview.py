"""Keys of others as a screen shows them: by country and list, with age and end, those that went too."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from django.db.models import Count, Max, Min, Q

from lachan.certificates.models import Trusted

MOST_SHOWN: Final = 500


class ForeignList(NamedTuple):
    """A list of others as it was last taken in. ``keys`` are believed; ``ended``: keys on it whose certificates have
    ended; ``gone``: no longer on it; ``refused``: by us."""

    source: str
    keys: int
    ended: int
    gone: int
    refused: int
    fetched_at: datetime
    first_end: datetime | None


class TrustedRow(NamedTuple):
    """One key of others. ``state``: listed, gone or refused."""

    country: str
    kid: bytes
    source: str
    usage: str
    purpose: str
    not_after: datetime | None
    first_seen_at: datetime
    fetched_at: datetime
    gone_at: datetime | None
    state: str
    reason: str


def countries(now: datetime) -> list[tuple[str, int]]:
    """(country, keys believed) of every country that some list has or had; a key on two lists counts once."""
    counted = Trusted.objects.values("country").annotate(keys=Count("digest", filter=_living(now), distinct=True))
    return [(row["country"], row["keys"]) for row in counted.order_by("country")[:MOST_SHOWN]]


def _living(now: datetime) -> Q:
    return Q(state="listed") & (Q(not_after=None) | Q(not_after__gt=now))


def lists(now: datetime) -> list[ForeignList]:
    """The lists, by name."""
    listed, living = Q(state="listed"), _living(now)
    rows = (
        Trusted.objects.values("source")
        .annotate(
            keys=Count("id", filter=living),
            ended=Count("id", filter=listed & Q(not_after__lte=now)),
            gone=Count("id", filter=Q(state="gone")),
            refused=Count("id", filter=Q(state="refused")),
            seen=Max("fetched_at"),
            first_end=Min("not_after", filter=living),
        )
        .order_by("source")[:MOST_SHOWN]
    )
    return [
        ForeignList(
            row["source"], row["keys"], row["ended"], row["gone"], row["refused"], row["seen"], row["first_end"]
        )
        for row in rows
    ]


def keys_of(country: str) -> list[TrustedRow]:
    """The keys of a country on every list, those still listed first; at most :data:`MOST_SHOWN`."""
    rows = Trusted.objects.filter(country=country).order_by("gone_at", "source", "not_after", "kid")
    found = [
        TrustedRow(
            row.country, bytes(row.kid), row.source, row.usage, row.purpose, row.not_after, row.first_seen_at,
            row.fetched_at, row.gone_at, row.state, row.reason,
        )
        for row in rows[:MOST_SHOWN]
    ]  # fmt: skip
    return sorted(found, key=lambda row: row.gone_at is not None)
