"""A file of results that comes twice, under its own name and under another: one case, and the page says so."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lachan.access import operations as access
from lachan.access import scopes
from lachan.access.models import User
from lachan.analytics import maps
from lachan.analytics.epidemic import projection
from lachan.surveillance.models import Case, Result
from lachan.web import build
from tests.tracing.work.conftest import Ward, make_ward

pytestmark = [pytest.mark.slow]


@pytest.fixture
def ward(db: None, reference: None) -> Ward:
    build.build()
    maps.forget()
    scopes.forget()
    cache.clear()
    access.create_demo_users(timezone.now())
    return make_ward(timezone.now())


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def sent(laboratory: Client, content: str, name: str) -> str:
    """Upload a file, record its rows; what the page says right after the upload."""
    answer = laboratory.post(
        "/laboratory/file/", {"file": SimpleUploadedFile(name, content.encode(), "text/csv")}, follow=True
    )
    assert answer.status_code == 200
    laboratory.post(answer.redirect_chain[-1][0])
    return answer.content.decode()


def test_results_sent_twice_are_one_case_and_the_sender_is_told(ward: Ward) -> None:
    person = ward.person("Trần Văn Ba")
    body = {"person": {"id": str(person)}, "sample": "HN-0001", "facility": "TYT26740"}
    ward.now -= timedelta(hours=3)
    assert ward.execute("sample.take", body).id is not None
    laboratory, rows = signed_in("laboratory"), "Mã mẫu,Kết quả,Ct\nHN-0001,Dương tính,21\n"
    told = ("Tệp này đã được nhập trước đây. Không có gì được làm hai lần.",
            "This file was uploaded before. Nothing is done twice.")  # fmt: skip
    assert told[0] not in sent(laboratory, rows, "ngay-20.csv")
    assert told[0] in sent(laboratory, rows, "ngay-20 (1).csv")
    laboratory.post("/language/", {"language": "en"})
    assert told[1] in sent(laboratory, rows, "again.csv")
    longer = f"{rows}HN-0009,Âm tính,\n"  # a new file, with a row that is known
    assert told[1] not in sent(laboratory, longer, "ngay-21.csv")
    assert (Result.objects.count(), Case.objects.count()) == (1, 1)
    projection.count_again([person], timezone.now())
    page = signed_in("national").get("/picture/").content.decode()
    assert re.search(r'id="figure-cases".*?lc-figure-value">\s*1\s*<', page, re.DOTALL)
