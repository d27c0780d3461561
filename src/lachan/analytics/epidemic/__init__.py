"""The epidemic in figures: every one a sum of changes with the day they became known on."""
