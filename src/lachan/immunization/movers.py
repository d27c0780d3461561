"""How the rows of this room follow a person."""

from __future__ import annotations

from typing import Final

from lachan.kernel.movers import rows_of

MOVERS: Final = (
    rows_of("immunization", "immunization_dose"),
    rows_of("immunization", "immunization_encounter"),
    rows_of("immunization", "immunization_dosepair", hangs_on=("first_id", "second_id")),
    rows_of("immunization", "immunization_dosecorrection", hangs_on=("dose_id",)),
    rows_of("immunization", "immunization_screening", hangs_on=("encounter_id",)),
    rows_of("immunization", "immunization_notgiven", hangs_on=("encounter_id",)),
    rows_of("immunization", "immunization_reaction", hangs_on=("encounter_id", "dose_id")),
    rows_of("immunization", "immunization_message", key="cause_id"),
)
