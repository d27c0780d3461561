"""What is filled in to open a session and to enter a delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.immunization.queries import products
from lachan.places.facts import FacilityRow
from lachan.web.parts.board.words import PARTS

DESKS: tuple[tuple[str, Any], ...] = (
    ("reception", _("Reception")),
    ("screening", _("Screening")),
    ("vaccination", _("Vaccination")),
    ("observation", _("Observation")),
)
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OpenForm(forms.Form):
    """Date, part of the day, capacity and who is at which desk. Lots are chosen beside it, from the stock."""

    facility = forms.ChoiceField(label=_("Station"))
    date = forms.DateField(label=_("Date"), widget=_DAY)
    part = forms.ChoiceField(label=_("Part of the day"), choices=PARTS.items())
    capacity = forms.IntegerField(label=_("Capacity (people)"), min_value=1, max_value=20_000)

    def __init__(self, data: Any, *, facilities: Sequence[FacilityRow], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["facility"].choices = [(row.code, row.name) for row in facilities]  # type: ignore[attr-defined]
        for desk, label in DESKS:
            field = forms.CharField(label=label, required=False, max_length=120)
            field.widget.attrs["autocomplete"] = "off"
            self.fields[f"staff_{desk}"] = field

    @property
    def staff(self) -> list[Any]:
        """The fields of the desks, for the template."""
        return [self[f"staff_{desk}"] for desk, _label in DESKS]

    def body(self, session_id: UUID, lots: Mapping[str, str]) -> dict[str, Any]:
        """Body of ``session.open``."""
        given = self.cleaned_data
        staff = [{"desk": desk, "name": given[f"staff_{desk}"]} for desk, _label in DESKS if given[f"staff_{desk}"]]
        return {
            "session_id": str(session_id),
            "facility": given["facility"],
            "date": given["date"].isoformat(),
            "part": given["part"],
            "capacity": given["capacity"],
            "lots": dict(lots),
            "staff": staff,
        }


class DeliveryForm(forms.Form):
    """A delivery note: product, lot, expiry, doses."""

    product = forms.ChoiceField(label=_("Product"))
    lot = forms.CharField(label=_("Lot"), max_length=60)
    expires_on = forms.DateField(label=_("Expires on"), widget=_DAY)
    quantity = forms.IntegerField(label=_("Number of doses"), min_value=1, max_value=1_000_000)
    document = forms.CharField(label=_("Delivery note"), required=False, max_length=120)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["product"].choices = [(row.key, row.name) for row in products()]  # type: ignore[attr-defined]
        for name in ("lot", "document"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def body(self, facility: str) -> dict[str, Any]:
        """Body of ``stock.move``."""
        given = self.cleaned_data
        return {
            "facility": facility,
            "product": given["product"],
            "lot": given["lot"].strip().upper(),
            "kind": "receive",
            "quantity": given["quantity"],
            "expires_on": given["expires_on"].isoformat(),
            "document": given["document"],
        }
