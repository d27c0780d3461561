from __future__ import annotations

from django.apps import AppConfig


class AccessApp(AppConfig):
    name = "lachan.access"
    label = "access"

    def ready(self) -> None:
        """Hear what sign-in and second factors say."""
        from allauth.account.signals import password_changed
        from allauth.mfa import signals
        from allauth.mfa.models import Authenticator
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import post_delete, post_save

        from lachan.access import second_factor, sign_in
        from lachan.access.operations import sessions

        user_logged_in.connect(sign_in.note_sign_in)
        password_changed.connect(sessions.end_the_others)
        post_save.connect(second_factor.note_added, sender=Authenticator)
        signals.authenticator_used.connect(second_factor.note_used)
        signals.authenticator_removed.connect(second_factor.note_removed)
        signals.authenticator_reset.connect(second_factor.note_reset)
        post_delete.connect(second_factor.forget_secret, sender=Authenticator)
