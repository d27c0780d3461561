"""How it stands with the population register: of one person on their page, of everybody in figures."""
