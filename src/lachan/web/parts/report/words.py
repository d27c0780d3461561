"""Why something was not written, with what to do."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

REFUSALS: Final[dict[str, Any]] = {
    "text_missing": _("Write what is asked or decided."),
    "text_long": _("At most {most} characters; write the rest as a second entry."),
    "report_unknown": _("There is no such report among your places."),
    "answer_missing": _("Write the answer, or what was done."),
    "note_unknown": _("There is no such entry among your places."),
    "note_settled": _("Somebody has settled this already; what they wrote stands."),
    "address_wrong": _("This is not an e-mail address: {address}"),
    "readers_many": _("A report goes to at most {most} addresses; take one away first."),
    "reader_unknown": _("This address gets no reports any more."),
}
