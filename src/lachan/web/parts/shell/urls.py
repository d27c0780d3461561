from __future__ import annotations

from django.urls import path

from lachan.web.parts.shell import views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.choose_language, name="language"),
]
