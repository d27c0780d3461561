"""``/products``, ``/screening-forms``: the dated rules by which doses are judged. Any key may read them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from lachan.immunization.queries import api
from lachan.rest import answers
from lachan.rest.openapi import doc
from lachan.rest.pages import answer

router = Router(tags=["products"])


@router.get("/products", operation_id="list_products", summary="Vaccine products", openapi_extra=doc(answers.Products))
def list_products(request: HttpRequest) -> HttpResponse:
    """Every product with its dated rules, past ones too, and the rules about boosters."""
    found, boosters = api.products()
    keys = {facts.product.id: facts.product.key for facts in found}
    items = [
        answers.Product(
            key=facts.product.key,
            name=facts.product.name,
            short_name=facts.product.short_name,
            facts=facts.product.facts,
            rules=[_fill(answers.ProductRule, row) for row in facts.rules],
            mixing=[_fill(answers.MixingRule, {**row, "to": keys.get(row["to_product_id"])}) for row in facts.mixing],
        )
        for facts in found
    ]
    rules = [_fill(answers.BoosterRule, row) for row in boosters]
    return answer(request, answers.Products(items=items, boosters=rules))


@router.get(
    "/screening-forms",
    operation_id="list_screening_forms",
    summary="Screening forms",
    openapi_extra=doc(answers.ScreeningForms),
)
def list_screening_forms(request: HttpRequest) -> HttpResponse:
    """Every form with its questions in both languages, past ones too."""
    forms = [
        _fill(answers.ScreeningForm, {**body, "title": answers.Words(**body["title"])})
        for body in api.screening_forms()
    ]
    return answer(request, answers.ScreeningForms(items=forms))


def _fill(kind: type[Any], row: dict[str, Any]) -> Any:
    """An answer from a row that has at least its fields."""
    return kind(**{name: row[name] for name in kind.__struct_fields__})
