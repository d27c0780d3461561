"""Our signing keys and those of other countries, to be looked at."""
