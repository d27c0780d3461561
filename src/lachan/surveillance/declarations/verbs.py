"""Verbs of declarations."""

from __future__ import annotations

from typing import Final

from lachan.immunization.verbs.base import Verb
from lachan.surveillance.declarations import bodies, operations

VERBS: Final[dict[str, Verb]] = {
    "declaration.make": Verb(120, bodies.DeclarationIn, operations.make, False),
    "declaration.settle": Verb(121, bodies.SettleIn, operations.settle, False),
}
