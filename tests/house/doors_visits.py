"""The doors of venues and visits: screens for whoever answers for a commune, the public check-in, a device's door."""

from __future__ import annotations

from typing import Final

from lachan.access.rules import Role

from .doors import AUDITOR, HEAD, OFFICERS, TRACER, Door, api, everyone, page, person

_READ = OFFICERS | AUDITOR | TRACER | {HEAD}
_CHANGE = OFFICERS | {HEAD}
_NO_KEY: frozenset[Role] = frozenset()

DOORS: Final[dict[str, Door]] = {
    "GET venues": page(_READ),
    "GET venue-new": page(_CHANGE),
    "POST venue-new": page(_CHANGE).sending(name="", kind="market"),
    "GET venue": page(_READ),
    "GET venue-edit": page(_CHANGE),
    "POST venue-edit": page(_CHANGE).sending(name=""),
    "POST venue-change": page(_CHANGE),
    "POST venue-close": page(_CHANGE),
    "GET venue-poster": page(_READ),
    "POST venue-device": page(_CHANGE).sending(label="Cửa"),
    "POST venue-device-end": page(_CHANGE),
    "GET checkin": everyone("whoever scans a poster; says what to do"),
    "GET checkin-venue": everyone("the address on the poster; says which door it is, names nobody"),
    "POST checkin-scan": everyone("checking in; says the same whoever it is; throttled").sending(what="in", number="x"),
    "GET me-own-code": person(),
    "POST me-own-code-remember": person(),
    "GET door": everyone("the page of a device at a door; does nothing before it is paired"),
    "GET door-worker": everyone("as above"),
    "GET door-manifest": everyone("as above"),
    "POST door-pair": everyone("a pairing code is the key: good once, for half an hour; throttled"),
    "POST api-1:post_visits": api(_NO_KEY),
    "GET api-1:get_door": api(_NO_KEY),
}
WITHOUT_SIGNING_IN: Final = frozenset(name for name, door in DOORS.items() if door.visitor == "page")
