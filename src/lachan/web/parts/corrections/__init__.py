"""Requests for a correction: the list and the case of staff, and the person's own."""
