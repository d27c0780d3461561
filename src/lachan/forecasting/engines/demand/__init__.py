"""Demand for doses by place and product in the coming weeks, and what stock and deliveries make of it.

`steps` (schedule and cohorts), `uptake` (how soon people come, from the past), `paths` (weeks ahead), `stock` (risk of
running out, orders, expiry), `plan` (all of it, block by block of places).
"""
