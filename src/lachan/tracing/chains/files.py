"""Files of cases and contacts into the columns of chains, and candidates back into a file. CSV or Parquet."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from lachan.tracing.chains.candidates import Candidates
from lachan.tracing.chains.shapes import DAY, ELSEWHERE, Cases, Contacts, Days, Links, Longs, no_links
from lachan.tracing.engine import cells
from lachan.tracing.engine.files import BadRow, FileError, blank_rows, portions

KINDS: Final = ("onset", "sample", "source", "confirmed")  # of anchors; confirmed is what others call the sample
NUMBERS: Final = ("minutes", "level")
GROUPS: Final = ("cluster", "location")
MOST_ROWS: Final = 5_000_000  # of a file: more cases or contacts than any outbreak is drawn with
MOST_BAD: Final = 1_000  # malformed rows kept to be told
NAMED: Final = re.compile(r"[;|,]")  # between several infectors of one case
MANY: Final = 1.5  # infectors a case from which on from,to cannot be who infected whom


class Outbreak(NamedTuple):
    """Two files as one. ``names`` by position; ``elsewhere``: names of infectors who are no cases, by infectee;
    ``places``: of each row of contacts."""

    names: list[str]
    cases: Cases
    links: Links
    contacts: Contacts
    elsewhere: dict[int, str]
    places: list[str]
    bad: list[BadRow]
    wrong_rows: int
    notes: list[str]


class _Rows(NamedTuple):
    """One file as it is: text as lists, times in days, numbers; ``columns`` that it has."""

    texts: dict[str, list[str]]
    values: dict[str, Days]
    columns: frozenset[str]
    bad: list[BadRow]
    rows: int


def read(cases: Path, contacts: Path) -> Outbreak:
    """Both files; malformed rows are left out and listed. FileError."""
    ill = _rows(cases, ("person",), ("anchor_kind", "infected_by", *GROUPS), ("anchor_time", "onset", "confirmed"))
    columns = _columns_of(contacts)
    simple = "f0" not in columns and "from" in columns
    ends = ("from", "to") if simple else ("f0", "contact")
    met = _rows(contacts, ends, ("place_or_kind",), ("first_exposure", "last_exposure", "minutes", "level"))
    names = list(dict.fromkeys(ill.texts["person"]))
    at = {name: number for number, name in enumerate(names)}
    notes = []
    if len(names) < ill.rows:
        notes.append(f"{cases.name}: {ill.rows - len(names):,} rows of persons who are there already; the first counts")
    table, links, elsewhere = _cases(ill, at)
    left = np.array([at.get(name, -1) for name in met.texts[ends[0]]], dtype=np.int64)
    right = np.array([at.get(name, -1) for name in met.texts[ends[1]]], dtype=np.int64)
    if simple and _established(met, links, right):
        links, elsewhere = _links_of(met, at)
        notes.append(f"{contacts.name}: taken for who infected whom, as it says nothing of meetings")
        left = right = np.full(met.rows, -1)
    level = met.values["level"]
    kept = (left >= 0) & (right >= 0) & (left != right) & (np.isnan(level) | (level == 1))
    if met.rows and not kept.any() and not len(links.infectee):
        notes.append(f"{contacts.name}: no row is between two cases")
    first, last, minutes = (met.values[name][kept] for name in ("first_exposure", "last_exposure", "minutes"))
    bad = sorted([*ill.bad, *met.bad], key=lambda row: (row.file, row.line))
    return Outbreak(
        names=names,
        cases=table,
        links=links,
        contacts=Contacts(left[kept], right[kept], first, last, minutes, np.full(int(kept.sum()), simple)),
        elsewhere=elsewhere,
        places=[place for place, keep in zip(met.texts["place_or_kind"], kept.tolist(), strict=True) if keep],
        bad=bad[:MOST_BAD],
        wrong_rows=len(bad),
        notes=notes,
    )


def write(out: Path, outbreak: Outbreak, candidates: Candidates, *, like: str) -> int:
    """A row a candidate, infectors nobody knows of with an empty name; how many rows. ``like``: the ending that says
    what kind of file."""
    names = [*outbreak.names, ""]
    infectors = [
        names[infector] if infector != ELSEWHERE else outbreak.elsewhere.get(infectee, "")
        for infector, infectee in zip(candidates.infector.tolist(), candidates.infectee.tolist(), strict=True)
    ]
    rows = candidates.contact
    minutes = np.where(rows >= 0, np.append(outbreak.contacts.minutes, np.nan)[rows], np.nan)
    place = [outbreak.places[row] if row >= 0 else "" for row in rows.tolist()]
    table = pa.table(
        {
            "infectee": pa.array([names[number] for number in candidates.infectee.tolist()], pa.string()),
            "infector": pa.array(infectors, pa.string()),
            "weight": pa.array(np.round(candidates.weight, 6)),
            "interval_days": pa.array(np.round(candidates.interval, 3), from_pandas=True),
            "established": pa.array(candidates.known),
            "most_likely": pa.array(candidates.chosen),
            "minutes": pa.array(minutes, from_pandas=True),
            "place_or_kind": pa.array(place, pa.string()),
        }
    )
    if like.lower() in (".parquet", ".pq"):
        pa.parquet.write_table(table, out)
    else:
        with out.open("w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow(table.column_names)
            plain = [
                column.cast(pa.string()) if pa.types.is_boolean(column.type) else column for column in table.columns
            ]
            lines.writerows(zip(*(column.to_pylist() for column in plain), strict=True))
    return int(table.num_rows)


def _columns_of(path: Path) -> frozenset[str]:
    """The columns a file has, as far as they matter; none of an empty file."""
    for portion, _, _ in portions(path, (), ("from", "to", "f0", "contact")):
        return frozenset(portion)
    return frozenset()


def _rows(path: Path, needed: tuple[str, ...], texts: tuple[str, ...], values: tuple[str, ...]) -> _Rows:
    found: dict[str, list[Any]] = {name: [] for name in (*needed, *texts, *values)}
    bad: list[BadRow] = []
    columns: frozenset[str] = frozenset()
    rows = 0
    for portion, line_of, refused in portions(path, needed, (*texts, *values)):
        columns |= frozenset(portion)
        count = len(next(iter(portion.values()))) if portion else 0
        read, reasons = _portion(portion, needed, texts, values, count)
        blank = blank_rows(portion, count)
        bad += refused
        bad += [BadRow(path.name, line_of(row), why) for row, why in sorted(reasons.items()) if not blank[row]]
        fine = ~blank
        fine[list(reasons)] = False
        for name, column in read.items():
            found[name].append(column[fine])
        rows += int(fine.sum())
        if rows > MOST_ROWS:
            raise FileError(f"{path.name} has more than {MOST_ROWS:,} rows")
    whole: dict[str, Any] = {name: np.concatenate(parts) if parts else np.empty(0) for name, parts in found.items()}
    return _Rows(
        {name: whole[name].tolist() for name in (*needed, *texts)},
        {name: whole[name].astype(np.float64) for name in values},
        columns,
        bad,
        rows,
    )


def _portion(
    portion: dict[str, Any], needed: tuple[str, ...], texts: tuple[str, ...], values: tuple[str, ...], count: int
) -> tuple[dict[str, Any], dict[int, str]]:
    """(columns, the first reason of each malformed row). A column the file has not is empty or NaN throughout."""
    found: dict[str, Any] = {}
    reasons: dict[int, str] = {}

    def mark(wrong: Any, reason: str) -> None:
        for row in np.flatnonzero(wrong).tolist():
            reasons.setdefault(row, reason)

    for name in (*needed, *texts):
        if name not in portion:
            found[name] = np.full(count, "", dtype=object)
            continue
        words, fine = cells.texts(portion[name])
        found[name] = np.array([word.strip() for word in words.to_pylist()] or [], dtype=object)
        mark(~fine, f"{name} is not UTF-8")
        if name in needed:
            mark(found[name] == "", f"{name} is missing")
    for name in values:
        if name not in portion:
            found[name] = np.full(count, np.nan)
        elif name in NUMBERS:
            found[name], fine = cells.distances(portion[name])
            mark(~fine, f"{name} is no number from 0 on")
        else:
            seconds, fine, empty = cells.times(portion[name])
            found[name] = np.where(empty, np.nan, seconds / DAY)
            mark(~fine & ~empty, f"{name} is neither ISO 8601 nor UNIX seconds")
    if "anchor_kind" in portion:
        kinds = np.array([word.lower() for word in found["anchor_kind"]], dtype=object)
        found["anchor_kind"] = kinds
        mark(~np.isin(kinds, [*KINDS, ""]), f"anchor_kind is none of {', '.join(KINDS)}")
        mark((kinds != "") & np.isnan(found["anchor_time"]), "anchor_time is missing")
    if "infected_by" in portion:
        mark((found["infected_by"] == found["person"]) & (found["person"] != ""), "infected_by is the person")
    return found, reasons


def _cases(ill: _Rows, at: dict[str, int]) -> tuple[Cases, Links, dict[int, str]]:
    """Cases in the order of their first rows, links of ``infected_by``, names of infectors who are no cases."""
    persons = ill.texts["person"]
    first = {name: row for row, name in reversed(list(enumerate(persons)))}
    rows = np.array([first[name] for name in at], dtype=np.int64)
    anchor, kind = ill.values["anchor_time"], np.array(ill.texts["anchor_kind"], dtype=object)

    def day(column: Days, *kinds: str) -> Days:
        of_anchor = np.where(np.isin(kind, kinds), anchor, np.nan)
        found: Days = np.where(np.isnan(column), of_anchor, column)[rows] if len(rows) else np.empty(0)
        return found

    numbers: dict[str, int] = {}
    names = [a or b for a, b in zip(*(ill.texts[name] for name in GROUPS), strict=True)]
    group = [numbers.setdefault(names[row], len(numbers)) if names[row] else -1 for row in rows.tolist()]
    pairs: list[tuple[int, int]] = []
    elsewhere: dict[int, str] = {}
    for number, row in enumerate(rows.tolist()):
        for name in filter(None, (part.strip() for part in _infectors(ill.texts["infected_by"][row], at))):
            pairs.append((at.get(name, ELSEWHERE), number))
            if name not in at:
                elsewhere[number] = "; ".join(filter(None, (elsewhere.get(number), name)))
    nothing = np.full(len(anchor), np.nan)
    table = Cases(
        day(ill.values["onset"], "onset"),
        day(ill.values["confirmed"], "sample", "confirmed"),
        day(nothing, "source"),
        np.array(group, dtype=np.int64),
    )
    return table, _unique(pairs), elsewhere


def _infectors(text: str, at: dict[str, int]) -> list[str]:
    return [text] if text in at else NAMED.split(text)


def _unique(pairs: list[tuple[int, int]]) -> Links:
    kept = sorted({(one, other) for one, other in pairs if one != other})
    if not kept:
        return no_links()
    infector, infectee = np.array(kept, dtype=np.int64).T
    return Links(infector, infectee)


def _established(met: _Rows, links: Links, right: Longs) -> bool:
    """Whether from,to says who infected whom: it tells nothing of meetings, nobody else does, and it can be."""
    if len(links.infectee) or met.columns & {"first_exposure", "last_exposure", "minutes"}:
        return False
    pairs = {(one, other) for one, other in zip(met.texts["from"], right.tolist(), strict=True) if other >= 0}
    return len(pairs) <= MANY * max(len({other for _, other in pairs}), 1)


def _links_of(met: _Rows, at: dict[str, int]) -> tuple[Links, dict[int, str]]:
    pairs: list[tuple[int, int]] = []
    elsewhere: dict[int, str] = {}
    for one, other in zip(met.texts["from"], met.texts["to"], strict=True):
        if other in at:
            pairs.append((at.get(one, ELSEWHERE), at[other]))
            if one not in at:
                elsewhere[at[other]] = "; ".join(filter(None, (elsewhere.get(at[other]), one)))
    return _unique(pairs), elsewhere
