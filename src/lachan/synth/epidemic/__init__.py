"""A seeded outbreak over the invented population: who was where, who infected whom, who was tested and isolated."""
