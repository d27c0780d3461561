"""The verbs this room brings to the door of commands, a topic a module: each topic adds its table here."""

from __future__ import annotations

from typing import Final

from lachan.immunization.verbs.base import Verb
from lachan.tracing.evidence import verbs as evidence
from lachan.tracing.visits import verbs as visits
from lachan.tracing.work import verbs as work

VERBS: Final[dict[str, Verb]] = {
    **evidence.VERBS,
    **visits.VERBS,
    **work.VERBS,
}
