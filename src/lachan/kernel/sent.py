"""What commands said when they were sent: opened again for a person who decides, never for a screen as it is."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final
from uuid import UUID

import msgspec

from lachan.kernel.commands import Command
from lachan.kernel.database import hot_cursor
from lachan.kernel.sealing import sealer
from lachan.kernel.statements import load

MOST: Final = 200  # commands at once; each may be part of a submission of 250
_COMMANDS = list[Command]


def commands_sent(ids: Iterable[UUID]) -> dict[UUID, Command]:
    """Commands by id, from the submissions they came in; those that are not kept are left out. Two queries."""
    wanted = list(ids)[:MOST]
    if not wanted:
        return {}
    with hot_cursor() as cursor:
        cursor.execute(load("kernel", "submissions_of_commands"), [wanted])
        submissions = {row[0] for row in cursor.fetchall()}
        cursor.execute(load("kernel", "submissions_by_id"), [list(submissions)])
        opened = [sealer().open(row[0], "kernel_submission.content") for row in cursor.fetchall()]
    asked = set(wanted)
    sent = (command for content in opened for command in msgspec.json.decode(zlib.decompress(content), type=_COMMANDS))
    return {command.id: command for command in sent if command.id in asked}
