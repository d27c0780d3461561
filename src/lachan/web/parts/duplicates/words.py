"""The matcher's codes as a clerk would say them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The deciding rule of a pair (people/matching/vietnamese.py).
REASONS: Final[dict[str, Promise]] = {
    "same_id": _("They hold the same number."),
    "ids_differ_but_one_mother": _("Their numbers differ, but mother, name and birth date agree."),
    "one_id_agrees_one_differs": _("One number agrees, another differs."),
    "id_of_a_guardian": _("A child's record bears the number of an adult."),
    "old_ids_differ": _("Their old identity card numbers differ; each province issued its own."),
    "id_one_slip_apart": _("Their numbers differ by one digit."),
    "same_id_other_name": _("They hold the same number under two names."),
    "same_id_other_date": _("They hold the same number with two birth dates."),
    "no_birth_date": _("One record has no birth date."),
    "household_and_name": _("Name, telephone and commune agree, the birth dates do not."),
    "mothers_differ": _("Name and birth date agree, the mothers do not."),
    "names_alike": _("The names differ by a letter or a mark."),
    "name_date_and_more": _("Name, birth date and one more fact agree."),
    "namesake_with_birth_date": _("Name and birth date agree, nothing else is known."),
    "name_date_and_two_more": _("Name and two more facts agree; the birth date is near."),
    "name_and_weak_date": _("The names agree; of one birth date only the year is sure."),
}

# What agrees and what does not, one code a field.
FACTS: Final[dict[str, tuple[str, Promise]]] = {
    "name:same": ("done", _("name the same")),
    "name:unmarked": ("done", _("name without marks")),
    "name:tone": ("waiting", _("a mark in the name differs")),
    "name:moved": ("done", _("words of the name in another order")),
    "name:dropped": ("waiting", _("middle name left out")),
    "name:damaged": ("waiting", _("a letter in the name differs")),
    "name:alike": ("question", _("names alike")),
    "date:full": ("done", _("birth date the same")),
    "date:year": ("waiting", _("year of birth the same")),
    "date:swapped": ("waiting", _("day and month exchanged")),
    "date:slip": ("waiting", _("one digit of the birth date differs")),
    "date:differ": ("stop", _("birth dates differ")),
    "id:equal": ("done", _("number the same")),
    "id:slip": ("waiting", _("one digit of the number differs")),
    "id:mixed": ("question", _("one number agrees, one differs")),
    "id:not_own": ("question", _("an adult's number on a child")),
    "id:old_differ": ("question", _("old numbers differ")),
    "id:differ": ("stop", _("numbers differ")),
    "phone:same": ("done", _("telephone the same")),
    "phone:other": ("question", _("telephones differ")),
    "commune:same": ("done", _("commune the same")),
    "commune:other": ("question", _("communes differ")),
    "mother:same": ("done", _("mother the same")),
    "mother:other": ("stop", _("mothers differ")),
    "sex:other": ("question", _("sex differs")),
}


def reason(codes: Sequence[str]) -> str:
    """The deciding reason in words."""
    return str(REASONS.get(codes[0], codes[0])) if codes else ""


def facts(codes: Sequence[str]) -> list[tuple[str, Promise]]:
    """(state, words) of each field compared."""
    return [FACTS[code] for code in codes[1:] if code in FACTS]
