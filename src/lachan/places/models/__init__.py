"""Tables of places. All are reference tables: small beside the facts, and read everywhere."""

from __future__ import annotations

from lachan.places.models.areas import Area, AreaSuccessor, Facility
from lachan.places.models.venues import Venue, VenueKey

__all__ = ["Area", "AreaSuccessor", "Facility", "Venue", "VenueKey"]
