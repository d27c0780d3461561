"""The tables behind every picture: one description for the page, the CSV file and the Excel sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from django.utils.formats import get_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lachan.access.actors import Actor
from lachan.analytics import queries
from lachan.analytics.facts import AgeRow, AreaTable, FacilityDays, Picture, ProductRow
from lachan.analytics.rules import Sums
from lachan.places.rules import COUNTRY_ID
from lachan.web.parts.picture import words
from lachan.web.parts.picture.wish import Wish
from lachan.web.templatetags.lachan import day as day_text
from lachan.web.templatetags.lachan import num

Kind = Literal["name", "text", "count", "percent", "rate", "day"]


@dataclass(frozen=True)
class Column:
    label: str
    kind: Kind

    @property
    def numeric(self) -> bool:
        return self.kind in ("count", "percent", "rate")


def counts(*labels: str) -> tuple[Column, ...]:
    """Columns of whole numbers."""
    return tuple(Column(label, "count") for label in labels)


@dataclass(frozen=True)
class Table:
    """``rows`` hold plain values in the order of ``columns``; ``links`` lead from the first cell of each row.

    ``last`` is a row that stays below whatever the order (what could not be assigned, or the total).
    """

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    links: tuple[str, ...] = ()
    last: tuple[tuple[Any, ...], ...] = ()
    files: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> SafeString:
        """Rows as HTML, put together here: a province has thousands of cells, too many for a template's loop."""
        links = self.links or ("",) * len(self.rows)
        return self._html(zip(self.rows, links, strict=True))

    @property
    def foot(self) -> SafeString:
        return self._html((row, "") for row in self.last)

    def _html(self, rows: Iterable[tuple[Sequence[Any], str]]) -> SafeString:
        opening = [_opening(column, index == 0) for index, column in enumerate(self.columns)]
        kinds = [column.kind for column in self.columns]
        written = shower()
        parts: list[str] = []
        for row, href in rows:
            parts.append("<tr>")
            for start, kind, value in zip(opening, kinds, row, strict=True):
                text = written(value, kind)
                if href:  # only the first cell leads somewhere
                    text, href = f'<a href="{escape(href)}">{text}</a>', ""
                parts.append(f'{start} data-value="{_order(value)}">{text}</td>')
            parts.append("</tr>")
        return mark_safe("".join(parts))  # every text in it went through escape


class Filed(Protocol):
    """What a page was asked for, which knows the address of a table of it as a file."""

    def table(self, name: str, form: str) -> str: ...


def with_files(found: Table, asked: Filed) -> Table:
    """The table with the addresses of its files."""
    found.files.update({form: asked.table(found.name, form) for form in ("csv", "xlsx")})
    return found


def _opening(column: Column, first: bool) -> str:
    css = ' class="lc-row-name"' if first else ' class="lc-num"' if column.numeric else ""
    return f'<td data-label="{escape(column.label)}"{css}'


def shower() -> Callable[[Any, Kind], str]:
    """How values are written in the language of now; whole numbers without the detour over decimals."""
    separator = escape(get_format("THOUSAND_SEPARATOR"))

    def written(value: Any, kind: Kind) -> str:
        if kind == "count" and value is not None:
            return f"{value:,}".replace(",", separator)
        return escape(shown(value, kind))

    return written


def shown(value: Any, kind: Kind) -> str:
    if value is None:
        return "–"
    if kind == "count":
        return num(value)
    if kind == "percent":
        return words.percent(value)
    if kind == "rate":
        return num(f"{value:.1f}", 1)
    return day_text(value) if kind == "day" else str(value)


def _order(value: Any) -> str:
    if value is None:
        return "-1"
    return escape(value.isoformat() if isinstance(value, date) else str(value))


def table(name: str, actor: Actor, wish: Wish) -> Table:
    """A table by its name, asked for by itself (a download); KeyError when there is none of that name."""
    return _MAKERS[name](actor, wish)


def _provinces(actor: Actor, wish: Wish) -> Table:
    return areas_table(queries.coverage_by_province(actor, wish.of, wish.day), wish)


def _communes(actor: Actor, wish: Wish) -> Table:
    of = wish.of if wish.area_id == COUNTRY_ID else None  # an area below is on a map of its own
    return areas_table(queries.coverage_by_commune(actor, wish.area_id, wish.day, of), wish, "communes")


def _facilities(actor: Actor, wish: Wish) -> Table:
    return facilities_table(queries.by_facility(actor, wish.area_id, wish.day), wish)


def _days(actor: Actor, wish: Wish) -> Table:
    if wish.facility_id is not None:
        return days_table(queries.facility_picture(actor, wish.facility_id, wish.day), wish)
    return days_table(queries.picture(actor, wish.area_id, wish.day, wish.of), wish)


def _products(actor: Actor, wish: Wish) -> Table:
    return products_table(queries.by_product(actor, wish.area_id, wish.facility_id), wish)


def _ages(actor: Actor, wish: Wish) -> Table:
    return ages_table(queries.by_age(actor, wish.area_id, wish.facility_id), wish)


_MAKERS: dict[str, Callable[[Actor, Wish], Table]] = {
    "provinces": _provinces,
    "communes": _communes,
    "facilities": _facilities,
    "days": _days,
    "products": _products,
    "ages": _ages,
}
NAMES = tuple(_MAKERS)


def areas_table(found: AreaTable, wish: Wish, name: str = "provinces") -> Table:
    """Provinces or communes with people, shares, and doses of the day."""
    columns = (
        Column(_("Province") if name == "provinces" else _("Commune"), "name"),
        Column(_("Code"), "text"),
        *counts(_("Population"), _("≥ 1 dose")),
        Column(_("≥ 1 dose, share"), "percent"),
        Column(_("Fully vaccinated"), "count"),
        Column(_("Fully vaccinated, share"), "percent"),
        *counts(_("Boosters"), _("Doses on {day}").format(day=day_text(wish.day))),
    )
    rows = tuple(
        (
            row.area.name if name == "provinces" else row.area.full_name, row.area.code, row.area.population,
            row.sums.first, row.percent("first"), row.sums.completed, row.percent("completed"), row.sums.boosters,
            row.today,
        )
        for row in found.rows
    )  # fmt: skip
    rest = found.unassigned
    last: tuple[tuple[Any, ...], ...] = ()
    if rest.doses or found.unassigned_today:
        waiting = _("Awaiting review") if name == "communes" else _("Residence not known")
        last = ((waiting, "", None, rest.first, None, rest.completed, None, rest.boosters, found.unassigned_today),)
    links = tuple(wish.but(area_id=row.area.id, facility_id=None).address() for row in found.rows)
    note = _("By residence; doses of the day by station. Areas of the map of {map}.").format(map=wish.of)
    if last and name == "communes":
        note += " " + _(
            "Awaiting review: residents of communes that were divided; only their address says where they are."
        )
    return with_files(
        Table(name, _("Coverage by province") if name == "provinces" else _("Coverage by commune"), note, columns, rows,
              links, last),
        wish,
    )  # fmt: skip


def facilities_table(found: Sequence[FacilityDays], wish: Wish, most: int | None = None) -> Table:
    """Facilities, the busiest first; ``most`` of them on a page, all in a file."""
    count, found = len(found), found[:most]
    columns = (
        Column(_("Facility"), "name"),
        Column(_("Code"), "text"),
        *counts(_("Doses on {day}").format(day=day_text(wish.day)), _("The day before"), _("28 days")),
    )
    rows = tuple((row.facility.name, row.facility.code, row.today, row.yesterday, row.recent) for row in found)
    links = tuple(wish.but(facility_id=row.facility.id).address() for row in found)
    note = _("Facilities in the area that gave doses in the 28 days.")
    if len(found) < count:
        note += " " + _("The {shown} busiest of {count}; the files have all.").format(
            shown=len(found), count=num(count)
        )
    return with_files(Table("facilities", _("Facilities"), note, columns, rows, links), wish)


def days_table(picture: Picture, wish: Wish) -> Table:
    columns = (
        Column(_("Day"), "day"),
        *counts(_("Doses"), _("First doses"), _("Series completed"), _("Boosters")),
    )
    rows = tuple(
        (row.day, row.sums.doses, row.sums.first, row.sums.completed, row.sums.boosters)
        for row in reversed(picture.days)
    )
    return with_files(Table("days", _("Doses by day"), _("Doses given in the area, by day."), columns, rows), wish)


def products_table(found: Sequence[ProductRow], wish: Wish) -> Table:
    columns = (
        Column(_("Product"), "name"),
        *counts(_("Dose 1"), _("Dose 2"), _("Dose 3"), _("Dose 4 and later"), _("All doses")),
        Column(_("Share"), "percent"),
    )
    whole = sum(row.doses for row in found)
    rows = tuple((row.name, *row.numbers, row.doses, 100 * row.doses / whole) for row in found)
    return with_files(Table("products", _("By product"), _whose(wish), columns, rows), wish)


def ages_table(found: Sequence[AgeRow], wish: Wish) -> Table:
    columns = (
        Column(_("Age"), "name"),
        *counts(_("≥ 1 dose, female"), _("≥ 1 dose, male"), _("≥ 1 dose, all")),
        *counts(_("Fully vaccinated"), _("Boosters")),
    )
    rows = tuple((words.band_name(row.band), row.female.first, row.male.first, *_people(row.all)) for row in found)
    note = _whose(wish) + " " + _("Age on the day of the dose.")
    return with_files(Table("ages", _("By age and sex"), note, columns, rows), wish)


def _people(sums: Sums) -> tuple[int, int, int]:
    return sums.first, sums.completed, sums.boosters


def _whose(wish: Wish) -> str:
    if wish.facility_id is not None:
        return _("Doses given at this facility, all days.")
    if wish.area_id == COUNTRY_ID:
        return _("All doses, all days.")
    return _("Doses of the residents of the area, all days.")
