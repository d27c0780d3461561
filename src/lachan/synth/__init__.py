"""An invented population with the real one's frequencies and faults; deterministic by seed, written by COPY.

``plan.Plan`` names a population, ``people.generate`` makes a chunk of it in columns, ``cards.people_for`` gives single
persons with the cards they carry, ``run.invent`` writes a population into the database.
"""
