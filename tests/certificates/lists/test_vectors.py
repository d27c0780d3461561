"""The vectors both programming languages run, and files that are none of ours."""

from __future__ import annotations

import base64
import contextlib
import json
import struct
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.certificates.lists import Filter, ListError, delta, hash_of

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
FILTER = base64.b64decode(VECTORS["filter"])
DELTA = base64.b64decode(VECTORS["delta"])
HEAD = struct.Struct("<8sHHIIIII")


def test_hashes() -> None:
    for entry in VECTORS["hashes"]:
        assert hash_of(entry["text"]).hex() == entry["hash"] == sha256(entry["text"].encode()).hexdigest()[:32]


def test_a_filter_answers_as_in_the_other_language() -> None:
    found = Filter.from_bytes(FILTER)
    assert found.to_bytes() == FILTER
    assert all(found.perhaps(VECTORS["perhaps"]))
    assert not any(found.perhaps(VECTORS["no"]))
    assert all(found.perhaps([*VECTORS["perhaps_by_chance"], VECTORS["perhaps"][0]]))
    assert all(map(found.perhaps_one, VECTORS["perhaps"]))
    assert not any(map(found.perhaps_one, VECTORS["no"]))
    assert (found.version, found.count) == (3, len(VECTORS["perhaps"]))


def test_the_empty_filter_answers_no() -> None:
    found = Filter.from_bytes(base64.b64decode(VECTORS["empty_filter"]))
    assert len(found.to_bytes()) == 64
    assert found.perhaps(["", "a"]) == [False, False]
    assert not found.perhaps_one("a")


def test_a_delta() -> None:
    found = delta.read(DELTA)
    assert (found.before, found.after) == (3, 8)
    assert found.hashes == {hash_of(text) for text in VECTORS["delta_texts"]}
    assert delta.write(3, 8, sorted(found.hashes, reverse=True)) == DELTA


def _resealed(data: bytes, **changed: int) -> bytes:
    """A filter with another head and a checksum that fits: what somebody who knows the format would send."""
    names = ("form", "bits", "seed", "count", "length", "segments", "version")
    magic, *values = HEAD.unpack_from(data)
    head = HEAD.pack(magic, *(changed.get(name, value) for name, value in zip(names, values, strict=True)))
    return head + sha256(head + data[64:]).digest() + data[64:]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "shorter"),
        (FILTER[:63], "shorter"),
        (b"X" + FILTER[1:], "not a filter"),
        (DELTA, "not a filter"),
        (FILTER[:-1], "bytes for"),
        (FILTER + b"\0", "bytes for"),
        (FILTER[:-1] + bytes([FILTER[-1] ^ 1]), "damaged"),
        (FILTER[:12] + bytes([FILTER[12] ^ 1]) + FILTER[13:], "damaged"),
        (_resealed(FILTER, form=2), "newer program"),
        (_resealed(FILTER, bits=8), "newer program"),
        (_resealed(FILTER, seed=1 << 31), "31 bits"),
        (_resealed(FILTER, length=0), "segments of"),
        (_resealed(FILTER, length=100), "segments of"),
        (_resealed(FILTER, length=1 << 31), "segments of"),
        (_resealed(FILTER, segments=0xFFFFFFFF), "segments"),
        (_resealed(FILTER, segments=0), "segments"),
        (_resealed(FILTER, count=0), "segments"),
        (_resealed(FILTER, count=0xFFFFFFFF), "segments"),
        (_resealed(FILTER, length=65_536), "bytes for"),
    ],
)
def test_a_hostile_filter_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(ListError, match=words):
        Filter.from_bytes(data)


def _delta(before: int, after: int, count: int, hashes: list[bytes]) -> bytes:
    head = struct.pack("<8sHHIII8x", b"LACHANRD", 1, 16, before, after, count)
    return head + sha256(head + b"".join(hashes)).digest() + b"".join(hashes)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"LACHANRD", "shorter"),
        (FILTER, "not a delta"),
        (DELTA[:-1], "bytes for"),
        (DELTA + b"\0", "bytes for"),
        (DELTA[:-1] + bytes([DELTA[-1] ^ 1]), "damaged"),
        (_delta(2, 2, 0, []), "from version"),
        (_delta(1, 2, 0xFFFFFFFF, []), "bytes for"),
        (_delta(1, 2, 2, [b"b" * 16, b"a" * 16]), "order"),
        (_delta(1, 2, 2, [b"a" * 16, b"a" * 16]), "order"),
    ],
)
def test_a_hostile_delta_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(ListError, match=words):
        delta.read(data)


@given(st.binary(max_size=200), st.booleans())
def test_bytes_of_any_kind_are_read_or_refused(data: bytes, ours: bool) -> None:
    for start, read in ((b"LACHANBF", Filter.from_bytes), (b"LACHANRD", delta.read)):
        with contextlib.suppress(ListError):
            read(start + data if ours else data)
