"""JSON lines in, JSON lines out: order kept, one bad line never stops the rest, ``--jobs`` spreads the work."""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from math import isfinite
from typing import IO, Any, Final

MOST_LINE: Final = 8 * 1024 * 1024  # bytes: a picture in base64 fits, nothing sensible is longer
PORTION: Final = 64  # lines a process gets at once
AHEAD: Final = 8  # portions under way per process: memory stays bounded however long the input

Work = Callable[[dict[str, Any]], dict[str, Any]]
Refuse = Callable[[Any, str], dict[str, Any]]


def run(work: Work, refuse: Refuse, *, jobs: int = 1, source: IO[bytes] | None = None) -> None:
    """Answer every line of standard input with one line of standard output.

    ``work(line)`` answers an object; ``refuse(id, sentence)`` answers a line that is none, is too long, or on which
    ``work`` failed. Both must be functions of a module (they go to other processes when ``jobs`` is more than one).
    """
    lines = _lines(source or sys.stdin.buffer)
    answer = partial(_answer_all, work, refuse)
    out = sys.stdout.buffer
    for portion in _spread(answer, _portions(lines), jobs):
        out.write(portion)
        out.flush()


def instant(given: Any) -> datetime:
    """The instant a line names: ISO 8601 (UTC without a zone), or seconds since 1970. ValueError for all else."""
    if isinstance(given, str):
        moment = datetime.fromisoformat(given.strip())
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if isinstance(given, int | float) and not isinstance(given, bool):
        try:
            return datetime.fromtimestamp(given, UTC)
        except (OverflowError, OSError):
            raise ValueError("beyond all dates") from None
    raise ValueError("neither ISO 8601 nor seconds since 1970")


def _spread(answer: Callable[[list[bytes]], bytes], portions: Iterator[list[bytes]], jobs: int) -> Iterator[bytes]:
    if jobs <= 1:
        yield from map(answer, portions)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        under_way = [pool.apply_async(answer, (portion,)) for portion in islice(portions, jobs * AHEAD)]
        while under_way:
            yield under_way.pop(0).get()
            under_way += [pool.apply_async(answer, (portion,)) for portion in islice(portions, 1)]


def _lines(source: IO[bytes]) -> Iterator[bytes]:
    """Lines as sent; of one that is too long the beginning only, and the rest of it is skipped."""
    while line := source.readline(MOST_LINE + 1):
        yield line
        while len(line) > MOST_LINE and not line.endswith(b"\n"):
            line = source.readline(MOST_LINE + 1)


def _portions(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    iterator = iter(lines)
    while portion := list(islice(iterator, PORTION)):
        yield portion


def _answer_all(work: Work, refuse: Refuse, lines: list[bytes]) -> bytes:
    answers = [_answer(work, refuse, line) for line in lines if line.strip()]
    return b"".join(map(_written, answers))


def _written(answer: dict[str, Any]) -> bytes:
    try:
        return f"{json.dumps(answer, ensure_ascii=False)}\n".encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can say (\ud800) and UTF-8 cannot
        return f"{json.dumps(answer)}\n".encode()


def _finite(text: str) -> float:
    """ValueError for NaN, Infinity and what is as good as it: JSON has no way to answer with them."""
    if not isfinite(value := float(text)):
        raise ValueError("a number beyond all bounds")
    return value


def _answer(work: Work, refuse: Refuse, line: bytes) -> dict[str, Any]:
    if len(line) > MOST_LINE:
        return refuse(None, f"the line is longer than {MOST_LINE} bytes")
    try:
        asked = json.loads(line, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError):
        return refuse(None, "the line is not JSON")
    if not isinstance(asked, dict):
        return refuse(None, "the line is not a JSON object")
    try:
        return work(asked)
    except Exception as error:  # whatever it was: no line stops the others
        return refuse(asked.get("id"), f"the line could not be worked on ({type(error).__name__})")
