from __future__ import annotations

from django.urls import path

from lachan.web.parts.verifier import views

urlpatterns = [
    path("verify/", views.page, name="verify"),
    path("verify/worker.js", views.worker, name="verify-worker"),
    path("verify/manifest.webmanifest", views.manifest, name="verify-manifest"),
]
