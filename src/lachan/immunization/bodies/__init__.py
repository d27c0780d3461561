"""The bodies of this room's commands, as they are sent. A field that is not listed is refused by name, never dropped.

One module a topic, as in ``verbs`` and ``sentences``.
"""
