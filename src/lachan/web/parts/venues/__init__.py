"""Venues: registered and postered by officers, checked in at by people, kept by a device at the door."""
