from __future__ import annotations

from django.urls import path

from lachan.web.parts.people import contact, doses, find, person, register, same

urlpatterns = [
    path("people/", find.people, name="people"),
    path("people/communes/", find.communes, name="communes"),
    path("people/new/", register.new, name="person-new"),
    path("people/new/matches/", register.matches, name="person-matches"),
    path("people/<uuid:person_id>/", person.page, name="person"),
    path("people/<uuid:person_id>/numbers/", person.numbers, name="person-numbers"),
    path("people/<uuid:person_id>/contact/", contact.add, name="person-contact"),
    path("people/<uuid:person_id>/slip/", person.slip, name="person-slip"),
    path("people/<uuid:person_id>/same/", same.same, name="person-same"),
    path("people/<uuid:person_id>/arrive/", person.arrive, name="person-arrive"),
    path("people/<uuid:person_id>/doses/new/", doses.elsewhere, name="dose-elsewhere"),
    path("people/<uuid:person_id>/doses/<uuid:dose_id>/amend/", doses.amend, name="dose-amend"),
    path("people/<uuid:person_id>/doses/<uuid:dose_id>/void/", doses.void, name="dose-void"),
]
