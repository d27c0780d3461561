"""Health declarations, laboratory tests, cases and their classification, isolation."""
