"""Facts of this room: what its topics tell each other, and what it publishes to the rooms above."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

CASES_CHANGED: Final = "case.changed.v1"  # a sequence of CaseChanged, in the transaction that changed them


class ResultFact(NamedTuple):
    """A laboratory's result that stands, of a sample of one person.

    ``outcome``: positive, negative, indeterminate, invalid. ``kind``: the method's, as in ``data/methods.json``.
    """

    result_id: UUID
    sample_id: UUID
    person_id: UUID
    disease: str
    kind: str
    outcome: str
    taken_at: datetime
    resulted_at: datetime
    recorded_at: datetime
    ct: float | None
    facility_id: int | None


class CaseFacts(NamedTuple):
    """A case as tracing and orders need it.

    ``classification``: suspected, probable, confirmed, discarded. Onset is a day; the anchor of a window is its start
    in local time. ``infected_from``: first contact with a known source, of a case without symptoms.
    ``result_at``: when the result was committed that made it a case: the clock of the first line begins there.
    """

    case_id: UUID
    person_id: UUID
    disease: str
    classification: str
    symptomatic: bool | None
    onset_on: date | None
    sampled_at: datetime | None
    infected_from: datetime | None
    isolated_at: datetime | None
    ended_at: datetime | None
    area_id: int | None
    result_at: datetime | None


class CaseChanged(NamedTuple):
    """A case began, or something about it changed that lists of contacts follow from.

    ``what``: confirmed, probable, suspected, discarded, onset, isolated, ended, amended.
    """

    case_id: UUID
    person_id: UUID
    disease: str
    what: str
    recorded_at: datetime
