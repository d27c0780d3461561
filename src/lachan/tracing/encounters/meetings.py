"""From what a telephone heard to spans of time at a distance. Pure; figures in ``data/calibration.json``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from statistics import median
from typing import Final, NamedTuple

import msgspec

SLACK: Final = 120  # seconds by which clocks of telephones may differ


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How strength becomes metres, and sightings become time.

    ``strength_at_reference``: dBm received at ``reference_m`` metres by pair of systems, hearer first; free space loses
    10 x ``exponent`` dB each tenfold of distance. One sighting stands for one cycle of scanning.
    """

    source: str
    verified: bool
    cycle_seconds: int
    longest_gap_seconds: int
    reference_m: float
    exponent: float
    reference_tx_dbm: float
    nearest_m: float
    furthest_m: float
    strength_at_reference: dict[str, float]


class Heard(NamedTuple):
    """One sighting that was deciphered: of whom, when (UNIX seconds), how loud."""

    other: int
    at: int
    rssi: float | None
    tx_power: float | None
    hearer: str
    heard: str


class Meeting(NamedTuple):
    """A span of time near somebody; ``metres`` None where no strength was recorded."""

    other: int
    start: int
    end: int
    metres: float | None
    sightings: int


@cache
def calibration() -> Calibration:
    """The figures this version knows."""
    raw = files("lachan.tracing").joinpath("data/calibration.json").read_bytes()
    return msgspec.json.decode(raw, type=Calibration)


def system_of(model: str) -> str:
    """The system of a telephone by its model; empty where it is not known."""
    name = model.strip().lower()
    if name.startswith(("iphone", "ipad", "ipod")):
        return "ios"
    return "android" if name else ""


def metres(one: Heard, known: Calibration) -> float | None:
    """Distance of one sighting by the log-distance model; None without a strength."""
    if one.rssi is None:
        return None
    pair = f"{system_of(one.hearer)}/{system_of(one.heard)}"
    at_reference = known.strength_at_reference.get(pair, known.strength_at_reference[""])
    louder = (one.tx_power - known.reference_tx_dbm) if one.tx_power is not None else 0.0
    found = known.reference_m * 10 ** ((at_reference + louder - one.rssi) / (10 * known.exponent))
    return min(max(found, known.nearest_m), known.furthest_m)


def meetings(heard: Iterable[Heard], known: Calibration | None = None) -> list[Meeting]:
    """Spans with each other telephone, in order of time.

    Sightings no further apart than the longest gap are one meeting. It reaches half a cycle beyond its ends: a sighting
    stands for a cycle of scanning, so the expected length is right though each single one is not. Its distance is the
    median of its sightings.
    """
    known = known or calibration()
    by_other: dict[int, dict[int, Heard]] = {}
    for one in heard:  # of two sightings at the same second the louder counts
        held = by_other.setdefault(one.other, {})
        before = held.get(one.at)
        if before is None or (one.rssi or -999) > (before.rssi or -999):
            held[one.at] = one
    found: list[Meeting] = []
    for other, held in sorted(by_other.items()):
        run: list[Heard] = []
        for at in sorted(held):
            if run and at - run[-1].at > known.longest_gap_seconds:
                found.append(_meeting(other, run, known))
                run = []
            run.append(held[at])
        found.append(_meeting(other, run, known))
    return found


def _meeting(other: int, run: Sequence[Heard], known: Calibration) -> Meeting:
    half = known.cycle_seconds // 2
    distances = [found for one in run if (found := metres(one, known)) is not None]
    middle = median(distances) if distances else None
    return Meeting(other, run[0].at - half, run[-1].at + half, middle, len(run))
