"""What is done at a station, list-first: the only place of this room that writes."""

from lachan.immunization.operations.corrections import amend_doses, void_doses
from lachan.immunization.operations.doses import record_doses
from lachan.immunization.operations.encounters import record_arrivals, record_not_given, record_releases
from lachan.immunization.operations.persons import register_persons
from lachan.immunization.operations.reactions import record_reactions
from lachan.immunization.operations.screenings import record_screenings
from lachan.immunization.operations.sessions import close_sessions, open_sessions
from lachan.immunization.operations.stock import move_stock

__all__ = [
    "amend_doses", "close_sessions", "move_stock", "open_sessions", "record_arrivals", "record_doses",
    "record_not_given", "record_reactions", "record_releases", "record_screenings", "register_persons",
    "void_doses",
]  # fmt: skip
