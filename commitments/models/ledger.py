"""The ledger (台账): one line a commitment, one a measure without target. What is planned, done, proved, closed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from commitments.models.publication import Commitment, Publication
from commitments.states import NOT_MEASURABLE, SAID
from objectives.models import Campaign
from units.models import Post, Unit


class LineQuerySet(models.QuerySet):
    def live(self):
        """Lines that are still to be kept: neither closed, nor withdrawn, nor done before the plan began."""
        return self.filter(closed_at=None, withdrawn_at=None, done_before=False)

    def without_person(self):
        """Lines whose undertaker nobody named: the red mark of the five clears."""
        return self.live().filter(undertaker=None)


class Line(models.Model):
    """One row of the ledger. `commitment` is empty for a measure without target, which is reported in words.

    Responsibility lies with posts: whoever holds `leader` or `undertaker` today answers for the line.
    `plan_share` and `actual_share` are per cent of the way from baseline to target. `rank` sorts the worst first.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="lines")
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="lines")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="lines")
    commitment = models.OneToOneField(Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="line")
    code = models.CharField(max_length=60, unique=True)
    number = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    order = models.CharField(max_length=48, help_text="the unit's place in the tree")
    text_zh = models.CharField(max_length=200)
    text_en = models.CharField(max_length=300, blank=True)
    due_on = models.DateField()
    starts_on = models.DateField()
    comparison = models.CharField(max_length=10, blank=True, help_text="empty for a measure told in words")
    baseline = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    target = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    done_before = models.BooleanField(default=False, help_text="completed before the plan began")
    milestones = models.JSONField(default=list, blank=True, help_text='[{"on": day, "share": per cent, "text": …}]')

    leader = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    leader_printed = models.CharField(max_length=80, blank=True, help_text="as the plan prints it")
    undertaker = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    department = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=200, blank=True)

    actual = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    said = models.CharField(max_length=10, choices=SAID, blank=True)
    plan_share = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    actual_share = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    status = models.CharField(max_length=20, default=NOT_MEASURABLE)
    rank = models.PositiveSmallIntegerField(default=50)
    as_of = models.DateField(null=True, blank=True)
    month = models.CharField(max_length=7, blank=True, help_text="the month last reported")
    word = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    request = models.CharField(max_length=200, blank=True)
    same_months = models.PositiveSmallIntegerField(default=0, help_text="how often “no change” followed itself")

    done_on = models.DateField(null=True, blank=True, help_text="the day the unit says it was done")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    history = HistoricalRecords(
        excluded_fields=["status", "rank", "plan_share", "actual_share", "as_of", "word", "problem", "request"]
    )
    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "position"], name="line_one_per_place"),
            models.CheckConstraint(
                name="line_verified_by_somebody",
                condition=Q(verified_at=None, verified_by=None, verified_post=None)
                | Q(verified_at__isnull=False, verified_by__isnull=False, verified_post__isnull=False),
            ),
            models.CheckConstraint(
                name="line_closed_once_verified",
                condition=Q(closed_at=None) | Q(verified_at__isnull=False),
                violation_error_message=_("Only what somebody checked can be closed."),
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "rank", "order", "position"], name="line_worst_first"),
            models.Index(fields=["unit", "position"], name="line_of_unit"),
            models.Index(
                fields=["campaign", "due_on"], name="line_live_due",
                condition=Q(closed_at=None, withdrawn_at=None, done_before=False),
            ),
            models.Index(
                fields=["unit"], name="line_nobody_named",
                condition=Q(undertaker=None, closed_at=None, withdrawn_at=None, done_before=False),
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.code

    @property
    def is_live(self) -> bool:
        return self.closed_at is None and self.withdrawn_at is None and not self.done_before

    @property
    def in_words(self) -> bool:
        """Whether it is reported as not begun, under way or done rather than by a figure."""
        return self.target is None or self.comparison not in ("ge", "le", "eq")


class SavedView(models.Model):
    """A filter and sort order of the ledger that somebody keeps under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ledger_views")
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=400)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_name_once_a_person")]

    def __str__(self):
        return self.name
