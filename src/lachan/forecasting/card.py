"""The model card of a run: what went in, what was missing, how such forecasts did before. Codes and figures only;
their sentences are the faces', in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lachan.forecasting.parts import SEED
from lachan.forecasting.rules import Blocked, Silent
from lachan.forecasting.sources import Known


def make(
    known: Known, engine: str, inputs: str, found: Mapping[str, Any], silent: Sequence[Silent],
    coverage: Mapping[str, Any], blocked: Blocked | None,
) -> dict[str, Any]:  # fmt: skip
    """The card. ``found``: of each part, by its name.

    ``inputs`` by measure: weeks, places, ``revised`` (share of a week known when it had just ended), ``doubtful`` weeks
    (``negative`` and ``backlog`` are left out, ``heap`` is not). ``delays`` by measure, as the nowcast found them, with
    ``batches`` of late reports. ``excluded``: areas without a forecast, with the reason and since when. ``targets`` by
    disease and measure: weights of the members, notes by code, ``coverage``.
    ``beds``: what beds are worked out from, and every assumption with its source; None: they are not.
    """
    targets = {
        f"{known.disease}:{measure}": {
            **{key: value for key, value in found.get(f"forecast:{measure}", {}).items() if key != "beds"},
            "coverage": dict(coverage.get(f"{known.disease}:{measure}", {})),
        }
        for measure in known.measures
    }
    return {
        "format": 1, "source": known.source, "as_of": known.as_of.isoformat(), "map": known.of_map.value,
        "engine": engine, "seed": SEED, "inputs_sha256": inputs, "lag_days": known.lag_days,
        "inputs": dict(found.get("inputs", {})),
        "delays": {measure: found[f"nowcast:{measure}"] for measure in known.measures if f"nowcast:{measure}" in found},
        "rt_cannot_say": found.get("rt", {}).get("silent"),
        "excluded": excluded(known, silent), "targets": targets,
        "beds": next((part["beds"] for part in found.values() if "beds" in part), None),
        "blocked": {"reason": blocked.reason, "params": blocked.params} if blocked is not None else None,
    }  # fmt: skip


def excluded(known: Known, silent: Sequence[Silent]) -> list[dict[str, Any]]:
    """Areas of which nothing is said, by measure: what a silent province would be forecast to have is its silence."""
    return [
        {
            "area": entry.area_id, "measure": measure, "reason": "not_reporting", "since": entry.since.isoformat(),
            "share": entry.share,
        }
        for entry in silent
        for measure in known.measures
    ]  # fmt: skip
