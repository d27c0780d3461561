"""Doors of the laboratory: a part of the one table, ``permissions.DOORS``. Its own staff at the bench; stations and
communes where samples are taken."""

from __future__ import annotations

from lachan.access.rules import Role

from .doors import LABORATORY, STATION, Door, page

TAKERS = STATION | {Role.COMMUNE_OFFICER, Role.LABORATORY}

DOORS: dict[str, Door] = {
    "GET laboratory": page(LABORATORY),
    "POST laboratory-tube": page(LABORATORY).sending(q="WORLD-1"),
    "POST laboratory-record": page(LABORATORY).sending(sample="WORLD-1", outcome="negative"),
    "POST laboratory-undo": page(LABORATORY).sending(sample="WORLD-1", result="00000000-0000-7000-8000-000000000001"),
    "POST laboratory-change": page(LABORATORY).sending(sample="X-0001", reason="because", step="withdraw"),
    "GET laboratory-pools": page(LABORATORY),
    "POST laboratory-pools": page(LABORATORY).sending(pool="P-0001"),
    "POST laboratory-pool-tube": page(LABORATORY).sending(q="X-0001"),
    "GET laboratory-pool": page(LABORATORY),
    "GET laboratory-sample": page(LABORATORY),
    "GET laboratory-samples": page(TAKERS),
    "POST laboratory-who": page(TAKERS).sending(q="x"),
    "POST laboratory-take": page(TAKERS).sending(q="X-0001"),
    "GET laboratory-file": page(LABORATORY),
    "POST laboratory-file": page(LABORATORY),
    "GET laboratory-sheet": page(LABORATORY),
    "POST laboratory-sheet": page(LABORATORY),
}
