"""Doors of the pictures of an outbreak: figures for whoever leads, cases and places for those who answer for them."""

from __future__ import annotations

from typing import Final

from .doors import AUDITOR, NATIONAL, OFFICERS, TRACER, Door, page

_FIGURES = OFFICERS | NATIONAL | AUDITOR

DOORS: Final[dict[str, Door]] = {
    "GET outbreak-chains": page(_FIGURES),
    "GET outbreak-chains-data": page(OFFICERS | AUDITOR),
    "GET outbreak-map": page(_FIGURES | TRACER),
    "POST outbreak-map-told": page(OFFICERS | TRACER).sending(place="1"),
    "GET outbreak-clusters": page(_FIGURES),
    "GET outbreak-cluster": page(OFFICERS | AUDITOR),
    "POST outbreak-cluster-name": page(OFFICERS).sending(name=""),
    "GET outbreak-wall": page(_FIGURES),
    "GET outbreak-wall-live": page(_FIGURES),
}
