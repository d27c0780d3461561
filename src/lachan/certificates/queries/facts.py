"""What cards are made from: people as they stand, and products as other countries name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg

from lachan.certificates.codecs.transliteration import dcc_name
from lachan.certificates.keys import ring
from lachan.certificates.rules.entries import Codes, DoseFact, Holder, ProductCodes
from lachan.immunization.queries import catalogue, products
from lachan.immunization.queries.published import CountingDose
from lachan.people.facts import PersonFacts
from lachan.people.queries import persons_in

_BIRTH = {"D": 10, "M": 7, "Y": 4}  # signs of an ISO date that are known


def holders(cursor: psycopg.Cursor[Any], ids: Iterable[UUID]) -> dict[UUID, Holder]:
    """Who these records are. A record that is now part of another is nobody's of its own: it is left out."""
    found = persons_in(cursor, ids)
    return {asked: holder_of(facts) for asked, facts in found.items() if facts.id == asked}


def holder_of(facts: PersonFacts) -> Holder:
    """The person as a card names them."""
    birth = facts.birth_date.isoformat()[: _BIRTH[facts.birth_precision]] if facts.birth_date is not None else ""
    return Holder(facts.id, facts.name, birth, facts.sex, facts.died_on)


def dose_fact(dose: CountingDose, *, signed: bool) -> DoseFact:
    """A dose as immunization publishes it, with what this room knows of it."""
    return DoseFact._make((*dose[1:], signed))


@lru_cache(maxsize=20_000)
def names_of(name: str) -> Mapping[str, str]:
    """The members of ``nam``: as written and as a passport's machine-readable lines would have it."""
    return dcc_name(name)


def codes() -> Codes:
    """Products by id with their codes; kept in the process with the catalogue."""
    rules = catalogue()
    return _codes(rules.version)


@lru_cache(maxsize=4)
def _codes(version: str) -> Codes:
    doses: dict[int, int] = {}
    for product in products():
        rows = sorted(product.rules.all(), key=lambda row: row.valid_from)
        doses[product.id] = rows[-1].primary_doses if rows else 1
    return {product.id: _of(product.facts.get("codes") or {}, doses[product.id]) for product in products()}


def _of(found: Mapping[str, Any], primary: int) -> ProductCodes:
    names = ("eu_product", "eu_manufacturer", "eu_prophylaxis", "cvx")
    product, manufacturer, prophylaxis, cvx = (str(found.get(name) or "") for name in names)
    return ProductCodes(product, manufacturer, prophylaxis, cvx, primary)


def distrusted() -> frozenset[bytes]:
    """Key ids of ours that fell into wrong hands: nothing they signed is to be believed."""
    return frozenset(row.kid for row in ring.rows() if row.state == "compromised")
