"""The one table from verb to how it is carried out, a topic a module."""

from lachan.immunization.verbs import day, harm, persons, planning, stock, supply
from lachan.immunization.verbs.base import Verb
from lachan.kernel import commands as kernel_commands

__all__ = ["VERBS", "Verb"]

VERBS: dict[str, Verb] = {
    **stock.VERBS,
    **supply.VERBS,
    **persons.VERBS,
    **day.VERBS,
    **harm.VERBS,
    **planning.VERBS,
}
kernel_commands.known_verbs.update(VERBS)
