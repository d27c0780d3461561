"""Whatever a station does in whatever order: the balance equals a recount, and every vial its doses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.immunization.checks import check_all
from lachan.kernel.ids import new_id
from lachan.kernel.outcomes import ACCEPTED, REFUSED

from .conftest import NOW, Station, everything_adds_up, make_station, rows, value

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
LOTS = ("LOT-A", "LOT-B")
HOUR = st.integers(0, 9)  # hours ago: times decide, not the order of entry
LOT = st.sampled_from(LOTS)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), LOT, st.integers(1, 20), HOUR),
        st.tuples(st.just("waste"), LOT, st.integers(1, 5), HOUR),
        st.tuples(st.just("issue"), LOT, st.integers(1, 20), HOUR),
        st.tuples(st.just("open"), LOT, st.integers(1, 4), HOUR),
        st.tuples(st.just("dose"), LOT, st.integers(0, 1), HOUR),  # 1: naming the latest vial
        st.tuples(st.just("discard"), LOT, st.just(0), HOUR),
        st.tuples(st.just("void"), LOT, st.integers(0, 5), HOUR),
        st.tuples(st.just("amend"), LOT, st.integers(0, 5), HOUR),
        st.tuples(st.just("transfer"), LOT, st.integers(1, 10), HOUR),
        st.tuples(st.just("arrive"), LOT, st.integers(0, 10), HOUR),
        st.tuples(st.just("back"), LOT, st.just(0), HOUR),
        st.tuples(st.just("count"), LOT, st.integers(0, 30), HOUR),
    ),
    max_size=14,
)


class Day:
    """What has been done so far, so that later steps can refer to it."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.session = str(station.session())
        self.doses: list[tuple[str, str]] = []
        self.vials: list[str] = []
        self.transfers: list[str] = []

    def step(self, kind: str, lot: str, number: int, hours: int) -> tuple[str, dict[str, Any]] | None:
        """The command of a step; None when there is nothing to do it to."""
        here = {"facility": self.station.facility.code, "product": "pfizer", "lot": lot}
        answer = {
            "codes": ["vial_time_passed", "vial_empty", "vial_not_open_yet", "vial_thrown_away"],
            "reason": "Đã xem",
        }
        match kind:
            case "receive":
                return "stock.move", here | {"kind": kind, "quantity": number, "expires_on": "2022-12-31"}
            case "waste":
                return "stock.move", here | {"kind": kind, "quantity": number, "reason": "broken"}
            case "issue":
                return "stock.move", here | {"kind": kind, "quantity": number, "session_id": self.session}
            case "open":
                self.vials.append(str(uuid4()))
                del here["facility"]
                ids = {"session_id": self.session, "vial_id": self.vials[-1]}
                return "vial.open", here | ids | {"doses": number, "anyway": "đã xem"}
            case "discard" if self.vials:
                return "vial.discard", {"session_id": self.session, "vial_id": self.vials[-1]}
            case "dose":
                person = str(self.station.person(force_new=True))
                body = {"person": {"id": person}, "product": "pfizer", "lot": lot, "session_id": self.session}
                named = {"vial": self.vials[-1]} if number and self.vials else {}
                return "dose.record", body | named | {"override": answer}
            case "void" if self.doses:
                person, dose = self.doses.pop(number % len(self.doses))
                return "dose.void", {"person": {"id": person}, "dose_id": dose, "reason": "Ghi nhầm"}
            case "amend" if self.doses:
                person, dose = self.doses.pop(number % len(self.doses))
                changes = {"lot": lot}
                body = {"person": {"id": person}, "dose_id": dose, "changes": changes, "reason": "Sai lô"}
                return "dose.amend", body | {"override": answer}
            case "transfer":
                self.transfers.append(str(uuid4()))
                lines = [{"product": "pfizer", "lot": lot, "quantity": number}]
                body = {"transfer_id": self.transfers[-1], "facility": here["facility"], "lines": lines}
                return "transfer.send", body | {"to": self.station.other.code, "anyway": "đã xem"}
            case "arrive" if self.transfers:
                body = {"transfer_id": self.transfers.pop(), "facility": self.station.other.code}
                return "transfer.receive", body
            case "back" if self.transfers:
                body = {"transfer_id": self.transfers.pop(), "facility": here["facility"]}
                return "transfer.cancel", body | {"reason": "Xe hỏng"}
            case "count":
                return "stock.count", here | {"counted": number}
        return None

    def play(self, steps: list[tuple[str, str, int, int]], together: bool) -> None:
        """Each step a call of its own, or runs of steps in one call as a device without a line sends them."""
        waiting: list[Any] = []
        for kind, lot, number, hours in steps:
            wanted = self.step(kind, lot, number, hours)
            if wanted is None:
                continue
            waiting.append(self.station.command(wanted[0], wanted[1], NOW - timedelta(hours=hours), new_id()))
            if not together or len(waiting) == 5:
                self.send(waiting)
                waiting = []
        self.send(waiting)

    def send(self, commands: list[Any]) -> None:
        for command, outcome in zip(commands, self.station.execute(commands), strict=True):
            assert outcome.reason != "not_processed", (command, outcome)
            assert outcome.status is not REFUSED or outcome.reason in (
                "transfer_unknown", "vial_unknown", "vial_other", "transfer_not_on_way",
            ), (command, outcome)  # fmt: skip
            if outcome.status is ACCEPTED and command.verb in ("dose.record", "dose.amend"):
                self.doses.append((command.body["person"]["id"], str(outcome.id)))


@given(steps=STEPS, together=st.booleans())
@SETTINGS
def test_the_balance_equals_a_recount_and_every_vial_its_doses(
    db: None, reference: None, steps: list[tuple[str, str, int, int]], together: bool
) -> None:
    with transaction.atomic():
        station = make_station()
        for lot in LOTS:
            station.receive("pfizer", lot, 12)
        Day(station).play(steps, together)
        everything_adds_up(station)
        assert [str(finding) for finding in check_all() if not finding.good] == []
        given_now = value("SELECT count(*) FROM immunization_dose WHERE status = 'active'")
        entered = value("SELECT coalesce(sum(quantity), 0) FROM immunization_stockmovement")
        assert value("SELECT coalesce(sum(balance), 0) FROM immunization_stock") == entered - given_now
        assert rows("SELECT 1 FROM immunization_vial WHERE drawn + wasted > doses") == []
        transaction.set_rollback(True)
