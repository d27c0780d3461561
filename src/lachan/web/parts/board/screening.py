"""The screening form at the desk: what was ticked and typed, read into the form's own codes, and the class it gives."""

from __future__ import annotations

import re
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from lachan.immunization.messages import screening_sentence
from lachan.immunization.queries import catalogue, forms
from lachan.immunization.queries.board import Visit
from lachan.immunization.rules import screening as rules
from lachan.immunization.rules.bands import age_on
from lachan.kernel.ids import new_id
from lachan.people.facts import PersonFacts
from lachan.web.parts.board import words
from lachan.web.parts.board.cards import choices_for
from lachan.web.parts.board.desk import Desk

_BLOOD_PRESSURE = re.compile(r"(\d{2,3})/(\d{2,3})")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d)?")
ADULT = 30  # age taken for someone whose birth date is not known, as the operation does
MOST_VITALS = 60  # characters


def read_vitals(line: str) -> tuple[dict[str, float | int], str]:
    """Vital signs typed in one line: temperature, pulse, blood pressure with its slash, breaths: ``36.5 80 120/80 18``.

    What has a slash is the blood pressure wherever it stands; the others come in that order, from the left. Returns the
    measures and the part that could not be read, empty when all could.
    """
    found: dict[str, float | int] = {}
    order = iter(("temperature_c", "pulse", "respiratory_rate"))
    for word in line[:MOST_VITALS].replace(",", ".").split():
        pressure = _BLOOD_PRESSURE.fullmatch(word)
        if pressure and "systolic_bp" not in found:
            found["systolic_bp"], found["diastolic_bp"] = int(pressure[1]), int(pressure[2])
            continue
        code = next(order, None)
        if code is None or not _NUMBER.fullmatch(word) or (code != "temperature_c" and "." in word):
            return found, word
        found[code] = float(word) if code == "temperature_c" else int(word)
    return found, ""


class Filling:
    """A form being filled in for a person; without ``sent`` an empty one."""

    def __init__(self, desk: Desk, person: PersonFacts, visit: Visit, sent: QueryDict | None = None) -> None:
        self.desk, self.person, self.visit = desk, person, visit
        self.sent = sent if sent is not None else QueryDict()
        born = person.birth_date
        self.age = age_on(born, person.birth_precision, desk.today).most if born is not None else ADULT
        self.form: rules.Form | None = rules.form_for(forms(), self.age, desk.today)
        self.measures, self.unread = read_vitals(self.sent.get("vitals", ""))
        choices = choices_for(desk, person, visit)
        self.product = choices[0].product if choices else ""

    @property
    def answers(self) -> dict[str, bool | str | None]:
        assert self.form is not None
        found: dict[str, bool | str | None] = {}
        for item in self._items():
            said = self.sent.get(f"a-{item['code']}", "")
            if said == "no":
                found[item["code"]] = False
            elif said == "yes":
                found[item["code"]] = self.sent.get(f"d-{item['code']}", "").strip()[:300] or True
        return found

    @property
    def consent(self) -> bool:
        return self.sent.get("consent") == "yes"

    @property
    def readable(self) -> bool:
        return self.form is not None and not self.unread

    def result(self) -> rules.Screening:
        """The class by the same rules that decide when it is recorded."""
        assert self.form is not None
        product_id = catalogue().keys.get(self.product)
        return rules.evaluate(
            self.form, self.answers, self.measures, age=self.age, sex=self.person.sex,
            product=self.product or None, product_name=catalogue().name(product_id) if product_id else "",
            at_hospital=self.desk.facility.kind == "hospital",
        )  # fmt: skip

    def body(self) -> dict[str, Any]:
        """The command's body."""
        assert self.form is not None
        return {
            "person": {"id": str(self.person.id)},
            "session_id": str(self.desk.session.id),
            "form": self.form["code"],
            "answers": self.answers,
            "measures": self.measures,
            "product": self.product,
            "consent": self.consent,
        }

    def context(self, *, complain: bool = False) -> dict[str, Any]:
        """For the template. ``complain``: mark what is missing."""
        if self.form is None:
            return self._about() | {"form": None}
        language = "en" if (get_language() or "vi").startswith("en") else "vi"
        result = self.result()
        missing = {finding.item for finding in result.findings if finding.outcome is None} if complain else set()
        items = [
            {
                "code": item["code"],
                "number": item["number"],
                "text": item[language],
                "detail": item["detail"],
                "said": self.sent.get(f"a-{item['code']}", ""),
                "named": self.sent.get(f"d-{item['code']}", ""),
                "missing": item["code"] in missing,
            }
            for item in self._items()
        ]
        asked = [measure[language] for measure in self.form["measures"] if measure["required"] == "always"]
        return self._about() | {
            "form": self.form,
            "title": self.form["title"][language],
            "reference": self.form["reference"],
            "items": items,
            "vitals": self.sent.get("vitals", ""),
            "always": ", ".join(asked).lower(),
            "consent": self.consent,
            "complain": complain,
            "command_id": new_id(),
            **self.verdict(result),
        }

    def verdict(self, result: rules.Screening | None = None) -> dict[str, Any]:
        """Class so far, why, and how the line of vital signs was read."""
        assert self.form is not None
        result = result or self.result()
        language = "en" if (get_language() or "vi").startswith("en") else "vi"
        asked = {measure["code"]: measure for measure in self.form["measures"]}
        read = [
            (asked[code][language], value, asked[code]["unit"][language])
            for code, value in self.measures.items()
            if code in asked
        ]
        kind, word = words.CLASSES.get(result.outcome.value if result.outcome else "", ("unknown", ""))
        said = [(finding.outcome, screening_sentence(finding.plain(), self.form)) for finding in result.findings]
        return {
            "read": read,
            "unread": self.unread,
            "outcome": result.outcome.value if result.outcome else "",
            "class_kind": kind,
            "class_word": word,
            "reasons": [text for outcome, text in said if outcome is not None],
            "lacking": [text for outcome, text in said if outcome is None],
        }

    def _items(self) -> list[dict[str, Any]]:
        """Questions for this person: those for one sex only where that may be theirs."""
        assert self.form is not None
        sex = self.person.sex
        return [item for item in self.form["items"] if item["sex"] is None or sex in ("U", item["sex"])]

    def _about(self) -> dict[str, Any]:
        desk = self.desk
        return {"desk": desk, "session": desk.session, "person": self.person, "visit": self.visit, "age": self.age}
