"""Who looked, as the person reads it: role and place, purpose, part of the record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.access.queries import GrantRow, holdings
from lachan.access.rules import KEY_ROLES
from lachan.web import words

# The same purposes as in ``parts/people/reached.py`` and the rooms, in the words of the person they are about.
PURPOSES: Final[dict[str, str | Promise]] = {
    "compare with the document": gettext_lazy("to compare with your papers"),
    "call the person": gettext_lazy("to call you"),
    "correct the record": gettext_lazy("to correct your record"),
    "answer the person": gettext_lazy("to answer your question"),
    "audit": gettext_lazy("to check who looked"),
    "served at the door": gettext_lazy("you were served at the station"),
    "found by name": gettext_lazy("found by name"),
    "worklist": gettext_lazy("to clear up an open question"),
    "duplicates": gettext_lazy("to find records that are there twice"),
    "received at the own station": gettext_lazy("you were received at the station"),
    "registration": gettext_lazy("registration"),
    "opened by address": gettext_lazy("opened directly"),
    "repair list": gettext_lazy("to mend the record"),
    "correction": gettext_lazy("to answer your request for a correction"),
    "health declarations": gettext_lazy("to look after those who may be ill"),
}
PARTS: Final[dict[str, str | Promise]] = {
    "page": gettext_lazy("the record"),
    "identifier": gettext_lazy("numbers and contacts"),
    "search": gettext_lazy("name and birth date"),
    "slip": gettext_lazy("the slip"),
    "possible match": gettext_lazy("name and birth date"),
    "corrections": gettext_lazy("your request for a correction"),
    "photo": gettext_lazy("the photo you sent"),
    "declarations": gettext_lazy("your health declarations"),
}


class Looker(NamedTuple):
    """Role and place of whoever looked; never a name."""

    role: str
    place: str


def words_of(actor_ids: Iterable[UUID]) -> dict[UUID, Looker]:
    """Role and place of users and partners' systems; the house itself where it is neither. Two queries."""
    wanted = set(actor_ids)
    held = holdings(wanted)
    return {actor_id: _looker(held.get(actor_id, ())) for actor_id in wanted}


def _looker(grants: tuple[GrantRow, ...]) -> Looker:
    if not grants:
        return Looker(_("The system"), "")
    if all(grant.role in KEY_ROLES for grant in grants):
        return Looker(_("A device or partner system"), words.place_of(grants[0]))
    here = [grant for grant in grants if grant.facility_id == grants[0].facility_id]
    return Looker(words.role_of(here), words.place_of(grants[0]))


def purpose(stored: str) -> str:
    return str(PURPOSES.get(stored) or _("another purpose"))


def what(stored: str) -> str:
    return str(PARTS.get(stored) or _("a part of the record"))
