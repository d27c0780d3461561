"""Users, facilities and keys from a CSV file: read, tried, shown, and only then carried out."""
