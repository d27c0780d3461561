from __future__ import annotations

from django.urls import path

from lachan.rest.api import api

urlpatterns = [path("v1/", api.urls)]
