from __future__ import annotations

from django.urls import path

from lachan.web.parts.sessions import views

urlpatterns = [
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/open/", views.open_session, name="session-open"),
    path("sessions/delivery/", views.delivery, name="session-delivery"),
    path("sessions/<uuid:session_id>/", views.report, name="session-report"),
    path("sessions/<uuid:session_id>/close/", views.close_session, name="session-close"),
]
