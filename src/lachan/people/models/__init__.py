"""Tables of people: who they are, and what is known about their records."""

from lachan.people.models.duplicates import PairScan, PairSlice, PersonPair
from lachan.people.models.merging import EndedIdentifier, Merge, MergedRow
from lachan.people.models.person import Contact, Guardian, Identifier, Person
from lachan.people.models.repair import RepairNote
from lachan.people.models.self_service import PersonSession, SignInCode, SignInCount
from lachan.people.models.verification import (
    RegisterBatch,
    RegisterLine,
    Verification,
    VerificationChange,
    VerificationFigure,
)

__all__ = [
    "Contact",
    "EndedIdentifier",
    "Guardian",
    "Identifier",
    "Merge",
    "MergedRow",
    "PairScan",
    "PairSlice",
    "Person",
    "PersonPair",
    "PersonSession",
    "RegisterBatch",
    "RegisterLine",
    "RepairNote",
    "SignInCode",
    "SignInCount",
    "Verification",
    "VerificationChange",
    "VerificationFigure",
]
