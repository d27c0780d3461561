"""Sessions to come, and the tally at closing time."""

from lachan.immunization.verbs.base import Verb

VERBS: dict[str, Verb] = {}
