"""What tests stand on: a real PostgreSQL, the country's reference data, people who may act.

The server is the embedded one with its own data directory (``var/test``), started by the first test that wants a
database and stopped at the end of the run; ``LACHAN_TEST_DATABASE_URL`` names another server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import psycopg
import pytest

from lachan.access.actors import Actor, GrantFact

CHECKOUT = Path(__file__).resolve().parent.parent
MOST_OF_A_NAME = 60  # characters
NAMESPACE = UUID("8d3c1c2e-0f2b-5a55-9c0c-6a1f3c5e7b00")  # of people who exist in tests only


def pytest_unconfigure(config: pytest.Config) -> None:
    """The end of a run stops the server, unless another run in the same checkout is using it."""
    from django.conf import settings

    server = settings.EMBEDDED
    if hasattr(config, "workerinput") or server is None or server.pid() is None:
        return
    with psycopg.connect(server.dsn("postgres")) as connection:
        [others] = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone() or (0,)
    if not others:
        server.stop()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A long value is called as its argument: a file of megabytes is no name, and some are made anew in each worker."""
    return argname if isinstance(val, (str, bytes)) and len(val) > MOST_OF_A_NAME else None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """pytest-django asks for this before it makes the test database: the moment to start the server."""
    from django.conf import settings

    if settings.EMBEDDED is not None:
        settings.EMBEDDED.ensure()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """A test database for every run. pytest-django makes one only when some test is marked django_db; a run of tests
    that commit would then empty the installation's own."""
    from django.test.utils import setup_databases, teardown_databases

    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public reference material beside the checkout."""
    path = CHECKOUT.parent / "shared"
    if not path.is_dir():
        pytest.skip("needs the folder 'shared' beside the checkout (reference and matching data)")
    return path


@pytest.fixture(scope="session")
def reference(django_db_setup: None, django_db_blocker: Any) -> None:
    """Areas, facilities and products, committed once per worker; every test sees them, none changes them for good."""
    from lachan.immunization.reference import load_products
    from lachan.places.operations import load_reference

    with django_db_blocker.unblock():
        load_reference()
        load_products()


@pytest.fixture
def own_ring(tmp_path: Path, settings: Any) -> Iterator[None]:
    """A ring without keys in the test's own folder, where the demonstration may make some; what this process remembers
    of keys, trust and what it published is forgotten before and after."""
    from lachan.certificates import keys
    from lachan.certificates.keys import trust
    from lachan.rest import published, well_known

    def forget_all() -> None:
        for part in (keys, trust, published, well_known.lists):
            part.forget()

    settings.CONF = replace(settings.CONF, data_dir=tmp_path)
    settings.LACHAN_DEMO = True
    forget_all()
    yield
    forget_all()


@pytest.fixture
def forgetful() -> Iterator[None]:
    """What this process remembers of venues, doors and days of visits is forgotten before and after."""
    from lachan.places.venues import keys, queries
    from lachan.tracing.visits import devices, partitions

    def forget_all() -> None:
        for forget in (queries.forget, keys.forget, devices.forget, partitions.forget):
            forget()

    forget_all()
    yield
    forget_all()


@pytest.fixture
def committed(reference: None, django_db_blocker: Any) -> Iterator[None]:
    """A database where commits are real, for what one transaction cannot show: threads, processes, killed servers.

    Instead of pytest-django's ``transactional_db``, which would empty the reference tables as well.
    """
    from django.conf import settings
    from django.db import connection

    assert str(settings.DATABASES["default"]["NAME"]).startswith("test_"), "never the installation's own"
    with django_db_blocker.unblock():
        yield
        with connection.cursor() as cursor:
            # most tables have stayed empty, and to empty an empty one costs as much; CASCADE reaches others of the same
            # list only: all of them together were emptied without it
            asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in _emptied())
            cursor.execute(" UNION ALL ".join(asked))
            if filled := [name for (name,) in cursor.fetchall()]:
                cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")
        connection.close()


def _emptied() -> list[str]:
    """Every table but those loaded once; lots, their marks and signing keys are reference tables too, but come with the
    day."""
    from django.apps import apps

    keep = {"django_migrations", "django_content_type", "auth_permission"}
    names = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if getattr(getattr(model, "Distribution", None), "kind", "") != "reference"
        and not model._meta.app_label.startswith("procrastinate")
    }
    with_the_day = {"immunization_lot", "immunization_lotstatus", "immunization_tradeitem"}
    venues = {"places_venue", "places_venuekey"}
    return sorted((names - keep) | with_the_day | venues | {"certificates_key", "certificates_trusted"})


@pytest.fixture(scope="session")
def story_station(reference: None, django_db_blocker: Any) -> int:
    """The station of phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh."""
    from datetime import date

    from lachan.places import queries as places

    with django_db_blocker.unblock():
        commune = places.area_at("26740", 3, date(2021, 10, 16))
        assert commune is not None
        rows = places.facilities(places.facilities_in(commune.id))
    return next(row.id for row in rows if row.kind == "station" and row.area_id == commune.id)


@pytest.fixture(scope="session")
def nurse(story_station: int) -> Actor:
    """Someone who does everything a nurse may at the station of the story."""
    from lachan.access.rules import STATION_ROLES, Role

    grants = [GrantFact(role, story_station, None) for role in sorted(STATION_ROLES - {Role.HEAD})]
    return Actor(uuid5(NAMESPACE, "nurse"), "user", "nurse", tuple(grants))


@pytest.fixture(scope="session")
def national() -> Actor:
    """Someone who looks at the whole country."""
    from lachan.access.rules import Role
    from lachan.access.scopes import NATION

    return Actor(uuid5(NAMESPACE, "national"), "user", "national", (GrantFact(Role.NATIONAL_OFFICER, None, NATION),))
