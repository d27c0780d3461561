"""Vaccine effectiveness from counts of linked doses and tests, biases named beside the figure.

`states` (time since dose), `negative.from_tests`, `cohort.from_cohort`, `simulate` (worlds of known effectiveness).
"""
