"""Who a person is."""

from lachan.immunization import operations
from lachan.immunization.bodies import persons as bodies
from lachan.immunization.operations.persons_change import amend_persons, merge_persons, unmerge_persons
from lachan.immunization.verbs.base import Verb
from lachan.people.facts import PersonIn

VERBS = {
    "person.register": Verb(20, PersonIn, operations.register_persons, False),
    "person.amend": Verb(25, bodies.AmendPersonIn, amend_persons, False, changes_people=True),
    "person.merge": Verb(26, bodies.MergeIn, merge_persons, False, changes_people=True),
    "person.unmerge": Verb(27, bodies.UnmergeIn, unmerge_persons, False, changes_people=True),
}
