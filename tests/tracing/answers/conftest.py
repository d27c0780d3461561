"""A store of the test's own folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tracing.answers.writing import ensure_days


@pytest.fixture
def own_store(committed: None, tmp_path: Path, settings: Any) -> Iterator[Any]:
    from lachan.tracing import answers

    settings.CONF = replace(settings.CONF, data_dir=tmp_path)
    answers.close()
    ensure_days(range(-2, 3))
    yield answers
    answers.close()
