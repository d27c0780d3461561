"""The repair list as a file for hamlet teams, and the rows of a sheet that want correcting as a file to send again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from lachan.exchange.tables import keys, rows, writing
from lachan.exchange.tables.sentences import sentence
from lachan.exchange.tables.store import Row
from lachan.exchange.tables.writing import Part, Written
from lachan.people.identifiers import mask
from lachan.people.repair import Proposal
from lachan.people.repair_list import Line
from lachan.places import queries as places

SEXES: Final = {"M": "Nam", "F": "Nữ", "U": ""}
GROUP_REASON: Final = {"no_id": "no_number", "wrong": "register_says_wrong"}
_LANGUAGE: Final = "vi"  # the teams' own, whoever downloads


def people(found: Sequence[tuple[Line, str]], *, full: bool, today: date) -> bytes:
    """The file for (line, group) pairs, a sheet a commune. ``full``: numbers whole; a purpose was stated and logged."""
    by_commune: dict[int, list[tuple[Line, str]]] = defaultdict(list)
    for line, group in found:
        by_commune[line.person.residence_id or 0].append((line, group))
    with translation.override(_LANGUAGE):
        parts = []
        for area_id in sorted(by_commune, key=_title):
            above = [
                _("Records to be mended: %(place)s") % {"place": places.address(area_id) if area_id else _("no place")},
                _("Correct in the yellow columns and choose the result. An empty cell changes nothing; write “xóa” "
                  "where a number is not this person's."),
            ]  # fmt: skip
            rows_of = [_row(number, *item, full) for number, item in enumerate(by_commune[area_id], 1)]
            parts.append(Part(_title(area_id), above, rows_of))
        return writing.workbook(parts, made_on=today)


def problems(line: Line, group: str) -> list[str]:
    """What is wrong, as sentences: of each proposal, else of the group."""
    said = list(dict.fromkeys(sentence(item.reason, item.params) for item in line.proposals))
    return said or [sentence(GROUP_REASON.get(group, "id_contradicts"))]


def shown(item: Proposal, *, full: bool) -> str:
    """What a proposal would write, as people read it; empty when it does not know, or ends a number."""
    if item.field == "number":
        return (item.after if full else mask(item.after)) if item.after else ""
    if item.field == "birth_date" and item.after:
        return "/".join(reversed(item.after.split("-")))
    return SEXES.get(item.after or "", "") if item.field == "sex" else item.after or ""


def _title(area_id: int) -> str:
    area = places.area(area_id) if area_id else None
    return area.full_name if area is not None else _("no place")


def _row(number: int, line: Line, group: str, full: bool) -> Written:
    shown_number = line.number
    value = shown_number.value if shown_number else ""
    held = rows.as_written(line.held, (shown_number.system, value) if shown_number else None)
    proposals = [text for item in line.proposals if item.after is not None and (text := shown(item, full=full))]
    address = places.area(line.person.residence_id) if line.person.residence_id else None
    return Written(
        {
            "number": str(number),
            "name": held["name"],
            "born": "/".join(reversed(held["born"].split("-"))),
            "sex": SEXES.get(held["sex"], ""),
            "id": value if full else mask(value),
            "phone": next(iter(line.phones), "") if full else mask(next(iter(line.phones), "")),
            "address": address.full_name if address is not None else "",
            "problem": "\n".join(problems(line, group)),
            "proposal": "\n".join(dict.fromkeys(proposals)),
            "key": keys.made(line.person.id, held),
        }
    )


def to_correct(found: Sequence[Row], why: dict[int, str], *, today: date) -> bytes:
    """Rows that could not be taken, as they came, with what is wrong beside each: corrected, they are sent again."""
    with translation.override(_LANGUAGE):
        written = []
        for row in found:
            typed = row.content.typed
            known = {column: typed.get(column, "") for column in writing.COLUMNS}
            written.append(Written({**known, "problem": why.get(row.number, "")}))
        above = [
            _("Rows to be corrected"),
            _("What is wrong stands in the column Lỗi. Correct the row and send the file."),
        ]
        return writing.workbook([Part(_("To be corrected"), above, written)], made_on=today)


def why_not(row: Row) -> list[tuple[str, str]]:
    """(column, sentence) of every fault of a row; of the row as a whole where the column is empty."""
    found = [(fault.column, sentence(fault.code, fault.params)) for fault in row.content.faults]
    if not found and row.reason:
        found.append(("", sentence(row.reason, row.content.because)))
    return found


def person_ids(found: Sequence[Row]) -> list[UUID]:
    return [row.person_id for row in found if row.person_id is not None]
