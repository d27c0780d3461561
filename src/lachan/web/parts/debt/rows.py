"""The lines of an area as HTML, put together here: a hundred bars are too many for a template's loop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import get_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.analytics.debt.facts import Line
from lachan.analytics.debt.queries import Days
from lachan.places import queries as places
from lachan.web.parts.debt.bars import Bar, bar


@dataclass(frozen=True, slots=True)
class Row:
    """A line as the page shows it. ``href`` empty: nothing is below it."""

    name: str
    line: Line
    bar: Bar
    href: str
    oldest_days: int | None


def row_of(line: Line, days: Days, query: str) -> Row:
    href = ""
    if line.facility is not None:
        href = f"/debt/facilities/{line.facility.id}/"
    elif line.area is not None:
        href = f"/debt/areas/{line.area.id}/"
    oldest = line.oldest
    return Row(
        _name(line) or _("Divided communes, awaiting review"),
        line,
        bar(line.sums),
        f"{href}?{query}" if href and query else href,
        (days.today - oldest).days if oldest is not None else None,
    )


def _name(line: Line) -> str:
    """A commune with its district where it had one: a province has a dozen of "Phường 15"."""
    district = places.area(line.area.district_id) if line.area is not None and line.area.district_id else None
    return f"{line.name}, {district.full_name}" if district is not None else line.name


def body(rows: Iterable[Row]) -> SafeString:
    """Rows of the table; every text in it went through escape."""
    separator = get_format("THOUSAND_SEPARATOR")
    cell = '<td class="lc-num" data-label="{}">'.format
    given, recorded, confirmed, signed, paper, listed = (
        cell(escape(text))
        for text in (_("Given"), _("Recorded"), _("Confirmed"), _("Signed"), _("On paper only"), _("Held, refused"))
    )
    name = f'<td class="lc-row-name" data-label="{escape(_("Place"))}">'
    age = f'<td data-label="{escape(_("Oldest"))}">'

    def num(count: int) -> str:
        return f"{count:,}".replace(",", separator)

    parts: list[str] = []
    for row in rows:
        text, sums = escape(row.name), row.line.sums
        link = f'<a href="{escape(row.href)}">{text}</a>' if row.href else text
        days = row.oldest_days
        old = "–" if days is None else escape(ngettext("%(days)s day", "%(days)s days", days) % {"days": num(days)})
        parts.append(
            f'<tr>{name}{link}</td><td data-label="">{drawn(row.bar)}</td>{given}{num(sums.given)}</td>'
            f"{recorded}{num(sums.recorded)}</td>{confirmed}{num(sums.matched)}</td>{signed}{num(sums.signed)}</td>"
            f"{paper}{num(sums.untraced)}</td>"
            f"{listed}{num(sums.held)}, {num(sums.refused)}</td>{age}{old}</td></tr>"
        )
    return mark_safe("".join(parts))


def drawn(found: Bar) -> SafeString:
    """The bar as SVG, its words for whoever does not see it."""
    pieces = "".join(
        f'<rect class="debt-{piece.key}" x="{piece.start}" y="0" width="{piece.width}" height="8"/>'
        for piece in found.segments
    )
    return mark_safe(
        '<svg class="debt-bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(found.text)}">{pieces}</svg>'
    )
