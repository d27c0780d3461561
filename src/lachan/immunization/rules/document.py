"""From the data file of dated facts (``immunization/data/products.json``) to the rows of the reference tables.

The file names products by key, so that people can read it; the tables and the catalogue use ids.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from lachan.immunization.rules.catalogue import Catalogue


class Rows(NamedTuple):
    """Rows for ``Catalogue.from_rows``; the reference tables take their columns from the same rows."""

    products: list[dict[str, Any]]
    product_rules: list[dict[str, Any]]
    mixing_rules: list[dict[str, Any]]
    booster_rules: list[dict[str, Any]]


def rows(document: Mapping[str, Any]) -> Rows:
    """Rows with ids in place of keys; fields without a column are kept. Raises KeyError for an unknown product key."""
    ids: dict[str, int] = {product["key"]: product["id"] for product in document["products"]}
    components = {product["key"]: 2 if product.get("distinct_components") else 0 for product in document["products"]}
    return Rows(
        products=[dict(product) for product in document["products"]],
        product_rules=[
            {**rule, "product_id": ids[rule["product"]], "components": components[rule["product"]]}
            for rule in document["product_rules"]
        ],
        mixing_rules=[
            {
                **rule,
                "from_product_id": ids[rule["from"]],
                "to_product_id": None if rule["to"] == "*" else ids[rule["to"]],
            }
            for rule in document["mixing_rules"]
        ],
        booster_rules=[{**rule, "products": _by_id(rule.get("products"), ids)} for rule in document["booster_rules"]],
    )


def catalogue_of(document: Mapping[str, Any]) -> Catalogue:
    """The catalogue of the data file, without a database: for tests, rehearsal and tools."""
    return Catalogue.from_rows(*rows(document))


def _by_id(products: Mapping[str, list[str]] | None, ids: Mapping[str, int]) -> dict[str, list[int]]:
    """Keys stay text, "*" included, because that is what a JSON column gives back."""
    return {
        primary if primary == "*" else str(ids[primary]): [ids[key] for key in allowed]
        for primary, allowed in (products or {}).items()
    }
