from __future__ import annotations

from typing import Any

import pytest

from lachan.places import queries
from lachan.places.operations import load_reference


@pytest.fixture(scope="session")
def places(django_db_setup: None, django_db_blocker: Any) -> None:
    """The country's areas and facilities; nothing of the rooms above."""
    with django_db_blocker.unblock():
        load_reference()


@pytest.fixture
def fresh(places: None) -> Any:
    """A test that changes the tables, and leaves no trace of it in the process's cache."""
    queries.clear_cache()
    yield
    queries.clear_cache()
