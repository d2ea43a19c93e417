"""The standard (考核细则): versioned, frozen before anything is scored by it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from assessments.states import Method
from commitments.models import OfficialDocument
from objectives.models import Campaign
from units.models import Post


class Standard(models.Model):
    """One version of a campaign's standard. `grades` is [{"key", "at_least"}], the best first; `top_share` the per cent
    of units of a kind that may be graded best, but at least `top_least` units: 30 % of three schools would be none.
    `differs_from` points (of 100) between two inspectors ask for a third.
    Frozen: `content` is its canonical JSON, `fingerprint` its SHA-256, and nothing of it moves any more.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="standards")
    version = models.PositiveSmallIntegerField()
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160, blank=True)
    grades = models.JSONField()
    top_share = models.DecimalField(max_digits=5, decimal_places=2, default=30)
    top_least = models.PositiveSmallIntegerField(default=1)
    bonus_most = models.DecimalField(max_digits=5, decimal_places=2, default=5)
    differs_from = models.DecimalField(max_digits=5, decimal_places=2, default=10)
    appeal_days = models.PositiveSmallIntegerField(default=5, help_text="working days from the notice")
    edits = models.PositiveIntegerField(default=1, help_text="grows with every change of the draft")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    content = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    frozen_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    document = models.OneToOneField(
        OfficialDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="standard"
    )
    history = HistoricalRecords(excluded_fields=["content"])

    class Meta:
        ordering = ["campaign", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "version"], name="standard_version_once"),
            models.CheckConstraint(
                name="standard_frozen_whole",
                condition=Q(frozen_at=None, frozen_by=None, frozen_post=None, fingerprint="", content="")
                | Q(frozen_at__isnull=False, frozen_by__isnull=False, frozen_post__isnull=False)
                & ~Q(fingerprint="")
                & ~Q(content=""),
            ),
            models.CheckConstraint(name="standard_top_share", condition=Q(top_share__gte=0, top_share__lte=100)),
            models.CheckConstraint(name="standard_top_least", condition=Q(top_least__lte=10)),
        ]

    def __str__(self):
        return f"{self.title_zh} v{self.version}"

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class Criterion(models.Model):
    """One line of a standard (指标): what it is worth, how it is scored, where the facts come from, who answers for it.

    `rule` names the machine's rule, with its `params`; empty for what only people judge. `looked_at`: inspectors
    judge it on the spot as well, and their mark stands over the machine's. `kinds` are keys of unit kinds (all when
    empty). `is_veto`: worth no points; a veto under it makes the grade the lowest.
    """

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=40)
    group = models.CharField(max_length=4, help_text="A, B, C …")
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100, blank=True)
    points = models.DecimalField(max_digits=5, decimal_places=2)
    method = models.CharField(max_length=12, choices=Method)
    rule = models.SlugField(max_length=40, blank=True)
    params = models.JSONField(default=dict, blank=True)
    looked_at = models.BooleanField(default=False)
    is_veto = models.BooleanField(default=False)
    kinds = models.JSONField(default=list, blank=True)
    scoring_zh = models.CharField(max_length=300, help_text="how points are given")
    scoring_en = models.CharField(max_length=400, blank=True)
    deduct_zh = models.CharField(max_length=200, blank=True)
    deduct_en = models.CharField(max_length=300, blank=True)
    bonus_zh = models.CharField(max_length=200, blank=True)
    bonus_en = models.CharField(max_length=300, blank=True)
    source_zh = models.CharField(max_length=120, help_text="where the facts come from")
    source_en = models.CharField(max_length=160, blank=True)
    see_zh = models.CharField(max_length=300, blank=True, help_text="what an inspector must see, and whom to ask")
    see_en = models.CharField(max_length=400, blank=True)
    office_zh = models.CharField(max_length=60, blank=True, help_text="the department that answers for it")
    office_en = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "position"], name="criterion_one_per_place"),
            models.UniqueConstraint(fields=["standard", "key"], name="criterion_key_once"),
            models.CheckConstraint(name="criterion_points", condition=Q(points__gte=0, points__lte=100)),
            models.CheckConstraint(name="criterion_veto_is_worth_nothing", condition=Q(is_veto=False) | Q(points=0)),
            models.CheckConstraint(
                name="criterion_machine_has_a_rule",
                condition=Q(is_veto=True) | Q(method="machine") & ~Q(rule="") | Q(method="inspection", looked_at=True),
            ),
        ]

    def __str__(self):
        return f"{self.key} {self.points}"


class Assessment(models.Model):
    """A campaign's assessment (考核): one standard, its days, and where it stands. `summary` is the frozen public
    count of the result. `scored_at` is when the machine last scored; `progress` tells how far a long run has come.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, related_name="assessment")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="assessments")
    phase = models.CharField(max_length=12, default="prepared")
    self_due_on = models.DateField(help_text="self-assessments are due, before the leading group's assessment")
    inspect_from_on = models.DateField()
    inspect_to_on = models.DateField()
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    scoring_asked_at = models.DateTimeField(null=True, blank=True)
    scored_at = models.DateTimeField(null=True, blank=True)
    progress = models.JSONField(default=dict, blank=True)
    inspections_closed_at = models.DateTimeField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    appeal_until_on = models.DateField(null=True, blank=True, help_text="the last day on which an appeal is in time")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    result_document = models.OneToOneField(
        OfficialDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="result_of"
    )
    report_document = models.OneToOneField(
        OfficialDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="report_of"
    )
    summary = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    history = HistoricalRecords(excluded_fields=["progress", "summary"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="assessment_days_in_order",
                condition=Q(inspect_from_on__gte=F("self_due_on"), inspect_to_on__gte=F("inspect_from_on")),
            ),
            models.CheckConstraint(
                name="assessment_published_once_notified",
                condition=Q(published_at=None) | Q(notified_at__isnull=False, published_by__isnull=False),
            ),
            models.CheckConstraint(
                name="assessment_appeals_once_notified",
                condition=Q(appeal_until_on=None) | Q(notified_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.campaign}"
