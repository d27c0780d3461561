"""A hostile code costs milliseconds and a few megabytes at most."""

from __future__ import annotations

import time
import tracemalloc
import zlib

import pytest

from lachan.certificates.codecs import base45, hcert
from tests.certificates.hcert import makers


@pytest.mark.slow
def test_hostile_codes_cost_little() -> None:
    """Milliseconds and a few megabytes each, however they are made."""
    bombs = [
        "HC1:" + base45.encode(zlib.compress(bytes(2_800_000), 9)),
        "HC1:" + base45.encode(zlib.compress(bytes(170_000_000), 9)),
        "HC1:" + base45.encode(bytes(range(256)) * 680),
        "HC1:" + "0" * 20_000_000,
        "HC1:" + base45.encode(zlib.compress(b"\x9f" * 16_000, 9)),
        "HC1:" + base45.encode(zlib.compress(b"\x5f\x41a" * 5_000, 9)),
        "HC1:" + base45.encode(zlib.compress(b"\x99\x3e\x80" + b"\xa0" * 16_000, 9)),
        "HC1:" + base45.encode(zlib.compress(b"\xc2\x59\x3e\x80" + b"\xff" * 16_000, 9)),
        makers.text(makers.claims({"v": [{}] * 7_000})),
        makers.text(makers.claims({"v": [{}] * 7_000, "ver": "1.0.0"})),
    ]
    for bomb in bombs:
        tracemalloc.start()
        hcert.check(bomb, certificate=makers.certificate(), clock=makers.CLOCK)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 6_000_000, (most, bomb[:60])
        took = min(_seconds(bomb) for _ in range(3))
        assert took < 0.05, (took, bomb[:60])


def _seconds(text: str) -> float:
    started = time.process_time()
    hcert.check(text, certificate=makers.certificate(), clock=makers.CLOCK)
    return time.process_time() - started
