"""Documents are true today: their links lead somewhere, their commands and settings exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from lachan.cli.main import COMMANDS
from lachan.config.conf import Conf

CHECKOUT = Path(__file__).resolve().parents[2]
_LEFT_OUT = {".venv", "node_modules", "var", ".git", "test-results"}


def documents() -> Iterator[Path]:
    for path in sorted(CHECKOUT.rglob("*.md")):
        if not _LEFT_OUT & set(path.relative_to(CHECKOUT).parts):
            yield path


def _anchors(text: str) -> set[str]:
    heads = re.findall(r"(?m)^#+ (.+)$", text)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", list(documents()), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_a_document_is_true(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        other = (path.parent / file).resolve() if file else path
        if not other.exists():
            wrong.append(f"link to {target}")
        elif anchor and other.suffix == ".md" and anchor not in _anchors(other.read_text(encoding="utf-8")):
            wrong.append(f"link to {target}: no such heading")
    targets = set(re.findall(r"(?m)^([a-z]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8")))
    code = "\n".join(re.findall(r"`[^`\n]+`|(?m:^ {4}.+$)|```.*?```", text, re.DOTALL))
    wrong += [f"make {name}" for name in re.findall(r"\bmake ([a-z]+)\b", code) if name not in targets]
    wrong += [f"lachan {name}" for name in re.findall(r"\blachan ([a-z][a-z-]*)\b", code) if name not in COMMANDS]
    settings = {entry.name for entry in fields(Conf)} | {"config", "test_database_url"}
    wrong += [
        f"LACHAN_{name}" for name in re.findall(r"\bLACHAN_([A-Z][A-Z_]*)\b", text) if name.lower() not in settings
    ]
    assert wrong == []
