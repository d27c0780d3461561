"""Reasons: sessions to come, and the tally at closing time."""

from django.utils.functional import Promise

SENTENCES: dict[str, Promise] = {}
