"""Files of rows that come in at a page: taken, or why not; then shown row by row before anything is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lachan.exchange.files.shelf import Fate
from lachan.exchange.tables.sentences import sentence as file_sentence
from lachan.exchange.tables.workbook import MOST_BYTES, MOST_ROWS, UnreadableFileError
from lachan.immunization.sentences import sentence

MOST_SHOWN: Final = 300
LIMITS: Final = {"most": MOST_ROWS, "most_mb": MOST_BYTES // 1_000_000}
_T = TypeVar("_T")


def taken(
    request: HttpRequest, stage: Callable[[bytes], _T], said: Mapping[str, str] | None = None
) -> tuple[_T | None, str]:
    """What ``stage`` answers to the file that was sent, or the sentence why it was not taken. ``said``: sentences of
    this page's own, by code."""
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        return None, file_sentence("file_missing")
    if (sent.size or 0) > MOST_BYTES:
        return None, file_sentence("file_too_large", {"most": LIMITS["most_mb"]})
    try:
        return stage(sent.read()), ""
    except UnreadableFileError as unreadable:
        return None, (said or {}).get(unreadable.code) or file_sentence(unreadable.code, unreadable.params)


def tell_known(request: HttpRequest, came: datetime, now: datetime) -> None:
    """Tell whoever sent a file that it had come before."""
    if came < now:
        messages.info(request, _("This file was uploaded before. Nothing is done twice."))


def tongue() -> int:
    """The place of a heading's word in the reader's language: 0 Vietnamese, 1 English."""
    return 0 if (get_language() or "vi").startswith("vi") else 1


def fate_of(faults: list[str], fate: Fate | None) -> dict[str, Any]:
    """What became of a row, in words: ``kind`` of badge, ``state``, and everything that is wrong (``faults``: in its
    own cells)."""
    if faults:
        return {"said": faults, "kind": "stop", "state": _("Not recorded")}
    if fate is None:
        return {"said": [], "kind": "waiting", "state": _("Ready")}
    if fate.status == "accepted":
        doubt = [sentence(fate.reason, fate.params)] if fate.reason else []  # recorded, and somebody has to look
        return {"said": doubt, "kind": "done", "state": _("Recorded")}
    kind, state = ("question", _("Held")) if fate.status == "held" else ("stop", _("Refused"))
    return {"said": [sentence(fate.reason or "", fate.params)], "kind": kind, "state": state}


def sorted_out(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Rows as a page shows them: those to be mended before the others, some hundred of each."""
    wrong = [row for row in rows if row["kind"] in ("stop", "question")]
    good = [row for row in rows if row["kind"] not in ("stop", "question")]
    return {
        "wrong": wrong[:MOST_SHOWN], "good": good[:MOST_SHOWN], "wrong_count": len(wrong), "good_count": len(good),
        "waiting": sum(row["kind"] == "waiting" for row in rows),
    }  # fmt: skip
