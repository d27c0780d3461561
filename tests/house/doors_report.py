"""Doors of the situation report: a part of the one table, ``permissions.DOORS``. The area knocked at is a province."""

from __future__ import annotations

from lachan.access.rules import Role

from .doors import AUDITOR, HEAD, NATIONAL, OFFICERS, WITHOUT_NAMES, Door, page

_OF_PROVINCE = NATIONAL | {Role.PROVINCE_OFFICER}
_READING = _OF_PROVINCE | AUDITOR | WITHOUT_NAMES

DOORS: dict[str, Door] = {
    "GET report-mine": page(OFFICERS | NATIONAL | AUDITOR | WITHOUT_NAMES | {HEAD}),
    "GET report": page(_READING),
    "GET report-pdf": page(_READING),
    "GET report-meeting": page(_READING),
    "POST report-write": page(_OF_PROVINCE).sending(kind="question", text="x"),
    "POST report-settle": page(_OF_PROVINCE).sending(note="00000000-0000-0000-0000-000000000000", answer="x"),
    "GET report-readers": page(_OF_PROVINCE),
    "POST report-readers": page(_OF_PROVINCE).sending(addresses="an@example.test"),
}
