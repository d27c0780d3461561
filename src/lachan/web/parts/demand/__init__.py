"""Doses wanted, against stock: what is likely to run out where, and how much to order."""
