"""The circuit breaker, what an HTTP answer means, the contract and the played register's moods: all pure."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.exchange.register import contract
from lachan.exchange.register.breaker import CLOSED, HALF_OPEN, LONGEST_BACK_OFF_S, OPEN, Breaker, back_off_s
from lachan.exchange.register.client import Failed, Right, TooFast, Unreadable, outcome_of, write, write_part
from lachan.exchange.register.simulator.book import digest_of
from lachan.exchange.register.simulator.manner import Bucket, Manner
from lachan.people.verification.queue import Asked

NOW = datetime(2022, 3, 1, tzinfo=UTC)
ID = UUID(int=7)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_five_failures_open_it_one_question_tries_it_an_answer_closes_it() -> None:
    dice, breaker = random.Random(1), Breaker()
    for _ in range(4):
        breaker = breaker.failed(NOW, "no answer", dice)
        assert breaker.room(NOW, 0, 4) == 4
    breaker = breaker.failed(NOW, "no answer", dice)
    assert (breaker.state, breaker.room(NOW, 0, 4)) == (OPEN, 0)
    assert breaker.room(later(13), 0, 4) == 1
    assert breaker.room(later(13), 1, 4) == 0
    assert breaker.at(later(13)).state == HALF_OPEN
    again = breaker.failed(later(13), "no answer", dice)
    assert again.retry_at is not None
    assert later(13 + 15) < again.retry_at < later(13 + 25)  # twice as long
    closed = again.answered(later(60))
    assert (closed.state, closed.failures, closed.trips, closed.error) == (CLOSED, 0, 0, "no answer")


def test_a_failure_that_was_on_its_way_does_not_prolong_the_pause() -> None:
    dice, breaker = random.Random(1), Breaker()
    for _ in range(5):
        breaker = breaker.failed(NOW, "no answer", dice)
    assert breaker.failed(later(1), "late", dice).retry_at == breaker.retry_at


def test_being_full_is_a_pause_and_no_failure() -> None:
    breaker = Breaker(failures=3).asked_to_wait(NOW, 30)
    assert (breaker.state, breaker.failures, breaker.room(later(29), 0, 4), breaker.room(later(30), 0, 4)) == (
        CLOSED, 0, 0, 4,
    )  # fmt: skip
    assert breaker.answered(later(1)).retry_at == later(30)  # an answer that was on its way ends no pause


@given(st.integers(1, 200), st.integers())
def test_back_off_grows_and_has_an_end(attempts: int, seed: int) -> None:
    wait = back_off_s(attempts, random.Random(seed))
    assert 1.0 <= wait <= LONGEST_BACK_OFF_S
    assert wait <= 2.0 * 2 ** min(attempts - 1, 10)


@given(st.lists(st.sampled_from(["answered", "failed", "wait", "time"]), max_size=60))
def test_it_never_stays_shut_for_good(steps: list[str]) -> None:
    dice, breaker, now = random.Random(3), Breaker(), NOW
    for step in steps:
        if step == "time":
            now += timedelta(seconds=7)
        elif step == "wait":
            breaker = breaker.asked_to_wait(now, 20)
        else:
            breaker = breaker.answered(now) if step == "answered" else breaker.failed(now, "x", dice)
        assert breaker.retry_at is None or breaker.retry_at <= now + timedelta(seconds=720)
        assert breaker.room(now + timedelta(seconds=721), 0, 4) >= 1


ANSWER = b'{"request_id":"00000000-0000-0000-0000-000000000007","answers":[%s]}'


@pytest.mark.parametrize(
    ("status", "body", "retry_after", "expected"),
    [
        (200, ANSWER % b'{"ref":"1","answer":"wrong"},{"ref":"0","answer":"right"}', "", Right([True, False])),
        (200, ANSWER % b'{"ref":"0","answer":"right"}', "", Failed),  # one is missing
        (200, ANSWER % b'{"ref":"0","answer":"right"},{"ref":"0","answer":"wrong"}', "", Failed),
        (200, ANSWER % b'{"ref":"0","answer":"right"},{"ref":"1","answer":"perhaps"}', "", Failed),
        (200, ANSWER.replace(b"7", b"8") % b'{"ref":"0","answer":"right"},{"ref":"1","answer":"right"}', "", Failed),
        (200, b"<html>", "", Failed),
        (429, b"", "17", TooFast(17.0)),
        (429, b"", "999999", TooFast(3_600.0)),
        (429, b"", "soon", TooFast(5.0)),
        (503, b"", "", Failed),
        (503, b"", "3", TooFast(3.0)),
        (500, b"", "", Failed),
        (401, b"", "", Failed("the key is not accepted (401)", True)),
        (404, b"", "", Failed("nothing of ours at that address (404)", True)),
        (400, b"", "", Unreadable("refused (400)")),
        (409, b"", "", Unreadable("refused (409)")),
    ],
)
def test_what_an_answer_means(status: int, body: bytes, retry_after: str, expected: object) -> None:
    found = outcome_of(status, body, retry_after, ID, 2)
    assert found == expected if not isinstance(expected, type) else isinstance(found, expected)


def test_retry_after_may_be_a_date() -> None:
    found = outcome_of(429, b"", format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True), ID, 1)
    assert isinstance(found, TooFast)
    assert 30 < found.seconds < 41


PERSONS = [Asked(f"Nguyễn Văn {at}", "M", "1980-01-02", f"07908000{at:04d}") for at in range(5)]


def test_half_a_question_is_a_question() -> None:
    part = contract.decode_request(write_part(UUID(int=9), write(ID, PERSONS), slice(3, None)))
    assert (part.request_id, [item.ref for item in part.items]) == (UUID(int=9), ["0", "1"])
    assert [item.id for item in part.items] == [person.number for person in PERSONS[3:]]


@pytest.mark.parametrize(
    "change",
    [
        {"sex": "X"},
        {"id": "123"},
        {"name": ""},
        {"name": "A" * 201},
        {"ref": ""},
        {"more": 1},
        {"birth_date": "1" * 11},
    ],
)
def test_what_the_contract_refuses(change: dict[str, object]) -> None:
    item = {"ref": "0", "name": "Nguyễn Văn An", "sex": "M", "birth_date": "1980", "id": "079080001234"}
    body = msgspec.json.encode({"request_id": ID, "items": [item | change]})
    with pytest.raises(msgspec.ValidationError):
        contract.decode_request(body)
    assert len(contract.decode_request(msgspec.json.encode({"request_id": ID, "items": [item]})).items) == 1
    for size in (0, contract.MOST_ITEMS + 1):
        with pytest.raises(msgspec.ValidationError):
            contract.decode_request(msgspec.json.encode({"request_id": ID, "items": [item] * size}))


def test_marks_make_a_difference_their_placement_and_case_none() -> None:
    assert digest_of("Trần Thị  Hòa", "F", "1985") == digest_of("TRẦN THỊ HOÀ", "F", "1985")
    assert digest_of("Tran Thi Hoa", "F", "1985") != digest_of("Trần Thị Hòa", "F", "1985")
    assert digest_of("Trần Thị Hòa", "F", "1985") != digest_of("Trần Thị Hòa", "F", "1985-01-01")


def test_the_bucket_lets_so_many_in_a_second() -> None:
    bucket, now, let_in = Bucket(), 0.0, 0
    while now < 20:
        wait = bucket.wait_s(300, 1_000, now)
        let_in += 0 if wait else 300
        now += wait or 0.001
    assert 19_000 < let_in < 21_500


def test_who_is_called_wrong_to_order_is_always_the_same() -> None:
    manner = Manner(wrong_percent=10)
    numbers = [f"0790800{at:05d}" for at in range(5_000)]
    called = [manner.mistaken(number) for number in numbers]
    assert called == [manner.mistaken(number) for number in numbers]
    assert 400 < sum(called) < 600
    with pytest.raises(ValueError, match="no such order"):
        manner.with_changes({"latency": 3})
    with pytest.raises(ValueError, match="takes true or false"):
        manner.with_changes({"down": 1})
