"""How the rows of this room follow a person; afterwards the lists of both are worked out anew."""

from __future__ import annotations

from typing import Final

from lachan.kernel.movers import rows_of

MOVERS: Final = (
    rows_of("tracing", "tracing_link"),
    rows_of("tracing", "tracing_link", "case_person_id"),
    rows_of("tracing", "tracing_watch"),
    rows_of("tracing", "tracing_casestay"),
    rows_of("tracing", "tracing_membership"),
    rows_of("tracing", "tracing_uploadpermit"),
    rows_of("tracing", "tracing_task"),
    rows_of("tracing", "tracing_call"),
    rows_of("tracing", "tracing_handover"),
    rows_of("tracing", "tracing_named"),
    rows_of("tracing", "tracing_named", "case_person_id"),
)
