"""Results of a laboratory by file: read, checked row by row, shown, and then recorded through the one door."""
