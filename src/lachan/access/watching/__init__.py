"""Who looks in an unusual way: pure rules on counts, and what gathers the counts."""
