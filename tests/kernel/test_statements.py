"""Named SQL: found by name, described, defined once; and every statement of the house is one PostgreSQL accepts."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from django.apps import apps

from lachan.kernel import statements

ROOMS = sorted(
    config.name.removeprefix("lachan.")
    for config in apps.get_app_configs()
    if config.name.startswith("lachan.") and (resources.files(config.name) / "sql").is_dir()
)


def test_a_statement_comes_without_its_description() -> None:
    text = statements.load("kernel", "keep_submission")
    assert text.startswith("INSERT INTO kernel_submission")
    assert "--" not in text


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        statements.load("kernel", "no_such_statement")


def test_every_statement_has_a_name_a_description_and_an_end() -> None:
    assert {"kernel", "immunization", "people", "analytics"} <= set(ROOMS)
    for room in ROOMS:
        found = statements._statements(room)
        assert found
        for name, text in found.items():
            assert text.strip(), f"{room}: {name} is empty"
            assert ";" not in text, f"{room}: {name} holds more than one statement"


@pytest.mark.slow
@pytest.mark.django_db
def test_postgresql_understands_every_statement() -> None:
    """PREPARE parses and plans a statement without running it: a misspelt column shows here, not at a station."""
    from django.db import connection

    wrong = []
    for room in ROOMS:
        for name, text in statements._statements(room).items():
            if text.lstrip().upper().startswith(("COPY", "TRUNCATE", "CREATE", "DROP", "ALTER", "ANALYZE", "SET")):
                continue
            if "stage_" in text:
                continue  # needs a temporary table of its caller
            numbers: dict[str, str] = {}

            def number(match: re.Match[str], numbers: dict[str, str] = numbers) -> str:
                key = match[1] or f"#{len(numbers)}"
                return numbers.setdefault(key, f"${len(numbers) + 1}")

            plain = re.sub(r"%(?:\((\w+)\))?s", number, text).replace("%%", "%")
            with connection.cursor() as cursor:
                cursor.execute("SAVEPOINT here")
                try:
                    cursor.connection.execute(f"PREPARE trial AS {plain}".encode())
                    cursor.connection.execute(b"DEALLOCATE trial")
                except Exception as error:
                    wrong.append(f"{room}.{name}: {str(error).splitlines()[0]}")
                cursor.execute("ROLLBACK TO SAVEPOINT here")
    assert wrong == []
