"""Sharing doses out, reading loggers, telling when a fridge was outside its limits for too long."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.immunization.operations.cold import pack, ranges, unpack
from lachan.immunization.rules import allocation, cold, loggers
from lachan.immunization.rules.facts import VIETNAM

FRIDGE = cold.range_on(ranges(), "2_8", date(2022, 3, 1))
ULTRA = cold.range_on(ranges(), "-90_-60", date(2022, 3, 1))
START = int(datetime(2022, 3, 1, 8, tzinfo=VIETNAM).timestamp())

places = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 10_000), min_size=1)


# allocation


@given(places, st.integers(0, 50_000))
def test_shares_are_whole_and_add_up_to_what_there_is(weights: dict[str, int], available: int) -> None:
    given_ = allocation.by_weight({k: float(v) for k, v in weights.items()}, available)
    assert set(given_) == set(weights)
    assert sum(given_.values()) == (available if any(weights.values()) else 0)
    for place, weight in weights.items():
        assert abs(given_[place] - available * weight / max(1, sum(weights.values()))) <= 1


@given(places, st.integers(0, 50_000))
def test_nobody_gets_more_than_was_asked(asked: dict[str, int], available: int) -> None:
    found = allocation.propose("asked", available, asked=asked, missing={}, stock={}, per_day={})
    assert all(found[place] <= asked[place] for place in asked)
    assert sum(found.values()) == min(available, sum(asked.values()))


@given(places, st.dictionaries(st.sampled_from("abcdefgh"), st.integers(-5, 5_000)), st.integers(0, 50_000))
def test_by_days_whoever_has_least_for_longest_waits(pace: dict[str, int], stock: dict[str, int], n: int) -> None:
    stock = {place: stock.get(place, 0) for place in pace}
    found = allocation.propose(
        "days", n, asked={}, missing={}, stock=stock, per_day={k: v / 14 for k, v in pace.items()}
    )
    assert sum(found.values()) == (n if any(pace.values()) else 0)
    after = {p: (max(0, stock[p]) + found[p] - 1) * 14 / v for p, v in pace.items() if v > 0 and found[p] > 0}
    before = {p: max(0, stock[p]) * 14 / v for p, v in pace.items() if v > 0}
    if after:
        level = max(after.values())
        assert all(days >= level - 14 for place, days in before.items() if found[place] == 0)


def test_an_unknown_way_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        allocation.propose("fair", 1, asked={}, missing={}, stock={}, per_day={})


# limits


def found(degrees: list[float], *, minutes: int = 10, limits: cold.Range | None = FRIDGE) -> list[tuple[str, int]]:
    assert limits is not None
    times = [START + 60 * minutes * index for index in range(len(degrees))]
    return [(breach.kind, breach.minutes) for breach in cold.breaches(limits, times, degrees)]


@pytest.mark.parametrize(
    ("warm", "expected"),
    [(59, []), (60, [("high", 600)]), (120, [("high", 1200)])],
)
def test_ten_hours_above_eight_degrees(warm: int, expected: list[tuple[str, int]]) -> None:
    assert found([5.0] * 3 + [8.1] * warm + [5.0] * 3) == expected


def test_eight_degrees_are_within_the_limits() -> None:
    assert found([8.0] * 200) == []
    assert found([2.0] * 200) == []


def test_an_hour_of_frost_is_a_freezing() -> None:
    assert found([4.0] + [-0.5] * 6 + [4.0]) == [("freezing", 60)]
    assert found([4.0] + [-0.5] * 5 + [4.0]) == []
    assert found([4.0] + [-0.4] * 6 + [4.0]) == []


def test_a_freezing_within_a_long_cold_is_told_apart() -> None:
    assert found([1.0] * 40 + [-1.0] * 10 + [1.0] * 20 + [4.0]) == [("low", 700), ("freezing", 100)]


def test_what_lasts_to_the_end_of_the_file_counts_and_a_gap_ends_it() -> None:
    assert found([5.0] + [12.0] * 61) == [("high", 600)]
    assert FRIDGE is not None
    times = [START + 600 * index for index in range(30)] + [START + 864_000 + 600 * index for index in range(40)]
    assert cold.breaches(FRIDGE, times, [12.0] * 70) == [], "nobody knows what was between"


def test_other_storage_has_other_limits_and_a_short_delay() -> None:
    assert found([-70.0, -50.0, -50.0, -50.0, -70.0], limits=ULTRA) == [("high", 30)]


def test_by_hand_the_gravest_word() -> None:
    assert FRIDGE is not None
    assert [cold.kind_of(FRIDGE, *pair) for pair in ((3, 7), (3, 9), (1, 7), (-1, 9))] == [
        None,
        "high",
        "low",
        "freezing",
    ]


# loggers

ROWS = [("01/03/2022 08:00", 5.0), ("01/03/2022 08:10", 5.5)]
EXPECTED = ([START, START + 600], [5.0, 5.5])
FILES = {
    "ours": "time,temperature\n2022-03-01T08:00,5.0\n2022-03-01T08:10,5.5\n",
    "Vietnamese, semicolons, decimal comma": "Thời gian;Nhiệt độ (°C)\n01/03/2022 08:00;5,0\n01/03/2022 08:10;5,5\n",
    "date and time apart, talk before": "LogTag Analyser\nModel: TRIX-8\n\nIndex,Date,Time,Temperature °C\n"
    "1,01-03-2022,08:00:00,5.0\n2,01-03-2022,08:10:00,5.5\n",
    "fahrenheit, am and pm": "Date/Time\tTemp(°F)\n1/3/2022 8:00 AM\t41\n1/3/2022 8:10 AM\t41.9\n",
    "with offset": "timestamp,ch1\n2022-03-01T01:00:00Z,5.0\n2022-03-01T01:10:00Z,5.5\n",
    "no heading": "2022-03-01 08:00,5.0\n2022-03-01 08:10,5.5\n",
    "out of order and twice": "time,temp\n2022-03-01 08:10,5.5\n2022-03-01 08:00,5.0\n2022-03-01 08:10,5.5\n",
}


@pytest.mark.parametrize("name", FILES)
def test_loggers_as_they_are(name: str) -> None:
    read = loggers.read(FILES[name].encode())
    assert (read.times, [round(value, 1) for value in read.degrees]) == EXPECTED
    assert read.left_out == 0


def test_utf_16_and_old_code_pages() -> None:
    text = FILES["Vietnamese, semicolons, decimal comma"]
    assert loggers.read(text.encode("utf-16")).times == EXPECTED[0]
    assert loggers.read("Date/Time;Temp °C\n01/03/2022 08:00;5,0".encode("cp1252")).times == EXPECTED[0][:1]


def test_lines_that_cannot_be_are_named_and_left_out() -> None:
    read = loggers.read(b"time,temp\nyesterday,5\n2022-03-01 08:00,warm\n2022-03-01 08:05,999\n2022-03-01 08:00,5\n")
    assert [(fault.line, fault.reason) for fault in read.faults] == [
        (2, "time_unreadable"), (3, "temperature_unreadable"), (4, "temperature_impossible"),
    ]  # fmt: skip
    assert read.times == [START]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "no_readings"), (b"a,b\n1,2\n", "no_readings"), (b"\x00\x01\x02", "file_not_text"),
     (b"x" * (loggers.MOST_BYTES + 1), "file_too_large"), (b"time,temp\n", "no_readings")],
)  # fmt: skip
def test_files_that_are_none(content: bytes, reason: str) -> None:
    with pytest.raises(loggers.Unreadable, match=reason):
        loggers.read(content)


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    try:
        read = loggers.read(content)
    except loggers.Unreadable:
        return
    assert len(read.times) == len(read.degrees) > 0


@given(st.lists(st.tuples(st.integers(0, 10**10), st.integers(-12_000, 8_000)), min_size=1, unique_by=lambda p: p[0]))
def test_packing_loses_nothing(points: list[tuple[int, int]]) -> None:
    times = sorted(at for at, _ in points)
    degrees = [value / 100 for _, value in points]
    assert unpack(pack(times, degrees), len(times)) == (times, degrees)


@pytest.mark.slow
def test_half_a_million_readings_in_seconds_and_one_more_is_refused() -> None:
    at = datetime(2022, 3, 1, tzinfo=VIETNAM)
    lines = [f"{at + timedelta(minutes=n):%Y-%m-%d %H:%M},{5 + n % 7 / 10}" for n in range(loggers.MOST_ROWS)]
    begun = time.process_time()
    read = loggers.read(("time,temp\n" + "\n".join(lines)).encode())
    assert FRIDGE is not None
    assert cold.breaches(FRIDGE, read.times, read.degrees) == []
    assert time.process_time() - begun < 20
    lines.append("2032-01-01 00:00,5")
    with pytest.raises(loggers.Unreadable, match="too_many_rows"):
        loggers.read("\n".join(lines).encode())
