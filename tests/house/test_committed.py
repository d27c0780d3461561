"""What is committed says nothing about the machine it was written on, and belongs to a schema that is complete."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

CHECKOUT = Path(__file__).resolve().parents[2]

# in pieces, so that this file does not find itself
REGISTRIES = [
    "pypi" + ".org", "pythonhosted" + ".org", "registry" + ".npmjs", "registry" + ".yarnpkg",
    "deb" + ".debian.org", "trusted" + "-host", "--index" + "-url", "--find" + "-links",
]  # fmt: skip
MACHINE = re.compile("|".join(["/wo" + "rk/", "/ro" + "ot/", "/ho" + r"me/\w+/", "/op" + "t/pypi", "/op" + "t/wheels"]))


@cache
def committed() -> list[tuple[str, str]]:
    """(path, text) of every text file under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True, text=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        path = CHECKOUT / name
        if path.is_file():
            content = path.read_bytes()
            if b"\0" not in content[:8000]:
                found.append((name, content.decode(errors="replace")))
    return found


def test_there_is_something_to_look_at() -> None:
    names = {name for name, _ in committed()}
    assert {"Makefile", "pyproject.toml", "requirements/base.txt", "requirements/test.txt"} <= names


@pytest.mark.parametrize("address", REGISTRIES)
def test_no_registry_address(address: str) -> None:
    allowed = {"Makefile"} if address.startswith(("--", "trusted")) else set()
    assert [name for name, text in committed() if address in text and name not in allowed] == []


def test_no_path_of_a_machine() -> None:
    assert [f"{name}: {match[0]}" for name, text in committed() if (match := MACHINE.search(text))] == []


@pytest.mark.parametrize("name", ["base", "test"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    text = (CHECKOUT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", text).strip())
    assert len(entries) > 40
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==\S+ \\\n\s+--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


def test_requirements_hold_every_dependency() -> None:
    import tomllib

    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for file, wanted in (
        ("base", project["dependencies"]),
        ("test", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        text = (CHECKOUT / "requirements" / f"{file}.txt").read_text(encoding="utf-8")
        pinned = set(re.findall(r"(?m)^([a-z0-9._-]+)==", text))
        names = {re.split(r"[\[<>=~! ]", entry)[0].lower() for entry in wanted}
        assert names <= pinned, f"{names - pinned} missing in requirements/{file}.txt; type: make requirements"


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    answer = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=answer, stderr=answer)
    except SystemExit:
        pytest.fail(f"models changed without a migration:\n{answer.getvalue()}")
