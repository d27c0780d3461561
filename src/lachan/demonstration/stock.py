"""The stock of the story's station: vials open in today's session, goods on the way, a count that differs."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from lachan.demonstration.plan import Country, uuid_for
from lachan.immunization.rules.gs1 import check_digit
from lachan.kernel.commands import Command

_DIGITS = "0950600013435"
GTIN = _DIGITS + str(check_digit(_DIGITS))  # of the range GS1 keeps for examples


def stock_commands(
    land: Country, now: datetime, session_id: UUID, lots: dict[str, tuple[str, ...]], expired: str
) -> list[Command]:
    """What the keeper of the stock did today; a seed that runs again adds nothing."""
    day = now.date()
    station = land.story
    sender = min((row for row in land.stations.values() if row.id != station.id), key=lambda row: row.id)
    opened = now - timedelta(hours=1)

    def made(what: str, verb: str, at: datetime, **body: object) -> Command:
        return Command(uuid_for("stock", what, day), verb, at, body)

    pfizer = {"product": "pfizer", "lot": lots["pfizer"][0]}
    moderna = {"product": "moderna", "lot": lots["moderna"][0]}
    here, session = {"facility": station.code}, {"session_id": str(session_id)}
    return [
        made("gtin", "gtin.teach", opened, **here, gtin=GTIN, product="pfizer", doses=1_170, vial_doses=6),
        made("issue", "stock.move", opened, **here, **pfizer, **session, kind="issue", quantity=30),
        made("vial-1", "vial.open", opened, **session, **pfizer, vial_id=str(uuid_for("vial", 1, day))),
        made("vial-2", "vial.open", opened, **session, **moderna, vial_id=str(uuid_for("vial", 2, day))),
        made("broken", "stock.move", opened, **here, **moderna, kind="waste", quantity=10, reason="broken"),
        made("count", "stock.count", opened, **here, product="astrazeneca", lot=expired, counted=18),
        made(
            "transfer", "transfer.send", opened, facility=sender.code, to=station.code, document="PC-118",
            transfer_id=str(uuid_for("transfer", day)), lines=[{**pfizer, "quantity": 12}],
        ),
    ]  # fmt: skip
