"""The ring: made, opened, rotated, retired; what it says when something is missing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lachan.certificates import keys

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_the_demonstration_makes_what_it_lacks_and_nothing_twice() -> None:
    keys.forget()
    assert keys.ensure(NOW) == 5
    assert keys.ensure(NOW) == 0
    assert len(keys.signer("hcert", now=NOW).sign(b"x")) == 64
