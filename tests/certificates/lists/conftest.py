"""Keys of a test's own, so that lists can be signed, and a process that forgets what it served before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lachan.certificates import keys
from lachan.certificates.keys import trust


@pytest.fixture
def ring(tmp_path: Path, settings: Any) -> Iterator[None]:
    """The demonstration's way of making keys, in the test's own folder."""
    settings.CONF = replace(settings.CONF, data_dir=tmp_path)
    settings.LACHAN_DEMO = True
    keys.forget()
    trust.forget()
    yield
    keys.forget()
    trust.forget()
