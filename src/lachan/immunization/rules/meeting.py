"""Two encounters of one session that turn out to be one person's: which steps stand. Pure, on rows as JSON objects."""

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]

# Steps that belong together: taken whole from one of the two, never mixed.
_STEPS: tuple[tuple[str, ...], ...] = (
    ("screened_at", "screening_outcome", "screening_reasons", "consent_at"),
    ("dosed_at", "dose_id", "product_id", "lot_number", "observe_until", "released_at"),
    ("not_given_at", "not_given_reason"),
    ("expected_dose_number",),
)
_GRAVITY = (None, "mild", "moderate", "severe")


def joined(own: Row, gone: Row) -> dict[str, Any]:
    """``own`` with the steps it lacks from ``gone``; the graver reaction and the earlier arrival of the two."""
    found = dict(own)
    for step in _STEPS:
        if own[step[0]] is None and gone[step[0]] is not None:
            found |= {name: gone[name] for name in step}
    found["reaction_severity"] = max(own["reaction_severity"], gone["reaction_severity"], key=_GRAVITY.index)
    found["happened_at"] = min(own["happened_at"], gone["happened_at"])
    if found["released_at"] is None:
        found["released_at"] = gone["released_at"] if own["dosed_at"] is None else None
    return found


def parted(now: Row, own: Row, after: Row) -> dict[str, Any]:
    """``now`` without what the merge brought: what nobody changed since ``after`` is again as in ``own``."""
    return {name: own[name] if name in own and now[name] == after.get(name) else now[name] for name in now}
