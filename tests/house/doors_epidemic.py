"""Doors of the epidemic in figures: the picture, forecasts, alarms, reports. No person stands behind any of them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from lachan.access.rules import Role

from .doors import AUDITOR, HEAD, KEYS, NATIONAL, OFFICERS, WITHOUT_NAMES, Door, api, everyone, page

_COUNTING = OFFICERS | NATIONAL | AUDITOR | WITHOUT_NAMES | {HEAD}  # each in their places; led to their own
_PROVINCE = NATIONAL | AUDITOR | WITHOUT_NAMES | {Role.PROVINCE_OFFICER}  # whoever may see the province of the world
_PLANNING = OFFICERS | NATIONAL | AUDITOR | {HEAD}  # who reads the supply of their places

DOORS: Final[dict[str, Door]] = {
    "GET picture": page(_COUNTING),
    "GET picture-area": page(_PROVINCE),
    "GET picture-compare": page(_COUNTING),
    "GET picture-wall": page(_COUNTING),
    "GET picture-wall-live": page(_COUNTING),
    "GET picture-table": page(NATIONAL | AUDITOR),  # of the nation; who reads without taking along takes nothing
    "GET public": everyone("cases by place for anybody; sums of seven days, small numbers hidden, names no one"),
    # forecasts, what-if and alarms on screen
    "GET forecast": page(_COUNTING),
    "GET forecast-area": page(_PROVINCE),
    "GET forecast-card": page(_COUNTING),
    "GET forecast-runs": page(_COUNTING),
    "POST forecast-runs-make": page(NATIONAL | {Role.PROVINCE_OFFICER, Role.ADMINISTRATOR}).sending(day="2026-05-04"),
    "POST forecast-runs-publish": page(NATIONAL | {Role.ADMINISTRATOR}).sending(run=str(UUID(int=0)), reason="because"),
    "GET forecast-whatif": page(_COUNTING),
    "POST forecast-whatif": page(_COUNTING),
    "GET effectiveness": page(_COUNTING),
    "GET effectiveness-area": page(_PROVINCE),
    "GET alarms": page(_COUNTING),
    "GET alarm": page(_COUNTING),
    "POST alarms-act": page(OFFICERS | NATIONAL).sending(step="acknowledge"),
    # doses wanted: who plans stock reads them, in their places; who may ask for forecasts has them worked out
    "GET demand": page(_PLANNING),
    "GET demand-area": page(_PLANNING & _PROVINCE),
    "GET demand-table": page(_PLANNING & _PROVINCE),
    "POST demand-ask": page(NATIONAL | {Role.PROVINCE_OFFICER, Role.ADMINISTRATOR}),
    # figures and forecasts for systems, each key in its places
    "GET api-1:epidemic_definitions": api(KEYS),
    "GET api-1:epidemic_series": api(KEYS),
    "GET api-1:epidemic_latest": api(KEYS),
    "GET api-1:epidemic_ages": api(KEYS),
    "GET api-1:forecast": api(KEYS),
    "GET api-1:forecasts_past": api(KEYS),
    "GET api-1:forecasts_rt": api(KEYS),
    "GET api-1:forecasts_nowcast": api(KEYS),
    "GET api-1:forecasts_alarms": api(KEYS),
    "GET api-1:forecasts_runs": api(KEYS),
    "GET api-1:forecasts_card": api(KEYS),
}
WITHOUT_SIGNING_IN: Final = frozenset(name for name, door in DOORS.items() if door.visitor == "page")
