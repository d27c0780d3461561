from __future__ import annotations

from django.urls import path

from lachan.web.parts.duplicates import doses, persons

urlpatterns = [
    path("duplicates/", persons.page, name="duplicates"),
    path("duplicates/settle/", persons.settle, name="duplicates-settle"),
    path("duplicates/doses/", doses.page, name="duplicates-doses"),
    path("duplicates/doses/<uuid:person_id>/<uuid:pair_id>/", doses.settle, name="duplicates-doses-settle"),
]
