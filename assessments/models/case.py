"""One unit under assessment, what it says of itself, and every mark with the facts behind it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.standard import Assessment, Criterion
from assessments.states import AdjustmentKind, Grade, Source
from commitments.models import OfficialDocument, Publication
from units.models import Post, Unit


class CaseQuerySet(models.QuerySet):
    def published(self):
        """Cases whose result the public reads."""
        return self.filter(assessment__published_at__isnull=False)

    def locked(self, pk):
        """One case under a row lock, with what every act needs."""
        rows = self.select_for_update(of=("self",))
        return rows.select_related("assessment__campaign__bureau", "assessment__standard", "unit__kind").get(pk=pk)


class Case(models.Model):
    """One unit under assessment. Totals are out of 100, rounded half-up to 0.01 after summing (domain 2.6).

    `machine`, `inspected`, `self_total` and `review` stand side by side; `total` is what counts, `grade` follows from
    it, the vetoes and the cap. `grade_by_total` is the grade before cap and veto; `why_grade` says why they differ.
    `signals` is what the public told about the unit. `before` keeps the totals that an appeal changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="cases")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cases")
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="cases")
    order = models.CharField(max_length=48)
    kind_key = models.SlugField()
    self_total = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    machine = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    inspected = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    review = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    bonus = models.DecimalField(max_digits=6, decimal_places=2, default=0, help_text="bonus less deductions")
    total = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    grade_by_total = models.CharField(max_length=10, choices=Grade, blank=True)
    grade = models.CharField(max_length=10, choices=Grade, blank=True)
    why_grade = models.CharField(max_length=10, blank=True, help_text="veto or cap")
    rank = models.PositiveIntegerField(null=True, blank=True, help_text="within its kind of unit")
    signals = models.JSONField(default=dict, blank=True)
    before = models.JSONField(default=dict, blank=True)
    notice = models.OneToOneField(
        OfficialDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="notice_of"
    )
    notified_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "unit"], name="case_once_an_assessment"),
            models.CheckConstraint(
                name="case_total_in_bounds", condition=Q(total=None) | Q(total__gte=0, total__lte=120)
            ),
            models.CheckConstraint(name="case_graded_once_totalled", condition=Q(grade="") | Q(total__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["assessment", "order"], name="case_list"),
            models.Index(fields=["assessment", "kind_key", "-total"], name="case_ranking"),
            models.Index(fields=["unit"], name="case_of_unit"),
        ]

    def __str__(self):
        return f"{self.unit_id} {self.assessment_id}"


class Mark(models.Model):
    """What a criterion gave a unit, unrounded, and why: `facts` are the figures its explanation is told from.
    `points` None: the criterion does not apply to this unit, and its points are left out of the sum.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="marks")
    source = models.CharField(max_length=10, choices=Source)
    points = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "criterion", "source"], name="mark_once_a_source"),
            models.CheckConstraint(name="mark_in_bounds", condition=Q(points=None) | Q(points__gte=0, points__lte=100)),
        ]

    def __str__(self):
        return f"{self.criterion_id} {self.points}"


class Adjustment(models.Model):
    """A bonus, a deduction or a veto: by whom, for what that happened when, on which document. Taken back, never
    deleted. `proof` is the document's SHA-256 in the vault. A veto counts from the moment another person, who leads,
    confirmed it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="adjustments")
    kind = models.CharField(_("kind"), max_length=10, choices=AdjustmentKind)
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, null=True, blank=True, related_name="adjustments"
    )
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, default=0)
    happened_on = models.DateField(_("happened on"))
    reason = models.CharField(_("reason"), max_length=300)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    proof = models.CharField(max_length=64, blank=True)
    proof_kind = models.CharField(max_length=4, choices=[("jpeg", "JPEG"), ("pdf", "PDF")], blank=True)
    proof_title = models.CharField(_("the document"), max_length=120, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.CheckConstraint(
                name="adjustment_confirmed_by_another",
                condition=Q(confirmed_at=None, confirmed_by=None, confirmed_post=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, confirmed_post__isnull=False)
                & ~Q(confirmed_by=models.F("made_by")),
            ),
            models.CheckConstraint(
                name="adjustment_points_or_veto",
                condition=Q(kind="veto", points=0, criterion__isnull=False) | ~Q(kind="veto") & Q(points__gt=0),
            ),
            models.CheckConstraint(name="adjustment_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self):
        return f"{self.kind} {self.points}"


class SelfAssessment(models.Model):
    """What a unit says of its own year (自查自评), and the special report (专题报告) that its head signs."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="self_assessment")
    did = models.TextField(_("what was done"), max_length=3000, blank=True)
    short = models.TextField(_("what fell short, and why"), max_length=2000, blank=True)
    learned = models.TextField(_("what was learned from the benchmark"), max_length=2000, blank=True)
    next = models.TextField(_("how the bar is raised next"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    document = models.OneToOneField(
        OfficialDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="self_assessment"
    )
    sent_at = models.DateTimeField(null=True, blank=True, help_text="the day the head signed the special report")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    days_late = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="self_assessment_sent_signed",
                condition=Q(sent_at=None, sent_by=None)
                | Q(sent_at__isnull=False, sent_by__isnull=False, document__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.case_id}"


class SelfMark(models.Model):
    """The points a unit gives itself on one criterion, beside what the ledger says (`prefilled`)."""

    self_assessment = models.ForeignKey(SelfAssessment, on_delete=models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="self_marks")
    prefilled = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True, blank=True)
    words = models.CharField(_("why it differs from the ledger"), max_length=300, blank=True)

    class Meta:
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["self_assessment", "criterion"], name="self_mark_once"),
            models.CheckConstraint(
                name="self_mark_in_bounds", condition=Q(points=None) | Q(points__gte=0, points__lte=100)
            ),
        ]

    def __str__(self):
        return f"{self.criterion_id} {self.points}"
