"""Tables of exchange: what was uploaded and what became of each row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lachan.kernel.ids import new_id

KINDS = ("excel", "bulk")
STATES = ("staged", "committing", "done", "set_aside", "emptied")
ROW_STATES = ("change", "moved", "possible", "error", "same", "left_out", "done", "refused", "undone")


class Sheet(models.Model):
    """Corrections to many persons, reviewed before they are made: an Excel file that came back, or a choice on a page.

    The id is made from place and content, so the same file twice is the same sheet.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    area_id = models.IntegerField()  # whose officers see it
    actor_id = models.UUIDField()
    state = models.TextField()
    rows = models.IntegerField()
    sealed = models.BinaryField(null=True)  # why, in the words of who confirmed it
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="sheet_kind"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="sheet_state"),
        ]
        indexes = [
            models.Index(fields=["area_id", "-created_at"], name="sheet_of_area"),
            models.Index("created_at", condition=~Q(state="emptied"), name="sheet_to_empty"),
        ]

    class Distribution:
        column = "id"

    class Sealed:
        columns = ("sealed",)


class SheetRow(models.Model):
    """One row: what it says, of whom, how that differs from the record, and what became of it.

    What it says is sealed, and gone when the sheet is emptied; state, person and hash stay.
    """

    pk = models.CompositePrimaryKey("sheet_id", "number")
    sheet_id = models.UUIDField()
    number = models.IntegerField()  # of the row in the file, the first line is 1
    id = models.UUIDField(default=new_id)
    person_id = models.UUIDField(null=True)
    state = models.TextField()
    hash = models.BinaryField()  # keyed, of person and change: the same change twice is known again
    seen = models.BinaryField(null=True)  # print of the record as it was when the row was reviewed
    reason = models.TextField(default="")  # why it is wrong or was refused
    sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=ROW_STATES), name="sheetrow_state")]
        indexes = [
            models.Index("sheet_id", "state", "number", name="sheetrow_turn"),
            models.Index("person_id", name="sheetrow_person"),
            models.Index("hash", condition=Q(state="done"), name="sheetrow_done"),
        ]

    class Distribution:
        column = "sheet_id"

    class Sealed:
        columns = ("sealed",)


class KeptFile(models.Model):
    """A file of rows: read and checked, looked at, then recorded row by row.

    The id is made from sender and content, so the same file twice is the same one. What it says is sealed, and gone
    after thirty days; the figures stay.
    """

    id = models.UUIDField(primary_key=True)
    actor_id = models.UUIDField()
    state = models.TextField()  # staged | done | emptied
    rows = models.IntegerField()
    faults = models.IntegerField()  # rows that cannot be recorded as they are
    recorded = models.IntegerField(default=0)
    sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["staged", "done", "emptied"]), name="%(class)s_state"),
        ]
        indexes = [models.Index("created_at", condition=~Q(state="emptied"), name="%(class)s_to_empty")]

    class Distribution:
        column = "id"

    class Sealed:
        columns = ("sealed",)


class ResultFile(KeptFile):
    """A laboratory's file of results; its sender is the laboratory."""

    facility_id = models.IntegerField()

    class Meta(KeptFile.Meta):
        indexes = [
            *KeptFile.Meta.indexes,
            models.Index(fields=["facility_id", "-created_at"], name="resultfile_facility"),
        ]


class ListFile(KeptFile):
    """A list of another system."""

    what = models.TextField()  # cases | contacts | groups

    class Meta(KeptFile.Meta):
        constraints = [
            *KeptFile.Meta.constraints,
            models.CheckConstraint(condition=Q(what__in=["cases", "contacts", "groups"]), name="listfile_what"),
        ]
        indexes = [*KeptFile.Meta.indexes, models.Index(fields=["actor_id", "-created_at"], name="listfile_sender")]
