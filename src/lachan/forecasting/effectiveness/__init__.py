"""Vaccine effectiveness from the register's own doses and tests: counted, estimated, kept, asked for."""
