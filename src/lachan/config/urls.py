"""All addresses of the house."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/", include("lachan.rest.urls")),
    path(".well-known/", include("lachan.rest.well_known")),
    path("", include("lachan.kernel.urls")),
    path("accounts/", include("lachan.access.urls")),
    path("", include("lachan.web.urls")),
]

handler400 = "lachan.web.parts.shell.errors.bad_request"
handler403 = "lachan.web.parts.shell.errors.forbidden"
handler404 = "lachan.web.parts.shell.errors.not_found"
handler500 = "lachan.web.parts.shell.errors.server_error"
