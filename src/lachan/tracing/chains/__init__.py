"""Chains of transmission: candidates, weights, R, k, serial intervals; backward from cases to places. Pure."""
