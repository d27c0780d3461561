from __future__ import annotations

from django.urls import path

from lachan.web.parts.tracing import commune, desk, handovers, person

_CONTACT = "tracing/people/<uuid:contact_id>/"

urlpatterns = [
    path("tracing/", desk.desk, name="tracing"),
    path("tracing/call/", desk.record, name="tracing-call"),
    path("tracing/undo/", desk.undo, name="tracing-undo"),
    path("tracing/handovers/", handovers.page, name="tracing-handovers"),
    path("tracing/commune/", commune.page, name="tracing-commune"),
    path("tracing/commune/step/", commune.step, name="tracing-commune-step"),
    path(_CONTACT, person.page, name="tracing-person"),
    path(f"{_CONTACT}call/", desk.sitting, name="tracing-sitting"),
    path(f"{_CONTACT}step/", person.step, name="tracing-step"),
]
