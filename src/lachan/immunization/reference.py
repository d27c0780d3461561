"""Writes the dated facts of the data files into the reference tables."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from django.db import transaction
from django.db.models import Model

from lachan.immunization.models import BoosterRule, MixingRule, Product, ProductRule, ScreeningForm
from lachan.immunization.queries import forget
from lachan.immunization.rules.document import rows

_SHOWN = (
    "active",
    "platform",
    "codes",
    "storage",
    "vial_doses",
    "vial",
    "dose_ml",
    "booster_ml",
    "contraindicated",
    "approved_on",
)


def load_products() -> dict[str, int]:
    """Load products, their rules and screening forms; loading again replaces the rules. Returns rows by table."""
    document = _read("products.json")
    found = rows(document)
    forms = _read("screening_forms.json")["forms"]
    with transaction.atomic():
        Product.objects.bulk_create(
            [
                Product(
                    id=row["id"], key=row["key"], name=row["name"], short_name=row["short_name"],
                    facts={key: row.get(key) for key in (*_SHOWN, "reference")},
                )
                for row in found.products
            ],
            update_conflicts=True, unique_fields=["id"], update_fields=["key", "name", "short_name", "facts"],
        )  # fmt: skip
        for model, entries in (
            (ProductRule, found.product_rules),
            (MixingRule, found.mixing_rules),
            (BoosterRule, [row for row in found.booster_rules if row.get("kind", "booster") == "booster"]),
        ):
            _replace(model, entries)
        ScreeningForm.objects.all().delete()
        ScreeningForm.objects.bulk_create(
            [
                ScreeningForm(
                    code=form["code"], valid_from=form["valid_from"], valid_to=form["valid_to"],
                    min_age=form["min_age"], max_age=form["max_age"], reference=form["reference"], body=form,
                )
                for form in forms
            ]
        )  # fmt: skip
    forget()
    return {"products": len(found.products), "rules": len(found.product_rules), "forms": len(forms)}


def _replace(model: type[Model], entries: list[dict[str, Any]]) -> None:
    names = {field.attname for field in model._meta.concrete_fields if not field.primary_key}
    model._default_manager.all().delete()
    model._default_manager.bulk_create(
        [model(**{key: _text(key, value) for key, value in entry.items() if key in names}) for entry in entries]
    )


def _text(key: str, value: Any) -> Any:
    """Columns that are never null in the table may be absent in a fact."""
    if key == "condition":
        return json.dumps(value, ensure_ascii=False) if value else ""
    return value if value is not None or key not in ("reference", "min_days", "min_months") else _EMPTY[key]


_EMPTY: dict[str, Any] = {"reference": "", "min_days": 0, "min_months": 0}


def _read(name: str) -> Any:
    return json.loads((resources.files("lachan.immunization") / "data" / name).read_text(encoding="utf-8"))
