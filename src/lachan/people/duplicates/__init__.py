"""People who are there twice: found by a standing search over all records, settled by a person."""
