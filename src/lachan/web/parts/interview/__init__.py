"""The interview of a case: who lives, learns, works and travels with them, whom they name, what was heard."""
