"""Samples, pools and results with their words, for the templates. Lists show initials and the year of birth: the name
is seen by whoever holds the tube, and that look is logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from lachan.access.actors import Actor
from lachan.access.operations import SERVED, log_looks
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons
from lachan.places import queries as places
from lachan.surveillance.laboratory.bench import (
    BenchDay,
    Recognised,
    ResultView,
    concerns,
    own_findings,
)
from lachan.surveillance.laboratory.ledger import Found, Pool, PoolFound, Sample
from lachan.surveillance.laboratory.methods import catalogue, word
from lachan.web.parts.laboratory import words

REMEMBERED = "laboratory_bench"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list."""

    what: Any
    person: PersonFacts | None
    kind: str
    word: Any
    disease: str
    specimen: str = ""
    method: str = ""
    size: int = 0


def sample_row(sample: Sample, people: Mapping[UUID, PersonFacts]) -> Row:
    kind, said = words.STATES[sample.state]
    diseases = ", ".join(word("diseases", code) for code in sample.diseases)
    return Row(sample, people.get(sample.person_id), kind, said, diseases, word("specimens", sample.specimen))


def result_row(result: ResultView | Found | PoolFound, people: Mapping[UUID, PersonFacts]) -> Row:
    kind, said = words.OUTCOMES[result.outcome]
    person_id = getattr(result, "person_id", None)
    return Row(
        result, people.get(person_id) if person_id else None, kind, said, word("diseases", result.disease),
        method=word("methods", result.method),
    )  # fmt: skip


def pool_row(pool: Pool, size: int) -> Row:
    kind, said = words.POOL_STATES[pool.state]
    diseases = ", ".join(word("diseases", code) for code in pool.diseases)
    return Row(pool, None, kind, said, diseases, word("specimens", pool.specimen), size=size)


def day(found: BenchDay) -> dict[str, Any]:
    """The day of a laboratory: three lists and the figures above them."""
    people = persons({row.person_id for row in found.samples} | {row.person_id for row in found.results})
    return {
        "samples": [sample_row(sample, people) for sample in found.samples],
        "pools": [pool_row(pool, size) for pool, size in found.pools],
        "results": [result_row(result, people) for result in found.results],
        "open": [(code, *words.STATES[code], found.open.get(code, 0)) for code in ("single", "again", "waiting")],
        "outcomes": [(code, *words.OUTCOMES[code], found.outcomes.get(code, 0)) for code in words.OUTCOMES],
        "updated": timezone.now(),
    }


def tube(request: HttpRequest, actor: Actor, known: Recognised, code: str) -> dict[str, Any]:
    """The tube on the bench, whose it is, and the form for what was found in it; of one that was sent to another
    laboratory, nothing before the ground is named on which it is here. The look at the name is logged, with that
    ground; what other laboratories found is not shown."""
    shown: dict[str, Any] = {"code": code, "known": known.sample is not None or known.pool is not None}
    ground = ""
    if shown["known"] and not concerns(actor, known):
        ground = request.POST.get("ground", "")
        if ground not in words.GROUNDS:
            return shown | {"elsewhere": True, "grounds": words.GROUNDS.items()}
        shown["ground"] = ground
    if known.sample is not None or ground:
        purpose = f"tube received: {ground}" if ground else SERVED
        log_looks(actor, known.people, purpose, "laboratory sample", timezone.now())
    known = own_findings(actor, known)
    diseases = known.sample.diseases if known.sample else known.pool.diseases if known.pool else []
    if known.sample is not None:
        sample = known.sample
        person = persons([sample.person_id]).get(sample.person_id)
        shown |= {"row": sample_row(sample, {sample.person_id: person} if person else {})}
        shown |= {"place": place(sample.facility_id), "reason": words.REASONS.get(sample.reason, "")}
    if known.pool is not None:
        shown |= {"pool": pool_row(known.pool, len(known.pool.members))}
    results = known.pool.results if known.pool is not None else known.found
    shown |= {"found": [result_row(one, {}) for one in results if one.status == "standing"]}
    return shown | choices(request, diseases, pooled=known.pool is not None)


def choices(request: HttpRequest, diseases: list[str], *, pooled: bool) -> dict[str, Any]:
    """What may be chosen about a result, with what was chosen last at this bench in front."""
    known = catalogue()
    last: dict[str, str] = request.session.get(REMEMBERED, {})
    wanted = [code for code in diseases if code in known.diseases] or list(known.diseases)
    disease = last.get("disease", "") if last.get("disease") in wanted else wanted[0]
    methods = [a.method for a in known.diseases[disease].assays if not pooled or known.methods[a.method].pools]
    method = last.get("method", "") if last.get("method") in methods else methods[0]
    every = {a.method for code in wanted for a in known.diseases[code].assays}
    return {
        "diseases": [(code, word("diseases", code)) for code in wanted],
        "disease": disease,
        "methods": [(m.code, m.word()) for m in known.methods.values() if m.code in every and (m.pools or not pooled)],
        "method": method,
        "device": last.get("device", "") if last.get("method") == method else "",
        "devices": known.devices.items(),
        "outcomes": [(code, words.KEYS[code], *words.OUTCOMES[code]) for code in words.OUTCOMES],
    }


def place(facility_id: int | None) -> str:
    row = places.facility(facility_id) if facility_id is not None else None
    return row.name if row is not None else ""
