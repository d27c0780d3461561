"""The verbs this room brings to the door of commands, a topic a module: each topic adds its table here."""

from __future__ import annotations

from typing import Final

from lachan.immunization.verbs.base import Verb
from lachan.surveillance.cases import verbs as cases
from lachan.surveillance.declarations import verbs as declarations
from lachan.surveillance.laboratory import verbs as laboratory
from lachan.surveillance.orders import verbs as orders

VERBS: Final[dict[str, Verb]] = {
    **laboratory.VERBS,
    **cases.VERBS,
    **orders.VERBS,
    **declarations.VERBS,
}
