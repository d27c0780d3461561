from __future__ import annotations

from django.urls import path

from lachan.web.parts.register import views

urlpatterns = [path("register/", views.page, name="register")]
