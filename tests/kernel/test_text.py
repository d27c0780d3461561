"""Bytes as text that fits an address, and back."""

from __future__ import annotations

import pytest

from lachan.kernel.text import base64url, from_base64url


@pytest.mark.parametrize("data", [b"", b"\xfb\xff", b"\x00" * 4, bytes(range(256))])
def test_bytes_come_back(data: bytes) -> None:
    text = base64url(data)
    assert text.replace("-", "").replace("_", "").isalnum() or not data
    assert from_base64url(text) == data


@pytest.mark.parametrize("text", ["a", "xin chào", "ab cd", "²²²²", "\0\0\0\0"])
def test_what_is_none(text: str) -> None:
    assert from_base64url(text) is None
