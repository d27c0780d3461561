"""Demand as screens read it. The actor first: ``Forbidden`` outside of the places whose supply is theirs to read
(verb ``supply.read``: who plans stock), Problem 404 for what is not there. A fixed number of statements."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from lachan.access import reach, scopes
from lachan.access.actors import Actor
from lachan.analytics.maps import Map, on_map
from lachan.forecasting.demand.facts import POSSIBLE, Demand, DemandPage, DemandRunFact
from lachan.forecasting.facts import Band
from lachan.kernel.statements import load
from lachan.places import queries as places
from lachan.places.facts import AreaFact
from lachan.places.rules import COMMUNE, COUNTRY, COUNTRY_ID, DISTRICT

VERB: Final = "supply.read"
MOST: Final = 5_000  # lines of a page or file
GRAVEST: Final = 20


def may_see(actor: Actor, area_id: int) -> bool:
    """Whether demand of the area is the actor's to read; that of the nation needs a grant for the nation."""
    return reach.may_see(actor, VERB, area_id)


def shown() -> DemandRunFact | None:
    """The run that is shown. One statement."""
    return _run("demand_shown")


def last() -> DemandRunFact | None:
    """The last run begun: whether one is under way, or failed. One statement."""
    return _run("demand_last")


def page(actor: Actor, area_id: int, product_id: int | None = None) -> DemandPage:
    """A place with the places below it, the gravest first; ``product_id`` narrows those below. Four statements."""
    area = reach.seen(actor, VERB, area_id, "The demand")
    run = shown()
    if run is None:
        return DemandPage(None, (), (), ())
    own = drawn(area, run)
    mine = _places(run, [own.id], None) if own is not None and may_see(actor, own.id) else ()
    below = _places(run, [entry.id for entry in below_of(actor, area, run)], product_id)
    gravest: tuple[Demand, ...] = ()
    if area.level == COUNTRY:
        asked = {"run": run.id, "least": POSSIBLE, "product": product_id, "most": GRAVEST}
        gravest = tuple(_read(row, run) for row in _rows("demand_highest", asked))
    return DemandPage(run, mine, below, gravest)


def drawn(area: AreaFact, run: DemandRunFact) -> AreaFact | None:
    """The area on the run's map; a district of the former map is on it no more, its communes are."""
    return None if area.level == DISTRICT else on_map(area.id, Map(run.of_map))


def below_of(actor: Actor, area: AreaFact, run: DemandRunFact) -> list[AreaFact]:
    """Places directly below one on the run's map, as far as they are the actor's: provinces of the nation, communes of
    a province or former district."""
    day = Map(run.of_map).day
    if area.id == COUNTRY_ID:
        return places.provinces(day)
    if area.level == COMMUNE:
        return []
    found = places.communes(area.id, day)
    scope = scopes.area_ids(actor, VERB)
    return found if scope is None else [commune for commune in found if commune.id in scope]


def _places(run: DemandRunFact, areas: Sequence[int], product_id: int | None) -> tuple[Demand, ...]:
    if not areas:
        return ()
    asked = {"run": run.id, "areas": list(areas), "product": product_id, "most": MOST}
    return tuple(_read(row, run) for row in _rows("demand_of_areas", asked))


def _read(row: tuple[Any, ...], run: DemandRunFact) -> Demand:
    area_id, product_id, level, given, wanted, through, stock, coming, out, ever, unmet, *rest = row
    return Demand(
        area_id, product_id, level,
        tuple((run.week(at + 1 - len(given)), doses) for at, doses in enumerate(given)),
        _ranges(wanted, run), _ranges(through, run), tuple(stock), tuple(coming),
        None if out is None else tuple(out), ever, None if unmet is None else tuple(unmet), *rest,
    )  # fmt: skip


def _ranges(flat: Sequence[float], run: DemandRunFact) -> tuple[Band, ...]:
    return tuple(Band(run.week(at // 5 + 1), *flat[at : at + 5]) for at in range(0, len(flat), 5))


def _run(name: str) -> DemandRunFact | None:
    for row in _rows(name, []):
        values = [*row[:8], json.loads(row[8])]
        return DemandRunFact(*values)
    return None


def _rows(name: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(load("forecasting", name), parameters)
        return list(cursor.fetchall())
