"""Benchmarking (对标): which unit measures itself against which benchmark, where it stands, and how it learns."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from objectives.models.campaign import Benchmark, Campaign
from objectives.models.paper import Objective
from objectives.states import ContactWay, GapKind, VisitKind, VisitState
from units.models import Bureau, Post, Unit


class Pairing(models.Model):
    """One unit measures itself against one benchmark in one campaign: the pair that owes a contact each quarter.

    The gap analysis of a pair is its `gaps`; it counts once it is filed (`gaps_filed_at`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="pairings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="pairings")
    benchmark = models.ForeignKey(Benchmark, on_delete=models.PROTECT, related_name="pairings")
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="from this day nothing more is owed")
    ended_why = models.CharField(max_length=200, blank=True)
    why_chosen = models.CharField(max_length=300, blank=True, help_text="where the comparability rule is not met")
    version = models.PositiveIntegerField(default=1, help_text="of the gap analysis")
    gaps_filed_at = models.DateTimeField(null=True, blank=True)
    gaps_filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["unit__path", "benchmark__name_zh"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "unit", "benchmark"], name="pairing_once_a_campaign"),
            models.CheckConstraint(
                name="pairing_ends_after_it_begins", condition=Q(until_on=None) | Q(until_on__gte=F("since_on"))
            ),
            models.CheckConstraint(
                name="pairing_gaps_filed_by_somebody",
                condition=Q(gaps_filed_at=None, gaps_filed_by=None)
                | Q(gaps_filed_at__isnull=False, gaps_filed_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.unit} – {self.benchmark}"


class Gap(models.Model):
    """One row of a gap analysis (对标查摆): on a dimension of the campaign, or on an indicator with its figures."""

    pairing = models.ForeignKey(Pairing, on_delete=models.CASCADE, related_name="gaps")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=GapKind)
    dimension = models.SlugField(max_length=50, blank=True, help_text="key of the campaign's dimension")
    indicator = models.CharField(_("indicator"), max_length=120, blank=True)
    ours = models.CharField(_("ours"), max_length=300, blank=True)
    theirs = models.CharField(_("theirs"), max_length=300, blank=True)
    our_value = models.DecimalField(_("our figure"), max_digits=14, decimal_places=3, null=True, blank=True)
    their_value = models.DecimalField(_("their figure"), max_digits=14, decimal_places=3, null=True, blank=True)
    measure = models.CharField(_("unit of measure"), max_length=20, blank=True)
    gap = models.CharField(_("the gap"), max_length=300, blank=True)
    cause = models.CharField(_("its cause"), max_length=300, blank=True)
    adopt = models.CharField(_("what we adopt"), max_length=300, blank=True)
    objective = models.ForeignKey(
        Objective, on_delete=models.SET_NULL, null=True, blank=True, related_name="gaps",
        verbose_name=_("the objective in which it appears"),
    )  # fmt: skip

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["pairing", "position"], name="gap_one_per_place"),
            models.UniqueConstraint(
                fields=["pairing", "dimension"], name="gap_once_a_dimension", condition=Q(kind="dimension")
            ),
            models.CheckConstraint(
                name="gap_says_on_what",
                condition=Q(kind="dimension", indicator="") & ~Q(dimension="")
                | Q(kind="indicator", dimension="") & ~Q(indicator=""),
            ),
        ]

    def __str__(self):
        return self.indicator or self.dimension


class Blackout(models.Model):
    """Days of key work, such as exam weeks, on which nobody visits anybody (the plan: key work is not delayed)."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="blackouts")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"))
    why_zh = models.CharField(_("why"), max_length=80)
    why_en = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["from_on"]
        constraints = [
            models.CheckConstraint(name="blackout_ends_after_it_begins", condition=Q(to_on__gte=F("from_on"))),
            models.UniqueConstraint(fields=["bureau", "from_on", "to_on"], name="blackout_once"),
        ]

    def __str__(self):
        return f"{self.why_zh} {self.from_on}"


class VisitQuerySet(models.QuerySet):
    def standing(self):
        """Visits that take, or took, their host's time: neither cancelled nor sent back."""
        return self.filter(state__in=[VisitState.ASKED, VisitState.APPROVED, VisitState.DONE])

    def locked(self, pk):
        """One visit under a row lock, with what every act needs."""
        return (
            self.select_for_update(of=("self",))
            .select_related("campaign__bureau", "unit__kind", "benchmark")
            .get(pk=pk)
        )


class Visit(models.Model):
    """A study visit (学访): planned, approved, made, written up. `host` is the benchmark's name in one form, by which
    visits of different units to the same place are found. `warnings` are the keys of what the calendar warned of
    when it was asked for, `despite` why it is asked for all the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="visits")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="visits")
    benchmark = models.ForeignKey(Benchmark, on_delete=models.PROTECT, related_name="visits")
    host = models.CharField(max_length=80)
    kind = models.CharField(_("kind of visit"), max_length=10, choices=VisitKind, default=VisitKind.GO_OUT)
    state = models.CharField(max_length=10, choices=VisitState, default=VisitState.PLANNED)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"))
    purpose = models.CharField(_("what it is for"), max_length=200)
    plan = models.TextField(_("plan: what to see, whom to ask"), max_length=1000, blank=True)
    participants = models.CharField(_("who takes part (posts)"), max_length=300, blank=True)
    people = models.PositiveSmallIntegerField(_("how many people"), default=1)
    warnings = models.JSONField(default=list, blank=True)
    despite = models.CharField(_("why all the same"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True, help_text="approved or sent back")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("why sent back or cancelled"), max_length=300, blank=True)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    came = models.PositiveSmallIntegerField(_("people who took part"), null=True, blank=True)
    findings = models.TextField(_("what was found"), max_length=2000, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords(excluded_fields=["plan", "findings"])

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["from_on", "host"]
        constraints = [
            models.CheckConstraint(name="visit_ends_after_it_begins", condition=Q(to_on__gte=F("from_on"))),
            models.CheckConstraint(name="visit_takes_somebody", condition=Q(people__gte=1)),
            models.CheckConstraint(
                name="visit_decided_by_somebody",
                condition=Q(decided_at=None, decided_by=None, decided_post=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, decided_post__isnull=False),
            ),
            models.CheckConstraint(
                name="visit_done_is_written_up",
                condition=~Q(state="done") | Q(held_on__isnull=False, written_at__isnull=False) & ~Q(findings=""),
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "from_on"], name="visit_calendar"),
            models.Index(fields=["host", "from_on"], name="visit_of_host"),
            models.Index(fields=["unit", "from_on"], name="visit_of_unit"),
        ]

    def __str__(self):
        return f"{self.unit} → {self.host} {self.from_on}"


class Companion(models.Model):
    """Another unit that joined a visit instead of making one of its own. The visit counts for both."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="companions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="joined_visits")
    people = models.PositiveSmallIntegerField(default=1)
    joined_at = models.DateTimeField()
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["joined_at"]
        constraints = [models.UniqueConstraint(fields=["visit", "unit"], name="companion_once_a_visit")]

    def __str__(self):
        return f"{self.unit}"


class Contact(models.Model):
    """One contact of a pair (季度联系). At least one a quarter is owed; a visit that was written up is one too."""

    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="contacts")
    quarter = models.CharField(max_length=7, help_text="e.g. 2026-Q3, by the day of the contact")
    on = models.DateField(_("on"))
    way = models.CharField(_("how"), max_length=10, choices=ContactWay)
    about = models.CharField(_("about what"), max_length=200)
    learned = models.CharField(_("what is new there, and what we take up"), max_length=300, blank=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(
                fields=["pairing", "visit"], name="contact_once_a_visit", condition=Q(visit__isnull=False)
            )
        ]
        indexes = [models.Index(fields=["pairing", "quarter"], name="contact_of_quarter")]

    def __str__(self):
        return f"{self.pairing_id} {self.on}"


class CalendarFeed(models.Model):
    """A person's own address of the calendar for a calendar program. Of its token only the SHA-256 is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self):
        return f"{self.user_id}"
