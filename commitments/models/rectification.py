"""Rectification within a time limit (限期整改): ordered, received, planned, reported, checked by another, closed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from commitments.models.documents import OfficialDocument
from commitments.models.ledger import Line
from commitments.models.publication import Publication
from commitments.rectifying import TO_REPORT
from commitments.states import RECTIFICATION_STATES
from objectives.models import Campaign
from units.models import Post, Unit

USER = settings.AUTH_USER_MODEL


class RectificationQuerySet(models.QuerySet):
    def locked(self, pk):
        """One order under a row lock, with what every act on it needs."""
        rows = self.select_for_update(of=("self",)).select_related("campaign__bureau", "unit__bureau", "signer__unit")
        return rows.get(pk=pk)

    def issued(self):
        return self.filter(issued_at__isnull=False)

    def to_report(self):
        """Ordered, and the unit still has to report what it did."""
        return self.filter(state__in=TO_REPORT)


class Rectification(models.Model):
    """One order and its course. `due_on` moves only by a granted extension; `first_due_on` never does.

    `source` says what it arose from. `repeats` links an earlier order about the same fault. `overdue_at` and
    `escalated_to` are set by the clock and stay, also when it is closed in the end.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="rectifications")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="rectifications")
    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, null=True, blank=True, related_name="rectifications"
    )
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, blank=True, related_name="rectifications")
    source = models.CharField(max_length=12, default="dispatch")
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="repeated_by")
    state = models.CharField(max_length=10, choices=RECTIFICATION_STATES, default="draft")
    finding = models.TextField(_("what was found"), max_length=1000)
    basis = models.CharField(_("on what ground"), max_length=200, blank=True)
    demand = models.TextField(_("what must be done"), max_length=1000)
    public_zh = models.CharField(_("the one line the public reads"), max_length=120, blank=True)
    public_en = models.CharField(max_length=160, blank=True)
    due_on = models.DateField(_("to be done by"))
    first_due_on = models.DateField()
    version = models.PositiveIntegerField(default=1)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    signer = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(
        OfficialDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="rectification"
    )
    issued_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    plan = models.TextField(_("plan: measures, person, day"), max_length=2000, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    report = models.TextField(_("report: what was done"), max_length=2000, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    check_words = models.CharField(max_length=500, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    escalated_to = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        ordering = ["-drafted_at"]
        constraints = [
            models.CheckConstraint(
                name="rectification_checked_by_someone_else",
                condition=Q(checked_by=None) | (~Q(checked_by=F("reported_by")) & ~Q(checked_by=F("drafted_by"))),
                violation_error_message=_("Whoever ordered or reported cannot be the one who checks."),
            ),
            models.CheckConstraint(
                name="rectification_closed_once_checked", condition=Q(closed_at=None) | Q(checked_at__isnull=False)
            ),
            models.CheckConstraint(
                name="rectification_issued_is_a_document",
                condition=Q(issued_at=None) | Q(document__isnull=False),
            ),
            models.CheckConstraint(name="rectification_due_never_earlier", condition=Q(due_on__gte=F("first_due_on"))),
        ]
        indexes = [
            models.Index(fields=["unit", "due_on"], name="rectification_open", condition=Q(closed_at=None)),
        ]

    def __str__(self):
        return self.document.number if self.document_id else "—"


class Extension(models.Model):
    """A request for a later day, made before the day; decided by the leader, who names a definite new date."""

    rectification = models.ForeignKey(Rectification, on_delete=models.PROTECT, related_name="extensions")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why the day cannot be kept"), max_length=500)
    progress = models.CharField(_("what has been done so far"), max_length=500)
    wanted_on = models.DateField(_("new day asked for"))
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    granted_on = models.DateField(null=True, blank=True)
    decision = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["rectification"], name="extension_one_open_at_a_time", condition=Q(decided_at=None)
            ),
            models.CheckConstraint(
                name="extension_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
        ]

    def __str__(self):
        return f"{self.rectification_id} {self.wanted_on}"
