"""Who met whom, and what a rule makes of it: pure, arrays in, lines out."""
