"""The questions of a health declaration as dated data: every screen, the API and the lists are drawn from it."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, NamedTuple


class Form(NamedTuple):
    """One version of the questions. ``body`` as in ``data/declaration_forms.json``."""

    valid_from: date
    body: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.body["code"])

    def kind(self, code: str) -> dict[str, Any] | None:
        """A kind of declaration: its words, and what it ``asks``; None for a code that is not in the list."""
        return next((kind for kind in self.body["kinds"] if kind["code"] == code), None)

    def questions(self, kind: str) -> list[dict[str, Any]]:
        """Questions of yes or no for a kind of declaration, in order."""
        return [entry for entry in self.body["questions"] if kind in entry["asked"]]

    def groups(self) -> dict[str, str]:
        """Symptom codes to their group: main, other, alarm."""
        return {entry["code"]: str(entry["group"]) for entry in self.body["symptoms"]}

    def symptom(self, code: str, language: str) -> str:
        """The word for a symptom; the code itself when the list does not know it."""
        return next((str(entry[language]) for entry in self.body["symptoms"] if entry["code"] == code), code)

    def question(self, code: str, language: str) -> str:
        """The words of a question; the code itself when the list does not know it."""
        return next((str(entry[language]) for entry in self.body["questions"] if entry["code"] == code), code)

    def required(self, kind: str, day: date) -> dict[str, Any] | None:
        """What the law asked on a day: the entry of the data that was in force, None when it was voluntary."""
        found = self.kind(kind)
        for entry in (found or {}).get("required", ()):
            if entry["from"] <= day.isoformat() and (entry["to"] is None or day.isoformat() < entry["to"]):
                return dict(entry)
        return None


@cache
def _document() -> dict[str, Any]:
    text = (resources.files("lachan.surveillance") / "data" / "declaration_forms.json").read_text("utf-8")
    return dict(json.loads(text))


def countries(language: str) -> list[tuple[str, str]]:
    """(ISO 3166-1 code, name) to choose from on entry; the commonest, and ZZ for every other."""
    return [(entry["code"], str(entry[language])) for entry in _document()["countries"]]


@cache
def versions() -> tuple[Form, ...]:
    """Newest first."""
    found = [Form(date.fromisoformat(body["valid_from"]), body) for body in _document()["versions"]]
    return tuple(sorted(found, key=lambda form: form.valid_from, reverse=True))


def form_on(day: date) -> Form:
    """The form in force on a day; the oldest for a day before all."""
    return next((form for form in versions() if form.valid_from <= day), versions()[-1])


def by_code(code: str) -> Form | None:
    """The form of a code, as declarations name it; None for one that was never in the data."""
    return next((form for form in versions() if form.code == code), None)
