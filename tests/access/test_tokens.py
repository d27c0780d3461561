"""Tokens have one form; anything else never reaches the database."""

from __future__ import annotations

import hashlib

import pytest

from lachan.access.tokens import from_header, new_token, prefix_of


def test_a_new_token_carries_its_prefix_and_is_stored_as_a_hash() -> None:
    made = new_token()
    assert made.token.startswith(f"lk_{made.prefix}_")
    assert prefix_of(made.token) == made.prefix
    assert made.hash == hashlib.sha256(made.token.encode()).digest()
    assert new_token().token != made.token


def test_a_token_of_one_kind_is_none_of_another() -> None:
    key, door = new_token().token, new_token("ld").token
    assert door.startswith("ld_")
    assert prefix_of(door, "ld") == door[3:13]
    assert [prefix_of(door), prefix_of(key, "ld")] == [None, None]


@pytest.mark.parametrize(
    "nonsense",
    ["", "lk_", "lk_abcdefghij_", "lk_ABCDEFGHIJ_" + "x" * 43, "lk_abcdefghij_" + "x" * 44, "é" * 57, "x" * 100_000],
)
def test_nonsense_has_no_prefix(nonsense: str) -> None:
    assert prefix_of(nonsense) is None


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer lk_a_b", "lk_a_b"), ("bearer  lk_a_b ", "lk_a_b"), ("Bearer", ""), ("Basic eDp5", None), ("", None)],
)
def test_the_token_of_a_header(header: str, token: str | None) -> None:
    assert from_header(header) == token
