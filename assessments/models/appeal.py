"""An appeal against a result: what it is against, what each of the two found again, the proof that was attached."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.case import Adjustment, Case
from assessments.models.standard import Criterion
from commitments.models import OfficialDocument
from units.models import Post


class Appeal(models.Model):
    """An appeal (申诉): grounds, a re-check by two people who had no part before, one written decision.
    `most` one a unit: there is one level. No worse result comes of it unless the decision says `for_fraud`.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="appeal")
    state = models.CharField(max_length=12, default="filed")
    grounds = models.TextField(_("grounds"), max_length=2000)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="rechecks_first"
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="rechecks_second"
    )
    named_at = models.DateTimeField(null=True, blank=True)
    rechecked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    decision = models.TextField(_("decision and its reasons"), max_length=2000, blank=True)
    for_fraud = models.BooleanField(default=False)
    signer = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    document = models.OneToOneField(
        OfficialDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="appeal"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="appeal_has_grounds", condition=~Q(grounds="")),
            models.CheckConstraint(
                name="appeal_checked_by_two_people",
                condition=Q(first=None, second=None, named_at=None)
                | Q(first__isnull=False, second__isnull=False, named_at__isnull=False) & ~Q(first=models.F("second")),
            ),
            models.CheckConstraint(
                name="appeal_decided_in_writing",
                condition=Q(decided_at=None) | Q(document__isnull=False) & ~Q(outcome="") & ~Q(decision=""),
            ),
        ]

    def __str__(self):
        return f"{self.case_id} {self.state}"


class AppealPoint(models.Model):
    """One thing that is appealed against, a criterion's score or a deduction or veto: what the unit says, and what
    each of the two found again: points of a criterion, whether an adjustment falls.
    """

    appeal = models.ForeignKey(Appeal, on_delete=models.CASCADE, related_name="points")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    adjustment = models.ForeignKey(
        Adjustment, on_delete=models.PROTECT, null=True, blank=True, related_name="appealed_in"
    )
    says = models.CharField(_("what is wrong with it"), max_length=500)
    first_points = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    first_falls = models.BooleanField(null=True, blank=True)
    first_words = models.CharField(max_length=300, blank=True)
    second_points = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    second_falls = models.BooleanField(null=True, blank=True)
    second_words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["criterion__position", "adjustment_id"]
        constraints = [
            models.UniqueConstraint(fields=["appeal", "criterion"], name="appeal_point_once"),
            models.UniqueConstraint(fields=["appeal", "adjustment"], name="appeal_adjustment_once"),
            models.CheckConstraint(
                name="appeal_point_on_one_thing",
                condition=Q(criterion__isnull=False, adjustment=None, first_falls=None, second_falls=None)
                | Q(criterion=None, adjustment__isnull=False, first_points=None, second_points=None),
            ),
        ]

    def __str__(self):
        return f"{self.criterion_id or self.adjustment_id}"


class AppealFile(models.Model):
    """Proof that a unit attaches to its appeal, made anew like all evidence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="files")
    title = models.CharField(_("what it shows"), max_length=120, blank=True)
    kind = models.CharField(max_length=4, choices=[("jpeg", "JPEG"), ("pdf", "PDF")])
    sha256 = models.CharField(max_length=64)
    original = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["added_at"]
        constraints = [models.UniqueConstraint(fields=["appeal", "original"], name="appeal_file_once")]

    def __str__(self):
        return self.title
