"""Addresses of venues. A venue's code in an address says which door, never who."""

from __future__ import annotations

from django.urls import path

from lachan.web.parts.venues import checkin, door, mine, poster, staff

urlpatterns = [
    path("venues/", staff.listing, name="venues"),
    path("venues/new/", staff.new, name="venue-new"),
    path("venues/<slug:venue_code>/", staff.one, name="venue"),
    path("venues/<slug:venue_code>/edit/", staff.edit, name="venue-edit"),
    path("venues/<slug:venue_code>/change/", staff.change, name="venue-change"),
    path("venues/<slug:venue_code>/close/", staff.close, name="venue-close"),
    path("venues/<slug:venue_code>/poster/", poster.poster, name="venue-poster"),
    path("venues/<slug:venue_code>/device/", staff.device, name="venue-device"),
    path("venues/<slug:venue_code>/device/<uuid:door_device_id>/end/", staff.end_device, name="venue-device-end"),
    path("checkin/", checkin.start, name="checkin"),
    path("checkin/<str:signed>/", checkin.at_venue, name="checkin-venue"),
    path("checkin/<str:signed>/scan/", checkin.scan, name="checkin-scan"),
    path("me/code/", mine.code, name="me-own-code"),
    path("me/code/remember/", mine.remember, name="me-own-code-remember"),
    *door.PAGE.urls("door/"),
    path("door/pair/", door.pair, name="door-pair"),
]
