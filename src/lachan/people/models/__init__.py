"""Tables of people: who they are, and what is known about their records."""

from lachan.people.models.person import Contact, Guardian, Identifier, Person

__all__ = ["Contact", "Guardian", "Identifier", "Person"]
