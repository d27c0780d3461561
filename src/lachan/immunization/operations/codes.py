"""Codes by which a person or the family reports about one dose without an account: on paper, once, for 28 days."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from lachan.access.actors import Actor
from lachan.immunization.reaction_form import form_on
from lachan.immunization.rules.facts import VIETNAM
from lachan.kernel import journal
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import blind
from lachan.kernel.statements import load

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that reads like another on a slip
LENGTH: Final = 10  # 31 ** 10: at the rate the page allows, guessing one of a million open codes takes years
_SYSTEM: Final = "reaction_report_code"


class About(NamedTuple):
    """What a code stands for."""

    person_id: UUID
    dose_id: UUID


def normal(typed: str) -> str:
    """The code as it was made, from what was typed: lower case, spaces and dashes do not matter."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())[: LENGTH + 1]


def make_code(
    person_id: UUID, dose_id: UUID, facility_id: int | None, *, actor: Actor, now: datetime
) -> tuple[str, datetime]:
    """(code, until when it works) for a dose; an unused one made before for the same dose ends. Three statements."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    until = now + form_on(now.astimezone(VIETNAM).date()).open_for
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "end_report_codes"), [now, person_id, dose_id])
        cursor.execute(
            load("immunization", "put_report_code"), [blind(_SYSTEM, code), person_id, dose_id, facility_id, now, until]
        )
        body = msgspec.json.encode({"dose": dose_id}).decode()
        journal.append(cursor, [journal.Entry("reaction.code_made", person_id, now, actor.id, body)])
    return code, until


def about(typed: str, now: datetime) -> About | None:
    """What a code stands for while it may be used; None otherwise. One query."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "report_code"), [blind(_SYSTEM, normal(typed)), now])
        row = cursor.fetchone()
    return About(row[0], row[1]) if row else None


def use(typed: str, now: datetime) -> About | None:
    """Take the code: of two that come together one finds it taken (None). One statement."""
    with hot_cursor() as cursor:
        cursor.execute(load("immunization", "use_report_code"), [now, blind(_SYSTEM, normal(typed)), now])
        row = cursor.fetchone()
    return About(row[0], row[1]) if row else None
