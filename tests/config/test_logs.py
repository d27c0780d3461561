"""Logs carry no personal data: only listed keys leave the process, and no text of an error."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from lachan.config.logs import logging_settings


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers, root.level
    logging_settings("INFO")
    stream = io.StringIO()
    root.handlers[0].setStream(stream)  # type: ignore[attr-defined]
    yield stream
    root.handlers, root.level = before, level


def test_a_key_that_is_not_listed_is_dropped(lines: io.StringIO) -> None:
    logging.getLogger("lachan.people").info("registered", extra={"count": 3, "citizen_name": "Nguyễn Văn An"})
    entry = json.loads(lines.getvalue())
    assert entry["event"] == "registered"
    assert entry["count"] == 3
    assert "citizen_name" not in entry
    assert "An" not in lines.getvalue()


def test_an_error_says_its_kind_and_place_but_not_its_text(lines: io.StringIO) -> None:
    try:
        raise ValueError("Key (name)=(Nguyễn Văn An) already exists")
    except ValueError:
        logging.getLogger("lachan.people").exception("not registered")
    entry = json.loads(lines.getvalue())
    assert entry["error_type"] == "ValueError"
    assert "test_logs.py:" in entry["where"]
    assert "Nguyễn" not in lines.getvalue()
