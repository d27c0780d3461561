"""Plans, temperatures and recalls."""

from lachan.immunization.verbs.base import Verb

VERBS: dict[str, Verb] = {}
