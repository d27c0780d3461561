"""The laboratory's screens: the bench, pools, samples taken, corrections, results by file."""
