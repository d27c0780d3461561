"""Sealed columns of visits on disk: pure files, sorted by place and time, with an index by person.

``store.Store`` answers; ``sealing`` writes. Both compile on first use: import them where they are used.
"""
