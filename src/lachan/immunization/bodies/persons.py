"""Who a person is: corrected, found to be somebody known, or not after all."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from lachan.immunization.bodies.base import Body, Short
from lachan.people.facts import PersonChangesIn, PersonRef

Why = Annotated[str, Meta(min_length=3, max_length=2_000)]


class AmendPersonIn(Body):
    """``person.amend``: the record was wrong, or the person's life changed."""

    person: PersonRef
    changes: PersonChangesIn
    reason: Why


class MergeIn(Body):
    """``person.merge``: ``other`` is the same human being and becomes part of ``person``, which stays.

    ``evidence``: codes of the matcher that whoever decided had before them.
    """

    person: PersonRef
    other: PersonRef
    reason: Why
    evidence: Annotated[tuple[Short, ...], Meta(max_length=40)] = ()


class UnmergeIn(Body):
    """``person.unmerge``: the two are two after all. ``facts``: ids of doses, encounters and others recorded after the
    merge that go back with the record that went."""

    merge_id: UUID
    reason: Why
    facts: Annotated[tuple[UUID, ...], Meta(max_length=500)] = ()
