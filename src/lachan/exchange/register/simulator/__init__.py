"""A population register to test against: its own process, its own data, its moods to order. Invented people only."""
