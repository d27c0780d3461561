"""Reasons: plans, temperatures and recalls."""

from django.utils.functional import Promise

SENTENCES: dict[str, Promise] = {}
