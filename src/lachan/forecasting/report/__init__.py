"""The situation report of 19:00: what is said, sealed, drawn, sent, and followed up. See the room's README."""
