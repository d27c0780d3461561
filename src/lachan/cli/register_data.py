"""What the played register knows: from the seed of an invented population, or from a demonstration's own people."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from lachan.exchange.register.simulator import book
from lachan.exchange.register.simulator.book import BookError, Entries, Entry
from lachan.synth import tables
from lachan.synth.citizens import citizens
from lachan.synth.plan import Plan

PAGE = 2_000


def ready(
    path: Path | None, people: int, seed: int, province: str, errors: float | None,
    house: Callable[[], AbstractContextManager[None]],
) -> Entries:  # fmt: skip
    """The book at ``path``, made when it is not there; ``errors``: from the house, and the share it knows otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    from django.conf import settings

    name = f"seed-{seed}-{province or 'all'}-{people}.npy" if errors is None else "house.npy"
    file = path or settings.CONF.data_dir / "register" / name
    if file.exists() and (path is not None or errors is None):
        return book.read(file)
    if errors is None:
        try:
            tables.places(province)
        except KeyError:
            raise BookError(f"no province had the code {province!r} in 2021") from None
        book.write(file, (Entry(*citizen) for citizen in citizens(Plan(seed, province), people)))
    else:
        with house():
            book.write(file, _of_house(errors))
    return book.read(file)


def _of_house(errors: float) -> Iterator[Entry]:
    """Everybody of a demonstration by the number they would be asked by; some with another name or birth date."""
    from django.conf import settings

    from lachan.people.verification.export import citizens_of_house

    if not settings.LACHAN_DEMO:
        raise BookError("a register is played with invented people only: this installation is no demonstration")
    dice = random.Random(1)
    for number, name, sex, born in citizens_of_house():
        if dice.random() * 100 >= errors:
            yield Entry(number, name, sex, born)
        elif dice.random() < 0.5:
            yield Entry(number, f"{name} Anh", sex, born)
        else:
            yield Entry(number, name, sex, f"{born[:4]}-01-01")
