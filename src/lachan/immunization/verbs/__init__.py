"""The one table from verb to how it is carried out, a topic a module."""

from __future__ import annotations

from collections.abc import Mapping

from lachan.immunization.verbs import day, harm, persons, planning, stock, supply
from lachan.immunization.verbs.base import Verb
from lachan.kernel import commands as kernel_commands

__all__ = ["VERBS", "Verb", "join"]

VERBS: dict[str, Verb] = {
    **stock.VERBS,
    **supply.VERBS,
    **persons.VERBS,
    **day.VERBS,
    **harm.VERBS,
    **planning.VERBS,
}
kernel_commands.known_verbs.update(VERBS)


def join(verbs: Mapping[str, Verb]) -> None:
    """A room above brings its verbs to the one door; again has no second effect. A verb has one owner."""
    for name, verb in verbs.items():
        if VERBS.setdefault(name, verb) is not verb:
            raise ValueError(f"the verb {name!r} has an owner")
    kernel_commands.known_verbs.update(verbs)
