"""Walls between rooms: exceptions are counted, tables of another room are not named, files and functions stay short."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCE = CHECKOUT / "src" / "lachan"
FLOORS = ("kernel", "places", "access", "people", "immunization", "analytics")

# Exceptions to the import contracts. The number may only fall.
EXCEPTIONS = 1
LONGEST_FILE = 400
LONGEST_FUNCTION = 70


def test_exceptions_to_the_contracts_are_counted_and_reasoned() -> None:
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    exceptions = [entry for contract in contracts for entry in contract.get("ignore_imports", ())]
    assert len(exceptions) == EXCEPTIONS, "more: find another way; fewer: lower EXCEPTIONS in this test"
    for entry in exceptions:
        assert re.search(rf'"{re.escape(entry)}",?\s+# \S', text), f"{entry} has no reason after it"


@pytest.mark.parametrize("room", FLOORS)
def test_every_room_has_its_contract(room: str) -> None:
    contracts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    private = [entry for contract in contracts["contracts"] for entry in contract.get("protected_modules", ())]
    assert f"lachan.{room}.models" in private


def _tables() -> dict[str, str]:
    """Table -> room that owns it."""
    return {
        model._meta.db_table: model._meta.app_label
        for model in apps.get_models()
        if model.__module__.startswith("lachan.")
    }


def _code(*suffixes: str) -> Iterator[Path]:
    for suffix in suffixes:
        for path in sorted(SOURCE.rglob(f"*{suffix}")):
            if "migrations" not in path.parts and "node_modules" not in path.parts and "dist" not in path.parts:
                yield path


@pytest.mark.parametrize("room", [*FLOORS, "web", "rest"])
def test_no_statement_names_a_table_of_another_room(room: str) -> None:
    """A lower room publishes a query or a view; its tables are its own. Views are not models, so they pass."""
    foreign = [table for table, owner in _tables().items() if owner != room]
    pattern = re.compile(rf"\b({'|'.join(foreign)})\b")
    breaking = [
        f"{path.relative_to(CHECKOUT)} names {match}"
        for path in _code(".py", ".sql")
        if path.relative_to(SOURCE).parts[0] == room
        for match in sorted(set(pattern.findall(path.read_text(encoding="utf-8"))))
    ]
    assert breaking == []


@cache
def _sources() -> list[Path]:
    frontend = [path for path in (CHECKOUT / "frontend").rglob("*.ts") if "node_modules" not in path.parts]
    tests = list((CHECKOUT / "tests").rglob("*.py"))
    tools = list((CHECKOUT / "tools").rglob("*.py"))
    return [*_code(".py", ".sql"), *frontend, *tests, *tools]


def test_files_are_short() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _sources()}
    long = {str(path.relative_to(CHECKOUT)): length for path, length in lengths.items() if length >= LONGEST_FILE}
    assert long == {}, "split it into a folder of the same name"


@pytest.mark.slow
def test_functions_are_short() -> None:
    long = {}
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        found = _python_functions(text) if path.suffix == ".py" else _script_functions(text)
        for name, length in found:
            if length >= LONGEST_FUNCTION:
                long[f"{path.relative_to(CHECKOUT)}: {name}"] = length
    assert long == {}, "a function fits a screen; give it a helper"


def _python_functions(text: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def _script_functions(text: str) -> Iterator[tuple[str, int]]:
    """Functions of TypeScript by their layout: from the line that opens one to the brace under its first letter."""
    opening = re.compile(r"^(\s*)(?:export )?(?:default )?(?:async )?(?:function (\w+)|const (\w+) = .*=>)[^;]*\{$")
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if match := opening.match(line):
            end = next((n for n in range(number, len(lines)) if re.match(rf"{match[1]}\}}", lines[n])), number)
            yield match[2] or match[3], end - number + 1


def test_the_length_of_a_script_function_is_seen() -> None:
    text = "export function long() {\n" + "  work();\n" * 80 + "}\nconst short = () => {\n  work();\n};\n"
    assert list(_script_functions(text)) == [("long", 82), ("short", 3)]
