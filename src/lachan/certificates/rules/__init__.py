"""Which cards a person should have, decided from facts: pure."""
