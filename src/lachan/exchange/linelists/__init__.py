"""Line lists of other systems: cases and contacts from a file, looked at row by row, then recorded."""
