"""A process that is killed while it carries out a sheet: whoever goes on loses nothing and does nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from lachan.exchange.tables import carrying, store

from .conftest import NOW, Office, person, record, typed

pytestmark = pytest.mark.slow

PEOPLE = 600
CARRY = """
import sys
from datetime import datetime
from uuid import UUID
import django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
from lachan.access.actors import Actor
from lachan.exchange.tables import carrying
print("ready", flush=True)
carrying.carry_out(UUID(sys.argv[2]), actor=Actor.system("tests"), now=datetime.fromisoformat(sys.argv[3]))
print("done", flush=True)
"""


def amended() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kernel_journal WHERE verb = 'person.amended'")
        return int(cursor.fetchone()[0])


def test_killed_in_the_middle_of_an_import(committed: None, office: Office, tmp_path: Path) -> None:
    people = [
        person("Nguyễn Thị An", f"19{60 + i % 40}-0{1 + i % 9}-1{i % 9}", old_id=f"{100000000 + i}")
        for i in range(PEOPLE)
    ]
    rows = [("Nguyễn Thị Ân", "", "", f"{100000000 + i}") for i in range(PEOPLE)]
    sheet = office.stage(typed(("Họ và tên", "Ngày sinh", "Giới tính", "Số CMND/CCCD"), *rows))
    assert office.sheet(sheet).counts == {"change": PEOPLE}
    assert carrying.confirm(sheet, "họp tổ dân phố", actor=office.actor, now=NOW)
    script = tmp_path / "carry.py"
    script.write_text(CARRY)
    name = str(connection.settings_dict["NAME"])
    arguments = [sys.executable, str(script), name, str(sheet), NOW.isoformat()]
    kills = 0
    while office.sheet(sheet).state == "committing" and kills < 12:
        before = amended()
        with subprocess.Popen(
            arguments, stdout=subprocess.PIPE, env=os.environ | {"PYTHONWARNINGS": "ignore"}
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            until = time.monotonic() + 60
            # in the middle of a slice: after some commands of it were committed, before its rows were marked
            while amended() < before + 60 and process.poll() is None and time.monotonic() < until:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
        kills += 1
    if office.sheet(sheet).state == "committing":
        carrying.carry_out(sheet, actor=office.actor, now=NOW)
    assert kills > 1
    assert office.sheet(sheet).counts == {"done": PEOPLE}
    assert amended() == PEOPLE  # each once
    assert {record(one).person.name for one in people} == {"Nguyễn Thị Ân"}
    assert len(store.rows_of(sheet, ("done",), limit=PEOPLE + 1)) == PEOPLE
