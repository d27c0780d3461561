"""A small world to knock at doors in: one person of each role at the same station, and what addresses point at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from lachan.access import operations, queries
from lachan.access.actors import Actor, actor_of_user
from lachan.access.models import User
from lachan.access.rules import FACILITY_ROLES, KEY_ROLES, OFFICER_LEVEL, STAFF_ROLES, Role
from lachan.access.scopes import NATION
from lachan.certificates.keys import ensure
from lachan.certificates.operations.renewal import health_card_of
from lachan.certificates.operations.signatures import digest_of, sign_days, unsigned
from lachan.immunization.commands import execute
from lachan.immunization.models import HarmSignal, ReactionCase
from lachan.kernel.commands import Command
from lachan.kernel.ids import new_id
from lachan.people.self_service import sessions
from lachan.places import queries as places
from lachan.web.person_door import COOKIE

from . import world_lists

MAP = date(2021, 10, 16)
LEVELS = {**OFFICER_LEVEL, Role.TRACER: 3}


@cache
def _hash() -> str:
    """One hash for everybody: a real one each would take most of the time of the walk."""
    return make_password("lối-vào-của-mọi-người")


def signed_in_person(person_id: UUID, *, shared: bool = False) -> Client:
    """A browser in which this person has signed in to their own record."""
    client = Client()
    client.cookies[COOKIE] = sessions.begin(person_id, shared=shared, device="", now=timezone.now())
    return client


@dataclass
class World:
    """Everybody is at, or above, the station of Bến Nghé. Made on demand: a door pays only for what it needs."""

    root: Actor = field(default_factory=lambda: Actor.system("tests"))
    _clients: dict[str, Client] = field(default_factory=dict)
    _made: dict[str, object] = field(default_factory=dict)

    @cached_property
    def areas(self) -> dict[int, int]:
        """Level to area: the nation, TP Hồ Chí Minh, Quận 1, Bến Nghé."""
        found = {0: NATION}
        for level, code in ((1, "79"), (2, "760"), (3, "26740")):
            area = places.area_at(code, level, MAP)
            assert area is not None
            found[level] = area.id
        return found

    @cached_property
    def facility_id(self) -> int:
        rows = places.facilities(places.facilities_in(self.areas[3]))
        return next(row.id for row in rows if row.kind == "station" and row.area_id == self.areas[3])

    @cached_property
    def lists(self) -> world_lists.Lists:
        return world_lists.make(self)

    def once(self, name: str, make: Callable[[World], object]) -> object:
        """What a parameter of an address names, made for the first door that has it."""
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]

    def visitor(self) -> Client:
        return Client()

    def newcomer(self) -> Client:
        """Signed in, without any role."""
        return self._client("newcomer", lambda: self._signed_in("newcomer", frozenset()))

    def person(self) -> Client:
        """Somebody signed in to their own record, the one addresses point at."""
        return self._client("person", lambda: signed_in_person(self.person_id))

    def holder(self, role: Role) -> Client:
        """A client of someone, or of a key, that holds this role and no other."""
        if role in KEY_ROLES:
            return self._client(role, lambda: self._with_key(role))
        return self._client(role, lambda: self._signed_in(f"role-{role.value}", frozenset({role})))

    def everybody_at_once(self) -> Client:
        """Someone who holds every role of people."""
        return self._client("everybody", lambda: self._signed_in("everybody", STAFF_ROLES))

    def _client(self, name: str, make: Callable[[], Client]) -> Client:
        if name not in self._clients:
            self._clients[name] = make()
        return self._clients[name]

    def _signed_in(self, username: str, roles: frozenset[Role]) -> Client:
        now = timezone.now()
        [made] = operations.create_users([operations.NewUser(username, username)], actor=self.root, now=now)
        assert made.id is not None, made
        grants = [
            operations.NewGrant(role, user_id=made.id, facility_id=self.facility_id)
            if role in FACILITY_ROLES
            else operations.NewGrant(
                role, user_id=made.id, area_id=self.areas[OFFICER_LEVEL.get(role, 3 if role is Role.TRACER else 0)]
            )
            for role in sorted(roles)
        ]
        given = operations.grant(grants, actor=self.root, now=now)
        assert all(outcome.reason is None for outcome in given), given
        user = User.objects.get(id=made.id)
        user.password = _hash()
        user.save()
        client = Client()
        client.force_login(user)
        return client

    def _with_key(self, role: Role) -> Client:
        kind = "partner" if role is Role.PARTNER else "device"
        now = timezone.now()
        item = operations.NewApiKey(role.value, kind, now + timedelta(days=1), (self.facility_id,))
        _, token = operations.create_api_key(item, actor=self.root, now=now)
        return Client(headers={"Authorization": f"Bearer {token}"})

    def command(self, verb: str, **body: object) -> UUID:
        """The record a command made, sent through the door that screens and stations share."""
        now = timezone.now()
        [outcome] = execute([Command(new_id(), verb, now, body)], actor=self.root, now=now)
        assert outcome.id is not None, outcome
        return outcome.id

    @cached_property
    def person_id(self) -> UUID:
        """Someone who lives in Bến Nghé."""
        person_id = self.command(
            "person.register", name="Nguyễn Văn An", sex="M", birth_date="1980-05-17", residence_code="26740"
        )
        # received at the station: the commune of 2021 does not hold the whole ward that took its number
        self.command("arrival.record", person={"id": str(person_id)}, session_id=str(self.session_id))
        return person_id

    @cached_property
    def merge_id(self) -> UUID:
        """A record that became part of that person's."""
        other = self.command("person.register", name="Nguyễn Văn Ân", sex="M", birth_date="1980", force_new=True)
        return self.command(
            "person.merge", person={"id": str(self.person_id)}, other={"id": str(other)}, reason="the same papers"
        )

    @cached_property
    def dose_id(self) -> UUID:
        """A dose of that person, from a paper."""
        return self.command(
            "dose.record",
            person={"id": str(self.person_id)},
            product="pfizer",
            source="elsewhere",
            given_on="2021-10-01",
        )

    @cached_property
    def health_card_id(self) -> UUID:
        """A SMART Health Card of that person: the kind that has a file."""
        now = timezone.now()
        ensure(now)
        assert self.case_id, "a dose given here"
        day = timezone.localdate(now)
        seen = digest_of(unsigned(self.facility_id, day, day))
        sign_days(self.facility_id, day, day, batch_id=new_id(), seen=seen, actor=self.root, now=now)
        card = health_card_of(self.person_id, now=now)
        assert card is not None
        return card.id

    @cached_property
    def item_id(self) -> UUID:
        """An entry of the station's worklist: a dose for a number nobody has."""
        from lachan.kernel import worklist

        unknown = {"identifier": {"system": "citizen_id", "value": "079180099991"}}
        body = {"person": unknown, "product": "pfizer", "lot": "X", "session_id": str(self.session_id)}
        sent = Command(new_id(), "dose.record", timezone.now(), body)
        execute([sent], actor=self.root, now=timezone.now())
        return worklist.left_by([sent.id])[sent.id]

    @cached_property
    def pair_id(self) -> UUID:
        """A second dose a few days after the first, found by the search."""
        from lachan.immunization.models import DosePair
        from lachan.immunization.operations.dose_pairs import find_dose_pairs

        assert self.dose_id
        self.command(
            "dose.record", person={"id": str(self.person_id)}, product="pfizer", source="elsewhere",
            given_on="2021-10-05", override={"codes": ["interval_too_short"], "reason": "from a paper"},
        )  # fmt: skip
        find_dose_pairs(now=timezone.now())
        return DosePair.objects.get().id

    @cached_property
    def sheet_id(self) -> UUID:
        """Corrections somebody staged for the commune."""
        from lachan.exchange.tables import staging

        return staging.stage_proposals([], actor=self.root, area_id=self.areas[3], now=timezone.now())

    @cached_property
    def correction_id(self) -> UUID:
        """That person says that their birth date is wrong, with a picture of the card."""
        from lachan.certificates.corrections import asking
        from lachan.certificates.corrections.facts import PERSON, Said
        from tests.certificates.corrections.conftest import picture

        said = Said("", {"birth_date": "1981-05-17"})
        wish = asking.Asked(new_id(), self.person_id, "birth_date", said, photos=[picture()])
        [outcome] = asking.ask([wish], actor=PERSON, now=timezone.now())
        assert outcome.id is not None, outcome
        return outcome.id

    @cached_property
    def photo_id(self) -> UUID:
        """The picture of that request."""
        from lachan.certificates.corrections import queries as corrections

        row = corrections.by_id(self.correction_id)
        assert row is not None
        return corrections.photos(row)[0].id

    @cached_property
    def colleague_id(self) -> UUID:
        """An observer of the station whom administrators, auditors and support find."""
        self.holder(Role.OBSERVER)
        return User.objects.get(username="role-observer").id

    @cached_property
    def grant_id(self) -> UUID:
        found = queries.user_by_name(User.objects.get(id=self.colleague_id).username)
        assert found is not None
        return found.grants[0].id

    @cached_property
    def upload_id(self) -> UUID:
        """A file the administrator has uploaded and not carried out."""
        from lachan.access.operations import uploads

        self.holder(Role.ADMINISTRATOR)
        user = User.objects.get(username="role-administrator")
        actor = actor_of_user(user.id, user.username, today=timezone.localdate())
        staged = uploads.stage("users", b"username,name\nan-moi,An", actor=actor, now=timezone.now())
        assert staged.id is not None
        return staged.id

    @cached_property
    def session_id(self) -> UUID:
        """Today's session at the station."""
        code = places.facilities([self.facility_id])[0].code
        today = timezone.localdate().isoformat()
        return self.command("session.open", session_id=str(new_id()), facility=code, date=today)

    @cached_property
    def case_id(self) -> UUID:
        """A serious reaction of that person in today's session."""
        person = {"id": str(self.person_id)}
        session = {"person": person, "session_id": str(self.session_id)}
        code = places.facilities([self.facility_id])[0].code
        self.command("stock.move", facility=code, product="pfizer", lot="FG3524", kind="receive", quantity=10,
                     expires_on="2030-01-01")  # fmt: skip
        self.command("dose.record", **session, product="pfizer", lot="FG3524")
        self.command("reaction.record", **session, severity="severe")
        return ReactionCase.objects.get(person_id=self.person_id).id

    @cached_property
    def signal_id(self) -> UUID:
        """A lot that stands out."""
        now = timezone.now()
        made = HarmSignal.objects.create(
            kind="facility", measure="all", product_id=1, facility_id=self.facility_id, observed=5, doses=10,
            expected=1.0, p_value=1e-4, q_value=1e-3, compared=3, first_found_at=now, latest_found_at=now,
        )  # fmt: skip
        return made.id

    @cached_property
    def command_id(self) -> UUID:
        """A command somebody sent."""
        sent = Command(new_id(), "person.register", timezone.now(), {"name": "Lê An", "sex": "F", "birth_date": "1990"})
        execute([sent], actor=self.root, now=timezone.now())
        return sent.id

    def _lot_delivered(self) -> dict[str, str]:
        code = places.facilities([self.facility_id])[0].code
        self.command(
            "stock.move",
            facility=code,
            product="pfizer",
            lot="FG3524",
            kind="receive",
            quantity=60,
            expires_on="2030-01-01",
        )
        return {"product": "pfizer", "lot": "FG3524"}

    @cached_property
    def lot_id(self) -> int:
        """A lot the station holds."""
        from lachan.immunization.queries.lots import lots_like

        self._lot_delivered()
        return lots_like("FG3524")[0].id

    @cached_property
    def transfer_id(self) -> UUID:
        """Goods on their way to the station, from another one."""
        there = next(row for row in places.facility_table().values() if row.id != self.facility_id)
        lot = {"product": "pfizer", "lot": "FG3600"}
        self.command(
            "stock.move", facility=there.code, kind="receive", quantity=60, expires_on="2099-01-01", **lot
        )  # fmt: skip
        return self.command(
            "transfer.send", transfer_id=str(new_id()), facility=there.code, lines=[lot | {"quantity": 6}],
            to=places.facilities([self.facility_id])[0].code,
        )  # fmt: skip

    @cached_property
    def status_id(self) -> UUID:
        """A recall of that lot."""
        return self.command("lot.recall", **self._lot_delivered(), reason="notice of the manufacturer")

    @cached_property
    def plan_id(self) -> UUID:
        """A plan of the nation."""
        return self.command(
            "allocation.plan", plan_id=str(new_id()), giver_id=NATION, product="pfizer", title="Round 1", available=100,
            due_on="2099-01-01",
        )  # fmt: skip

    @cached_property
    def excursion_id(self) -> UUID:
        """A time the station's fridge was too warm."""
        code, device = places.facilities([self.facility_id])[0].code, str(new_id())
        self.command("cold.device", facility=code, device_id=device, name="T1", storage="2_8")
        at = timezone.now() - timedelta(hours=3)
        return self.command(
            "excursion.record", facility=code, device_id=device, began_at=at.isoformat(), ended_at=at.isoformat(),
            lowest=5, highest=12,
        )  # fmt: skip
