"""Users: found, opened, corrected, closed; their roles given, ended, prolonged; signed out; let in again by two."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.access import operations, queries, second_factor
from lachan.access.actors import Actor
from lachan.access.doors import needs
from lachan.access.queries import UserFact, UserWish
from lachan.access.rules import Role, default_last_day, may
from lachan.access.uploads.carry_out import place_of
from lachan.kernel.outcomes import DUPLICATE, REFUSED, Outcome
from lachan.places import queries as places
from lachan.web.parts.administration import words
from lachan.web.parts.administration.desk import PAGE, acting, page_number, paged

STATES = ("", "open", "closed", "new", "without")


class UserForm(forms.Form):
    """An account without its password: the user chooses that."""

    username = forms.CharField(label=gettext_lazy("User name"), max_length=60)
    display_name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False, max_length=254)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=[("vi", "Tiếng Việt"), ("en", "English")])

    def __init__(self, *args: Any, known: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if known:
            del self.fields["username"]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"


@require_GET
@needs("user.read", "user.manage")
def users(request: HttpRequest) -> HttpResponse:
    """Users within reach, narrowed by words, role, place and state."""
    actor, today = acting(request), timezone.localdate()
    wish, where = _wish(request)
    page = page_number(request)
    found, total = queries.find_users(actor, wish, today=today, page=page, size=PAGE)
    protected = second_factor.held_by(user.id for user in found)
    rows = [
        {
            "user": user,
            "held": [words.held(grant, today) for grant in user.grants if grant.in_force(today)],
            "factor": user.id in protected,
        }
        for user in found
    ]
    context = {
        "rows": rows, "page": paged(rows, total, page), "total": total, "wish": wish, "where": where,
        "where_unknown": bool(where) and wish.area_id is None and wish.facility_id is None,
        "roles": words.roles(wish.role), "may_manage": may(actor, "user.manage"),
    }  # fmt: skip
    return render(request, "web/administration/users.html", context)


def _wish(request: HttpRequest) -> tuple[UserWish, str]:
    given = request.GET
    where = given.get("where", "").strip()[:40]
    place = place_of(where, timezone.localdate()) if where else None
    role, state = given.get("role", ""), given.get("state", "")
    return UserWish(
        given.get("q", "").strip()[:80],
        role if role in Role._value2member_map_ else "",
        place[1] if place else None,
        place[0] if place else None,
        state if state in STATES else "",
    ), where


@require_http_methods(["GET", "POST"])
@needs("user.manage")
def new_user(request: HttpRequest) -> HttpResponse:
    """Open an account; the code for the first sign-in is shown once, on the page that follows."""
    form = UserForm(request.POST if request.method == "POST" else None, initial={"language": "vi"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        item = operations.NewUser(given["username"], given["display_name"], None, given["email"], given["language"])
        [outcome] = operations.create_users([item], actor=acting(request), now=timezone.now())
        if outcome.id is not None and outcome.status is not REFUSED:
            messages.success(request, _("The account is open. Give it a role, then a code for the first sign-in."))
            return redirect("admin-user", user_id=outcome.id)
        form.add_error("username", words.why(outcome))
    return render(request, "web/administration/user_new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@needs("user.read", "user.manage")
def user(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One user: account, roles, sessions, what waits for a second administrator."""
    actor = acting(request)
    return show(request, actor, _found(actor, user_id))


def show(
    request: HttpRequest, actor: Actor, found: UserFact, form: UserForm | None = None, code: str | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of a user. ``code``: a one-time code to show this once."""
    now, today = timezone.now(), timezone.localdate()
    held = [words.held(grant, today) for grant in found.grants]
    waiting = queries.open_requests(actor, now, found.id) if may(actor, "user.manage") else []
    first = {"display_name": found.display_name, "email": queries.email_of(found.id), "language": found.language}
    context = {
        "person": found,
        "now_held": [row for row in held if row.state in ("now", "later")],
        "past": [row for row in held if row.state in ("over", "taken")],
        "factor": bool(second_factor.held_by([found.id])),
        "sessions": len(queries.sessions_of(found.id, now)),
        "waiting": [words.asked(row, actor) for row in waiting],
        "kinds": list(words.LOST.items()),
        "roles": words.roles(), "form": form or UserForm(initial=first, known=True), "code": code,
        "first": found.latest_sign_in is None and not queries.has_password(found.id),
        "may_manage": may(actor, "user.manage") and actor.id != found.id, "own": actor.id == found.id,
        "a_year": default_last_day(Role.AUDITOR, today),
    }  # fmt: skip
    return render(request, "web/administration/user.html", context, status=status)


def _found(actor: Actor, user_id: UUID) -> UserFact:
    found = queries.user(user_id, actor)
    if found is None:
        raise Http404
    return found


@require_POST
@needs("user.manage")
def change(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Correct name, address, language."""
    actor = acting(request)
    found = _found(actor, user_id)
    form = UserForm(request.POST, known=True)
    if not form.is_valid():
        return show(request, actor, found, form, status=422)
    details = operations.Details(**form.cleaned_data)
    [outcome] = operations.change_details([(user_id, details)], actor=actor, now=timezone.now())
    return _answered(request, user_id, outcome, _("The account was changed."))


@require_POST
@needs("user.manage")
def act(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Close, open, sign out everywhere, or make a code for the first sign-in."""
    actor, now = acting(request), timezone.now()
    found = _found(actor, user_id)
    what = request.POST.get("action", "")
    if what == "first-code":
        outcome, code = operations.first_code(user_id, actor=actor, now=now)
        if code is not None:
            return show(request, actor, found, code=code)
        return _answered(request, user_id, outcome, "")
    if what == "sign-out":
        [outcome] = operations.sign_out([user_id], actor=actor, now=now)
        return _answered(request, user_id, outcome, _("Every session of this user has ended."))
    if what not in ("close", "open"):
        raise Http404
    if actor.id == user_id:
        return _answered(request, user_id, Outcome(REFUSED, "own_account"), "")
    [outcome] = operations.set_active([(user_id, what == "open")], actor=actor, now=now)
    said = _("The account is open again.") if what == "open" else _("The account is closed and signed out.")
    return _answered(request, user_id, outcome, said)


@require_POST
@needs("user.manage")
def give(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Give a role at the facility or in the area of a code. The role of administrator goes to a second pair of eyes."""
    actor, now = acting(request), timezone.now()
    _found(actor, user_id)
    role, code = request.POST.get("role", ""), request.POST.get("place", "").strip()
    place = place_of(code, timezone.localdate(now)) or _named(code)
    if place is None:
        return _answered(request, user_id, Outcome(REFUSED, "place_unknown", params={"code": code}), "")
    last = words.day_of(request.POST.get("to", ""))
    if role == Role.ADMINISTRATOR:
        reason = request.POST.get("reason", "")
        outcome = operations.ask("administrator", user_id, reason, actor=actor, now=now, area_id=place[1])
        return _answered(request, user_id, outcome, _("Asked. Another administrator must confirm within 24 hours."))
    first = words.day_of(request.POST.get("from", ""))
    item = operations.NewGrant(role, user_id, None, place[0], place[1], first, last)
    [outcome] = operations.grant([item], actor=actor, now=now)
    return _answered(request, user_id, outcome, _("The role was given."))


def _named(text: str) -> tuple[int | None, int | None] | None:
    """A facility or area by its name, when only one bears it."""
    stations = places.search_facilities(text, limit=2)
    if len(stations) == 1:
        return stations[0].id, None
    found = places.search(text, timezone.localdate(), limit=2)
    return (None, found[0].id) if len(found) == 1 else None


@require_POST
@needs("user.manage")
def end_grant(request: HttpRequest, user_id: UUID, grant_id: UUID) -> HttpResponse:
    """End a role at once, or give it another last day."""
    actor, now = acting(request), timezone.now()
    found = _found(actor, user_id)
    if grant_id not in {grant.id for grant in found.grants}:
        raise Http404
    last = words.day_of(request.POST.get("to", ""))
    if request.POST.get("action") == "extend":
        if last is None:
            return _answered(request, user_id, Outcome(REFUSED, "dates_reversed"), "")
        [outcome] = operations.extend_grants([(grant_id, last)], actor=actor, now=now)
        return _answered(request, user_id, outcome, _("The role has another last day."))
    [outcome] = operations.revoke_grants([grant_id], actor=actor, now=now)
    return _answered(request, user_id, outcome, _("The role has ended."))


def _answered(request: HttpRequest, user_id: UUID, outcome: Outcome, done: str) -> HttpResponse:
    if outcome.status is REFUSED:
        messages.error(request, words.why(outcome))
    elif outcome.status is DUPLICATE:
        messages.info(request, _("That was so already. Nothing was changed."))
    else:
        messages.success(request, done)
    return redirect("admin-user", user_id=user_id)
