"""Certificates that follow the facts: issue, sign, carry, check, correct, revoke, print."""
