"""Words of the outbreak's screens by their codes. Officers read who the case is; contacts never do."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

PURPOSE: Final = "contact tracing"  # as it stands in the log of looks
LISTED: Final = "line list"
OF_CASE: Final = "list of a case"
WHY: Final = "why on a list"

SORTS: Final[dict[str, Any]] = {
    "listed": _("latest listed first"),
    "score": _("most pressing first"),
    "until": _("last day nearest first"),
}
EITHER: Final[dict[str, Any]] = {"": _("either"), "yes": _("yes"), "no": _("not yet")}
KINDS: Final[dict[str, Any]] = {
    "visit": _("Same place"),
    "encounter": _("Phones near each other"),
    "household": _("Household"),
    "class": _("Same class"),
    "workplace": _("Same workplace"),
    "vehicle": _("Same vehicle"),
    "interview": _("Named when asked"),
}
ANCHORS: Final[dict[str, Any]] = {
    "onset": _("day of onset"),
    "sample": _("first positive sample"),
    "source": _("first contact with the source"),
}
RELEASED: Final[dict[str, Any]] = {
    "result_withdrawn": _("the result was withdrawn"),
    "onset_changed": _("the day of onset was corrected"),
    "isolation_changed": _("the time of isolation was corrected"),
    "rule_changed": _("another rule is in force"),
    "records_changed": _("records of one person were joined or parted"),
    "evidence_changed": _("what is known was corrected"),
    "no_link": _("on no list any more"),
    "case": _("became a case"),
    "time": _("the watch is over"),
}
# What of a piece of evidence keeps it from counting; empty: it counts.
COUNTS: Final[dict[str, tuple[str, Any]]] = {
    "": ("stop", _("counts")),
    "outside": ("unknown", _("outside the time in which the case could infect")),
    "far": ("unknown", _("farther apart than the rule asks")),
    "open_air": ("unknown", _("in the open air; the rule asks for a closed space")),
}
ANSWERS: Final[dict[str, tuple[str, Any]]] = {
    "listed": (
        "stop",
        _("On the list: together for %(minutes)s minutes in the time that counts; the rule asks for %(needed)s."),
    ),
    "always": (
        "stop",
        _("On the list: by the rule whoever shares this household, class, workplace or vehicle is a close contact, "
          "however long."),
    ),
    "released": ("unknown", _("Was on the list and is released, though the evidence still connects the two.")),
    "would": (
        "question",
        _("By the evidence they belong on the list. It is being worked out, or this case is not traced (any more)."),
    ),
    "too_short": (
        "done",
        _("Not on the list: together for %(minutes)s minutes in the time that counts; the rule asks for %(needed)s."),
    ),
    "outside_window": (
        "done", _("Not on the list: they met, but outside the time in which the case could infect."),
    ),
    "too_far": ("done", _("Not on the list: they were farther apart than the rule asks.")),
    "open_air": ("done", _("Not on the list: they met in the open air only, and the rule asks for a closed space.")),
    "nothing_known": (
        "unknown",
        _("Not on the list: no place, phone, household, class or interview of ours connects the two."),
    ),
    "no_list": ("unknown", _("This case has no list: no rule of tracing applies to it yet.")),
}  # fmt: skip
PURPOSES: Final[dict[str, Any]] = {
    "contact tracing": _("Contact tracing"),
    "outbreak investigation": _("Outbreak investigation"),
    "report to the authority above": _("Report to the authority above"),
    "audit": _("Audit"),
}


def released(code: str) -> Any:
    """Why somebody left a list: a reason of the machine in words, an officer's own as written."""
    if code.startswith("officer: "):
        return code.removeprefix("officer: ")
    return RELEASED.get(code, code)


def span(seconds: float | None) -> Any:
    """A length of time as people say it; a dash where nothing is known."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return _("under a second")
    if seconds < 90:
        return _("%(n)s s") % {"n": round(seconds)}
    if seconds < 5_400:
        return _("%(n)s min") % {"n": round(seconds / 60)}
    if seconds < 129_600:
        return _("%(n)s h") % {"n": round(seconds / 3_600)}
    return _("%(n)s days") % {"n": round(seconds / 86_400)}
