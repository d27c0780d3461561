"""Who a person is."""

from lachan.immunization import operations
from lachan.immunization.verbs.base import Verb
from lachan.people.facts import PersonIn

VERBS = {
    "person.register": Verb(20, PersonIn, operations.register_persons, False),
}
