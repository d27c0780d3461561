"""Tables of people: who they are, by what they are recognised, how they are reached."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id


class Person(models.Model):
    """A person as registered. Distributed by its own id, which is ``person_id`` in every other table."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.TextField()
    search_name = models.TextField()
    sex = models.CharField(max_length=1)
    birth_date = models.DateField(null=True)
    birth_precision = models.CharField(max_length=1, default="D")  # D day, M month, Y year only
    residence_id = models.IntegerField(null=True)
    residence_since = models.DateField(null=True)
    occupation = models.TextField(default="")
    priority_group = models.SmallIntegerField(null=True)
    nationality = models.CharField(max_length=2, default="VN")
    status = models.TextField(default="known")  # known | provisional
    died_on = models.DateField(null=True)
    merged_into = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sex__in=["M", "F", "U"]), name="person_sex"),
            models.CheckConstraint(condition=Q(birth_precision__in=["D", "M", "Y"]), name="person_birth_precision"),
            models.CheckConstraint(condition=Q(status__in=["known", "provisional"]), name="person_status"),
        ]
        indexes = [
            models.Index("search_name", "birth_date", name="person_name"),
            models.Index("birth_date", "residence_id", name="person_birth"),
            models.Index("residence_id", "search_name", name="person_residence"),
            # asked before every write about a person: has this record become part of another meanwhile?
            models.Index("id", name="person_merged", condition=Q(merged_into__isnull=False)),
        ]

    class Distribution:
        column = "id"


class Identifier(models.Model):
    """A number that names a person: sealed, found by its blind index. Trusted systems belong to one person only."""

    pk = models.CompositePrimaryKey("blind", "person_id")
    blind = models.BinaryField()
    person_id = models.UUIDField()
    system = models.TextField()  # citizen_id | old_id | health_insurance | passport | provisional
    trusted = models.BooleanField()
    malformed = models.BooleanField(default=False, db_default=False)  # kept as sent, for the commune to mend
    sealed = models.BinaryField()
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("blind", condition=Q(trusted=True), name="identifier_trusted_once"),
        ]
        indexes = [models.Index("person_id", name="identifier_person")]

    class Distribution:
        column = "blind"

    class Sealed:
        columns = ("sealed",)


class Contact(models.Model):
    """A way to reach a person. Several each, shared ones allowed: never an identity."""

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    kind = models.TextField()  # phone | email
    blind = models.BinaryField()
    sealed = models.BinaryField()
    since = models.DateTimeField()
    preferred = models.BooleanField(default=False, db_default=False)  # where the person wishes to be told

    class Meta:
        constraints = [models.UniqueConstraint("person_id", "blind", name="contact_once")]

    class Distribution:
        column = "person_id"

    class Sealed:
        columns = ("sealed",)


class Guardian(models.Model):
    """Who answers for a child; a person of ours, or a name and a sealed contact."""

    pk = models.CompositePrimaryKey("person_id", "id")
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField()
    guardian_id = models.UUIDField(null=True)
    name = models.TextField()
    relation = models.TextField()
    sealed_phone = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index("guardian_id", name="guardian_record", condition=Q(guardian_id__isnull=False))]

    class Distribution:
        column = "person_id"

    class Sealed:
        columns = ("sealed_phone",)
