from __future__ import annotations

from django.urls import path

from lachan.web.parts.worklist import resolve, views

urlpatterns = [
    path("worklist/", views.worklist_page, name="worklist"),
    path("worklist/resolve/", resolve.several, name="worklist-several"),
    path("worklist/<uuid:item_id>/", views.item, name="worklist-item"),
    path("worklist/<uuid:item_id>/resolve/", resolve.one, name="worklist-resolve"),
]
