"""The fourth wave of 2021 walked through again, with what was known on each day; `series.py` holds what was known."""
