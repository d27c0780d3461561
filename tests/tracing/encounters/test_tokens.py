"""Temporary ids: readable to the house alone, for their quarter of an hour, never by another key."""

from __future__ import annotations

import itertools
import os

from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.tracing.encounters import tokens

NOW = 1_634_368_000
KEYS = {number: os.urandom(32) for number in range(tokens.key_number(NOW) - 1, tokens.key_number(NOW) + 8)}


def test_a_batch_covers_a_day_without_a_gap_and_opens_to_whom_it_stands_for() -> None:
    ids = tokens.issue(KEYS, 4_611_686_018_427_387_905, NOW)
    assert len(ids) == len({one.text for one in ids}) == tokens.BATCH
    assert ids[0].start <= NOW < ids[0].end
    assert all(a.end == b.start for a, b in itertools.pairwise(ids))
    assert ids[-1].end - ids[0].start == tokens.BATCH * 900
    opened = list(tokens.open_all(KEYS, [one.text for one in ids]))
    assert [one and (one.subject, one.start, one.end) for one in opened] == [
        (4_611_686_018_427_387_905, one.start, one.end) for one in ids
    ]


def test_the_same_quarter_of_an_hour_is_the_same_id_and_another_persons_is_another() -> None:
    assert tokens.issue(KEYS, 7, NOW, 3) == tokens.issue(KEYS, 7, NOW + 60, 3)
    texts = {one.text for subject in range(1, 200) for one in tokens.issue(KEYS, subject, NOW, 4)}
    assert len(texts) == 199 * 4


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 2**63 - 1), st.integers(0, 64), st.integers(1, 63))
def test_a_changed_id_stands_for_nobody(subject: int, place: int, by: int) -> None:
    [one] = tokens.issue(KEYS, subject, NOW, 1)
    assert len(one.text) == 66  # of the last letter only two bits count: every other is tried
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = letters[(letters.index(one.text[place]) + by) % 64]
    assert list(tokens.open_all(KEYS, [one.text[:place] + other + one.text[place + 1 :]])) == [None]


@given(st.text(max_size=120))
def test_nonsense_stands_for_nobody(text: str) -> None:
    assert list(tokens.open_all(KEYS, [text])) == [None]


def test_an_id_whose_key_is_gone_stands_for_nobody() -> None:
    [one] = tokens.issue(KEYS, 5, NOW, 1)
    left = {number: key for number, key in KEYS.items() if number != tokens.key_number(NOW)}
    assert list(tokens.open_all(left, [one.text])) == [None]
    assert list(tokens.open_all(left | {tokens.key_number(NOW): os.urandom(32)}, [one.text])) == [None]
