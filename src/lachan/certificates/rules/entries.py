"""What a card says, made from facts: the content without identifier and times, by which two cards say the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

COVID19: Final = "840539006"  # SNOMED CT: disease or agent targeted


class Holder(NamedTuple):
    """Whose card it is. ``birth`` as known: YYYY, YYYY-MM or YYYY-MM-DD."""

    person_id: UUID
    name: str
    birth: str
    sex: str
    died_on: date | None


class DoseFact(NamedTuple):
    """A dose that counts. ``signed``: the head of its facility answers for it."""

    id: UUID
    product_id: int
    lot_number: str
    number: int
    completes: bool
    given_on: date
    facility_id: int | None
    country: str
    source: str  # here | elsewhere | abroad
    signed: bool


class ProductCodes(NamedTuple):
    """A product as other countries name it, and the doses of its primary series; "" where there is no code."""

    product: str
    manufacturer: str
    prophylaxis: str
    cvx: str
    primary_doses: int


Codes = Mapping[int, ProductCodes]


def series_of(dose: DoseFact, doses: Sequence[DoseFact], codes: Codes) -> int:
    """Doses in the series of an HCERT entry (``sd``).

    EU DCC business rules, annex on the encoding of boosters (2022): 1/2 and 2/2 in the primary series, 3/3 for a
    booster, but 2/1 after a single-dose primary vaccination, so that a booster is told from a second dose of two.
    """
    if any(other.completes and other.number == 1 for other in doses if other.number < dose.number):
        return 1
    if dose.completes:
        return dose.number
    return max(dose.number, codes[dose.product_id].primary_doses)


def hcert_content(dose: DoseFact, doses: Sequence[DoseFact], names: Mapping[str, str], birth: str, codes: Codes,
                  schema: str) -> dict[str, Any] | None:  # fmt: skip
    """The payload of an HCERT about one dose, without issuer and identifier (``is``, ``ci``); None where the product
    has no code other countries know."""
    code = codes.get(dose.product_id)
    if code is None or not (code.product and code.manufacturer and code.prophylaxis):
        return None
    entry = {
        "tg": COVID19, "vp": code.prophylaxis, "mp": code.product, "ma": code.manufacturer, "dn": dose.number,
        "sd": series_of(dose, doses, codes), "dt": dose.given_on.isoformat(), "co": dose.country,
    }  # fmt: skip
    return {"ver": schema, "nam": dict(names), "dob": birth, "v": [entry]}


def domestic_content(holder: Holder) -> dict[str, Any]:
    """Name and birth date; when and how well the person is protected is for the rule at issue to decide."""
    return {"name": holder.name, "birth": holder.birth}


def shc_content(holder: Holder, doses: Sequence[DoseFact], codes: Codes) -> dict[str, Any] | None:
    """Name, birth date and every dose with a CVX code; None where there is none."""
    found = [
        {"cvx": codes[dose.product_id].cvx, "lot": dose.lot_number, "day": dose.given_on.isoformat(),
         "facility": dose.facility_id}
        for dose in doses
        if dose.product_id in codes and codes[dose.product_id].cvx
    ]  # fmt: skip
    return {"name": holder.name, "birth": holder.birth, "doses": found} if found else None


def content_hash(content: Mapping[str, Any]) -> bytes:
    """SHA-256 over the content in one order of members: cards with the same one say the same."""
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).digest()
