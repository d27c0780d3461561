"""Tables of exchange: what was uploaded and what became of each row."""
