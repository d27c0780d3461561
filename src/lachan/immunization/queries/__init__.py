"""Reads of the immunization room."""

from lachan.immunization.queries.reference import catalogue, forget, forms, lot_at, lots_in, products
from lachan.immunization.queries.station import session_of, sessions_in

__all__ = ["catalogue", "forget", "forms", "lot_at", "lots_in", "products", "session_of", "sessions_in"]
