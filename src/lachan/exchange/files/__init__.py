"""Files of rows from outside: read, kept sealed until somebody has looked, recorded row by row, emptied in time."""
