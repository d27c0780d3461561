"""Measurements behind ``make bench``: server, database and load generator together on one machine, durable settings.

``house`` starts a Lachan of its own, ``wire`` speaks HTTP as lightly as can be, ``doses`` and ``reads`` measure,
``report`` prints and keeps what was found.
"""
