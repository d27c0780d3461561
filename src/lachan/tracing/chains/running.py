"""One run over two files: read, weigh, estimate, write."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np

from lachan.tracing.chains import clusters
from lachan.tracing.chains.candidates import UNKNOWN_SOURCE, dated, weigh
from lachan.tracing.chains.estimates import Summary, summarise
from lachan.tracing.chains.files import Outbreak, read, write
from lachan.tracing.chains.intervals import timing_from
from lachan.tracing.chains.shapes import Days, Timing
from lachan.tracing.engine.files import BadRow, FileError

DEFAULT: Final = Timing()
SUFFIXES: Final = (".csv", ".parquet", ".pq", ".json")


class Ran(NamedTuple):
    """``told``: the estimates as JSON holds them; ``refused``: malformed rows, and nothing was written."""

    told: dict[str, Any]
    summary: Summary | None
    notes: list[str]
    bad: list[BadRow]
    wrong_rows: int
    refused: bool


def run(
    cases: Path,
    contacts: Path,
    out: Path,
    *,
    timing: Timing = DEFAULT,
    measure: bool = True,
    unknown: float = UNKNOWN_SOURCE,
    until: float | None = None,
    seed: int = 1,
    skip_bad: bool = False,
) -> Ran:
    """Candidates (``.csv``, ``.parquet``) or estimates (``.json``) into ``out``; FileError.

    ``measure``: take the serial interval from the established links, where there are enough, and not from ``timing``.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise FileError(f"{out.name} must end in .csv, .parquet or .json")
    if out.resolve() in (cases.resolve(), contacts.resolve()):
        raise FileError(f"{out.name} is one of the files to read")
    outbreak = read(cases, contacts)
    if outbreak.wrong_rows and not skip_bad:
        return Ran({}, None, outbreak.notes, outbreak.bad, outbreak.wrong_rows, True)
    used = timing_from(_days(outbreak), timing) if measure else timing
    found = weigh(outbreak.cases, outbreak.links, outbreak.contacts, used, unknown=unknown)
    summary = summarise(outbreak.cases, found, used, seed=seed, until=until)
    grouped = clusters.find(
        dated(outbreak.cases, used).day, found.infector, found.infectee, np.where(found.known, 1.0, found.weight)
    )
    told = _told(summary, used, grouped, outbreak)
    part = out.with_name(f".{out.name}.part")
    try:
        if out.suffix.lower() == ".json":
            part.write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n")
        else:
            write(part, outbreak, found, like=out.suffix)
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)
    return Ran(told, summary, outbreak.notes, outbreak.bad, outbreak.wrong_rows, False)


def _days(outbreak: Outbreak) -> Days:
    """Serial intervals of the established links."""
    here = outbreak.links.infector >= 0
    onset = outbreak.cases.onset
    return onset[outbreak.links.infectee[here]] - onset[outbreak.links.infector[here]]


def _told(summary: Summary, timing: Timing, grouped: clusters.Clusters, outbreak: Outbreak) -> dict[str, Any]:
    """Ranges as {value, low, high}; what cannot be said is null, with the reason beside it."""
    told: dict[str, Any] = _plain(summary)
    largest = grouped.size[grouped.size > 1]
    told = {"R": told["offspring"]["r"], "k": told["offspring"]["k"], "serial_interval": told["serial"], **told}
    told |= {
        "timing": timing._asdict(),
        "clusters": {"number": len(largest), "sizes": largest[:20].tolist()},
        "malformed_rows": outbreak.wrong_rows,
    }
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(entry) for name, entry in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value
