"""What the population register says of each person: states, their history, and the questions under way."""
