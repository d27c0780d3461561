from __future__ import annotations

from django.urls import path

from lachan.web.parts.merging import compare, log

urlpatterns = [
    path("people/compare/", compare.begin, name="people-compare"),
    path("people/compare/<uuid:person_id>/<uuid:other_id>/", compare.page, name="people-pair"),
    path("people/compare/<uuid:person_id>/<uuid:other_id>/merge/", compare.merge, name="people-merge"),
    path("people/compare/<uuid:person_id>/<uuid:other_id>/apart/", compare.apart, name="people-apart"),
    path("people/merges/", log.page, name="people-merges"),
    path("people/merges/<uuid:merge_id>/", log.one, name="people-merged"),
    path("people/merges/<uuid:merge_id>/undo/", log.undo, name="people-unmerge"),
]
