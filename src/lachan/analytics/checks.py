"""Whether the counters, the stock book, the journal and the commands say what the doses say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from lachan.analytics.counters import Rollups, Sums
from lachan.analytics.debt import checks as debt_checks
from lachan.analytics.debt import projection
from lachan.analytics.epidemic import checks as epidemic_checks
from lachan.analytics.epidemic import projection as epidemic
from lachan.analytics.rules import MOST_LISTED, Comparison, compare, compare_sorted
from lachan.immunization.queries import published as immunization
from lachan.kernel import published as kernel
from lachan.kernel.checks import Finding, one_moment
from lachan.kernel.statements import load

PAGE = 10_000
# name, statement, sums of the recount, columns of the key
_ROLLUPS = (
    ("counters by commune", "stored_communes", "communes", 1),
    ("counters by province", "stored_provinces", "provinces", 3),
    ("counters by age and sex", "stored_ages", "ages", 3),
    ("counters by day", "stored_days", "days", 2),
)
# Both make one dose each: an amendment its replacement.
_DOSE_VERBS = ("dose.record", "dose.amend")


def check_all() -> list[Finding]:
    """Everything that follows from the doses, recounted as of one moment; for ``lachan db check``."""
    if not connection.in_atomic_block:
        projection.run()  # what they have not read yet would only be left out
        epidemic.run()
    epidemic_checks.prepare()
    with one_moment():
        found = [*_counters(), _stock(), _journal(), _commands(), *debt_checks.findings(), *epidemic_checks.findings()]
    return found


def check_counters() -> list[Finding]:
    """The grain against a recount of the doses, then each of its sums against the recounted grain.

    Constant memory for the grain; the sums are held whole (a few hundred thousand rows for the nation).
    """
    with one_moment():
        return _counters()


def _counters() -> list[Finding]:
    recounted = Rollups(slots=0)

    def doses() -> Iterator[tuple[tuple[Any, ...], Any]]:
        for key, value in immunization.counted_doses():
            recounted.add([(key, value)])
            yield key, tuple(value)

    kept = (_split(row, 7) for row in _stream("stored_coverage"))
    found = [_finding("counters against the doses", compare_sorted(kept, doses()))]
    for name, statement, field, width in _ROLLUPS:
        sums: Sums = getattr(recounted, field)
        stored = dict(_split(row, width) for row in _stream(statement))
        found.append(_finding(name, compare(stored, {key: tuple(value) for key, value in sums.items() if any(value)})))
    return found


def _stock() -> Finding:
    rows, wrong = immunization.unequal_stock(MOST_LISTED)
    comparison = Comparison(rows=rows)
    for facility, lot, kept, used in wrong:
        comparison.differs((facility, lot), kept, used)
    return _finding("stock used against the doses", comparison)


def _journal() -> Finding:
    """One ``dose.recorded`` a dose, no more and no fewer."""
    journal = (((value,), True) for value in kernel.values("dose.recorded", "dose"))
    doses = (((str(dose_id),), True) for dose_id in immunization.dose_ids())
    return _finding("journal against the doses", compare_sorted(journal, doses))


def _commands() -> Finding:
    """Every accepted command that makes a dose has made one, and every dose was asked for."""
    commands = (((result,), True) for result in kernel.accepted_results(_DOSE_VERBS))
    doses = (((dose_id,), True) for dose_id in immunization.dose_ids())
    return _finding("accepted commands against the doses", compare_sorted(commands, doses))


def _finding(name: str, comparison: Comparison) -> Finding:
    return Finding(name, comparison.equal, str(comparison))


def _split(row: tuple[Any, ...], width: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    return row[:width], row[width:]


def _stream(name: str) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(load("analytics", name), [])
        while rows := cursor.fetchmany(PAGE):
            yield from rows
