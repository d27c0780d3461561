"""Supply: lots set apart, plans, fridges."""
