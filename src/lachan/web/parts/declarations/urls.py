"""Addresses of declarations. None of the public ones names anybody."""

from __future__ import annotations

from django.urls import path

from lachan.web.parts.declarations import mine, public, staff

urlpatterns = [
    path("declare/", public.declare, name="declare"),
    path("declare/code/", public.prove, name="declare-code"),
    path("declare/result/", public.result, name="declare-result"),
    path("declare/finish/", public.finish, name="declare-finish"),
    path("declare/check/", public.check, name="declare-check"),
    path("declare/keys/", public.public_keys, name="declare-keys"),
    path("declarations/", staff.declarations, name="declarations"),
    path("declarations/new/", staff.new, name="declaration-new"),
    path("declarations/<uuid:person_id>/<uuid:declaration_id>/", staff.declaration, name="declaration"),
    path("declarations/<uuid:person_id>/<uuid:declaration_id>/settle/", staff.settle, name="declaration-settle"),
    path("me/declare/", mine.declare, name="me-declare"),
    path("me/diary/", mine.diary, name="me-diary"),
    path("me/exposure/", mine.exposure, name="me-exposure"),
]
