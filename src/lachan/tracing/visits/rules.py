"""What a scan at a door means, given what is known of that person's stays. Pure: no clock, no database.

The same rules stand in ``frontend/offline/door/core/rules.ts`` as far as a device needs them without a line; the
vectors in ``frontend/offline/vectors/door.json`` hold the two together.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import Final, NamedTuple

from lachan.tracing.visits.facts import OUT, STAY, Stay, What
from lachan.tracing.visits.limits import Limits, Travel

_EARTH_M: Final = 6_371_008.8  # mean radius


class Scan(NamedTuple):
    """``stay``: seconds the kind of venue stands for when nobody sees them leave."""

    place_id: int
    at: int
    what: What
    stay: int
    source: int
    until: int | None = None


class Verdict(NamedTuple):
    """``stays``: those to write, new or changed. ``reason`` with nothing to write: refused. Neither: known already."""

    stays: tuple[Stay, ...] = ()
    reason: str | None = None


KNOWN: Final = Verdict()


def untimely(at: int, now: int, limits: Limits) -> str | None:
    """Why a scan cannot have been then: ``visit_in_future`` or ``visit_too_old``."""
    if at > now + limits.ahead_seconds:
        return "visit_in_future"
    # whole days: the partition of a day is there as long as any visit of it may come in
    return "visit_too_old" if at // 86_400 < now // 86_400 - limits.keep_days else None


def shift(sent_at: int, now: int, limits: Limits) -> int | None:
    """Seconds to add to the times of a device whose clock said ``sent_at`` when it was ``now`` here; None: its clock is
    too far off to be believed at all."""
    off = now - sent_at
    if abs(off) <= limits.skew_seconds:
        return 0
    return off if abs(off) <= limits.largest_skew_hours * 3_600 else None


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of two (latitude, longitude) on the sphere (haversine)."""
    lat1, lat2 = math.radians(one[0]), math.radians(other[0])
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(other[1] - one[1]) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(chord)))


def too_fast(distance_m: float, seconds: int, travel: Travel) -> bool:
    """Whether nobody gets that far in that time."""
    if distance_m <= travel.near_m:
        return False
    kmh = travel.kmh if distance_m <= travel.far_m else travel.far_kmh
    return distance_m > kmh / 3.6 * max(seconds, 0)


def judge(stays: list[Stay], scan: Scan, limits: Limits) -> Verdict:
    """What becomes of a scan. ``stays``: those known around it, by ``t_in``; at least the last that began at or before
    the scan and the first that began after it."""
    at = bisect_right([stay.t_in for stay in stays], scan.at)
    before = stays[at - 1] if at else None
    after = stays[at] if at < len(stays) else None
    if before is not None and before.place_id == scan.place_id and scan.what != STAY:
        same = _same_place(before, after, scan, limits)
        if same is not None:
            return same
    if scan.what == OUT:
        return _left_only(before, scan, limits)
    return _arrived(before, after, scan, limits)


def _same_place(before: Stay, after: Stay | None, scan: Scan, limits: Limits) -> Verdict | None:
    """A scan where they are thought to be, or were; None: a stay of its own."""
    if scan.what == OUT:
        if before.provisional and scan.at <= before.t_in + limits.longest_stay:
            return Verdict((before._replace(t_out=scan.at, seen=scan.at, provisional=False),))
        return KNOWN if scan.at <= before.t_out else None
    if scan.at > before.t_out and scan.at - before.seen > limits.bounce_seconds:
        return None
    # scanned in and out and in again at once: the second scan came by mistake, unless they did leave
    if not before.provisional:
        return KNOWN if scan.at < before.t_out else None
    if scan.at - before.seen <= limits.bounce_seconds:
        return KNOWN
    end = min(scan.at + scan.stay, before.t_in + limits.longest_stay)
    if after is not None:
        end = min(end, after.t_in)
    if end <= before.t_out:
        return KNOWN
    return Verdict((before._replace(t_out=end, seen=scan.at),))


def _left_only(before: Stay | None, scan: Scan, limits: Limits) -> Verdict:
    """Somebody leaves whom nobody saw arrive: they were there as long as people stay in such a venue."""
    start = scan.at - min(scan.stay, limits.longest_stay)
    changed: tuple[Stay, ...] = ()
    if before is not None and before.t_out > start:
        if before.provisional:  # they went from there to here at some time between; the earlier one is taken as left
            start = max(start, before.seen)
            before = before._replace(t_out=max(before.seen, min(before.t_out, start)))
            changed = (before,)
        else:
            start = min(max(start, before.t_out), scan.at)
    return Verdict((*changed, Stay(scan.place_id, start, scan.at, scan.at, False, scan.source)))


def _arrived(before: Stay | None, after: Stay | None, scan: Scan, limits: Limits) -> Verdict:
    if scan.what == STAY:
        end = scan.until if scan.until is not None else scan.at
        if end < scan.at:
            return Verdict(reason="visit_times_reversed")
        end, provisional = min(end, scan.at + limits.longest_stay), False
        if before is not None and before.place_id == scan.place_id and before.t_out >= end and before.t_in <= scan.at:
            return KNOWN
    else:
        end, provisional = scan.at + min(scan.stay, limits.longest_stay), True
        if after is not None:
            end = min(end, after.t_in)
    changed: tuple[Stay, ...] = ()
    if before is not None and before.provisional and before.t_out > scan.at:
        closed = before._replace(t_out=scan.at)  # still provisional: a check-out that comes in late may say earlier
        if closed.place_id == scan.place_id and closed.t_in == scan.at:  # both times of a stay whose start was known
            return Verdict((before._replace(t_out=end, seen=end, provisional=provisional),))
        changed = (closed,)
    seen = scan.at if provisional else end
    return Verdict((*changed, Stay(scan.place_id, scan.at, end, seen, provisional, scan.source)))
