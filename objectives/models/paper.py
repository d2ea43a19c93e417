"""One unit's objectives for one campaign: objective → measures and targets."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from objectives.models.campaign import Benchmark, Campaign
from objectives.states import EDITABLE, MOVES, Comparison, ObjectiveKind, State, TargetState
from portal.core.errors import Refused
from units.models import Post, Unit


class PaperQuerySet(models.QuerySet):
    def locked(self, pk):
        """One paper under a row lock, with what every act needs."""
        return self.select_for_update(of=("self",)).select_related("campaign__bureau", "unit__kind").get(pk=pk)

    def in_full(self):
        """With objectives, measures and targets: a constant number of queries."""
        return self.select_related("campaign__bureau", "unit__kind", "unit__parent").prefetch_related(
            "objectives__measures", "objectives__targets", "objectives__benchmark", "objectives__leader",
            "objectives__responsible",
        )  # fmt: skip


class Paper(models.Model):
    """The objectives paper. `version` grows with every change of its head; objectives carry their own.

    `round` counts submissions: 0 before the first. `is_printed_plan`: loaded as the plan prints it, unsigned.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="papers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="papers")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    round = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    is_printed_plan = models.BooleanField(default=False)

    consulted_from = models.DateField(_("consulted from"), null=True, blank=True)
    consulted_to = models.DateField(_("consulted to"), null=True, blank=True)
    consulted_how = models.CharField(_("how people were asked"), max_length=200, blank=True)
    consulted_people = models.PositiveIntegerField(_("people asked"), null=True, blank=True)
    opinions_heard = models.PositiveIntegerField(_("opinions heard"), null=True, blank=True)
    opinions_adopted = models.PositiveIntegerField(_("opinions adopted"), null=True, blank=True)
    adopted_points = models.TextField(_("what was adopted"), max_length=500, blank=True)

    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    history = HistoricalRecords()
    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "unit__path"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit"], name="paper_one_per_unit_and_campaign"),
            models.CheckConstraint(
                name="paper_consultation_in_order",
                condition=Q(consulted_from=None) | Q(consulted_to=None) | Q(consulted_to__gte=F("consulted_from")),
                violation_error_message=_("The consultation cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="paper_adopts_no_more_than_it_heard",
                condition=Q(opinions_adopted=None)
                | Q(opinions_heard=None)
                | Q(opinions_adopted__lte=F("opinions_heard")),
                violation_error_message=_("More opinions adopted than heard."),
            ),
            models.CheckConstraint(
                name="paper_has_a_round_once_submitted", condition=Q(state=State.DRAFT) | Q(round__gte=1)
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.campaign.year}"

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    def move_to(self, state: State) -> None:
        """The one door between states; raises `Refused` for a move that the table does not have."""
        if state not in MOVES[State(self.state)]:
            raise Refused(
                gettext("A paper cannot go from “%(old)s” to “%(new)s”.")
                % {"old": self.get_state_display(), "new": State(state).label}
            )
        self.state = state


class Objective(models.Model):
    """One thing the unit sets itself. `sections` are keys of the campaign's required heads it answers."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="objectives")
    position = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(_("aims at"), max_length=20, choices=ObjectiveKind, default=ObjectiveKind.DUTY)
    text_zh = models.CharField(_("objective"), max_length=200, blank=True)
    text_en = models.CharField(_("objective in English"), max_length=300, blank=True)
    sections = models.JSONField(_("required heads it answers"), default=list, blank=True)
    due_on = models.DateField(_("to be reached by"), null=True, blank=True)
    due_phrase_zh = models.CharField(max_length=80, blank=True)
    due_phrase_en = models.CharField(max_length=120, blank=True)
    leader = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accountable leader")
    )
    leader_printed_zh = models.CharField(max_length=80, blank=True, help_text=_("As the plan prints it"))
    leader_printed_en = models.CharField(max_length=120, blank=True)
    responsible = models.ManyToManyField(Unit, blank=True, related_name="+", verbose_name=_("responsible units"))
    benchmark = models.ForeignKey(
        Benchmark, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("benchmark unit")
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["paper", "position"], name="objective_one_per_place")]

    def __str__(self):
        return self.text_zh or f"#{self.position}"


class Measure(models.Model):
    """How it will be done, in one sentence."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="measures")
    position = models.PositiveSmallIntegerField()
    text_zh = models.CharField(max_length=200)
    text_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["objective", "position"], name="measure_one_per_place")]

    def __str__(self):
        return self.text_zh


class Target(models.Model):
    """A measurable or checkable line: baseline → target, beside the benchmark's value.

    A figure the plan does not print is None, never 0. Percentages are stored as 90 with unit_zh "%".
    Begun from last cycle's results, it `continues` a commitment and knows its result: a value that does not lie above
    `result_before` needs `why_not_raised`, which becomes public with the paper.
    """

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="targets")
    measure = models.ForeignKey(Measure, on_delete=models.SET_NULL, null=True, blank=True, related_name="targets")
    position = models.PositiveSmallIntegerField()
    text_zh = models.CharField(_("what is counted or checked"), max_length=120)
    text_en = models.CharField(max_length=160, blank=True)
    comparison = models.CharField(_("comparison"), max_length=10, choices=Comparison, default=Comparison.AT_LEAST)
    baseline = models.DecimalField(_("now"), max_digits=14, decimal_places=3, null=True, blank=True)
    value = models.DecimalField(_("target"), max_digits=14, decimal_places=3, null=True, blank=True)
    unit_zh = models.CharField(_("unit of measure"), max_length=20, blank=True)
    unit_en = models.CharField(max_length=30, blank=True)
    benchmark_value = models.DecimalField(
        _("the benchmark's value"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    benchmark_unknown = models.BooleanField(_("the benchmark's value is not known"), default=False)
    standard_zh = models.CharField(max_length=60, blank=True, help_text=_("By whose standard"))
    standard_en = models.CharField(max_length=80, blank=True)
    is_striven_for = models.BooleanField(default=False, help_text=_("The plan says “strive for” (力争)"))
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=24, choices=TargetState, default=TargetState.OPEN)
    continues = models.CharField(
        max_length=60, blank=True, help_text="code of last cycle's commitment, e.g. FZ-2017-2.4"
    )
    promised_before = models.DecimalField(
        max_digits=14, decimal_places=3, null=True, blank=True, help_text="what that commitment promised"
    )
    result_before = models.DecimalField(
        max_digits=14, decimal_places=3, null=True, blank=True, help_text="what that commitment reached"
    )
    why_not_raised = models.CharField(
        _("why the target does not lie above last year’s result"), max_length=200, blank=True
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["objective", "position"], name="target_one_per_place"),
            models.CheckConstraint(
                name="target_benchmark_known_or_not",
                condition=Q(benchmark_value=None) | Q(benchmark_unknown=False),
                violation_error_message=_("Give the benchmark's figure, or say that it is not known; not both."),
            ),
        ]

    def __str__(self):
        return self.text_zh
