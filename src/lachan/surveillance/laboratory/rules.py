"""What a code, a result and a sample may be. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from lachan.people.identifiers import citizen_id_facts
from lachan.surveillance.laboratory.methods import Catalogue

MOST_IN_POOL: Final = 20
CONCLUSIVE: Final = frozenset({"positive", "negative"})
OPENING: Final = frozenset({"positive", "indeterminate"})  # of a pool: each member is tested by itself
REASONS: Final = ("symptoms", "contact", "screening", "discharge", "entry")

_CODE = re.compile(r"[A-Z0-9][A-Z0-9./_-]{3,39}")


def code_of(written: str) -> str | None:
    """The one form of a code on a tube: no spaces, capitals; None when no tube of ours can carry it."""
    bare = "".join(written.split()).upper()
    return bare if _CODE.fullmatch(bare) else None


def is_person(code: str) -> bool:
    """Whether somebody scanned the identity card in place of the tube: it must never become a tube's code."""
    return citizen_id_facts(code) is not None


def assay_fault(catalogue: Catalogue, disease: str, method: str, *, pooled: bool) -> tuple[str, dict[str, str]] | None:
    """Why this cannot be a result: a reason code and what fills its sentence; None when it can."""
    found = catalogue.diseases.get(disease)
    if found is None:
        return "disease_unknown", {"disease": disease[:40]}
    if method not in catalogue.methods:
        return "method_unknown", {"method": method[:40]}
    if found.assay(method) is None:
        return "method_not_of_disease", {"method": method, "disease": disease}
    if pooled and not catalogue.methods[method].pools:
        return "method_not_for_pools", {"method": method}
    return None


def notes(catalogue: Catalogue, disease: str, method: str, device: str, ct: float | None) -> tuple[str, ...]:
    """What is odd about a result and does not keep it out: ``device_unknown``, ``ct_without_meaning``."""
    said = []
    listed = catalogue.diseases[disease].devices and catalogue.methods[method].type == "LP217198-3"
    if device and listed and device not in catalogue.devices:
        said.append("device_unknown")
    if ct is not None and not catalogue.methods[method].ct:
        said.append("ct_without_meaning")
    return tuple(said)


def before_sample(taken_at: datetime, tested_at: datetime | None, resulted_at: datetime) -> bool:
    """Whether something was found in a sample that was not there yet."""
    return resulted_at < taken_at or (tested_at is not None and tested_at < taken_at)


def state_of(before: str, wanted: Iterable[str], found: Iterable[tuple[str, str]]) -> str:
    """The state of a sample. ``found``: (disease, outcome) of the results that stand.

    Everything asked for is answered: ``done``. Something was looked for without an answer: ``again``. Else as before,
    and ``again`` for one that was done and has lost its answer.
    """
    outcomes = list(found)
    answered = {disease for disease, outcome in outcomes if outcome in CONCLUSIVE}
    open_ = set(wanted) - answered
    if outcomes and not open_ and answered:
        return "done"
    if any(disease in open_ for disease, _ in outcomes) or (outcomes and not answered):
        return "again"
    return "again" if before == "done" else before
