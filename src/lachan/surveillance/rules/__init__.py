"""Decisions of this room, without a database: definitions of cases, risk classes, what a result means."""
