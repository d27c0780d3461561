"""Places: administrative areas as they were and are, and the facilities in them."""
