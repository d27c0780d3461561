from __future__ import annotations

from django.apps import AppConfig


class PlacesApp(AppConfig):
    name = "lachan.places"
    label = "places"
