"""The states in words, with the colour and shape each has on every screen."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Word(NamedTuple):
    """How a state is shown. ``tone``: done, waiting, question, stop or unknown."""

    label: Any
    tone: str
    meaning: Any


STATES: dict[str, Word] = {
    "right": Word(
        _("confirmed by the register"), "done", _("Name, sex, birth date and number are as the register has them.")
    ),
    "waiting": Word(_("register is being asked"), "waiting", _("Sent; the answer has not come yet.")),
    "not_sent": Word(_("not yet asked"), "waiting", _("Everything is there; the register will be asked.")),
    "wrong": Word(
        _("wrong data"), "question", _("The register has other data; it does not say which. The commune repairs it.")
    ),
    "no_id": Word(_("no id number"), "question", _("No citizen id or old id is known, so nothing can be asked.")),
    "malformed_id": Word(_("malformed id number"), "question", _("The number as written cannot be one.")),
    "exempt": Word(
        _("not asked about"), "unknown", _("Foreigners, records merged into another, and children without a number.")
    ),
}

CAUSES: dict[str, Any] = {
    "registered": _("on registration"),
    "data": _("the record changed"),
    "asked": _("sent to the register"),
    "answer": _("answer of the register"),
    "taken_back": _("the register took its answer back"),
    "unreadable": _("the register could not read the data"),
}

LINE: dict[str, Word] = {
    "closed": Word(_("answers"), "done", ""),
    "half_open": Word(_("is being tried"), "question", ""),
    "open": Word(_("does not answer"), "stop", ""),
}
