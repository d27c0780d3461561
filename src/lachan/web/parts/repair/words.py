"""Words of the repair screens."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Word = str | Promise

GROUPS: Final[dict[str, Word]] = {
    "no_id": _("No number"),
    "malformed_id": _("Malformed number"),
    "wrong": _("Wrong data"),
}

FIELDS: Final[dict[str, Word]] = {
    "name": _("Full name"),
    "sex": _("Sex"),
    "born": _("Birth date"),
    "id": _("Citizen number"),
    "result": _("Result"),
    "key": _("Row key"),
    "note": _("Note"),
    "phone": _("Telephone"),
    "address": _("Address"),
    "": _("Row"),
}

NOTES: Final[dict[str, Word]] = {
    "asked": _("asked the person"),
    "confirmed": _("right as it is, says the person"),
    "not_reached": _("not reached"),
    "moved": _("lives elsewhere"),
}

ROW_STATES: Final[dict[str, Word]] = {
    "change": _("To be changed"),
    "moved": _("Changed meanwhile"),
    "possible": _("Who is it?"),
    "error": _("Errors"),
    "same": _("Nothing new"),
    "left_out": _("Left out"),
    "done": _("Carried out"),
    "refused": _("Refused"),
    "undone": _("Taken back"),
}

SEXES: Final[dict[str, Word]] = {"M": _("male"), "F": _("female"), "U": _("not known")}
