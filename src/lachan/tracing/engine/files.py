"""Files of visits, encounters and cases: CSV or Parquet into columns, every malformed row with its line."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from lachan.tracing.engine import cells
from lachan.tracing.engine.columns import NO_TIME, Bools, Cases, Encounters, Visits
from lachan.tracing.engine.lines import Block, whole_lines
from lachan.tracing.engine.names import in_order, numbered
from lachan.tracing.engine.rules import ANCHORS, LegalRule, by_id, compiled
from lachan.tracing.engine.shapes import Rule

MOST_ROWS: Final = 500_000_000  # of a file: rows are counted in 31 bits, encounters twice
MOST_TOLD: Final = 1000  # malformed rows of a file that are kept to be told
MOST_NAME: Final = 200  # bytes of the name of a person or place
MOST_RULE: Final = 65_536  # bytes of a file of a rule
BATCH: Final = 1 << 18  # rows of a Parquet file read at once
HEADER: Final = 65_536  # bytes of a first line


class FileError(Exception):
    """A file that cannot be used at all, in one sentence that names it."""


class BadRow(NamedTuple):
    """``line``: of the file, the heading being line 1; of a Parquet file the row, from 1."""

    file: str
    line: int
    reason: str


class Table(NamedTuple):
    """What one file, or a portion of it, holds: columns of names in portions as :func:`words.packed` gives them, all
    others as arrays of equal length."""

    names: dict[str, list[Any]]
    values: dict[str, Any]
    rows: int
    bad: list[BadRow]
    wrong_rows: int
    columns: frozenset[str]


class World(NamedTuple):
    """Three files as one: ``people`` and ``places`` are the names in order, a number is a place in them. ``bad``: the
    first of the ``wrong_rows`` that were left out."""

    visits: Visits
    encounters: Encounters
    cases: Cases
    people: list[str]
    places: list[str]
    rules: tuple[Rule, ...]
    columns: frozenset[str]  # of the file of visits
    bad: list[BadRow]
    wrong_rows: int
    notes: list[str]


Say = Callable[[str], None]


class Wrong:
    """Which rows of a portion are wrong, and the first reason of each."""

    def __init__(self, rows: int, blank: Bools) -> None:
        self.mask = np.zeros(rows, bool)
        self.blank = blank  # nothing is wrong with them, and nothing in them
        self.reasons: dict[int, str] = {}

    def mark(self, which: Bools, reason: str) -> None:
        if not which.any():
            return
        fresh = which & ~self.mask & ~self.blank
        self.mask |= fresh
        for row in np.flatnonzero(fresh)[:MOST_TOLD]:
            self.reasons[int(row)] = reason


def read(visits: Path, encounters: Path, cases: Path, rule: Rule | LegalRule, *, say: Say) -> World:
    """All three files, rows that could not be read left out and listed in ``bad``; FileError."""
    rules, kinds = _rules(rule)
    seen = _table(visits, ("person", "place"), {"t_in": "time", "t_out": "time", "closed": "flag?"}, say)
    met = _table(
        encounters, ("person_a", "person_b"), {"t_start": "time", "t_end": "time", "distance_m": "metres?"}, say
    )
    ill = _table(
        cases, ("person",), {"anchor_kind": "kind", "anchor_time": "time", "isolated_at": "time?"}, say, kinds=kinds
    )
    named = (
        [seen.names["person"], met.names["person_a"], met.names["person_b"], ill.names["person"]],
        [seen.names["place"]],
    )
    (people, (visitor, a, b, case)), (places, (place,)) = in_order(numbered, named)
    notes = []
    if any(entry.closed_only for entry in rules) and "closed" not in seen.columns and seen.rows:
        notes.append(f"{visits.name} has no column closed, and the rule counts closed spaces only: no stay counts")
    return World(
        visits=Visits(visitor, place, seen.values["t_in"], seen.values["t_out"], seen.values["closed"]),
        encounters=Encounters(a, b, met.values["t_start"], met.values["t_end"], met.values["distance_m"]),
        cases=Cases(case, ill.values["anchor_time"], ill.values["isolated_at"], ill.values["anchor_kind"]),
        people=people,
        places=places,
        rules=rules,
        columns=seen.columns,
        bad=[*seen.bad, *met.bad, *ill.bad],
        wrong_rows=seen.wrong_rows + met.wrong_rows + ill.wrong_rows,
        notes=notes,
    )


def rule_named(given: str) -> Rule | LegalRule:
    """The rule of a file of JSON, or of the catalogue by its id; FileError."""
    path = Path(given)
    if not path.is_file():
        try:
            return by_id(given)
        except LookupError:
            raise FileError(f"{given} is neither a file nor the id of a rule; lachan trace rules lists them") from None
    if path.stat().st_size > MOST_RULE:
        raise FileError(f"{path.name} is longer than {MOST_RULE} bytes")
    try:
        words = msgspec.json.decode(path.read_bytes())
        if isinstance(words, dict) and words.get("max_distance_m", 0) is None:
            words["max_distance_m"] = float("inf")  # no bound
        rule = msgspec.convert(words, Rule)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileError(f"{path.name} is no rule: {error}") from None
    for name in ("days_before", "days_after", "min_minutes", "latent_days"):
        if not 0 <= getattr(rule, name) <= 100_000_000:
            raise FileError(f"{path.name} is no rule: {name} must be a number from 0 on")
    if not rule.max_distance_m >= 0 or not rule.id or len(rule.id) > MOST_NAME:
        raise FileError(f"{path.name} is no rule: it needs an id, and max_distance_m must be from 0 on")
    return rule


def _rules(rule: Rule | LegalRule) -> tuple[tuple[Rule, ...], dict[str, int] | None]:
    """The parametric rules, and which is for which anchor; of a parametric rule any anchor will do."""
    if isinstance(rule, Rule):
        return (rule,), None
    known = [kind for kind in ANCHORS if kind in rule.anchors]
    return tuple(compiled(rule, kind) for kind in known), {kind: i for i, kind in enumerate(known)}


def _table(
    path: Path, names: Sequence[str], values: dict[str, str], say: Say, *, kinds: dict[str, int] | None = None
) -> Table:
    needed = [*names, *(name for name, kind in values.items() if not kind.endswith("?"))]
    kept: dict[str, list[Any]] = {name: [] for name in [*names, *values]}
    bad: list[BadRow] = []
    rows, wrong_rows, columns = 0, 0, frozenset[str]()
    parts = portions(path, needed, [name for name in values if name not in needed])
    for part in in_order(lambda portion: _part(path.name, portion, names, values, kinds), parts):
        columns |= part.columns
        rows += part.rows
        wrong_rows += part.wrong_rows
        if part.bad:
            bad = sorted([*bad, *part.bad], key=lambda row: row.line)[:MOST_TOLD]
        for name in names:
            kept[name] += part.names[name]
        for name in values:
            kept[name].append(part.values[name])
        if rows > MOST_ROWS:
            raise FileError(f"{path.name} has more than {MOST_ROWS:,} rows")
    say(f"{path.name}: {rows:,} rows")
    empty = {"time": np.int64, "flag": np.uint8, "metres": np.float64, "kind": np.uint8}
    arrays = {
        name: np.concatenate([np.zeros(0, empty[kind.rstrip("?")]), *kept[name]], dtype=empty[kind.rstrip("?")])
        for name, kind in values.items()
    }
    return Table({name: kept[name] for name in names}, arrays, rows, bad, wrong_rows, columns)


def _part(
    file: str, portion: Portion, names: Sequence[str], values: dict[str, str], kinds: dict[str, int] | None
) -> Table:
    """What a portion of a file holds, without its malformed and its blank rows."""
    from lachan.tracing.engine.words import packed  # compiled: not for those who want portions only

    columns, line_of, refused = portion
    count = len(next(iter(columns.values()))) if columns else 0
    wrong = Wrong(count, blank_rows(columns, count))
    read = _read(columns, names, values, count, wrong, kinds)
    fine = ~(wrong.mask | wrong.blank)
    if not fine.all():
        read = {name: column.filter(pa.array(fine)) if name in names else column[fine] for name, column in read.items()}
    return Table(
        {name: [packed(read[name])] for name in names},
        {name: read[name] for name in values},
        int(fine.sum()),
        [*refused, *(BadRow(file, line_of(row), reason) for row, reason in wrong.reasons.items())],
        len(refused) + int(wrong.mask.sum()),
        frozenset(columns),
    )


def _read(
    portion: dict[str, Any],
    names: Sequence[str],
    values: dict[str, str],
    count: int,
    wrong: Wrong,
    kinds: dict[str, int] | None,
) -> dict[str, Any]:
    """One portion of a file in columns; what is wrong with it goes into ``wrong``."""
    found: dict[str, Any] = {}
    for name in names:
        words, fine = cells.texts(portion[name])
        length = pc.binary_length(words).to_numpy(zero_copy_only=False)
        wrong.mark(~fine, f"{name} is not UTF-8")
        wrong.mark(length == 0, f"{name} is missing")
        wrong.mark(length > MOST_NAME, f"{name} is longer than {MOST_NAME} bytes")
        found[name] = words
    for name, kind in values.items():
        if kind == "kind":
            found[name] = _kinds(portion[name], name, wrong, kinds)
        elif kind.startswith("time"):
            found[name] = _times(portion.get(name), name, kind, count, wrong)
        elif kind == "flag?":
            column, fine = (
                cells.flags(portion[name]) if name in portion else (np.zeros(count, np.uint8), np.ones(count, bool))
            )
            wrong.mark(~fine, f"{name} is neither true nor false")
            found[name] = column
        else:
            metres, fine = (
                cells.distances(portion[name]) if name in portion else (np.full(count, np.nan), np.ones(count, bool))
            )
            wrong.mark(~fine, f"{name} is no distance in metres")
            found[name] = metres
    for begin, end in (("t_in", "t_out"), ("t_start", "t_end")):
        if begin in found:
            wrong.mark(found[end] < found[begin], f"{end} is before {begin}")
    return found


def _times(column: Any, name: str, kind: str, count: int, wrong: Wrong) -> Any:
    if column is None:
        return np.full(count, NO_TIME)
    seconds, fine, empty = cells.times(column)
    if kind.endswith("?"):
        seconds = np.where(empty, NO_TIME, seconds)
    else:
        wrong.mark(empty, f"{name} is missing")
    wrong.mark(~fine & ~empty, f"{name} is neither ISO 8601 nor UNIX seconds")
    return seconds


def _kinds(column: Any, name: str, wrong: Wrong, kinds: dict[str, int] | None) -> Any:
    words, fine = cells.texts(column)
    words = pc.utf8_lower(pc.utf8_trim_whitespace(words))
    wrong.mark(~fine, f"{name} is not UTF-8")
    if kinds is None:
        return np.zeros(len(words), np.uint8)
    number = pc.fill_null(pc.index_in(words, value_set=pa.array(list(kinds))), -1).to_numpy(zero_copy_only=False)
    wrong.mark(number < 0, f"{name} is none this rule has a window for ({', '.join(kinds)})")
    return np.maximum(number, 0).astype(np.uint8)


def blank_rows(portion: dict[str, Any], count: int) -> Bools:
    """Rows of a CSV file without any content: lines that were left empty."""
    blank = np.ones(count, bool)
    for column in portion.values():
        if not pa.types.is_binary(column.type):
            return np.zeros(count, bool)
        blank &= pc.equal(pc.binary_length(column), 0).to_numpy(zero_copy_only=False)
    return blank


Portion = tuple[dict[str, Any], Callable[[int], int], list[BadRow]]


def portions(path: Path, needed: Sequence[str], optional: Sequence[str]) -> Iterator[Portion]:
    """A file in portions: (columns as they are written, the line of a row of the portion, refused rows); FileError."""
    if not path.is_file():
        raise FileError(f"there is no file {path}")
    parts = _parquet if path.suffix.lower() in (".parquet", ".pq") else _csv
    try:
        yield from parts(path, needed, optional)
    except (pa.ArrowException, OSError, csv.Error) as error:
        raise FileError(f"{path.name} cannot be read: {' '.join(str(error).split())[:300]}") from None


def _chosen(path: Path, present: Sequence[str], needed: Sequence[str], optional: Sequence[str]) -> list[str]:
    if missing := [name for name in needed if name not in present]:
        raise FileError(f"{path.name} has no column {', '.join(missing)}; it must have {', '.join(needed)}")
    wanted = [name for name in [*needed, *optional] if name in present]
    if twice := [name for name in wanted if list(present).count(name) > 1]:
        raise FileError(f"{path.name} has the column {twice[0]} twice")
    return wanted


def _parquet(path: Path, needed: Sequence[str], optional: Sequence[str]) -> Iterator[Portion]:
    if path.stat().st_size == 0:
        return
    with pa.parquet.ParquetFile(path) as file:
        wanted = _chosen(path, file.schema_arrow.names, needed, optional)
        done = 0
        for batch in file.iter_batches(BATCH, columns=wanted):
            yield {name: batch.column(name) for name in wanted}, _lines(done + 1, []), []
            done += batch.num_rows


def _csv(path: Path, needed: Sequence[str], optional: Sequence[str]) -> Iterator[Portion]:
    with path.open("rb") as file:
        raw = file.readline(HEADER)
    if not raw.strip(b"\xef\xbb\xbf\r\n "):
        if path.stat().st_size > len(raw):
            raise FileError(f"{path.name} begins with an empty line, where the names of its columns should be")
        return
    heading = next(csv.reader([raw.decode("utf-8-sig", "replace").rstrip("\r\n")]))
    names = [name.strip().lower() for name in heading]
    wanted = _chosen(path, names, needed, optional)
    unique = [name if name in wanted else f"{i}:{name}" for i, name in enumerate(names)]
    if path.stat().st_size == len(raw):
        yield {name: pa.array([], pa.binary()) for name in wanted}, _lines(2, []), []
        return
    yield from in_order(lambda block: _cells(path.name, block, unique, wanted), whole_lines(path, len(raw)))


def _cells(file: str, block: Block, names: Sequence[str], wanted: Sequence[str]) -> Portion:
    """The cells of a block of lines, as they are written."""
    quotes = [BadRow(file, line, "has a quote that is not closed") for line in block.open_quotes]
    if not block.lines:  # of nothing but an open quote nothing is left
        return {name: pa.array([], pa.binary()) for name in wanted}, _lines(block.first, []), quotes
    refused: list[tuple[int, str]] = []

    def handle(row: Any) -> str:
        refused.append((block.first + row.number - 1, f"has {row.actual_columns} cells, not {row.expected_columns}"))
        return "skip"

    table = pa.csv.read_csv(
        pa.BufferReader(block.lines),
        read_options=pa.csv.ReadOptions(use_threads=False, column_names=names, block_size=len(block.lines) + 1),
        parse_options=pa.csv.ParseOptions(invalid_row_handler=handle, ignore_empty_lines=False),
        convert_options=pa.csv.ConvertOptions(
            column_types={name: pa.binary() for name in wanted}, include_columns=wanted, strings_can_be_null=False
        ),
    )
    columns = {name: pa.concat_arrays([pa.array([], pa.binary()), *table[name].chunks]) for name in wanted}
    bad = [*quotes, *(BadRow(file, line, reason) for line, reason in refused)]
    # a row's line: those before it in the block, read or refused
    return columns, _lines(block.first, [line for line, _ in refused]), bad


def _lines(first: int, refused: Sequence[int]) -> Callable[[int], int]:
    # how many rows were read before each refused line
    before = [line - first - i for i, line in enumerate(refused)]
    return lambda row: first + row + bisect_right(before, row)
