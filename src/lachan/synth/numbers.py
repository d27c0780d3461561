"""Deterministic numbers in columns: mixed bits, time-ordered ids, permutations that never repeat."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

# 1 July 2021, 00:00 UTC, in milliseconds: person number g was "made" g milliseconds later.
EPOCH_MS = 1_625_097_600_000


def mix(index: NDArray[Any], salt: int) -> Words:
    """64 well-mixed bits of each index (SplitMix64: Steele, Lea and Flood 2014); another salt, other bits."""
    with np.errstate(over="ignore"):
        word = index.astype(np.uint64) + np.uint64(salt * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF)
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return word ^ (word >> np.uint64(31))


def ids(index: NDArray[Any], salt: int) -> tuple[Words, Words]:
    """Upper and lower half of a UUIDv7 (RFC 9562) per index: time from the index, so they sort as the index does."""
    bits = mix(index, salt)
    other = mix(index, salt + 0x5EED)
    upper = ((index.astype(np.uint64) + np.uint64(EPOCH_MS)) << np.uint64(16)) | np.uint64(0x7000)
    upper |= bits >> np.uint64(52)
    lower = (np.uint64(2) << np.uint64(62)) | (other >> np.uint64(2))
    return upper, lower


def permuted(index: NDArray[Any], modulus: int, salt: int) -> Ints:
    """A one-to-one rearrangement of 0..modulus-1 (a product with a prime, and a shift)."""
    factor = 7_736_627  # prime, so it shares no divisor with any modulus used here
    shift = int(mix(np.array([modulus]), salt)[0] % np.uint64(modulus))
    return (index.astype(np.int64) % modulus * factor + shift) % modulus


def rank_within(groups: Ints) -> Ints:
    """For each element, how many equal ones stand before it."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.r_[True, ordered[1:] != ordered[:-1]]
    first = np.maximum.accumulate(np.where(starts, np.arange(len(groups)), 0))
    rank = np.empty(len(groups), dtype=np.int64)
    rank[order] = np.arange(len(groups)) - first
    return rank
