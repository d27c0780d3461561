"""Addresses of the screens: each part brings its own."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

_PARTS = (
    "shell",
    "board",
    "verifier",
    "people",
    "sessions",
    "signing",
    "cards",
    "stock",
    "worklist",
    "repair",
    "merging",
    "harm",
    "duplicates",
    "supply",
    "picture",
    "forecast",
    "effectiveness",
    "demand",
    "report",
    "planning",
    "debt",
    "register",
    "trust",
    "corrections",
    "tracing",
    "outbreak",
    "administration",
    "venues",
    "me",
    "declarations",
    "laboratory",
    "cases",
    "interview",
)

urlpatterns = [
    path("accounts/", include("lachan.access.urls")),
    *(
        path("", include(f"lachan.web.parts.{part}.urls"))
        for part in _PARTS
        if find_spec(f"lachan.web.parts.{part}") and find_spec(f"lachan.web.parts.{part}.urls")
    ),
]
