"""Demand for doses by product and commune, worked out from the register: see the room's README.

`ground` (which station's stock serves whom), `cohorts` (who falls due and who came, as the engine's arrays), `supply`
(what is there and what comes), `source` (statements), `operations` (runs), `queries` (answers).
"""
