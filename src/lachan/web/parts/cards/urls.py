from __future__ import annotations

from django.urls import path

from lachan.web.parts.cards import day, person

urlpatterns = [
    path("cards/day/", day.page, name="cards-day"),
    path("cards/day/print/", day.printed, name="cards-day-print"),
    path("cards/<uuid:person_id>/", person.page, name="cards"),
    path("cards/<uuid:person_id>/print/", person.printed, name="card-print"),
]
