"""How many identifiers are looked up a second in a list of a million: from the text to the answer, SHA-256 included."""

from __future__ import annotations

from time import perf_counter
from typing import Final

from lachan.certificates.lists import Filter

LISTED: Final = 1_000_000
ASKED: Final = 50_000  # short rounds: on a shared machine some of them have the core to themselves
ROUNDS: Final = 25


def measure() -> dict[str, float]:
    """``revocation_per_s``: texts of a list, half of them revoked, one core, best of many rounds. Beside it the same
    one by one, the bytes of the list, and the share of a million strangers that it hits by chance."""
    revoked = [f"URN:UVCI:01:VN:5862DA00EB83{number:020X}#7" for number in range(LISTED)]
    strangers = [f"URN:UVCI:01:VN:A00000000000{number:020X}#7" for number in range(LISTED)]
    begun = perf_counter()
    data = Filter.of_texts(revoked, version=1, seed=1).to_bytes()
    built = perf_counter() - begun
    found = Filter.from_bytes(data)
    by_chance = sum(found.perhaps(strangers))
    step = 2 * LISTED // ASKED
    asked = [text for pair in zip(revoked[::step], strangers[::step], strict=True) for text in pair]
    together, singly = 0.0, 0.0
    for _ in range(ROUNDS):
        begun = perf_counter()
        hits = sum(found.perhaps(asked))
        together = max(together, len(asked) / (perf_counter() - begun))
        begun = perf_counter()
        one_by_one = sum(map(found.perhaps_one, asked))
        singly = max(singly, len(asked) / (perf_counter() - begun))
        if not len(asked) / 2 <= hits == one_by_one:
            raise AssertionError("the two ways of asking do not agree")
    return {
        "revocation_per_s": round(together),
        "revocation_single_per_s": round(singly),
        "revocation_list_bytes": len(data),
        "revocation_false_positive_rate": by_chance / LISTED,
        "revocation_build_s": round(built, 2),
    }
