"""Both directions, on every build: nobody revoked gets through, and few strangers are asked about."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.certificates.lists import Filter, batches, hash_of

MILLION = 1_000_000
MOST_BYTES = 2_500_000  # for a million: what a phone in the countryside fetches in half a minute
MOST_BY_CHANCE = 0.001


def _ids(of: str, count: int = MILLION) -> list[str]:
    return [f"URN:UVCI:01:VN:{of}{number:020X}" for number in range(count)]


@pytest.mark.slow
def test_a_million_and_a_million_strangers() -> None:
    revoked, strangers = _ids("5862DA00EB83"), _ids("A00000000000")
    begun = perf_counter()
    made = Filter.of_texts(revoked, version=1, seed=42)
    took = perf_counter() - begun
    data = made.to_bytes()
    found = Filter.from_bytes(data)

    assert len(data) <= MOST_BYTES
    assert all(found.perhaps(revoked)), "a revoked certificate would be accepted"
    by_chance = sum(found.perhaps(strangers))
    assert by_chance <= MOST_BY_CHANCE * MILLION
    assert by_chance <= 100, "16 bits of fingerprint give 15 in a million; something is uneven"
    assert took < 30, "a list of a million must come out in seconds"
    # the two ways of asking agree, on hits by chance as well
    sample = [text for text, hit in zip(strangers, found.perhaps(strangers), strict=True) if hit] + strangers[:20_000]
    assert [found.perhaps_one(text) for text in sample] == found.perhaps(sample)
    assert all(map(found.perhaps_one, revoked[:20_000]))
    # whoever is hit by chance is not hit in the next version
    other = Filter.of_texts(revoked, version=2, seed=43)
    assert sum(other.perhaps(sample[:by_chance])) <= 2


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 10, 16, 33, 100, 999])
def test_lists_of_any_size(count: int) -> None:
    revoked = _ids("BEEF", count)
    found = Filter.from_bytes(Filter.of_texts(revoked, version=1, seed=count).to_bytes())
    assert all(found.perhaps(revoked))
    assert all(map(found.perhaps_one, revoked))
    assert sum(found.perhaps(_ids("CAFE", 5_000))) <= 5


def test_the_same_hashes_give_the_same_file_and_twice_counts_once() -> None:
    texts = _ids("D0", 500)
    hashes = [hash_of(text) for text in texts]
    one = Filter.of_hashes(hashes, version=5, seed=1)
    assert one.to_bytes() == Filter.of_hashes([*reversed(hashes), *hashes], version=5, seed=1).to_bytes()
    assert one.to_bytes() != Filter.of_hashes(hashes, version=5, seed=3).to_bytes()
    assert one.count == 500
    assert all(one.perhaps_hashes(b"".join(hashes)))


@given(st.lists(st.text(max_size=40), max_size=60), st.integers(0, 2**32 - 1))
def test_no_text_gets_through_that_is_within(texts: list[str], seed: int) -> None:
    found = Filter.of_texts(texts, version=1, seed=seed)
    assert all(found.perhaps(texts))
    assert all(map(found.perhaps_one, texts))


def test_half_of_a_surrogate_pair_is_looked_up_like_any_text() -> None:
    found = Filter.of_texts(["a\ud800"], version=1, seed=1)
    assert found.perhaps(["a\ud800", "b"]) == [True, False]
    assert found.perhaps_one("a\ud800")


@given(st.integers(1, 40_000_000))
def test_a_batch_never_holds_more_than_the_gateway_takes(count: int) -> None:
    bits = batches.bits_for(count)
    assert count / 2**bits <= batches.WANTED or bits == batches.MOST_BITS
    assert bits == 0 or count / 2**bits > batches.WANTED / 2 - 1


@given(st.binary(min_size=16, max_size=16), st.integers(0, 24))
def test_a_prefix_and_its_limits_agree(hash_: bytes, bits: int) -> None:
    prefix = batches.prefix_of(hash_, bits)
    low, high = batches.limits(prefix, bits)
    assert low <= hash_ <= high
    assert batches.prefix_of(low, bits) == batches.prefix_of(high, bits) == prefix
    id_ = batches.BatchId(7, prefix, batches.digits_for(bits))
    assert batches.read_id(str(id_)) == id_


@pytest.mark.parametrize(
    "text", ["", "7", "7-", "-a", "0-a", "07-a", "7-A", "7-g", "7-1234567", "9999999999-a", "7-a\n", "7-١"]
)
def test_what_is_no_id_of_a_batch(text: str) -> None:
    assert batches.read_id(text) is None
