from __future__ import annotations

from django.urls import path

from lachan.web.parts.trust import views

urlpatterns = [
    path("trust/", views.page, name="trust"),
    path("trust/<slug:country>/", views.country, name="trust-country"),
]
