"""How the rows of this room follow a person."""

from __future__ import annotations

from typing import Final

from lachan.immunization.operations.joined_doses import doses_back, move_doses
from lachan.immunization.operations.joined_encounters import encounters_back, move_encounters
from lachan.kernel.movers import Mover, rows_of

MOVERS: Final = (
    Mover("immunization", ("immunization_encounter.person_id",), move_encounters, encounters_back),
    Mover("immunization", ("immunization_dose.person_id",), move_doses, doses_back),
    rows_of("immunization", "immunization_dosepair", hangs_on=("first_id", "second_id")),
    rows_of("immunization", "immunization_dosecorrection", hangs_on=("dose_id",)),
    rows_of("immunization", "immunization_screening", hangs_on=("encounter_id",)),
    rows_of("immunization", "immunization_notgiven", hangs_on=("encounter_id",)),
    rows_of("immunization", "immunization_reaction", hangs_on=("encounter_id", "dose_id")),
    rows_of("immunization", "immunization_reactioncase", hangs_on=("dose_id",)),
    rows_of("immunization", "immunization_reactionfact", hangs_on=("case_id",)),
    rows_of("immunization", "immunization_reportcode", key="dose_id", hangs_on=("dose_id",)),
    rows_of("immunization", "immunization_message", key="cause_id"),
)
