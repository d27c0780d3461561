"""How a verb is carried out."""

from __future__ import annotations

from typing import NamedTuple

from lachan.immunization.batch import Handler


class Verb(NamedTuple):
    """How a verb is carried out. ``rank``: its turn when a slice holds several verbs about one person or session."""

    rank: int
    body: type
    handler: Handler
    at_facility: bool
