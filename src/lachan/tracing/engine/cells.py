"""Cells of files in columns: times, numbers and flags, each with a mask of what could be read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lachan.tracing.engine.columns import Bools, Doubles
from lachan.tracing.engine.shapes import Bytes, Longs

Kind = TypeVar("Kind", bound=np.generic)
EARLIEST: Final = -62_135_596_800  # year 1
LATEST: Final = 253_402_300_799  # year 9999
NUMBER: Final = r"^[+-]?[0-9]{1,15}(\.[0-9]*)?$"
PLAIN: Final = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?$"
ZONED: Final = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)$"
FEW: Final = 50_000  # cells
YES: Final = ["true", "t", "yes", "y", "1", "1.0"]
NO: Final = ["false", "f", "no", "n", "0", "0.0"]


def texts(column: Any) -> tuple[Any, Bools]:
    """(strings without null, which could be read): bytes must be UTF-8; numbers as they are written."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    fine = np.ones(len(column), bool)
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        try:
            column = column.cast(pa.string())
        except pa.ArrowInvalid:
            words = [_decoded(value) for value in column.to_pylist()]
            fine = np.array([word is not None for word in words], bool)
            column = pa.array([word or "" for word in words], pa.string())
    return pc.fill_null(column.cast(pa.string()), ""), fine


def times(column: Any) -> tuple[Longs, Bools, Bools]:
    """(UNIX seconds, which are right, which are empty). Fractions of seconds are dropped, downwards; text of digits
    alone is seconds; ISO 8601 without a zone is UTC; a date alone is its first instant."""
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        column = column.cast(pa.timestamp("us", getattr(kind, "tz", None)), safe=False)
        empty = _mask(pc.is_null(column))
        seconds = _numbers(pc.fill_null(column.cast(pa.int64()), 0), np.int64) // 1_000_000
        return seconds, _possible(seconds) & ~empty, empty
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        empty = _mask(pc.is_null(column, nan_is_null=True))
        if pa.types.is_floating(kind):
            given = np.where(empty, 0.0, _numbers(pc.fill_null(column, 0), np.float64))
            sane = np.abs(given) < 1e15
            seconds = np.floor(np.where(sane, given, LATEST + 1)).astype(np.int64)
        else:
            seconds = _numbers(pc.fill_null(column, 0), np.int64)
        return seconds, _possible(seconds) & ~empty, empty
    words, fine = texts(column)
    seconds, read = np.zeros(len(words), np.int64), np.zeros(len(words), bool)
    if len(words) > FEW:  # a small file is read before a compiler is loaded
        from lachan.tracing.engine import moments

        seconds, read = moments.read(words)
    empty = np.zeros(len(words), bool)
    unread = np.flatnonzero(~read)
    if len(unread):
        words = pc.utf8_trim_whitespace(words.take(pa.array(unread)))
        empty[unread] = _mask(pc.equal(words, ""))
        written = unread[~empty[unread]]
        seconds[written], read[written] = careful(words.filter(pa.array(~empty[unread])))
    return seconds, read & fine & _possible(seconds), empty & fine


def distances(column: Any) -> tuple[Doubles, Bools]:
    """(metres, which are right): NaN where the cell is empty; never negative, never infinite."""
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        metres = _numbers(pc.fill_null(column.cast(pa.float64()), float("nan")), np.float64)
    else:
        words, fine = texts(column)
        words = pc.utf8_trim_whitespace(words)
        unknown = pc.or_(pc.equal(words, ""), pc.equal(pc.utf8_lower(words), "nan"))
        form = r"^\+?([0-9]{1,15}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$"
        number = pc.match_substring_regex(words, form)
        metres = _numbers(pc.cast(pc.if_else(number, pc.utf8_ltrim(words, "+"), "nan"), pa.float64()), np.float64)
        return metres, (_mask(number) | _mask(unknown)) & fine
    return metres, np.isnan(metres) | ((metres >= 0) & np.isfinite(metres))


def flags(column: Any) -> tuple[Bytes, Bools]:
    """(1 for yes, which are right): an empty cell is no, since nobody knows."""
    if pa.types.is_boolean(column.type):
        column = pc.if_else(pc.fill_null(column, False), "1", "0")
    elif pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    written = pc.dictionary_encode(column, null_encoding="encode")  # a few words, however many rows
    words, fine = texts(written.dictionary)
    words = pc.utf8_lower(pc.utf8_trim_whitespace(words))
    yes = _mask(pc.is_in(words, value_set=pa.array(YES)))
    known = yes | _mask(pc.is_in(words, value_set=pa.array([*NO, "", "nan"])))
    rows = _numbers(written.indices, np.int32)
    return yes.astype(np.uint8)[rows], (known & fine)[rows]


def careful(words: Any) -> tuple[Longs, Bools]:
    """(UNIX seconds, which were read) of Arrow strings in any form :func:`times` knows, spaces around them gone."""
    seconds, read = np.zeros(len(words), np.int64), np.zeros(len(words), bool)
    for form, parse in ((NUMBER, _seconds), (ZONED, _zoned), (PLAIN, _plain)):
        if read.all():
            break
        which = _mask(pc.match_substring_regex(words, form))
        if which.any():
            try:
                seconds[which] = parse(words.filter(pa.array(which)))
            except pa.ArrowInvalid:  # a thirteenth month among them: all are read one by one below
                continue
            read |= which
    for row in np.flatnonzero(~read):
        try:
            moment = datetime.fromisoformat(words[int(row)].as_py())
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            seconds[row] = int(moment.timestamp() // 1)
        except (ValueError, OverflowError):
            continue
        read[row] = True
    return seconds, read


def _seconds(words: Any) -> Longs:
    return np.floor(_numbers(pc.cast(pc.utf8_ltrim(words, "+"), pa.float64()), np.float64)).astype(np.int64)


def _zoned(words: Any) -> Longs:
    return _numbers(pc.cast(words, pa.timestamp("us", "UTC")).cast(pa.int64()), np.int64) // 1_000_000


def _plain(words: Any) -> Longs:
    return _numbers(pc.cast(words, pa.timestamp("us")).cast(pa.int64()), np.int64) // 1_000_000


def _possible(seconds: Longs) -> Bools:
    return (seconds >= EARLIEST) & (seconds <= LATEST)


def _mask(column: Any) -> Bools:
    return _numbers(column, np.bool_)


def _numbers(column: Any, kind: type[Kind]) -> NDArray[Kind]:
    values: NDArray[Kind] = column.to_numpy(zero_copy_only=False).astype(kind, copy=False)
    return values


def _decoded(value: bytes | None) -> str | None:
    try:
        return (value or b"").decode()
    except UnicodeDecodeError:
        return None
