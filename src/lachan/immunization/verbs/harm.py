"""Reactions after a dose and what is found out about them."""

from lachan.immunization.verbs.base import Verb

VERBS: dict[str, Verb] = {}
