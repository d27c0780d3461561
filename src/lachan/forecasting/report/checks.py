"""Nothing in the archive has changed: seals and digests computed anew."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from lachan.forecasting.report.archive import walk
from lachan.forecasting.report.content import seal
from lachan.kernel.checks import Finding

_FIRST = UUID(int=0)


def check_all() -> list[Finding]:
    """Every report has the seal of its content and of the one before it; every drawing is what was first drawn."""
    return [_seals(), _drawings()]


def _seals() -> Finding:
    count, wrong, last = 0, [], (0, "")
    for area, day, content, before, sealed in walk("report_page", (0, date.min), ("area", "day")):
        count += 1
        expected = last[1] if last[0] == area else ""
        if before != expected or seal(area, day, bytes(content), before) != sealed:
            wrong.append(f"{area} {day.isoformat()}")
        last = (area, sealed)
    return Finding("reports as sealed", not wrong, _told(count, wrong))


def _drawings() -> Finding:
    count, wrong = 0, []
    keys = ("report", "form", "language")
    for report, form, language, digest, found in walk("drawings_page", (_FIRST, "", ""), keys):
        count += 1
        if digest != found:
            wrong.append(f"{report} {form} {language}")
    return Finding("reports as drawn", not wrong, _told(count, wrong))


def _told(count: int, wrong: list[str]) -> str:
    return f"{count} read" if not wrong else f"{len(wrong)} of {count} differ: {', '.join(wrong[:5])}"
