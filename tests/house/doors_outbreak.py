"""Doors of the outbreak's screens: a part of the one table, ``permissions.DOORS``."""

from __future__ import annotations

from .doors import AUDITOR, NATIONAL, OFFICERS, Door, page

DOORS: dict[str, Door] = {
    # lists with names: officers each in their places, and the auditor; figures: the nation as well
    "GET outbreak": page(OFFICERS | NATIONAL | AUDITOR),
    "POST outbreak": page(OFFICERS | NATIONAL | AUDITOR).sending(q="an"),
    "POST outbreak-step": page(OFFICERS).sending(step="release"),
    "GET outbreak-clocks": page(OFFICERS | NATIONAL | AUDITOR),
    "GET outbreak-case": page(OFFICERS | AUDITOR),
    "POST outbreak-why": page(OFFICERS | AUDITOR).sending(q="an"),
    "GET outbreak-why-person": page(OFFICERS | AUDITOR),
    "GET outbreak-capacity": page(OFFICERS | NATIONAL | AUDITOR),
    "POST outbreak-capacity-set": page(OFFICERS),
    "GET outbreak-export": page(OFFICERS | AUDITOR),
    "POST outbreak-export": page(OFFICERS | AUDITOR).sending(form="csv"),
    "GET outbreak-files": page(OFFICERS),
    "POST outbreak-files": page(OFFICERS).sending(what="cases"),
    "GET outbreak-file": page(OFFICERS),
    "POST outbreak-file": page(OFFICERS),
    "GET outbreak-blank": page(OFFICERS),
}
