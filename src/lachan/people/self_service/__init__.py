"""A person's own door: one-time codes, sessions, household. Says nothing to whoever is not that person."""
