"""A national vaccination day played through the real HTTP door, and the audit of what is left of it.

``day`` writes the script (who comes where, what goes wrong), ``play`` sends it as stations do and keeps a ledger of the
answers, ``mischief`` kills what may be killed meanwhile, ``audit`` holds the ledger against the database.
"""
