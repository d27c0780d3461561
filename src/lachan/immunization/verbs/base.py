"""How a verb is carried out."""

from __future__ import annotations

from typing import NamedTuple

from lachan.immunization.batch import Handler


class Verb(NamedTuple):
    """How a verb is carried out. ``rank``: its turn when a slice holds several verbs about one person or session.

    ``changes_people``: what comes before it in a slice is done before it, what comes after it after it, and is about
    whoever the persons are then.
    """

    rank: int
    body: type
    handler: Handler
    at_facility: bool
    changes_people: bool = False
