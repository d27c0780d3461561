"""The report of a reaction as dated data: the screen, the paper, the API and the exports are drawn from it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from django.utils.translation import get_language


class ReactionForm(NamedTuple):
    """One version of the form. ``body`` as in ``data/reaction_form.json``."""

    valid_from: date
    body: dict[str, Any]

    @property
    def deadline(self) -> timedelta:
        """From knowing of a serious case to the province."""
        return timedelta(hours=self.body["deadline_hours"])

    @property
    def acknowledge(self) -> timedelta:
        """From the report to a word of the province."""
        return timedelta(hours=self.body["acknowledge_hours"])

    @property
    def open_for(self) -> timedelta:
        """How long a person may report with the code of a dose."""
        return timedelta(days=self.body["observe_days"])

    def codes(self, choice: str) -> tuple[str, ...]:
        """The codes one may choose from."""
        return tuple(entry["code"] for entry in self.body["choices"][choice])

    def fields(self) -> list[dict[str, Any]]:
        """Every field of the report, in the order of the paper."""
        return [field for section in self.body["sections"] for field in section["fields"]]

    def word(self, choice: str, code: str, language: str | None = None) -> str:
        """The word for a code; the code itself when the list does not know it (a list only grows, old facts stay)."""
        tongue = language_of(language)
        return next((str(entry[tongue]) for entry in self.body["choices"][choice] if entry["code"] == code), code)

    def words(self, choice: str, language: str | None = None) -> list[tuple[str, str]]:
        """(code, word) of a list."""
        tongue = language_of(language)
        return [(entry["code"], str(entry[tongue])) for entry in self.body["choices"][choice]]

    def stress(self) -> frozenset[str]:
        """Symptoms that may be of the stress of being vaccinated (WHO 2019, recalled)."""
        return frozenset(entry["code"] for entry in self.body["choices"]["symptoms"] if entry["stress"])


def language_of(language: str | None = None) -> str:
    """ "vi" or "en"."""
    return "en" if (language or get_language() or "vi").startswith("en") else "vi"


@cache
def versions() -> tuple[ReactionForm, ...]:
    """Newest first."""
    document = json.loads((resources.files("lachan.immunization") / "data" / "reaction_form.json").read_text("utf-8"))
    found = [ReactionForm(date.fromisoformat(body["valid_from"]), body) for body in document["versions"]]
    return tuple(sorted(found, key=lambda form: form.valid_from, reverse=True))


def form_on(day: date) -> ReactionForm:
    """The form in force on a day; the oldest for a day before all."""
    return next((form for form in versions() if form.valid_from <= day), versions()[-1])
