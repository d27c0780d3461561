"""Keys: ours with what to do about each, those of others by country with source, age and end. To be looked at; what is
to be done is done on the server, where the keys are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lachan.access.doors import needs
from lachan.certificates.keys import overview, ring
from lachan.certificates.keys.facts import AUTHORITY, PURPOSES, KeyFact
from lachan.certificates.keys.findings import LIST_OLD, findings
from lachan.certificates.queries.cards import delays
from lachan.web.parts.trust import words

_ORDER = (AUTHORITY, *PURPOSES)
NO_COUNTRY = "none"  # in the address of the page of keys whose list names no country


class Own(NamedTuple):
    """A key of ours. ``days``: until it signs no more; None when it does not sign."""

    purpose: Any
    key: KeyFact
    kid: str
    tone: str
    state: Any
    place: Any
    days: int | None


class OfCountry(NamedTuple):
    """``keys``: those believed."""

    code: str
    slug: str
    keys: int


class Other(NamedTuple):
    row: overview.TrustedRow
    kid: str
    usages: list[Any]
    tone: str
    state: Any


@require_GET
@needs("trust.read")
def page(request: HttpRequest) -> HttpResponse:
    """Problems first, then our keys, then those of others by country."""
    now = timezone.now()
    found = [words.shown(entry) for entry in findings(now, anew=False)]
    lists = overview.lists(now)
    countries = [OfCountry(code, code.lower() or NO_COUNTRY, keys) for code, keys in overview.countries(now)]
    return render(
        request,
        "web/trust/page.html",
        {
            "problems": [entry for entry in found if entry.kind != "waiting"],
            "notes": [entry for entry in found if entry.kind == "waiting"],
            "own": own_keys(now),
            "delay": delays(now - timedelta(days=1)),
            "lists": [(row, now - row.fetched_at > LIST_OLD) for row in lists],
            "countries": countries,
            "believed": sum(entry.keys > 0 for entry in countries),
            "keys": sum(entry.keys for entry in countries),
            "full": len(lists) >= overview.MOST_SHOWN,
            "now": now,
        },
    )


@require_GET
@needs("trust.read")
def country(request: HttpRequest, country: str) -> HttpResponse:
    """Every key of a country that some list has or had."""
    if country != NO_COUNTRY and len(country) != 2:
        raise Http404
    now, code = timezone.now(), "" if country == NO_COUNTRY else country.upper()
    rows = overview.keys_of(code)
    keys = []
    for row in rows:
        ended = row.state == "listed" and row.not_after is not None and row.not_after <= now
        tone, state = words.TRUSTED["ended" if ended else row.state]
        kid = row.kid.hex() if row.purpose == "hcert" else row.kid.decode("ascii", "replace")
        keys.append(Other(row, kid, [words.USAGES[kind] for kind in row.usage], tone, state))
    return render(
        request,
        "web/trust/country.html",
        {"country": code, "keys": keys, "full": len(rows) >= overview.MOST_SHOWN, "now": now},
    )


def own_keys(now: datetime) -> list[Own]:
    """By purpose, the one that signs first."""
    found = []
    for row in ring.rows():
        state = _state(row, now)
        tone, word = words.STATES[state]
        days = (row.signs_until - now).days if state in ("signs", "waits") else None
        place = words.PLACES[row.place]
        found.append(Own(words.PURPOSES[row.purpose], row, row.kid.hex(), tone, word, place, days))
    rank = {"done": 0, "waiting": 1, "unknown": 2, "stop": 3}
    return sorted(found, key=lambda entry: (_ORDER.index(entry.key.purpose), rank[entry.tone]))


def _state(row: KeyFact, now: datetime) -> str:
    if row.state == "compromised":
        return "compromised"
    if now >= row.not_after:
        return "ended"
    if row.state == "retired":
        return "retired"
    return "signs" if row.signs_at(now) else "waits" if row.waits_at(now) else "verifies"
