"""Sheets as people work with them: written, read again, compared with the records, and carried out."""
