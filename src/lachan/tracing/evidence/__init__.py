"""Evidence beside visits and telephones: who lives, learns, works and travels together, and whom a case named."""
