"""Corrections of doses from the person's page, and doses given elsewhere; all through commands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lachan.access.doors import needs
from lachan.immunization import queries
from lachan.immunization.commands import execute
from lachan.immunization.queries.person import DoseRow
from lachan.kernel import worklist
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import DUPLICATE, Outcome
from lachan.web.parts.people import present, words
from lachan.web.parts.people.person import Closed, Merged, Opened, closed, open_record
from lachan.web.parts.people.reached import acting
from lachan.web.parts.people.register import command_id_of

SITES = (
    ("", "–"), ("left_arm", gettext_lazy("left arm")), ("right_arm", gettext_lazy("right arm")),
    ("left_thigh", gettext_lazy("left thigh")), ("right_thigh", gettext_lazy("right thigh")),
)  # fmt: skip


class DoseForm(forms.Form):
    """What a dose is known by."""

    product = forms.ChoiceField(label=gettext_lazy("Product"))
    given_on = forms.CharField(label=gettext_lazy("Date given"), max_length=12)
    lot = forms.CharField(label=gettext_lazy("Lot"), max_length=60, required=False)
    answer = forms.CharField(
        label=gettext_lazy("Why it is recorded all the same"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = [(product.key, product.name) for product in queries.products()]
        self.fields["product"].choices = products  # type: ignore[attr-defined]
        self.fields["given_on"].widget.attrs |= {
            "inputmode": "numeric",
            "placeholder": "16/10/2021",
            "autocomplete": "off",
        }
        self.fields["lot"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "characters"}

    def clean_given_on(self) -> str:
        written = words.written_date(self.cleaned_data["given_on"])
        if len(written) != 10:
            raise forms.ValidationError(_("Type the whole date: 16/10/2021."))
        return written

    def override(self, codes: list[str]) -> dict[str, Any] | None:
        """Answered questions: only the codes that were shown, only with a reason."""
        reason = self.cleaned_data["answer"].strip()
        return {"codes": codes, "reason": reason} if reason and codes else None


class AmendForm(DoseForm):
    """The dose as it should have been written."""

    site = forms.ChoiceField(label=gettext_lazy("Site"), choices=SITES, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason for the correction"),
        min_length=3,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )


class ElsewhereForm(DoseForm):
    """A dose from a paper: given at another place of the country, or abroad."""

    source = forms.ChoiceField(
        label=gettext_lazy("Where"),
        choices=[("elsewhere", gettext_lazy("elsewhere in Vietnam")), ("abroad", gettext_lazy("abroad"))],
        widget=forms.RadioSelect,
        initial="elsewhere",
    )
    country = forms.RegexField(
        label=gettext_lazy("Country (two letters)"), regex="^[A-Za-z]{2}$", max_length=2, required=False
    )


class VoidForm(forms.Form):
    """Why the dose was never given."""

    reason = forms.CharField(
        label=gettext_lazy("Why this dose was never given"),
        min_length=3,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )


@require_http_methods(["GET", "POST"])
@needs("dose.amend")
def amend(request: HttpRequest, person_id: UUID, dose_id: UUID) -> HttpResponse:
    """The dose was given, but not as written."""
    found = _dose(request, person_id, dose_id)
    if isinstance(found, HttpResponse):
        return found
    opened, dose = found
    key = next((p.key for p in queries.products() if p.id == dose.product_id), "")
    initial = {
        "product": key,
        "given_on": dose.given_on.strftime("%d/%m/%Y"),
        "lot": dose.lot_number,
        "site": dose.site,
    }
    form = AmendForm(request.POST or None, initial=initial)
    about = {"kind": "amend", "opened": opened, "dose": dose, "form": form}
    if not form.is_valid():
        return _form(request, about)
    typed = form.cleaned_data
    now_is = {"product": key, "given_on": dose.given_on.isoformat(), "lot": dose.lot_number, "site": dose.site}
    changes = {name: typed[name] for name in now_is if typed[name] != now_is[name]}
    if not changes:
        form.add_error(None, _("Nothing was changed. Change what was written wrongly, or void the dose."))
        return _form(request, about)
    body = {"person": {"id": str(person_id)}, "dose_id": str(dose_id), "changes": changes, "reason": typed["reason"]}
    return _send(
        request, about, "dose.amend", body, _("The dose was corrected. The former entry stays in the history.")
    )


@require_http_methods(["GET", "POST"])
@needs("dose.void")
def void(request: HttpRequest, person_id: UUID, dose_id: UUID) -> HttpResponse:
    """The dose was never given."""
    found = _dose(request, person_id, dose_id)
    if isinstance(found, HttpResponse):
        return found
    opened, dose = found
    form = VoidForm(request.POST or None)
    about = {"kind": "void", "opened": opened, "dose": dose, "form": form}
    if not form.is_valid():
        return _form(request, about)
    body = {"person": {"id": str(person_id)}, "dose_id": str(dose_id), "reason": form.cleaned_data["reason"]}
    return _send(request, about, "dose.void", body, _("The dose was voided. It stays in the history."))


@require_http_methods(["GET", "POST"])
@needs("dose.record")
def elsewhere(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A dose given elsewhere or abroad, from the paper the person brings."""
    opened = _opened(request, person_id)
    if isinstance(opened, HttpResponse):
        return opened
    form = ElsewhereForm(request.POST or None)
    about = {"kind": "elsewhere", "opened": opened, "dose": None, "form": form}
    if not form.is_valid():
        return _form(request, about)
    typed = form.cleaned_data
    body = {
        "person": {"id": str(person_id)}, "product": typed["product"], "lot": typed["lot"],
        "given_on": typed["given_on"], "source": typed["source"],
    }  # fmt: skip
    if typed["source"] == "abroad" and typed["country"]:
        body["country"] = typed["country"].upper()
    return _send(request, about, "dose.record", body, _("The dose was recorded."))


def _opened(request: HttpRequest, person_id: UUID) -> Opened | HttpResponse:
    try:
        return open_record(request, person_id)
    except Closed:
        return closed(request)
    except Merged as merged:
        return redirect("person", person_id=merged.into)


def _dose(request: HttpRequest, person_id: UUID, dose_id: UUID) -> tuple[Opened, DoseRow] | HttpResponse:
    opened = _opened(request, person_id)
    if isinstance(opened, HttpResponse):
        return opened
    dose = next((dose for dose in opened.history.doses if dose.id == dose_id), None)
    if dose is None:
        raise Http404
    return opened, dose


def _form(request: HttpRequest, about: dict[str, Any], outcome: Outcome | None = None) -> HttpResponse:
    """The form, in the dialog or as a page of its own; with what was refused and whether it can be answered for."""
    dose: DoseRow | None = about["dose"]
    context = {
        **about,
        "person": about["opened"].profile.person,
        "product": queries.catalogue().name(dose.product_id) if dose else "",
        "reasons": present.why(outcome) if outcome else [],
        "codes": present.open_questions(outcome) if outcome else [],
        "command_id": new_id(),
        "action": request.path,
        "earlier": [*request.POST.getlist("earlier"), *([command_id_of(request)] if outcome else [])],
    }
    name = "web/people/dose_form.html" if request.headers.get("HX-Request") else "web/people/dose_page.html"
    return render(request, name, context, status=422 if request.method == "POST" else 200)


def _send(request: HttpRequest, about: dict[str, Any], verb: str, body: dict[str, Any], done: str) -> HttpResponse:
    form, now = about["form"], timezone.now()
    if isinstance(form, DoseForm):
        override = form.override(request.POST.getlist("codes"))
        if override is not None:
            body["override"] = override
    command = Command(command_id_of(request), verb, now, body)
    [outcome] = execute([command], actor=acting(request), now=now)
    accepted = outcome.id is not None and (
        outcome.status is not DUPLICATE or (outcome.params or {}).get("first") == "accepted"
    )
    if not accepted:
        return _form(request, about, outcome)
    clear_attempts(request, command.id)
    messages.success(request, done)
    address = reverse("person", kwargs={"person_id": about["opened"].profile.person.id})
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = address
        return answer
    return redirect(address)


def clear_attempts(request: HttpRequest, command_id: UUID) -> None:
    """The attempts this form made before, refused, are dealt with by the command that was accepted."""
    earlier = [UUID(text) for text in request.POST.getlist("earlier")[:20] if _is_uuid(text)]
    if earlier:
        left = worklist.left_by(earlier)
        wishes = [worklist.Resolution(item_id, "resent", by_command=command_id) for item_id in left.values()]
        worklist.resolve(wishes, actor_id=acting(request).id, now=timezone.now())


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
