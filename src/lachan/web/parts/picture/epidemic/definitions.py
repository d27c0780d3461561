"""What each figure of the page means: the epidemic's from the one file of indicators, the rest from their own rooms."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lachan.analytics.epidemic.definitions import Indicator, indicator
from lachan.web.parts.picture import words
from lachan.web.parts.picture.words import Definition


def definitions() -> list[Definition]:
    """In the order of the top line."""
    of_doses = {entry.key: entry for entry in words.definitions()}
    return [
        of_doses["doses"],
        of_doses["completed"],
        _of(
            "cases",
            _("New cases reported"),
            _(
                "In the top line and in what changed: by the day each case became known, so that late reports do not "
                "look like a fall."
            ),
        ),
        _of("in_hospital", _("In hospital")),
        Definition(
            "tasks",
            _("Open tracing tasks"),
            _("Calls, visits and tests of people near a case that are due now and not done."),
            _(
                "Tasks whose time has come, orders excepted; overdue are those due since before today. How many were "
                "open on earlier days is not kept."
            ),
            _("Tasks of the tracing centre, as they are now."),
        ),
    ]  # fmt: skip


def _of(name: str, label: str, more: str = "") -> Definition:
    found: Indicator = indicator(name)
    language = get_language() or "vi"
    counted = _("Counted on the {basis}.").format(basis=found.basis(language))
    source = _("Tables {tables} of the register.").format(tables=", ".join(found.sources))
    return Definition(name, label, found.definition(language), f"{counted} {more}".strip(), source)
