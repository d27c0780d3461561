"""A command that was refused, to be corrected and sent again under a new id."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.immunization import queries
from lachan.kernel.commands import Command
from lachan.kernel.outcomes import Outcome, Status
from lachan.kernel.worklist import Item
from lachan.people import search
from lachan.web.parts.people.present import open_questions

# What can be mended of each kind of command: field, label. The rest is as it was sent.
_FIELDS: dict[str, tuple[tuple[str, Any], ...]] = {
    "dose.record": (("lot", gettext_lazy("Lot")), ("dose_number", gettext_lazy("Dose number"))),
    "stock.move": (
        ("lot", gettext_lazy("Lot")), ("expires_on", gettext_lazy("Expires")), ("quantity", gettext_lazy("Quantity")),
    ),
    "person.register": (
        ("name", gettext_lazy("Name")), ("birth_date", gettext_lazy("Birth date")), ("sex", gettext_lazy("Sex")),
        ("residence_code", gettext_lazy("Commune code")),
    ),
}  # fmt: skip
_WHOLE_NUMBERS = frozenset({"dose_number", "quantity"})
_FORMAT = "%Y-%m-%dT%H:%M"


class EditForm(forms.Form):
    """Fields of the command, filled with what was sent."""

    def __init__(self, command: Command, item: Item, data: Any = None) -> None:
        super().__init__(data)
        self.command, self.item = command, item
        body = command.body
        if item.reason == "person_unknown":
            self.fields["person"] = forms.CharField(
                label=gettext_lazy("The person's number, as the card shows it"), max_length=600, required=False,
                widget=forms.TextInput({"autocomplete": "off"}),
            )  # fmt: skip
        if command.verb == "dose.record":
            choices = [(product.key, product.name) for product in queries.products()]
            sent = str(body.get("product", ""))
            if sent not in dict(choices):
                choices.insert(0, (sent, sent or "–"))
            self.fields["product"] = forms.ChoiceField(label=gettext_lazy("Product"), choices=choices, initial=sent)
        for name, label in _FIELDS.get(command.verb, ()):
            self.fields[name] = forms.CharField(
                label=label, max_length=200, required=False, initial=body.get(name, ""),
                widget=forms.TextInput({"autocomplete": "off"}),
            )  # fmt: skip
        if command.verb != "person.register":
            at = timezone.localtime(command.happened_at) if command.happened_at.tzinfo else command.happened_at
            self.fields["at"] = forms.DateTimeField(
                label=gettext_lazy("When it happened"), initial=at.strftime(_FORMAT), input_formats=[_FORMAT],
                widget=forms.DateTimeInput({"type": "datetime-local"}, format=_FORMAT),
            )  # fmt: skip
        if self.codes():
            self.fields["answer"] = forms.CharField(
                label=gettext_lazy("Why it is recorded all the same"), max_length=2000, required=False,
                widget=forms.Textarea({"rows": 2}),
            )  # fmt: skip
        self.fields["note"] = forms.CharField(
            label=gettext_lazy("Remark"),
            max_length=2000,
            required=False,
            widget=forms.TextInput({"autocomplete": "off"}),
        )

    def codes(self, refused: Outcome | None = None) -> list[str]:
        """Codes a person with the authority may answer for, of the latest attempt."""
        return open_questions(refused or Outcome(Status.HELD, self.item.reason, None, self.item.params))

    def clean_person(self) -> dict[str, Any] | None:
        text = self.cleaned_data["person"].strip()
        if not text:
            return None
        asked = search.read(text)
        if asked.card is not None and asked.card.full_name:
            return {"scan": text}
        if not asked.numbers:
            raise forms.ValidationError(_("This is no number of a person. Type it as the card shows it."))
        system, value = asked.numbers[0]
        return {"identifier": {"system": system, "value": value}}

    def again(self, command_id: UUID, codes: list[str]) -> Command:
        """The corrected command; call it on a valid form."""
        typed = self.cleaned_data
        body: dict[str, Any] = copy.deepcopy(self.command.body)
        for name in ("product", *(name for name, _label in _FIELDS.get(self.command.verb, ()))):
            value = typed.get(name)
            if name in typed and str(value) != str(body.get(name, "")):
                body[name] = _whole(value) if name in _WHOLE_NUMBERS else value
                if value == "":
                    del body[name]
        if typed.get("person"):
            body["person"] = typed["person"]
        if typed.get("answer", "").strip() and codes:
            body["override"] = {"codes": codes, "reason": typed["answer"].strip()}
        return Command(command_id, self.command.verb, self._at(typed, body), body)

    def _at(self, typed: dict[str, Any], body: dict[str, Any]) -> Any:
        """The time as sent, to the second, unless someone changed the minute."""
        sent = self.command.happened_at
        at = typed.get("at")
        if at is None or (
            sent.tzinfo and timezone.localtime(sent).strftime(_FORMAT) == timezone.localtime(at).strftime(_FORMAT)
        ):
            return sent
        if "given_at" in body:
            body["given_at"] = at.isoformat()
        return at


def _whole(value: Any) -> Any:
    """A number where one was typed; anything else goes on as it is, for the command to refuse by name."""
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else text
