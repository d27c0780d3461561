"""The vectors that the browser's verifier runs are what the server says today."""

from __future__ import annotations

import pytest

from tools import offline_vectors


@pytest.mark.slow
def test_the_browsers_vectors_are_up_to_date() -> None:
    stale = [
        name
        for name, text in offline_vectors.vectors().items()
        if (offline_vectors.TARGET / name).read_text(encoding="utf-8") != text
    ]
    assert not stale, "run python tools/offline_vectors.py"
