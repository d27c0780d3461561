from __future__ import annotations

from django.urls import path

from lachan.web.parts.signing import views

urlpatterns = [
    path("signing/", views.days, name="signing"),
    path("signing/<int:facility_id>/", views.doses, name="signing-list"),
    path("signing/<int:facility_id>/sign/", views.sign, name="signing-sign"),
    path("signing/progress/", views.progress, name="signing-progress"),
]
