"""Reasons: reactions after a dose and what is found out about them."""

from django.utils.functional import Promise

SENTENCES: dict[str, Promise] = {}
