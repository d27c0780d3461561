"""The house's addresses and one that breaks, to see what people are shown then."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from lachan.config.urls import handler400, handler403, handler404, handler500
from lachan.config.urls import urlpatterns as house

__all__ = ["handler400", "handler403", "handler404", "handler500"]


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("relation person_secret does not exist at /srv/lachan/people.py")


urlpatterns = [*house, path("broken/", broken)]
