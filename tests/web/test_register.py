"""The page of the register counts and names nobody; a person's page says where they stand and how that came about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from lachan.exchange.register.breaker import OPEN
from lachan.people.verification import figures, queue
from lachan.people.verification.queue import BEFORE_ALL, Again, LineState

from .conftest import SignedIn
from .test_people import CITIZEN, person

pytestmark = pytest.mark.slow
NOW = datetime.now(UTC)


def text(client: Client, path: str) -> str:
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def ask(right: bool, again: Again | None = None) -> None:
    for province in queue.all_provinces():
        for batch in queue.claim(province, BEFORE_ALL, 1, lambda _id, _asked: b"", now=NOW, again=again).batches:
            queue.answer(batch, [right] * len(batch.persons), NOW)


def english(client: Client) -> Client:
    client.post("/language/", {"language": "en"})
    return client


def test_the_figures_are_those_of_the_readers_provinces(signed_in: SignedIn) -> None:
    person(citizen_id=CITIZEN)
    person("Trần Thị Bình", "1985-03-02", sex="F")
    person("Lê Hoàng Cường", "1990-01-01", commune="00001", citizen_id="001090012345")  # Hà Nội
    province, national = english(signed_in("province")), english(signed_in("national"))
    assert "Not counted yet" in text(province, "/register/")
    figures.recount(NOW)
    for client, persons in ((province, 1), (national, 2)):
        page = text(client, "/register/")
        row = page.split("not yet asked", 1)[1].split("</tr>", 1)[0]
        assert f'data-label="Persons">{persons}<' in row
        assert "Nguyễn Văn An" not in page
        assert CITIZEN not in page


def test_a_line_that_is_down_is_seen(signed_in: SignedIn) -> None:
    later = NOW + timedelta(minutes=8)
    queue.write_line(LineState(OPEN, 7, 2, later, "no answer (Connection refused)", NOW))
    page = text(english(signed_in("support")), "/register/")
    assert "does not answer" in page
    assert "Connection refused" in page


def test_a_right_that_was_taken_back_is_told_on_the_persons_page(signed_in: SignedIn) -> None:
    person_id = person(citizen_id=CITIZEN)
    ask(True)
    nurse = english(signed_in("nurse"))
    assert "confirmed by the register" in text(nurse, f"/people/{person_id}/")
    ask(False, Again(NOW))
    page = text(nurse, f"/people/{person_id}/")
    assert "wrong data" in page
    assert "the register took its answer back" in page
