"""What a telephone heard becomes time at a distance."""

from __future__ import annotations

import pytest

from lachan.tracing.encounters.meetings import Heard, Meeting, calibration, meetings, metres


def heard(other: int, at: int, rssi: float | None = -86, model: str = "Pixel 5", theirs: str = "SM-A515F") -> Heard:
    return Heard(other, at, rssi, None, model, theirs)


def test_sightings_within_the_longest_gap_are_one_meeting_and_stand_for_a_cycle_each() -> None:
    [one] = meetings(heard(7, at) for at in (1_000, 1_300, 1_600))
    assert one == Meeting(7, 850, 1_750, pytest.approx(2.0), 3)
    two = meetings(heard(7, at) for at in (1_000, 1_300, 1_751))
    assert [(m.start, m.end, m.sightings) for m in two] == [(850, 1_450, 2), (1_601, 1_901, 1)]


def test_a_sighting_said_twice_counts_once_and_the_louder_holds() -> None:
    [one] = meetings([heard(7, 1_000, -100), heard(7, 1_000, -66)])
    assert one.sightings == 1
    assert one.metres == pytest.approx(0.2)


def test_people_are_kept_apart() -> None:
    found = meetings([heard(9, 1_000), heard(7, 1_000), heard(9, 1_200)])
    assert [(m.other, m.sightings) for m in found] == [(7, 1), (9, 2)]


@pytest.mark.parametrize(
    ("model", "theirs", "rssi", "at"),
    [
        ("Pixel 5", "SM-A515F", -86, 2.0),
        ("Pixel 5", "iPhone12,1", -69, 2.0),
        ("iPhone12,1", "Pixel 5", -88, 2.0),
        ("iPhone12,1", "iPhone9,3", -74, 2.0),
        ("", "", -88, 2.0),
        ("Pixel 5", "SM-A515F", -92, 2.0 * 10**0.3),  # 6 dB weaker is twice as far in free space
    ],
)
def test_strength_is_read_by_the_pair_of_telephones(model: str, theirs: str, rssi: float, at: float) -> None:
    assert metres(heard(1, 0, rssi, model, theirs), calibration()) == pytest.approx(at)


def test_power_of_sending_is_allowed_for_and_nonsense_is_bounded() -> None:
    known = calibration()
    louder = heard(1, 0, -80)._replace(tx_power=known.reference_tx_dbm + 6)
    assert metres(louder, known) == pytest.approx(2.0)
    assert metres(heard(1, 0, 40), known) == known.nearest_m
    assert metres(heard(1, 0, -200), known) == known.furthest_m
    assert metres(heard(1, 0, None), known) is None
    [one] = meetings([heard(7, 1_000, None)])
    assert one.metres is None
