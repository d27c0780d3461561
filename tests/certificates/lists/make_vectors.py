"""Writes ``vectors.json``, which the Python and the TypeScript reader of lists both run:
``python -m tests.certificates.lists.make_vectors``."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from lachan.certificates.lists import Filter, delta, hash_of

PATH = Path(__file__).parent / "vectors.json"
REVOKED = [f"URN:UVCI:01:VN:{number:032X}" for number in range(1, 601)] + ["k3Y-_rid", "VN-Đ-000001"]
STRANGERS = [f"URN:UVCI:01:VN:{number:032X}" for number in range(1001, 1401)] + ["", "k3Y-_ric"]


def main() -> None:
    """Write the file anew; its content only changes with the format."""
    found = Filter.of_texts(REVOKED, version=3, seed=0x4C0FFEE1)
    added = REVOKED[:5]
    vectors = {
        "hashes": [{"text": text, "hash": hash_of(text).hex()} for text in ["", *REVOKED[:3], *REVOKED[-2:]]],
        "filter": base64.b64encode(found.to_bytes()).decode(),
        "empty_filter": base64.b64encode(Filter.of_texts([], version=1, seed=9).to_bytes()).decode(),
        "delta": base64.b64encode(delta.write(3, 8, map(hash_of, added))).decode(),
        "delta_texts": added,
        "perhaps": REVOKED,
        "no": [text for text in STRANGERS if not found.perhaps_one(text)],
        "perhaps_by_chance": [text for text in STRANGERS if found.perhaps_one(text)],
    }
    PATH.write_text(json.dumps(vectors, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
