"""Small worlds for the engine: rows as the oracle takes them, the same in columns, and both answers side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lachan.tracing.engine import oracle
from lachan.tracing.engine.columns import NO_TIME, Cases, Encounters, Visits
from lachan.tracing.engine.shapes import ENCOUNTER, Rule
from lachan.tracing.engine.trace import trace

MINUTE = 60
DAY = 86_400
MIDNIGHT = 1_600_041_600  # 2020-09-14T00:00:00Z


def rule(**changes: object) -> Rule:
    words: dict[str, object] = {
        "id": "trial",
        "days_before": 2,
        "days_after": 10,
        "end": "isolated_at",
        "min_minutes": 15,
        "sum": "single",
        "max_distance_m": 2,
        "closed_only": False,
        "levels": 1,
        "latent_days": 0,
    }
    return Rule(**(words | changes))


def by_engine(
    stays: Sequence[oracle.Stay], meetings: Sequence[oracle.Meeting], cases: Sequence[oracle.Case]
) -> list[list[oracle.Line]]:
    people = sorted(
        {stay.person for stay in stays}
        | {name for meeting in meetings for name in (meeting.a, meeting.b)}
        | {case.person for case in cases}
    )
    places = sorted({stay.place for stay in stays})
    number = {name: i for i, name in enumerate(people)}
    place_number = {name: i for i, name in enumerate(places)}
    rules = list(dict.fromkeys(case.rule for case in cases))
    visits = Visits(
        np.array([number[stay.person] for stay in stays], np.int32),
        np.array([place_number[stay.place] for stay in stays], np.int32),
        np.array([stay.t_in for stay in stays], np.int64),
        np.array([stay.t_out for stay in stays], np.int64),
        np.array([stay.closed for stay in stays], np.uint8),
    )
    met = Encounters(
        np.array([number[meeting.a] for meeting in meetings], np.int32),
        np.array([number[meeting.b] for meeting in meetings], np.int32),
        np.array([meeting.start for meeting in meetings], np.int64),
        np.array([meeting.end for meeting in meetings], np.int64),
        np.array([np.nan if m.distance is None else m.distance for m in meetings], np.float64),
    )
    rows = Cases(
        np.array([number[case.person] for case in cases], np.int32),
        np.array([case.anchor for case in cases], np.int64),
        np.array([NO_TIME if case.isolated_at is None else case.isolated_at for case in cases], np.int64),
        np.array([rules.index(case.rule) for case in cases], np.uint8),
    )
    answer = []
    if not rules:
        return []
    for row, lines in trace(visits, met, rows, rules):
        answer.append(
            [
                oracle.Line(
                    cases[row].person,
                    people[contact],
                    int(level),
                    int(first),
                    int(last),
                    int(seconds),
                    "" if kind == ENCOUNTER else places[place],
                    people[via] if level == 2 else "",
                )
                for contact, level, first, last, seconds, place, kind, _score, via in zip(*lines, strict=True)
            ]
        )
    return answer


def by_oracle(
    stays: Sequence[oracle.Stay], meetings: Sequence[oracle.Meeting], cases: Sequence[oracle.Case]
) -> list[list[oracle.Line]]:
    return list(oracle.trace(stays, meetings, cases))
