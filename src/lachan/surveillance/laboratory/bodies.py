"""Bodies of the laboratory's commands. Codes of diseases, methods and specimens are those of ``data/methods.json``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from lachan.immunization.bodies.base import Body, Long, Short, Timed, Untimely, untimely
from lachan.people.facts import PersonRef
from lachan.surveillance.laboratory.rules import MOST_IN_POOL

Why = Literal["symptoms", "contact", "screening", "discharge", "entry"]
Outcome = Literal["positive", "negative", "indeterminate", "invalid"]
Ct = Annotated[float, Meta(ge=0, le=60)]
Stated = Annotated[str, Meta(min_length=3, max_length=2_000)]
Diseases = Annotated[tuple[Short, ...], Meta(min_length=1, max_length=8)]


class OrderIn(Body):
    """``order.place``: somebody asks for a test of a person. ``facility``: where it is asked."""

    person: PersonRef
    reason: Why
    diseases: Diseases = ("covid-19",)
    facility: Short = ""
    note: Long = ""


class SampleIn(Body):
    """``sample.take``: a sample of a person, taken when the command happened.

    Either in a tube of its own (``sample``: the code on it) or into a tube shared with others (``pool``). ``facility``:
    where it was taken; ``laboratory``: where it is sent, the same when left out. ``order_id``: left out, the oldest
    open order of the person for one of the diseases.
    """

    person: PersonRef
    sample: Short = ""
    pool: Short = ""
    facility: Short = ""
    laboratory: Short = ""
    specimen: Short = ""
    diseases: Diseases = ("covid-19",)
    reason: Why | Literal[""] = ""
    order_id: UUID | None = None
    sample_id: UUID | None = None

    def __post_init__(self) -> None:
        if bool(self.sample) == bool(self.pool):
            raise ValueError("name the tube by exactly one of sample, pool")


class PoolIn(Body):
    """``sample.pool``: samples in tubes of their own become one pool. ``pool``: the code on the pool's tube."""

    pool: Short
    samples: Annotated[tuple[Short, ...], Meta(min_length=2, max_length=MOST_IN_POOL)]
    facility: Short
    pool_id: UUID | None = None


class ResultIn(Timed):
    """``result.record``: what was found, known when the command happened. ``facility``: the laboratory.

    ``sample``: the code of a sample, or of a pool; without it, or under a code nobody has seen, ``person`` and
    ``taken_at`` say whose it is and the sample is made with it.
    """

    disease: Short
    method: Short
    outcome: Outcome
    facility: Short = ""
    sample: Short = ""
    person: PersonRef | None = None
    device: Short = ""
    ct: Ct | None = None
    taken_at: datetime | None = None
    tested_at: datetime | None = None
    specimen: Short = ""
    reason: Why | Literal[""] = ""

    def __post_init__(self) -> None:
        if not self.sample and self.person is None:
            raise ValueError("name the sample or the person")

    def untimely(self, latest: datetime) -> Untimely | None:
        for field in ("taken_at", "tested_at"):
            at: datetime | None = getattr(self, field)
            if at is not None and at.tzinfo is not None and at > latest:
                return Untimely("happened_in_future", {"field": field})
            fault = untimely(field, at, None, latest)
            if fault is not None:
                return fault
        return None


class ResultChangesIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What was wrong about a result; what is left out stays. ``ct``: null takes it back."""

    outcome: Outcome | None = None
    method: Short | None = None
    device: Short | None = None
    ct: Ct | UnsetType | None = UNSET
    tested_at: datetime | None = None


class Named(Timed):
    """A result by its id, and whose it is: the code of the sample or pool, or the person."""

    result_id: UUID
    reason: Stated
    sample: Short = ""
    person: PersonRef | None = None

    def __post_init__(self) -> None:
        if bool(self.sample) == (self.person is not None):
            raise ValueError("name exactly one of sample, person")

    def untimely(self, latest: datetime) -> Untimely | None:
        return None


class CorrectIn(Named, kw_only=True):
    """``result.correct``: the result was wrong; a new one takes its place and points at it."""

    changes: ResultChangesIn

    def untimely(self, latest: datetime) -> Untimely | None:
        at = self.changes.tested_at
        if at is not None and at.tzinfo is not None and at > latest:
            return Untimely("happened_in_future", {"field": "changes.tested_at"})
        return untimely("changes.tested_at", at, None, latest)


class WithdrawIn(Named, kw_only=True):
    """``result.withdraw``: there was no such result: another's sample, contamination, a false positive."""
