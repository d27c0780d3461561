"""Registering somebody: from a card, or typed while the person stands at the desk."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import msgspec
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from lachan.access import scopes
from lachan.access.doors import needs
from lachan.immunization.commands import execute
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import Outcome
from lachan.people import identifiers, search
from lachan.people.cards import Card, parse_card
from lachan.people.facts import ContactIn, GuardianIn, IdentifierIn, PersonIn
from lachan.people.intake import Fault, Intake, prepare
from lachan.places import queries as places
from lachan.web.parts.people import words
from lachan.web.parts.people.find import back_of, compared
from lachan.web.parts.people.reached import acting, serve

# "TP. Hồ Chí Minh", "P. Bến Nghé", "Q.1": cards shorten the kind of an area, our list writes it out
_ABBREVIATED = re.compile(r"^(?:tp|tx|tt|[tpqhx])(?:\.\s*|\s+)", re.IGNORECASE)

_FIELD_OF_FAULT = {
    "name": "name", "sex": "sex", "birth_date": "born", "identifiers": "number", "contacts": "phone",
    "residence_code": "commune",
}  # fmt: skip


class RegisterForm(forms.Form):
    """What is asked of a person at the desk; only name, sex and birth date must be known."""

    name = forms.CharField(label=gettext_lazy("Full name"), max_length=200)
    born = forms.CharField(label=gettext_lazy("Birth date, or the year alone"), max_length=12)
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=words.SEXES, widget=forms.RadioSelect)
    commune = forms.CharField(label=gettext_lazy("Commune of residence"), max_length=120, required=False)
    commune_code = forms.CharField(max_length=5, required=False, widget=forms.HiddenInput)
    number = forms.CharField(label=gettext_lazy("Citizen card or other number"), max_length=40, required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=20, required=False)
    guardian = forms.CharField(label=gettext_lazy("Guardian's name"), max_length=200, required=False)
    relation = forms.ChoiceField(
        label=gettext_lazy("Relation"),
        required=False,
        choices=[
            ("", "–"), ("mother", gettext_lazy("mother")), ("father", gettext_lazy("father")),
            ("grandparent", gettext_lazy("grandparent")), ("other", gettext_lazy("other")),
        ],
    )  # fmt: skip
    guardian_phone = forms.CharField(label=gettext_lazy("Guardian's telephone"), max_length=20, required=False)
    occupation = forms.CharField(label=gettext_lazy("Occupation"), max_length=200, required=False)
    priority_group = forms.IntegerField(
        label=gettext_lazy("Priority group (1–16)"), required=False, min_value=1, max_value=16
    )
    old_number = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "born", "commune", "number", "phone", "guardian", "guardian_phone", "occupation"):
            self.fields[name].widget.attrs |= {"autocomplete": "off"}
        self.fields["name"].widget.attrs |= {"autofocus": True, "autocapitalize": "words"}
        self.fields["born"].widget.attrs |= {"inputmode": "numeric", "placeholder": "17/05/1980"}
        for name in ("number", "phone", "guardian_phone"):
            self.fields[name].widget.attrs |= {"inputmode": "numeric"}

    def clean_born(self) -> str:
        written = words.written_date(self.cleaned_data["born"])
        if not written:
            raise forms.ValidationError(_("Type the day, the month or the year of birth: 17/05/1980, 05/1980 or 1980."))
        return written

    def clean_number(self) -> str:
        text = self.cleaned_data["number"].strip()
        kind = identifiers.detect(text)
        if text and kind not in (*words.SYSTEMS, "phone"):
            card = parse_card(text)
            raise forms.ValidationError(
                str(words.unreadable(search.Asked("unreadable", reason=getattr(card, "reason", ""))))
            )
        return text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("commune") and not cleaned.get("commune_code"):
            found = search.areas_named(cleaned["commune"], today=timezone.localdate(), limit=2)
            if len(found) != 1:
                self.add_error("commune", _("Choose the commune from the list that opens while you type."))
            else:
                cleaned["commune_code"] = found[0].code
        return cleaned

    def person(self, *, force_new: bool) -> PersonIn:
        """What was typed as a registration."""
        typed = self.cleaned_data
        numbers = []
        if typed["number"]:
            kind = identifiers.detect(typed["number"])
            numbers.append(IdentifierIn("health_insurance" if kind == "phone" else kind, typed["number"]))
        if typed["old_number"]:
            numbers.append(IdentifierIn("old_id", typed["old_number"]))
        guardian = GuardianIn(typed["guardian"], typed["relation"] or "other", typed["guardian_phone"])
        return PersonIn(
            name=typed["name"],
            sex=typed["sex"],
            birth_date=typed["born"],
            residence_code=typed["commune_code"],
            identifiers=tuple(numbers),
            contacts=(ContactIn("phone", typed["phone"]),) if typed["phone"] else (),
            guardians=(guardian,) if typed["guardian"] else (),
            occupation=typed["occupation"],
            priority_group=typed["priority_group"],
            force_new=force_new,
        )


@require_http_methods(["GET", "POST"])
@needs("person.register")
def new(request: HttpRequest) -> HttpResponse:
    """The form, filled in from a card when one was scanned. Who may be known already is compared before it is sent."""
    if request.method == "GET" or "scan" in request.POST:
        form = RegisterForm(initial=_from_scan(request.POST.get("scan", "")))
        return _show(request, form, [])
    form = RegisterForm(request.POST)
    another = request.POST.get("another") == "1"
    prepared = _prepared(form, force_new=another)
    if not isinstance(prepared, Intake):
        return _show(request, form, [], status=422)
    if not another and scopes.may_serve(acting(request)):
        near = _near(request, prepared)
        if near:
            return _show(request, form, near, status=422)
    return _register(request, form, prepared.sent)


@require_POST
@needs("person.register")
def matches(request: HttpRequest) -> HttpResponse:
    """While the form is filled in: who may be known already."""
    form = RegisterForm(request.POST)
    form.fields["sex"].required = False
    near: list[search.Near] = []
    if form.is_valid() or not {"name", "born"} & form.errors.keys():
        typed = form.cleaned_data
        sent = PersonIn(
            name=typed.get("name", ""), sex=typed.get("sex") or "U", birth_date=typed.get("born", ""),
            residence_code=typed.get("commune_code") or "",
        )  # fmt: skip
        prepared = prepare(sent, timezone.localdate(), strict=False)
        if isinstance(prepared, Intake) and scopes.may_serve(acting(request)):
            near = _near(request, prepared)
    return render(request, "web/people/matches.html", {"near": compared(near), "back": back_of(request)})


def _near(request: HttpRequest, prepared: Intake) -> list[search.Near]:
    found = search.near(acting(request), prepared, now=timezone.now())
    serve(request, [item.person.id for item in found])
    return found


def _prepared(form: RegisterForm, *, force_new: bool) -> Intake | None:
    """What was typed, checked as the operation will; faults go to the field they concern."""
    if not form.is_valid():
        return None
    prepared = prepare(form.person(force_new=force_new), timezone.localdate(), strict=True)
    if isinstance(prepared, Fault):
        form.add_error(
            _FIELD_OF_FAULT.get(prepared.params.get("field", "")), sentence(prepared.reason, prepared.params)
        )
        return None
    return prepared


def _register(request: HttpRequest, form: RegisterForm, sent: PersonIn) -> HttpResponse:
    body = msgspec.to_builtins(sent)
    now, actor, back = timezone.now(), acting(request), back_of(request)
    [outcome] = execute([Command(command_id_of(request), "person.register", now, body)], actor=actor, now=now)
    if outcome.id is None:
        field = _FIELD_OF_FAULT.get((outcome.params or {}).get("field", ""))
        form.add_error(field, sentence(outcome.reason or "", outcome.params))
        return _show(request, form, [], status=422, again=True)
    serve(request, [outcome.id])
    if back is None or outcome.reason:  # from the board "Arrived" says enough
        _say(request, outcome)
    without_number = not sent.identifiers
    if back is not None:
        if not arrived(request, outcome.id, back, new_id()):
            return redirect("person", person_id=outcome.id)
        if not without_number:
            return redirect(f"/station/{back}/")
    if without_number:
        return redirect(f"/people/{outcome.id}/slip/" + (f"?back={back}" if back else ""))
    return redirect(f"/people/{outcome.id}/?from=registered")


def arrived(request: HttpRequest, person_id: UUID, session_id: UUID, command_id: UUID) -> bool:
    """Record the arrival in the session that waits; says what stands in the way."""
    now = timezone.now()
    body = {"person": {"id": str(person_id)}, "session_id": str(session_id)}
    [outcome] = execute([Command(command_id, "arrival.record", now, body)], actor=acting(request), now=now)
    if outcome.id is None:
        messages.error(request, sentence(outcome.reason or "", outcome.params))
        return False
    messages.success(request, _("Arrived."))
    return True


def command_id_of(request: HttpRequest) -> UUID:
    """The id the form carried, so that sending it twice is one registration; a new one when it is damaged."""
    try:
        return UUID(request.POST.get("command_id", ""))
    except ValueError:
        return new_id()


def _say(request: HttpRequest, outcome: Outcome) -> None:
    if outcome.reason:
        messages.warning(request, sentence(outcome.reason, outcome.params))
    elif (outcome.params or {}).get("created"):
        messages.success(request, _("Registered."))
    else:
        messages.info(request, _("This person was known already; nothing was made twice."))


def _from_scan(text: str) -> dict[str, Any]:
    """Fields a scan or a search already told us."""
    text = text.strip()[:600]
    card = parse_card(text)
    if not isinstance(card, Card):
        wanted = search.described(text)
        return {"name": wanted.name, "born": words.shown_date(wanted.born)} if text else {}
    born = ""
    if card.birth_date is not None:
        born = card.birth_date.strftime("%Y" if card.birth_precision == "Y" else "%d/%m/%Y")
    number = card.citizen_id or card.insurance_number or card.passport
    filled = {
        "name": card.full_name, "born": born, "sex": card.sex or "", "number": number or card.old_id,
        "old_number": card.old_id if number else "", "phone": card.phone,
    }  # fmt: skip
    return filled | _commune_of(card.address)


def _commune_of(address: str) -> dict[str, Any]:
    """The commune of a card's address (``…, Bến Nghé, Quận 1, TP. Hồ Chí Minh``), when exactly one fits."""
    parts = [_ABBREVIATED.sub("", part.strip()) for part in address.split(",") if part.strip()]
    for start in range(max(len(parts) - 3, 0), len(parts) - 1):
        found = search.areas_named(", ".join(parts[start:]), today=timezone.localdate(), limit=2)
        if len(found) == 1:
            return {"commune": places.address(found[0].id), "commune_code": found[0].code}
    return {}


def _show(
    request: HttpRequest, form: RegisterForm, near: list[search.Near], status: int = 200, *, again: bool = False
) -> HttpResponse:
    """``again``: the command was sent and refused, so the next attempt is another command."""
    more = ("guardian", "relation", "guardian_phone", "occupation", "priority_group")
    if near:
        form.fields["name"].widget.attrs.pop("autofocus", None)  # the eye and the keyboard go to the comparison
    context = {
        "form": form,
        "near": compared(near),
        "back": back_of(request),
        "command_id": new_id() if again else command_id_of(request),
        "open": any(form[name].value() for name in more) or any(name in form.errors for name in more),
        "faults": form.non_field_errors(),
    }
    return render(request, "web/people/new.html", context, status=status)
