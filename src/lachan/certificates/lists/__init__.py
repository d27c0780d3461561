"""Lists of what is revoked, small enough to carry: pure."""
