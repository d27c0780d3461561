"""Encounters of telephones: temporary ids, what a case uploads, and the minutes at a distance it comes to."""
