"""Pure decisions of the immunization room: facts and a moment in, result and reason codes out.

No Django, no database, no clock: the same functions serve the web, the REST door, the rehearsal and a bare interpreter.
"""
