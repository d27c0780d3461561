"""Two records of one person become one, and can come apart again. See the README of this room."""
