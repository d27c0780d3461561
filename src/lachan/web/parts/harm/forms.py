"""The report as the screen shows it: drawn from the dated definition, read back by the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from lachan.immunization.reaction_form import ReactionForm, language_of
from lachan.web.parts.board.desk import moment

LONGEST: Final = {"text": 120, "long": 2_000}
# What is asked first; the rest of the paper is folded away until somebody has the time.
FIRST: Final = ("severity", "seriousness", "symptoms", "other_symptoms", "onset_at", "outcome", "treatment")


def fields_of(form: ReactionForm, said: Mapping[str, Any], *, first: bool) -> list[dict[str, Any]]:
    """Fields to draw, with what was said: the first ones, or the rest of the paper."""
    asked = {field["code"]: field for field in form.fields() if field["from"] == "asked"}
    codes = [code for code in FIRST if code in asked] if first else [code for code in asked if code not in FIRST]
    return [drawn(form, asked[code], said.get(code)) for code in codes]


def investigation_of(form: ReactionForm, said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Fields of the investigation record."""
    return [drawn(form, field, said.get(field["code"])) for field in form.body["investigation"]]


def drawn(form: ReactionForm, field: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """One field for the template: label, kind, choices, and the value as the input takes it."""
    tongue = language_of()
    choices = form.words(field["choices"]) if "choices" in field else []
    return {
        "code": field["code"],
        "label": field[tongue],
        "kind": field["kind"],
        "basis": field["basis"],
        "choices": choices,
        "groups": _groups(form) if field["code"] == "symptoms" else [],
        "value": _input(field["kind"], value),
        "chosen": list(value or ()) if field["kind"] == "choices" else [],
        "most": LONGEST.get(field["kind"], 0),
    }


def _groups(form: ReactionForm) -> list[tuple[str, list[tuple[str, str]]]]:
    tongue = language_of()
    symptoms = form.body["choices"]["symptoms"]
    return [
        (str(group[tongue]), [(s["code"], str(s[tongue])) for s in symptoms if s["group"] == group["code"]])
        for group in form.body["choices"]["symptom_groups"]
    ]


def _input(kind: str, value: Any) -> str:
    if kind == "moment" and value:
        return timezone.localtime(datetime.fromisoformat(str(value))).strftime("%Y-%m-%dT%H:%M")
    return "" if value is None or kind == "choices" else str(value)


def read(
    form: ReactionForm, sent: QueryDict, said: Mapping[str, Any], *, investigation: bool = False
) -> tuple[dict[str, Any], list[str]]:
    """(what differs from what was said before, faults in words). An emptied field says nothing: nothing is erased."""
    fields = form.body["investigation"] if investigation else [f for f in form.fields() if f["from"] == "asked"]
    found: dict[str, Any] = {}
    faults: list[str] = []
    for field in fields:
        code = field["code"]
        value, fault = _read_one(form, field, sent)
        if fault:
            faults.append(fault)
        elif value not in (None, "") and not _same(field["kind"], value, said.get(code)):
            found[code] = value
    # every box unticked is an answer, where boxes were ticked before
    for code in ("seriousness", "symptoms"):
        if not investigation and code in said and f"{code}-asked" in sent and not sent.getlist(code) and said[code]:
            found[code] = []
    return found, faults


def _read_one(form: ReactionForm, field: Mapping[str, Any], sent: QueryDict) -> tuple[Any, str]:
    code, kind = field["code"], field["kind"]
    text = sent.get(code, "").strip()
    named = {"field": field[language_of()]}
    if kind == "choices":
        known = form.codes(field["choices"])
        return [entry for entry in sent.getlist(code) if entry in known] or None, ""
    if not text:
        return None, ""
    if kind == "choice":
        return (text, "") if text in form.codes(field["choices"]) else (None, _("%(field)s: choose one.") % named)
    if kind == "date":
        day = _day(text)
        return (day.isoformat(), "") if day else (None, _("%(field)s: not a day.") % named)
    if kind == "moment":
        at = moment(text)
        return (at.isoformat(), "") if at else (None, _("%(field)s: not a time.") % named)
    if kind == "number":
        return (int(text), "") if text.isdecimal() and len(text) < 6 else (None, _("%(field)s: not a number.") % named)
    return text[: LONGEST[kind]], ""


def _same(kind: str, value: Any, before: Any) -> bool:
    if kind == "choices":
        return sorted(value) == sorted(before or ())
    if kind == "moment" and before:
        return _input("moment", value) == _input("moment", before)
    return bool(value == before)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def shown(form: ReactionForm, code: str, value: Any) -> str:
    """A stored value for the eye."""
    definition = next((f for f in [*form.fields(), *form.body["investigation"]] if f["code"] == code), None)
    kind = definition["kind"] if definition else "text"
    if kind == "choices" and definition is not None:
        return "; ".join(form.word(definition["choices"], entry) for entry in value)
    if kind == "choice" and definition is not None:
        return form.word(definition["choices"], str(value))
    if kind == "moment":
        return timezone.localtime(datetime.fromisoformat(str(value))).strftime("%H:%M %d/%m/%Y")
    if kind == "date" or code == "causality_on":
        day = _day(str(value))
        return day.strftime("%d/%m/%Y") if day else str(value)
    if code == "causality":
        return form.word("causality", str(value))
    return str(value)
