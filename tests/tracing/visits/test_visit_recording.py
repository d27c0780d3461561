"""Scans at doors become stays: in, out, in again, somewhere else, late, twice, too far, by two devices at once."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection

from lachan.kernel.outcomes import ACCEPTED, DUPLICATE, REFUSED
from lachan.tracing.visits import operations, subjects
from lachan.tracing.visits.operations import Sender

from .conftest import ACTOR, DOOR, NOON, NOW, Town, make_town, number, person, rows, scan, send, stays

HOUR = 3_600


def reasons(*outcomes: object) -> list[object]:
    return [(o.status, o.reason) for o in outcomes]


def test_in_and_out_are_one_stay_with_both_times(town: Town) -> None:
    send(scan(town.market, -600))
    assert stays() == [(town.market, NOON - 600, NOON + 3_000, True)]
    send(scan(town.market, -60, "out"))
    assert stays() == [(town.market, NOON - 600, NOON - 60, False)]


def test_nobody_sees_them_leave_so_the_kind_of_venue_says_when(town: Town) -> None:
    send(scan(town.shop, -5_000))
    assert stays() == [(town.shop, NOON - 5_000, NOON - 5_000 + 15 * 60, True)]


def test_a_second_scan_prolongs_and_does_not_double(town: Town) -> None:
    first, again = send(scan(town.market, -1_800), scan(town.market, -600))
    assert reasons(first, again) == [(ACCEPTED, None), (ACCEPTED, None)]
    assert stays() == [(town.market, NOON - 1_800, NOON + 3_000, True)]


def test_a_scan_again_within_a_minute_says_nothing_new(town: Town) -> None:
    outcomes = send(scan(town.market, -600), scan(town.market, -590))
    assert [o.status for o in outcomes] == [ACCEPTED, DUPLICATE]
    assert stays() == [(town.market, NOON - 600, NOON + 3_000, True)]


def test_a_stay_is_never_longer_than_half_a_day(town: Town) -> None:
    send(*(scan(town.bar, at) for at in range(-15 * HOUR, -HOUR, 2 * HOUR)))
    assert all(t_out - t_in <= 12 * HOUR for _, t_in, t_out, _ in stays())
    first = stays()[0]
    assert first[2] - first[1] == 12 * HOUR


def test_a_check_in_elsewhere_closes_the_one_before(town: Town) -> None:
    send(scan(town.market, -1_200))
    send(scan(town.bar, -600))
    assert stays() == [
        (town.market, NOON - 1_200, NOON - 600, True),
        (town.bar, NOON - 600, NOON - 600 + 180 * 60, True),
    ]


def test_leaving_without_having_come_counts_the_usual_stay_before(town: Town) -> None:
    send(scan(town.shop, -600, "out"))
    assert stays() == [(town.shop, NOON - 600 - 15 * 60, NOON - 600, False)]


def test_a_night_over_midnight_is_one_stay_in_the_day_it_began(town: Town) -> None:
    midnight = NOON // 86_400 * 86_400
    send(scan(town.bar, midnight - NOON - HOUR), scan(town.bar, midnight - NOON + HOUR, "out"))
    [(_, t_in, t_out, _)] = stays()
    assert (t_in, t_out) == (midnight - HOUR, midnight + HOUR)
    day = (NOW - timedelta(days=1)).strftime("%Y%m%d")
    assert rows(f"SELECT count(*) FROM tracing_visit_{day}") == [(1,)]


def test_what_a_device_offline_sends_late_falls_between_what_is_known(town: Town) -> None:
    send(scan(town.market, -600))
    [late] = send(scan(town.bar, -5_000))
    assert late.status is ACCEPTED
    assert stays() == [(town.bar, NOON - 5_000, NOON - 600, True), (town.market, NOON - 600, NOON + 3_000, True)]
    [(place, t_in)] = rows("SELECT place_id, extract(epoch FROM t_in)::bigint FROM tracing_subject")
    assert (place, t_in) == (town.market, NOON - 600), "the latest stay is the latest, not the last to arrive"


def test_a_late_check_out_closes_the_stay_it_belongs_to(town: Town) -> None:
    send(scan(town.bar, -9_000), scan(town.market, -600))
    send(scan(town.bar, -8_000, "out"))
    assert stays()[0] == (town.bar, NOON - 9_000, NOON - 8_000, False)


def test_order_of_arrival_within_a_batch_does_not_matter(town: Town) -> None:
    send(scan(town.market, -60, "out"), scan(town.market, -600))
    assert stays() == [(town.market, NOON - 600, NOON - 60, False)]


def test_the_same_batch_again_changes_nothing(town: Town) -> None:
    batch = [scan(town.market, -1_800), scan(town.market, -900), scan(town.bar, -600), scan(town.bar, -60, "out")]
    send(*batch)
    before = stays()
    again = send(*batch)
    assert stays() == before
    assert {o.status for o in again} == {DUPLICATE}


@pytest.mark.parametrize(
    ("seconds", "reason"), [(1_000, "visit_in_future"), (-22 * 86_400, "visit_too_old"), (-21 * 86_400, None)]
)
def test_times_that_cannot_be(town: Town, seconds: int, reason: str | None) -> None:
    [outcome] = send(scan(town.market, seconds))
    assert outcome.reason == reason


def test_nobody_is_in_two_towns_within_ten_minutes_and_what_was_sent_is_kept(town: Town) -> None:
    near, far = send(scan(town.market, -600), scan(town.far, -60))
    assert reasons(near, far) == [(ACCEPTED, None), (REFUSED, "impossible_travel")]
    assert not far.params, "who stands at a door does not learn how far away somebody was"
    [(place, reason, km, sealed)] = rows(
        "SELECT place_id, reason, (params ->> 'km')::int, sealed FROM tracing_refusedvisit"
    )
    assert (place, reason) == (town.far, "impossible_travel")
    assert km > 1_100
    assert b"what" not in bytes(sealed)
    [flown] = send(scan(town.far, 0), now=NOW + timedelta(hours=3))
    assert flown.reason == "impossible_travel"
    [arrived] = send(scan(town.far, 2 * HOUR), now=NOW + timedelta(hours=3))
    assert arrived.status is ACCEPTED


def test_venues_that_are_unknown_or_another_doors(town: Town) -> None:
    mine = Sender(uuid4(), "cửa", frozenset({town.market}))
    outcomes = send(scan(town.market, -600), scan(town.bar, -60), scan(999_999, -30), sender=mine)
    assert [o.reason for o in outcomes] == [None, "venue_not_yours", "venue_unknown"]


def test_the_outbox_says_what_was_written(town: Town) -> None:
    send(scan(town.bar, -1_800))
    send(scan(town.market, -600))
    for flags_wanted, (count, content) in zip(
        ([0b011], [0b010, 0b111]), rows("SELECT rows, content FROM tracing_visitbatch ORDER BY id"), strict=True
    ):
        data = bytes(content)
        assert len(data) == 33 * count
        longs = np.frombuffer(data, "<i8", count * 4).reshape(4, count)
        flags = list(data[32 * count :])
        assert sorted(flags) == sorted(flags_wanted)
        assert set(longs[0]) <= {town.bar, town.market}
        assert all(longs[3] >= longs[2])


def test_a_person_and_their_card_are_one_pseudonym_and_so_are_merged_and_earlier_ones(town: Town) -> None:
    card = number("079080000077")
    send(scan(town.market, -9_000, whose=card))
    [(held,)] = rows("SELECT subject FROM tracing_subject")
    assert subjects.identify([held], ground=uuid4(), actor_id=ACTOR, now=NOW) == {}, "nobody holds the number yet"
    who = person("079080000077")
    send(scan(town.bar, -600, whose=card))
    known = subjects.subject_of([who])[who]
    assert set(subjects.subjects_of([who])[who]) == {held, known}
    ground = uuid4()
    assert subjects.identify([held, known, 4711], ground=ground, actor_id=ACTOR, now=NOW) == {held: who, known: who}
    [(verb, body)] = rows("SELECT verb, body FROM kernel_journal WHERE subject = %s", ground)
    assert verb == "identities.opened"
    assert "3" in str(body)
    assert str(who) not in str(body)


def test_a_pseudonym_says_nothing_about_the_person(town: Town) -> None:
    who = person("079080000078")
    send(scan(town.market, -60, whose=who))
    [(subject, sealed)] = rows("SELECT subject, sealed FROM tracing_subject")
    assert 0 < subject < 1 << 63
    assert who.bytes not in bytes(sealed)


def test_two_persons_with_one_pseudonym_are_refused_loudly(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    send(scan(town.market, -600, whose=number("079080000001")))
    [(subject,)] = rows("SELECT subject FROM tracing_subject")
    other = subjects.pseudonym_of(subjects.NUMBER, number("079080000002"))._replace(subject=subject)
    monkeypatch.setattr(operations, "pseudonym_of", lambda tag, value: other)
    with pytest.raises(subjects.CollidingSubjects):
        send(scan(town.market, -60, whose=number("079080000002")))


@pytest.mark.slow
def test_two_doors_at_once_leave_one_open_stay_a_person(committed: None, forgetful: None) -> None:
    town = make_town()
    people = [number(f"0790800{n:05d}") for n in range(120)]
    faults: list[BaseException] = []

    def door(place: int, offset: int, turn: int) -> None:
        try:
            for step in range(3):
                order = people if turn else people[::-1]
                send(*(scan(place, -3_000 + 600 * step + offset, whose=whom) for whom in order), sender=DOOR)
        except BaseException as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [Thread(target=door, args=(town.market, 0, 0)), Thread(target=door, args=(town.bar, 200, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    overlapping = rows(
        "SELECT count(*) FROM tracing_visit a JOIN tracing_visit b ON a.subject = b.subject AND "
        "(a.place_id, a.t_in) < (b.place_id, b.t_in) AND a.t_in < b.t_out AND b.t_in < a.t_out"
    )
    assert overlapping == [(0,)]
    assert rows("SELECT count(DISTINCT subject) FROM tracing_visit") == [(120,)]
