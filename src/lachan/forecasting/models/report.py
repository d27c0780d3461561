"""Tables of the situation report: what was said and sealed, how it was drawn, whom it went to, what a meeting wrote."""

from __future__ import annotations

from django.db import models

from lachan.kernel.ids import new_id


class Report(models.Model):
    """One report of one place and day. Written once: no statement of this room changes or deletes a row.

    ``content``: bytes of ``report.content``; ``seal`` chains it to the place's report before (``before``).
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    area_id = models.IntegerField()
    day = models.DateField()
    made_at = models.DateTimeField()
    content = models.BinaryField()
    before = models.TextField(default="")  # seal of the report before; empty: the first
    seal = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("area_id", "day", name="report_once")]
        indexes = [models.Index("day", "area_id", name="report_day")]

    class Distribution:
        kind = "local"


class ReportDrawing(models.Model):
    """A page or PDF of a report as it was first drawn: the same bytes for whoever asks later."""

    pk = models.CompositePrimaryKey("report_id", "form", "language")
    report_id = models.UUIDField()
    form = models.TextField()  # html | pdf
    language = models.TextField()
    made_at = models.DateTimeField()
    digest = models.TextField()
    drawn = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(form__in=["html", "pdf"]), name="drawing_form"),
            models.CheckConstraint(condition=models.Q(language__in=["vi", "en"]), name="drawing_language"),
        ]

    class Distribution:
        kind = "local"


class ReportNote(models.Model):
    """A question or decision of the meeting, beside the figure it is about; followed until it is settled."""

    id = models.UUIDField(primary_key=True, default=new_id)
    area_id = models.IntegerField()
    report_id = models.UUIDField()
    day = models.DateField()
    kind = models.TextField()
    figure = models.TextField(default="")  # id of the figure; empty: of the whole report
    text = models.TextField()
    who = models.TextField(default="")  # office that answers
    due = models.DateField(null=True)
    state = models.TextField(default="open")
    answer = models.TextField(default="")
    written_at = models.DateTimeField()
    written_by = models.UUIDField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["question", "decision"]), name="note_kind"),
            models.CheckConstraint(condition=models.Q(state__in=["open", "done", "dropped"]), name="note_state"),
        ]
        indexes = [
            models.Index("area_id", "day", name="note_area_day"),
            models.Index("area_id", "due", name="note_open", condition=models.Q(state="open")),
        ]

    class Distribution:
        kind = "local"


class ReportReader(models.Model):
    """An address the report of a place goes to by e-mail; sealed, as every address of a person is."""

    id = models.UUIDField(primary_key=True, default=new_id)
    area_id = models.IntegerField()
    address = models.BinaryField()
    address_blind = models.BinaryField()
    language = models.TextField(default="vi")
    since = models.DateTimeField()
    added_by = models.UUIDField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "area_id", "address_blind", condition=models.Q(until__isnull=True), name="report_reader_once"
            )
        ]

    class Sealed:
        columns = ("address",)

    class Distribution:
        kind = "local"


class ReportSend(models.Model):
    """One report on its way to one reader: tried again with a limit, never sent twice."""

    pk = models.CompositePrimaryKey("report_id", "reader_id")
    report_id = models.UUIDField()
    reader_id = models.UUIDField()
    state = models.TextField(default="waiting")  # waiting | sent | refused | given_up
    tries = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "sent", "refused", "given_up"]), name="report_send_state"
            )
        ]
        indexes = [models.Index("next_at", name="report_send_due", condition=models.Q(state="waiting"))]

    class Distribution:
        kind = "local"
