"""``/stock`` and ``/vials``: what facilities of the key hold, and which vials are open."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from lachan.access import scopes
from lachan.access.doors import key_holder
from lachan.immunization.queries import catalogue
from lachan.immunization.queries import stock as reads
from lachan.kernel.errors import Problem
from lachan.places import queries as places
from lachan.rest import answers
from lachan.rest.openapi import doc
from lachan.rest.pages import CursorText, Limit, answer, read_cursor, write_cursor
from lachan.rest.places import facility_of

router = Router(tags=["stock"])
_ELSEWHERE = Problem("not_found", "Not found", "There is nothing here, or not for this key.", status=404)
_Facility = Annotated[str, Query(max_length=40, description="Code; empty: every facility of the key.")]


@router.get(
    "/stock",
    operation_id="list_stock",
    summary="Lots at facilities, with their balances",
    openapi_extra=doc(answers.StockPage, 403, 404, 422),
)
def list_stock(
    request: HttpRequest, facility: _Facility = "", cursor: CursorText = "", limit: Limit = 100
) -> HttpResponse:
    """By facility and lot. A balance is derived from the book and the doses; nobody types it."""
    found = reads.held(_facilities(request, facility), read_cursor(cursor, tuple[int, int]), limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    more = write_cursor(last.facility_id, last.lot_id) if last is not None else None
    codes = places.facility_table()
    items = [
        answers.StockLot(
            facility=codes[row.facility_id].code if row.facility_id in codes else "",
            product=row.product,
            lot=row.lot,
            expires_on=row.expires_on,
            use_by=row.use_by,
            received=row.received,
            used=row.used,
            adjusted=row.adjusted,
            balance=row.balance,
        )
        for row in found[:limit]
    ]
    return answer(request, answers.StockPage(items=items, next=more))


@router.get(
    "/vials",
    operation_id="list_vials",
    summary="Vials with doses left",
    openapi_extra=doc(answers.Vials, 403, 404, 422),
)
def list_vials(request: HttpRequest, facility: _Facility = "", session: UUID | None = None) -> HttpResponse:
    """Of the key's facilities, the oldest first; at most 500."""
    codes, known = places.facility_table(), catalogue()
    items = []
    for found in reads.open_vials(_facilities(request, facility), session):
        vial, product = found.vial, known.product(found.product_id)
        items.append(
            answers.Vial(
                id=vial.id,
                facility=codes[vial.facility_id].code if vial.facility_id in codes else "",
                session_id=vial.session_id,
                product=product.key if product is not None else "",
                lot=found.lot,
                doses=vial.doses,
                drawn=vial.drawn,
                wasted=vial.wasted,
                opened_at=vial.opened_at,
                limit_at=vial.limit_at,
                automatic=vial.automatic,
            )
        )
    return answer(request, answers.Vials(items=items))


def _facilities(request: HttpRequest, code: str) -> list[int]:
    """The facilities asked for, within the key's; 404 for one that is not."""
    actor = key_holder(request, "stock.read")
    if code:
        row = facility_of(code)
        if not scopes.facility_in_scope(actor, row.id, "stock.read"):
            raise _ELSEWHERE
        return [row.id]
    scope = scopes.facility_array(actor, "stock.read")
    return sorted(places.facility_table()) if scope is None else scope
