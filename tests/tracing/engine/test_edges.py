"""Corners of the rule, each with an answer worked out by hand; engine and brute force both have to give it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lachan.tracing.engine.oracle import Case, Line, Meeting, Stay
from lachan.tracing.engine.shapes import Rule
from tests.tracing.engine.worlds import DAY, MIDNIGHT, MINUTE, by_engine, by_oracle, rule

NOON = MIDNIGHT + DAY // 2


def stay(person: str, begin: int, minutes: float, place: str = "p", *, closed: bool = True) -> Stay:
    return Stay(person, place, begin, begin + round(minutes * MINUTE), closed)


def met(a: str, b: str, begin: int, minutes: float, distance: float | None = 1.0) -> Meeting:
    return Meeting(a, b, begin, begin + round(minutes * MINUTE), distance)


def answer(
    stays: Sequence[Stay],
    meetings: Sequence[Meeting] = (),
    how: Rule | None = None,
    *,
    isolated_at: int | None = None,
    anchor: int = MIDNIGHT,
) -> list[Line]:
    cases = [Case("f", anchor, isolated_at, how or rule())]
    [ours] = by_engine(stays, meetings, cases)
    assert [ours] == by_oracle(stays, meetings, cases)
    return ours


def names(lines: Sequence[Line], level: int = 1) -> str:
    return "".join(line.contact for line in lines if line.level == level)


def test_exactly_the_minutes_and_a_second_less() -> None:
    others = [stay("a", NOON, 15), Stay("b", "p", NOON, NOON + 15 * MINUTE - 1, True)]
    [line] = answer([stay("f", NOON, 600), *others])
    assert (line.contact, line.seconds, line.first, line.last) == ("a", 900, NOON, NOON + 900)


def test_who_leaves_as_the_other_enters_was_not_there() -> None:
    assert not answer(
        [stay("f", NOON, 60), stay("a", NOON - 3600, 60), stay("b", NOON + 3600, 60)], (), rule(min_minutes=0)
    )
    assert not answer([stay("f", NOON, 60), stay("a", NOON + 60, 0)], [met("f", "b", NOON, 0)], rule(min_minutes=0))


def test_any_duration_is_a_second_at_least() -> None:
    [line] = answer([stay("f", NOON, 60), Stay("a", "p", NOON + 3599, NOON + 9999, True)], (), rule(min_minutes=0))
    assert line.seconds == 1


@pytest.mark.parametrize(("how", "found"), [("single", ""), ("day", "a"), ("window", "a")])
def test_two_short_overlaps_that_sum(how: str, found: str) -> None:
    others = [stay("a", NOON, 8), stay("a", NOON + 3600, 7)]
    assert names(answer([stay("f", NOON, 600), *others], (), rule(sum=how))) == found


@pytest.mark.parametrize(("how", "seconds"), [("single", 2400), ("day", 1500), ("window", 2400)])
def test_midnight_in_utc_parts_a_day_and_nothing_else(how: str, seconds: int) -> None:
    begin = MIDNIGHT - 15 * MINUTE
    [line] = answer([stay("f", begin, 600), stay("a", begin, 40)], (), rule(sum=how))
    assert (line.seconds, line.first, line.last) == (seconds, begin, begin + 2400)


def test_touching_pieces_are_one_piece_whatever_they_are_made_of() -> None:
    stays = [stay("f", NOON, 8), stay("a", NOON, 8), stay("f", NOON + 480, 3, "q"), stay("a", NOON + 480, 3, "q")]
    [line] = answer(stays, [met("a", "f", NOON + 660, 4)])
    assert (line.seconds, line.place) == (900, "p")
    assert not answer(stays, [met("a", "f", NOON + 661, 4)]), "a second between them parts them"


def test_the_same_instant_counts_once() -> None:
    stays = [stay("f", NOON, 10), stay("f", NOON + 60, 5), stay("a", NOON, 10), stay("a", NOON, 9)]
    assert not answer(stays, [met("f", "a", NOON, 10), met("a", "f", NOON + 60, 2)], rule(sum="window"))


def test_an_encounter_counts_in_either_direction_near_enough_or_unknown() -> None:
    meetings = [
        met("f", "a", NOON, 15, None),
        met("b", "f", NOON, 15, 2.0),
        met("f", "c", NOON, 15, 2.01),
        met("f", "f", NOON, 15),
        met("f", "d", NOON, 15, 0.0),
    ]
    lines = answer([], meetings)
    assert names(lines) == "abd"
    assert {line.place for line in lines} == {""}


def test_a_closed_space_is_asked_of_stays_and_of_both() -> None:
    stays = [
        stay("f", NOON, 60),
        stay("a", NOON, 60),
        stay("b", NOON, 60, closed=False),
        stay("f", NOON, 60, "q", closed=False),
        stay("c", NOON, 60, "q"),
    ]
    assert names(answer(stays, [met("f", "z", NOON, 60, None)], rule(closed_only=True))) == "az"
    assert names(answer(stays)) == "abc"


def test_the_window_clips_and_isolation_cuts_it() -> None:
    stays = [stay("f", MIDNIGHT - 3 * DAY, 20 * 1440), stay("a", MIDNIGHT - 3 * DAY, 20 * 1440)]
    [line] = answer(stays, (), rule(sum="window"))
    assert (line.first, line.last) == (MIDNIGHT - 2 * DAY, MIDNIGHT + 10 * DAY)
    [line] = answer(stays, (), rule(sum="window"), isolated_at=MIDNIGHT)
    assert (line.first, line.last, line.seconds) == (MIDNIGHT - 2 * DAY, MIDNIGHT, 2 * DAY)
    [line] = answer(stays, (), rule(sum="day"), isolated_at=MIDNIGHT)
    assert line.seconds == DAY
    [line] = answer(stays, (), rule(sum="window", end=None), isolated_at=MIDNIGHT)
    assert line.last == MIDNIGHT + 10 * DAY
    assert not answer(stays, isolated_at=MIDNIGHT - 3 * DAY), "isolated before the window began"
    [line] = answer(stays, (), rule(sum="window"), isolated_at=MIDNIGHT + 30 * DAY)
    assert line.last == MIDNIGHT + 10 * DAY, "isolation never makes a window longer"


def test_onset_learnt_later_moves_the_window_and_releases() -> None:
    stays = [stay("f", MIDNIGHT - 3600, 30), stay("a", MIDNIGHT - 3600, 30)]
    assert names(answer(stays, (), anchor=MIDNIGHT)) == "a"
    assert names(answer(stays, (), anchor=MIDNIGHT + 5 * DAY)) == ""


def test_stays_longer_than_any_bound_are_seen() -> None:
    stays = [stay("a", NOON - 300 * DAY, 600 * 1440), stay("b", NOON - 13 * 3600, 13 * 60 + 15), stay("f", NOON, 30)]
    assert names(answer([*stays, stay("c", NOON - 400 * DAY, 10)])) == "ab"


def test_one_person_with_two_cases_has_two_lists() -> None:
    stays = [stay("f", NOON, 60), stay("a", NOON, 60), stay("f", NOON + 40 * DAY, 60), stay("b", NOON + 40 * DAY, 60)]
    cases = [Case("f", MIDNIGHT + 40 * DAY, None, rule()), Case("f", MIDNIGHT, None, rule())]
    both = by_engine(stays, [], cases)
    assert [names(lines) for lines in both] == ["b", "a"]
    assert both == by_oracle(stays, [], cases)


def test_cases_are_contacts_of_each_other() -> None:
    stays = [stay("f", NOON, 60), stay("g", NOON, 60)]
    cases = [Case("f", MIDNIGHT, None, rule()), Case("g", MIDNIGHT, None, rule()), Case("nobody", 0, None, rule())]
    assert [names(lines) for lines in by_engine(stays, [], cases)] == ["g", "f", ""]


SECOND = rule(levels=2, latent_days=1)


def test_f2_is_met_by_an_f1_who_could_infect() -> None:
    stays = [stay("f", NOON, 60), stay("a", NOON, 60)]
    early, late = met("a", "x", NOON + DAY - 16 * MINUTE, 30), met("y", "a", NOON + DAY, 15)
    lines = answer(stays, [early, late], SECOND)
    assert [(line.contact, line.level, line.via) for line in lines] == [("a", 1, ""), ("y", 2, "a")]
    assert (lines[1].first, lines[1].last) == (NOON + DAY, NOON + DAY + 900)
    [_, _, clipped] = answer(stays, [met("a", "x", NOON + DAY - 60, 16), late], SECOND)
    assert clipped.contact == "y"
    assert names(answer(stays, [met("a", "x", NOON + DAY - 60, 16)], SECOND), 2) == "x"


def test_f2_ends_with_the_window_of_its_f0() -> None:
    stays = [stay("f", NOON, 60), stay("a", NOON, 60)]
    meetings = [met("a", "x", NOON + 2 * DAY - 600, 20)]
    assert names(answer(stays, meetings, SECOND), 2) == "x"
    assert names(answer(stays, meetings, SECOND, isolated_at=NOON + 2 * DAY), 2) == ""


def test_an_f2_is_neither_the_case_nor_an_f1() -> None:
    stays = [stay(name, NOON, 60) for name in "fab"]
    meetings = [met("a", "b", NOON + DAY, 60), met("a", "f", NOON + DAY, 5), met("a", "x", NOON + DAY, 60)]
    assert [(line.contact, line.level) for line in answer(stays, meetings, SECOND)] == [("a", 1), ("b", 1), ("x", 2)]


def test_minutes_of_two_f1_do_not_add_up_and_exposure_is_of_all_who_reach_them() -> None:
    stays = [stay(name, NOON, 60) for name in "fabc"]
    halves = [met("a", "x", NOON + DAY, 10), met("b", "x", NOON + DAY + 900, 10)]
    assert names(answer(stays, halves, rule(levels=2, latent_days=1, sum="window")), 2) == ""
    meetings = [
        met("a", "x", NOON + DAY, 15),
        met("b", "x", NOON + 2 * DAY, 40),
        met("c", "x", NOON + 3 * DAY, 5),  # reaches nothing, and does not move the last exposure
    ]
    [line] = [line for line in answer(stays, meetings, SECOND) if line.level == 2]
    assert (line.via, line.seconds) == ("b", 40 * MINUTE)
    assert (line.first, line.last) == (NOON + DAY, NOON + 2 * DAY + 40 * MINUTE)


def test_the_place_is_that_of_the_longest_piece() -> None:
    stays = [
        stay("f", NOON, 20, "p"),
        stay("a", NOON, 20, "p"),
        stay("f", NOON + DAY, 30, "q"),
        stay("a", NOON + DAY, 30, "q"),
    ]
    assert answer(stays)[0].place == "q"
    assert answer(stays, [met("a", "f", NOON + 2 * DAY, 30)])[0].place == "q", "of equals the first"
    assert answer(stays, [met("a", "f", NOON + 2 * DAY, 31)])[0].place == ""
