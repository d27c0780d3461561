"""``lachan lot``: where a lot may be used; a recall in one command, numbers first."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer
from django.utils import timezone, translation

from lachan.cli._access import OPERATOR, answer, area_id, fail
from lachan.immunization.commands import execute
from lachan.immunization.operations.recalls import facilities_of, queue_recall
from lachan.immunization.queries import catalogue, lots
from lachan.immunization.sentences import sentence
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED
from lachan.places import queries as places
from lachan.places.rules import COUNTRY_ID

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Lots: recall, quarantine, release, where they are.")

Lot = Annotated[str, typer.Option("--lot", help="number on the vial")]
Product = Annotated[str, typer.Option("--product", help="key of the product: pfizer, astrazeneca …")]
Reason = Annotated[str, typer.Option("--reason", help="why, for the history and the screens")]
Document = Annotated[str, typer.Option("--document", help="number of the notice")]
Place = Annotated[str, typer.Option("--place", help="code of a facility or area; 'nation' is everywhere")]
Yes = Annotated[bool, typer.Option("--yes", help="do it; without it only the numbers are shown")]
Json = Annotated[bool, typer.Option("--json", help="answer in JSON")]


@app.command()
def status(lot: Lot, product: Product, as_json: Json = False) -> None:
    """Who had a lot, where its vials are, what holds for it where."""
    found = _lot(lot, product)
    data = {"lot": found.number, "product": found.product, **_numbers(found.id, None)}
    data["history"] = [
        {
            "status": row.status, "place": _place_name(row.area_id, row.facility_id), "since": row.since.isoformat(),
            "until": row.until.isoformat() if row.until else None, "reason": row.reason, "document": row.document,
            "messages": lots.progress(row.id)._asdict() if row.status == "recalled" else None,
        }
        for row in lots.history(found.id)
    ]  # fmt: skip
    said = [_sentence(data)]
    for row in data["history"]:
        until = f" to {row['until']}" if row["until"] else ""
        said.append(f"{row['status']} · {row['place']} · from {row['since']}{until} · {row['reason']}")
    answer(as_json, data, "\n".join(said))


@app.command()
def recall(
    lot: Lot, product: Product, reason: Reason, place: Place = "nation", document: Document = "", yes: Yes = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Stop a lot at a place and queue a message to everyone who had it."""
    _change("lot.recall", lot, product, reason, place, document, yes, as_json)


@app.command()
def quarantine(
    lot: Lot, product: Product, reason: Reason, place: Place, document: Document = "", yes: Yes = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Stop a lot at a place until it has been examined."""
    _change("lot.quarantine", lot, product, reason, place, document, yes, as_json)


@app.command()
def release(
    lot: Lot, product: Product, reason: Reason, place: Place, document: Document = "", yes: Yes = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Take back what was set for exactly this place; messages not yet sent are withdrawn."""
    _change("lot.release", lot, product, reason, place, document, yes, as_json)


def _change(
    verb: str, lot: str, product: str, reason: str, place: str, document: str, yes: bool, as_json: bool
) -> None:
    found, (area, facility) = _lot(lot, product), _place(place)
    data: dict[str, Any] = {
        "verb": verb, "lot": found.number, "product": found.product, "place": _place_name(area, facility),
        **_numbers(found.id, facilities_of(area, facility)), "done": False,
    }  # fmt: skip
    if not yes:
        answer(as_json, data, f"{_sentence(data)}\nNothing was changed. Add --yes to do it for {data['place']}.")
        return
    begun = time.perf_counter()
    body: dict[str, Any] = {"product": found.product, "lot": found.number, "reason": reason, "document": document}
    if facility is not None:
        row = places.facility(facility)
        body["facility"] = row.code if row else ""
    else:
        body["area_id"] = area
    now = timezone.now()
    [outcome] = execute([Command(new_id(), verb, now, body)], actor=OPERATOR, now=now)
    if outcome.status is not ACCEPTED or outcome.id is None:
        fail(sentence(outcome.reason or "not_processed", outcome.params, "en"))
    queued = queue_recall(outcome.id, actor_id=OPERATOR.id, now=now) if verb == "lot.recall" else 0
    seconds = round(time.perf_counter() - begun, 2)
    data |= {"done": True, "id": str(outcome.id), "messages": queued, "seconds": seconds}
    answer(as_json, data, f"{_sentence(data)}\nDone for {data['place']}; {queued} messages queued in {seconds} s.")


def _lot(number: str, product: str) -> lots.LotFacts:
    if product not in catalogue().keys:
        fail(f"there is no product {product!r}; known are {', '.join(sorted(catalogue().keys))}")
    wanted = number.strip().upper()
    found = next((lot for lot in lots.lots_like(wanted, 200) if (lot.number, lot.product) == (wanted, product)), None)
    if found is None:
        fail(f"lot {wanted} of {product} is not known here")
    return found


def _place(code: str) -> tuple[int | None, int | None]:
    facility = places.facilities_by_code([code]).get(code)
    if facility is not None:
        return None, facility.id
    return area_id(code, timezone.localdate()), None


def _place_name(area: int | None, facility: int | None) -> str:
    with translation.override("en"):
        if facility is not None:
            row = places.facility(facility)
            return f"{row.code} {row.name}" if row else str(facility)
        if area == COUNTRY_ID:
            return "the nation"
        found = places.area(area or 0)
        return found.full_name if found else str(area)


def _numbers(lot_id: int, facilities: list[int] | None) -> dict[str, Any]:
    used, held = lots.used(lot_id, facilities), lots.held(lot_id, facilities)
    return {
        "people": lots.people(lot_id, facilities), "doses": sum(row.doses for row in used),
        "facilities_that_gave": len(used), "facilities_that_hold": sum(row.balance > 0 for row in held),
        "doses_left": sum(row.balance for row in held), "doses_on_the_way": sum(row.coming for row in held),
    }  # fmt: skip


def _sentence(data: dict[str, Any]) -> str:
    return (
        f"Lot {data['lot']} ({data['product']}): {data['people']} people had {data['doses']} doses at "
        f"{data['facilities_that_gave']} facilities; {data['doses_left']} doses left at "
        f"{data['facilities_that_hold']}, {data['doses_on_the_way']} on the way."
    )
