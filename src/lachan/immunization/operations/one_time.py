"""One-time codes leave at once, at any hour, by the ways that messages take."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from lachan.immunization.messaging import Outgoing, Transport
from lachan.immunization.messaging.port import RETRY
from lachan.immunization.operations.messages import templates
from lachan.immunization.rules import messages as rules
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel.database import hot_cursor
from lachan.people.self_service import codes

LOST_AFTER: Final = timedelta(seconds=45)  # a sender that has not come back by then has died


class NotTakenError(Exception):
    """The way out did not take the code; it is tried again."""


def send_soon(digest: UUID) -> None:
    """Let the worker send this code. Asked for every code, also one that belongs to nobody, which it then drops: the
    page takes as long either way."""
    from lachan.immunization.jobs import send_code  # jobs need Django's apps

    send_code.defer(digest=str(digest))


def send(digest: UUID, way: Transport, now: datetime) -> str:
    """Send one code; the state it came to: sent, failed, or nobody. Raises :class:`NotTakenError` to be tried again.

    The row is held meanwhile, so that two workers do not send one code twice.
    """
    with hot_cursor() as cursor:
        code = codes.to_send(cursor, digest, now)
        if code is None:
            codes.sent(cursor, digest)
            return "nobody"
        template = rules.template_on(templates(), code.template, now.astimezone(VIETNAM).date())
        assert template is not None, "the text of one-time codes is missing"
        text, title = template.text(code.language, {"code": code.code}), template.title(code.language)
        [result] = way.send([Outgoing(str(digest), code.to, text, title, code.kind, secret=True)])
        if result.status == RETRY:
            raise NotTakenError
        codes.sent(cursor, digest)
    return "sent" if result.status == "sent" else "failed"


def send_lost(way: Transport, now: datetime) -> int:
    """Send what a sender that died left behind; how many."""
    digests = codes.unsent(now, LOST_AFTER)
    for digest in digests:
        try:
            send(digest, way, now)
        except NotTakenError:
            continue
    return len(digests)
