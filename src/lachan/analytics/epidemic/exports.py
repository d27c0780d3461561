"""Counts as files that other programs read: CSV, Excel, Parquet; one row an area, day and measure that is not zero.

Made whole in memory, within limits: figures of the nation by province over a year are 250,000 rows at most.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

from lachan.analytics.epidemic.definitions import STOCKS, indicator
from lachan.analytics.epidemic.facts import Table
from lachan.kernel.errors import Problem
from lachan.places import queries as places

Form = Literal["csv", "xlsx", "parquet"]
MOST: Final[dict[str, int]] = {"csv": 300_000, "xlsx": 60_000, "parquet": 1_000_000}
TYPES: Final[dict[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
COLUMNS: Final = ("area_code", "area", "day", "measure", "value")
Row = tuple[str, str, date, str, int]


def rows(table: Table) -> Iterator[Row]:
    """Area by area, day by day; zeros of a flow are left out, a stock is there on every day on which it is not zero."""
    named = [(area.code, area.full_name) for area in places.areas(table.area_ids)]
    days = table.days.tolist()
    for col, (code, name) in enumerate(named):
        for at, measure in zip(*(found.tolist() for found in np.nonzero(table.values[:, col, :].T)), strict=True):
            yield code, name, days[at], table.measures[measure], int(table.values[measure, col, at])


def count(table: Table) -> int:
    """Rows a file of this table has."""
    return int(np.count_nonzero(table.values))


def made(table: Table, form: Form, as_of: date | None) -> bytes:
    """The file. Problem 422 when it would be too long, with how long it may be."""
    if count(table) > MOST[form]:
        detail = (
            f"This file would have {count(table)} rows; a {form} file has at most {MOST[form]}. Ask for fewer days."
        )
        raise Problem("too_many_rows", "Too many rows", detail, status=422)
    return {"csv": _csv, "xlsx": _excel, "parquet": _parquet}[form](table, as_of)


def _csv(table: Table, as_of: date | None) -> bytes:
    """With the mark by which Excel knows UTF-8. Values are numbers, names come from the list of areas: no formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(rows(table))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _excel(table: Table, as_of: date | None) -> bytes:
    """A second sheet says what the measures mean."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("figures")
    sheet.append(COLUMNS)
    for row in rows(table):
        sheet.append(row)
    words = book.create_sheet("definitions")
    words.append(("measure", "vi", "en", "định nghĩa", "definition", "tính theo ngày", "counted on"))
    for measure in table.measures:
        one = indicator(measure)
        words.append((one.id, one.vi, one.en, one.definition_vi, one.definition_en, one.basis_vi, one.basis_en))
    if as_of is not None:
        words.append(("as_of", "như đã biết ngày", "as known on", as_of.isoformat()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _parquet(table: Table, as_of: date | None) -> bytes:
    """Columns with types; what the measures mean, and as of when, in the metadata."""
    found = list(rows(table))
    columns = list(zip(*found, strict=True)) if found else [()] * len(COLUMNS)
    kinds = (pa.string(), pa.string(), pa.date32(), pa.string(), pa.int64())
    said = {f"definition.{name}": indicator(name).definition_en for name in table.measures}
    said |= {f"kind.{name}": "stock" if name in STOCKS else "count" for name in table.measures}
    said["as_of"] = as_of.isoformat() if as_of is not None else ""
    schema = pa.schema(list(zip(COLUMNS, kinds, strict=True)), metadata=said)
    out = pa.BufferOutputStream()
    pq.write_table(pa.table([list(column) for column in columns], schema=schema), out)
    return bytes(out.getvalue())
