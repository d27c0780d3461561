"""What is counted for Prometheus. Several web processes share their counts through small files."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import get_value_class

COMMANDS = Counter("lachan_commands", "Commands by verb and outcome", ["verb", "status"])
CALLS = Histogram(
    "lachan_command_call_seconds",
    "Duration of a command call",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

_STATE = {
    "lachan_worklist_open": "SELECT count(*) FROM kernel_worklistitem WHERE resolved_at IS NULL",
    "lachan_jobs_waiting": "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'",
    "lachan_jobs_failed": "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'",
    "lachan_journal_beyond_rows": "SELECT count(*) FROM kernel_journal_beyond",
}

_told: dict[str, Callable[[], float]] = {}

# by reader of the journal, seconds since the oldest fact it has not had: certificates, debt meter and others behind
_UNREAD = """
    SELECT kept.reader, coalesce(extract(epoch FROM now() - first.recorded_at), 0)::float8
    FROM kernel_journalcursor kept LEFT JOIN LATERAL (
        SELECT recorded_at FROM kernel_journal row WHERE (row.xid, row.id) > (kept.xid, kept.row_id)
        ORDER BY row.xid, row.id LIMIT 1
    ) first ON true ORDER BY kept.reader"""


def tell(name: str, read: Callable[[], float]) -> None:
    """A room above has a state of its own to be measured: ``read`` is asked at each look, and is quick."""
    _told[name] = read


def exposition() -> bytes:
    """All counts of all web processes, and a few states read from the database now."""
    registry: CollectorRegistry = REGISTRY
    if get_value_class().__name__ == "MmapedValue":  # type: ignore[no-untyped-call]
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    lines = [generate_latest(registry).decode()]
    with connection.cursor() as cursor:
        for name, statement in _STATE.items():
            cursor.execute(statement)
            row = cursor.fetchone()
            lines.append(f"# TYPE {name} gauge\n{name} {row[0] if row else 0}\n")
        lines += [f"# TYPE {name} gauge\n{name} {read()}\n" for name, read in _told.items()]
        cursor.execute(_UNREAD)
        lines.append("# TYPE lachan_journal_unread_seconds gauge\n")
        lines += [f'lachan_journal_unread_seconds{{reader="{reader}"}} {age}\n' for reader, age in cursor.fetchall()]
    return "".join(lines).encode()
