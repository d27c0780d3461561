"""Visits, encounters, exposure rules, lists of contacts, follow-up."""
