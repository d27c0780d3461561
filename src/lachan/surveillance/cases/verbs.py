"""The verbs of cases."""

from __future__ import annotations

from typing import Final

from lachan.immunization.verbs.base import Verb
from lachan.surveillance.cases import bodies, decisions, steps

VERBS: Final[dict[str, Verb]] = {
    "case.report": Verb(140, bodies.CaseReportIn, steps.report, False),
    "case.onset": Verb(141, bodies.CaseOnsetIn, steps.onset, False),
    "case.course": Verb(142, bodies.CaseCourseIn, steps.course, False),
    "case.isolate": Verb(143, bodies.CaseIsolateIn, steps.isolate, False),
    "case.source": Verb(144, bodies.CaseSourceIn, steps.source, False),
    "case.cluster": Verb(145, bodies.CaseClusterIn, steps.cluster, False),
    "case.move": Verb(149, bodies.CaseMoveIn, steps.move, False),
    "case.classify": Verb(146, bodies.CaseClassifyIn, decisions.classify, False),
    "case.discard": Verb(147, bodies.CaseDiscardIn, decisions.discard, False),
    "case.end": Verb(148, bodies.CaseEndIn, decisions.end, False),
}
