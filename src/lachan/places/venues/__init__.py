"""Venues: doors that people check in at, their kinds, and the signed codes on their posters and screens."""

from lachan.places.venues.queries import VenueFacts, venue_by_code, venues, venues_by_code

__all__ = ["VenueFacts", "venue_by_code", "venues", "venues_by_code"]
