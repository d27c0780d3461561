"""Are the answers equal to the truth: every day recounted, visit by visit."""

from __future__ import annotations

from django.db import connection

from lachan.kernel.checks import Finding


def check_all() -> list[Finding]:
    """Segments whole on the disk, and every day with visits equal to PostgreSQL. A day that waits to be sealed is
    answered by PostgreSQL itself, and said."""
    from lachan.tracing import answers
    from lachan.tracing.answers import truth

    damaged = answers.verify()
    waiting = {corrupt.day for corrupt in damaged if corrupt.why == "is not sealed"}
    broken = [str(corrupt) for corrupt in damaged if corrupt.day not in waiting]
    with connection.cursor() as cursor:
        days = truth.days_standing(cursor)
    visits, differing = 0, []
    for day in days:
        if any(corrupt.day == day for corrupt in damaged):
            continue
        found = answers.equal_to_truth(truth.date_of(day))
        visits += found.visits
        if found.differing:
            differing.append(f"{found.day}: {found.differing}")
    said = f"{visits} visits, {len(waiting)} days wait to be sealed"
    return [
        Finding("segments of visits are whole", not broken, "; ".join(broken) or f"{len(days)} days"),
        Finding("answers about visits equal PostgreSQL", not differing, "; ".join(differing) or said),
    ]
