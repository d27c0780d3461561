"""Sealed columns of visits on disk: pure files, sorted by place and time, with an index by person."""
