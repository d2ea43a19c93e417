"""Monthly dispatch (月调度): a unit's sheet of a month, its entries, evidence, chasers, and what a meeting decided."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from commitments.models.documents import OfficialDocument
from commitments.models.ledger import Line
from commitments.models.publication import Publication
from commitments.models.timetable import Month
from commitments.states import CHOICES, SAID, SHEET_STATES
from objectives.models import Campaign
from units.models import Post, Unit


class SheetQuerySet(models.QuerySet):
    def missing(self):
        """Sheets that have not come yet: one partial index answers this for any number of units."""
        return self.filter(sent_at=None)

    def locked(self, pk):
        """One sheet under a row lock, with what every act needs."""
        rows = self.select_for_update(of=("self",))
        return rows.select_related("month__campaign__bureau", "month__campaign__timetable", "unit__kind").get(pk=pk)


class Sheet(models.Model):
    """What one unit reports for one month: every live line on one page.

    `state`: open (being filled) → ready (the staff gave it to the head) → sent; returned puts a sent one back.
    `sent_at` is when the head last sent it, `first_sent_at` when first: being late is judged by the first.
    `receiver` is the town office that keeps a town school's reports; empty: the style office.
    `cell` is frozen with the month: on_time, late, not_reported, nothing_to_report. A sheet sent after the
    freeze keeps its cell and is marked `after_freeze`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="sheets")
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="sheets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sheets")
    receiver = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="received_sheets")
    order = models.CharField(max_length=48)
    lines = models.PositiveSmallIntegerField(default=0, help_text="how many lines are to be reported")
    state = models.CharField(max_length=10, choices=SHEET_STATES, default="open")
    version = models.PositiveIntegerField(default=1)
    ready_at = models.DateTimeField(null=True, blank=True)
    ready_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    first_sent_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    receipt = models.CharField(max_length=60, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(max_length=300, blank=True)
    days_late = models.PositiveSmallIntegerField(default=0, help_text="calendar days between due day and first sending")
    after_freeze = models.BooleanField(default=False)
    cell = models.CharField(max_length=20, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering = ["month", "order"]
        constraints = [
            models.UniqueConstraint(fields=["month", "publication"], name="sheet_once_a_month_and_unit"),
            models.UniqueConstraint(fields=["month", "receipt"], name="sheet_receipt_once", condition=~Q(receipt="")),
            models.CheckConstraint(
                name="sheet_sent_by_somebody",
                condition=Q(sent_at=None)
                | Q(sent_by__isnull=False, sent_post__isnull=False, first_sent_at__isnull=False) & ~Q(receipt=""),
            ),
            models.CheckConstraint(
                name="sheet_sent_is_sent",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["month", "order"], name="sheet_list"),
            models.Index(fields=["month", "order"], name="sheet_missing", condition=Q(sent_at=None)),
            models.Index(fields=["unit", "-month"], name="sheet_of_unit"),
            models.Index(fields=["receiver", "month", "order"], name="sheet_of_receiver"),
        ]

    def __str__(self):
        return f"{self.unit_id} {self.month_id}"


class Entry(models.Model):
    """One line in a month's sheet. `before` is the figure before, `value` what is reported now.

    `choice`: no_change, update, stuck, nothing (nothing was due or can be measured this month); empty while
    nobody has touched it. `status`, `plan_share` and `actual_share` are derived when the sheet is sent;
    `public` is what the public reads, written once when the month is frozen and never changed.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="entries")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="entries")
    choice = models.CharField(max_length=10, choices=CHOICES, blank=True)
    before = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    said_before = models.CharField(max_length=10, choices=SAID, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    said = models.CharField(max_length=10, choices=SAID, blank=True)
    word = models.CharField(_("what was done, in one sentence"), max_length=200, blank=True)
    problem = models.CharField(_("what it is stuck on"), max_length=200, blank=True)
    request = models.CharField(_("what help is asked for, and of whom"), max_length=200, blank=True)
    why = models.CharField(_("why the figure fell"), max_length=200, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    plan_share = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    actual_share = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    status = models.CharField(max_length=20, blank=True)
    public = models.CharField(max_length=20, blank=True, help_text="the status at the freeze; empty before")

    class Meta:
        ordering = ["line__position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "line"], name="entry_once_a_sheet_and_line"),
            models.CheckConstraint(
                name="entry_stuck_says_on_what", condition=~Q(choice="stuck") | Q(status="") | ~Q(problem="")
            ),
        ]
        indexes = [
            models.Index(fields=["line", "-sheet"], name="entry_of_line"),
            models.Index(fields=["sheet"], name="entry_stuck", condition=Q(choice="stuck")),
        ]

    def __str__(self):
        return f"{self.line_id} {self.choice}"


class Evidence(models.Model):
    """A file that proves progress. Private: the unit, its receivers and the auditor see it, nobody else.

    `happened_on` is the evidence's own date; `sha256` names the re-encoded bytes in the vault, `original` the
    bytes that were uploaded: the same original in two places is shown as reused.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="evidence")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    rectification = models.ForeignKey(
        "commitments.Rectification", on_delete=models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    title = models.CharField(_("what it shows"), max_length=120)
    happened_on = models.DateField(_("day it shows"))
    kind = models.CharField(max_length=4, choices=[("jpeg", "JPEG"), ("pdf", "PDF")])
    sha256 = models.CharField(max_length=64)
    original = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["added_at"]

    def __str__(self):
        return self.title


class Chaser(models.Model):
    """That a person was reminded of a sheet on a day: nobody is chased twice within the spacing."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="chasers")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="empty: the clock",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "to", "on"], name="chaser_once_a_day_and_person")]
        indexes = [models.Index(fields=["to", "-on"], name="chaser_last")]

    def __str__(self):
        return f"{self.to_id} {self.on}"


class Aggregate(models.Model):
    """What a town office sends for its schools: counts, no school by name."""

    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="aggregates")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="aggregates")
    counts = models.JSONField(help_text='{"sheets": {cell: n}, "lines": {status: n}, "stuck": n}')
    word = models.CharField(_("in one sentence"), max_length=300, blank=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    receipt = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "unit"], name="aggregate_once_a_month_and_office")]

    def __str__(self):
        return self.receipt


class Meeting(models.Model):
    """A dispatch meeting of a month. Its minutes are an official document once closed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="meetings")
    month = models.OneToOneField(Month, on_delete=models.PROTECT, related_name="meeting")
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=80, blank=True)
    chaired_by = models.CharField(_("in the chair (post)"), max_length=80, blank=True)
    present = models.CharField(_("present (posts and units)"), max_length=300, blank=True)
    said = models.TextField(_("what was discussed"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)
    closed_at = models.DateTimeField(null=True, blank=True)
    document = models.OneToOneField(
        OfficialDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="meeting"
    )

    def __str__(self):
        return f"{self.month}"


class Decision(models.Model):
    """What a meeting decided: what, who, by when. Followed up at the meetings after it until it is done."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(_("what"), max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("who"))
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions")
    due_on = models.DateField(_("by when"))
    outcome = models.CharField(_("what became of it"), max_length=200, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="decision_one_per_place"),
            models.CheckConstraint(
                name="decision_done_once_reported", condition=Q(done_at=None) | Q(done_at__gte=F("reported_at"))
            ),
        ]
        indexes = [models.Index(fields=["unit", "due_on"], name="decision_open", condition=Q(done_at=None))]

    def __str__(self):
        return self.what
