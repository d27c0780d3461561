"""Addresses of a person's own record. None of them names anybody: whose record it is, the session knows."""

from __future__ import annotations

from django.urls import path

from lachan.web.parts.me import account, cards, demo_mail, record, sign_in

urlpatterns = [
    path("me/sign-in/", sign_in.ask, name="me-sign-in"),
    path("me/sign-in/code/", sign_in.prove, name="me-code"),
    path("me/sign-out/", sign_in.sign_out, name="me-sign-out"),
    path("me/", record.record, name="me"),
    path("me/show/", record.show, name="me-show"),
    path("me/certificates/", cards.certificates, name="me-certificates"),
    path("me/certificates/health-card/", cards.ask_health_card, name="me-health-card"),
    path("me/certificates/<uuid:card_id>/", cards.full_screen, name="me-card"),
    path("me/certificates/<uuid:card_id>/file/", cards.health_card_file, name="me-card-file"),
    path("me/certificates/<uuid:card_id>/<str:sheet>.pdf", cards.on_paper, name="me-card-paper"),
    path("me/looks/", account.looks, name="me-looks"),
    path("me/account/", account.account, name="me-account"),
    path("me/account/prefer/", account.prefer, name="me-prefer"),
    path("demo/mail/", demo_mail.mail, name="demo-mail"),
]
