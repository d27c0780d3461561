from __future__ import annotations

from django.urls import path

from lachan.web.parts.corrections import case, desk, lists, mine

_CASE = "corrections/<uuid:correction_id>/"
_MINE = "me/requests/<uuid:correction_id>/"

urlpatterns = [
    path("corrections/", lists.corrections, name="corrections"),
    path("corrections/people/<uuid:person_id>/", desk.new, name="correction-new"),
    path(_CASE, case.case, name="correction"),
    path(f"{_CASE}step/", case.step, name="correction-step"),
    path(f"{_CASE}propose/", case.propose, name="correction-propose"),
    path(f"{_CASE}photos/<uuid:photo_id>/", case.photo, name="correction-photo"),
    path("me/requests/", mine.requests, name="me-requests"),
    path("me/requests/new/", mine.new, name="me-request-new"),
    path(_MINE, mine.one, name="me-request"),
    path(f"{_MINE}step/", mine.step, name="me-request-step"),
    path(f"{_MINE}photos/<uuid:photo_id>/", mine.photo, name="me-request-photo"),
]
