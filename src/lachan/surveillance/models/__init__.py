"""Tables of surveillance, by topic."""
