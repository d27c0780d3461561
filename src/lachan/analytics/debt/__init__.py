"""The debt meter: what was given, recorded, matched, and what is missing on the way, by facility and day."""
