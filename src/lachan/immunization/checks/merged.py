"""What belongs to people whose records became one stands with the record that stayed."""

from __future__ import annotations

from lachan.immunization.queries.published import standing_with
from lachan.kernel.checks import Finding
from lachan.people.merging.queries import merged_pages, standing_pages


def check_all() -> list[Finding]:
    """No dose or visit stands with a record that became part of another; every standing merge shows at its record."""
    merged = left = merges = loose = 0
    for page in merged_pages():
        merged += len(page)
        left += standing_with(page)
    for going, joined in standing_pages():
        merges += len(going)
        loose += len(going - joined)
    return [
        Finding("nothing stands with a merged record", not left, f"{left:,} facts with {merged:,} merged records"),
        Finding("merges show at the records that went", not loose, f"{loose:,} loose of {merges:,}"),
    ]
